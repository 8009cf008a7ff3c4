import { InvalidError } from '../domain/errors.ts'
import { chooseResolution, type Resolution, rolledResolution } from '../domain/resolution.ts'
import type { SeriesAnswer, SeriesPoint } from '../ports/series-store.ts'
import type { SeriesFiles } from './series-files.ts'
import type { MonthFile } from './series-month.ts'
import type { TownCalendar } from './town-calendar.ts'
import type { SeriesQueryRequest } from './worker-messages.ts'

/**
 * Reads series over the months. A rolled-up answer begins with the bucket that `from` lies in.
 */

/** 2100-01-01: beyond it, and before 1970, there is nothing to look for. */
const latestMs = 4_102_444_800_000
const minuteMs = 60_000
/** More points than this help nobody and would hold up all other charts. */
const mostPoints = 200_000

const selectRaw =
  'SELECT at, value FROM raw WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?'
const selectMinutes = `SELECT at - at % ${minuteMs} AS minute, min(value), avg(value), max(value), count(*)
  FROM raw WHERE series = ? AND at >= ? AND at < ? GROUP BY minute ORDER BY minute LIMIT ?`

function selectRolled(table: 'hour' | 'day') {
  return `SELECT at, min, sum / count, max, count FROM ${table}
    WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?`
}

function countRolled(table: 'hour' | 'day') {
  return `SELECT coalesce(sum(count), 0) FROM ${table} WHERE series = ? AND at >= ? AND at < ?`
}

function sqlOf(resolution: Resolution): string {
  if (resolution === 'raw') return selectRaw
  return resolution === 'minute' ? selectMinutes : selectRolled(resolution)
}

interface Span {
  from: number
  to: number
}

export function createSeriesQuery(files: SeriesFiles, calendar: TownCalendar) {
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

  function monthFiles(from: number, to: number): Iterable<MonthFile> {
    return files.months(calendar.at(from).month, calendar.at(to - 1).month)
  }

  /** Readings of one series by whole hours or days, and whether single ones are gone of some. */
  function count(series: number, { from, to }: Span, table: 'hour' | 'day') {
    const start = bucketStart(from, table)
    let readings = 0
    let compacted = false
    for (const month of monthFiles(start, to)) {
      const statement = month.statement<number[], number>(countRolled(table)).pluck()
      const found = statement.get(series, start, to) as number
      readings += found
      compacted ||= month.thinned && found > 0
    }
    return { readings, compacted }
  }

  function choose({ series, from, to }: SeriesQueryRequest): Resolution {
    const span = to - from
    const counts = series.map((id) => count(id, { from, to }, rolledResolution(span)))
    return chooseResolution({
      readings: Math.max(0, ...counts.map(({ readings }) => readings)),
      compacted: counts.some(({ compacted }) => compacted),
      span,
    })
  }

  function pointsOf(series: number, { from, to }: Span, resolution: Resolution): SeriesPoint[] {
    const points: SeriesPoint[] = []
    for (const month of monthFiles(from, to)) {
      const select = month.statement<number[], SeriesPoint>(sqlOf(resolution)).raw()
      const rows = select.all(series, from, to, mostPoints + 1 - points.length)
      for (const row of rows) points.push(row)
      if (points.length > mostPoints) {
        throw new InvalidError(
          `More than ${mostPoints} points lie between from and to; ask for a shorter time or a coarser resolution (minute, hour, day or auto).`,
        )
      }
    }
    return points
  }

  return (asked: SeriesQueryRequest): SeriesAnswer => {
    const query = {
      ...asked,
      from: Math.min(Math.max(asked.from, 0), latestMs),
      to: Math.min(Math.max(asked.to, 1), latestMs + 1),
    }
    const resolution = query.resolution === 'auto' ? choose(query) : query.resolution
    const span = { from: bucketStart(query.from, resolution), to: query.to }
    return { resolution, points: query.series.map((id) => pointsOf(id, span, resolution)) }
  }
}
