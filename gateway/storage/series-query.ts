import {
  chooseResolution,
  mostPoints,
  type Resolution,
  rolledResolution,
} from '../domain/resolution.ts'
import { openFiles, type SeriesMonths } from './series-files.ts'
import type { MonthFile } from './series-month.ts'
import {
  createPointWriter,
  type PackedPoints,
  type PointWriter,
  type Segment,
} from './series-points.ts'
import type { TownCalendar } from './town-calendar.ts'
import type { SeriesQueryAnswer, SeriesQueryRequest } from './worker-messages.ts'

/** Reads series over the months. A rolled-up answer begins with the bucket that `from` lies in. */

/** 2100-01-01: beyond it, and before 1970, there is nothing to look for. */
const latestMs = 4_102_444_800_000
const minuteMs = 60_000
const hourMs = 3_600_000

const selectRaw =
  'SELECT at, value FROM raw WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?'
const selectMinutes = `SELECT at - at % ${minuteMs} AS minute, min(value), max(value), sum(value), count(*)
  FROM raw WHERE series = ? AND at >= ? AND at < ? GROUP BY minute ORDER BY minute LIMIT ?`

interface Span {
  from: number
  to: number
}

interface Collected extends PackedPoints {
  /** Of some there are hours and days only. */
  compacted: boolean
}

export function withinTime({ from, to }: Span): Span {
  return {
    from: Math.min(Math.max(from, 0), latestMs),
    to: Math.min(Math.max(to, 1), latestMs + 1),
  }
}

/** Of one series that never pauses; so that the numbers need not be moved while they become more. */
function expectedPoints({ from, to }: Span, resolution: Resolution): number {
  return Math.ceil(
    (to - from) / { raw: 600_000, minute: minuteMs, hour: hourMs, day: 24 * hourMs }[resolution],
  )
}

function writeRaw(month: MonthFile, series: number, { from, to }: Span, writer: PointWriter) {
  const select = month.statement<number[], [number, number]>(selectRaw).raw()
  for (const [at, value] of select.all(series, from, to, mostPoints + 1)) writer.raw(at, value)
}

function writeMinutes(month: MonthFile, series: number, { from, to }: Span, writer: PointWriter) {
  const select = month.statement<number[], [number, number, number, number, number]>(selectMinutes)
  for (const row of select.raw().all(series, from, to, mostPoints + 1)) {
    const [at, min, max, sum, count] = row
    writer.rolled({ at, min, max, sum, count })
  }
}

function writeHours(month: MonthFile, series: number, span: Span, writer: PointWriter) {
  month.rollup.eachHour(series, span, writer.rolled)
}

function writeDays(month: MonthFile, series: number, span: Span, writer: PointWriter) {
  for (const day of month.rollup.days(series, span)) {
    writer.rolled(day)
  }
}

const writeOf = { raw: writeRaw, minute: writeMinutes, hour: writeHours, day: writeDays }

function readingsOf({ numbers, lengths }: PackedPoints): number[] {
  let next = 0
  return lengths.map((length) => {
    let readings = 0
    for (let n = 0; n < length; n++, next += 5) readings += numbers[next + 4] as number
    return readings
  })
}

/** In the order of the answer; month by month where their files do not stay open together. */
function* inOrder(series: readonly number[], months: readonly string[]) {
  const all = [...series.entries()].map(([index, id]) => ({ index, id }))
  if (months.length <= openFiles) {
    for (const one of all) for (const name of months) yield { ...one, name }
  } else for (const name of months) for (const one of all) yield { ...one, name }
}

export function createSeriesQuery(files: SeriesMonths, calendar: TownCalendar) {
  function bucketStart(from: number, resolution: Resolution): number {
    switch (resolution) {
      case 'raw':
        return from
      case 'minute':
        return from - (from % minuteMs)
      case 'hour':
        return calendar.at(from).hourStart
      case 'day':
        return calendar.at(from).dayStart
    }
  }

  function collect({ series, ...asked }: SeriesQueryRequest, resolution: Resolution): Collected {
    const { from: asOf, to } = withinTime(asked)
    const span = { from: bucketStart(asOf, resolution), to }
    const [first, last] = [calendar.at(span.from).month, calendar.at(to - 1).month]
    const writer = createPointWriter(resolution, series.length * expectedPoints(span, resolution))
    const segments: Segment[] = []
    let compacted = false
    for (const { index, id, name } of inOrder(series, files.between(first, last))) {
      const month = files.month(name)
      const before = writer.points()
      writeOf[resolution](month, id, span, writer)
      if (writer.points() === before) continue
      segments.push({ index, first: before, end: writer.points() })
      compacted ||= month.carried.has(id)
    }
    return { ...writer.packed(series.length, segments), compacted }
  }

  return (asked: SeriesQueryRequest): SeriesQueryAnswer => {
    if (asked.resolution !== 'auto') {
      return { resolution: asked.resolution, ...collect(asked, asked.resolution) }
    }
    const { from, to } = withinTime(asked)
    const rolled = rolledResolution(to - from)
    const coarse = collect(asked, rolled)
    const readings = Math.max(0, ...readingsOf(coarse))
    const { compacted } = coarse
    const resolution = chooseResolution({ readings, compacted, span: to - from })
    return { resolution, ...(resolution === rolled ? coarse : collect(asked, resolution)) }
  }
}
