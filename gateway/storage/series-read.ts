import type { SeriesMonths } from './series-files.ts'
import type { Bucket } from './series-hours.ts'
import type { MonthFile } from './series-month.ts'
import { withinTime } from './series-query.ts'
import { carriedHours } from './series-survey.ts'
import type { TownCalendar } from './town-calendar.ts'
import type { SeriesReadAnswer, SeriesReadRequest } from './worker-messages.ts'

/** Reads out all that is kept of one series, a part a request, oldest first. */

/** Nobody waits longer for another request than this takes. */
const partRows = 5000

interface CarriedBucket extends Bucket {
  day: boolean
}

const selectRaw =
  'SELECT at, value FROM raw WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?'
const longestDayMs = 26 * 3_600_000

/** Hours and days of which single readings are gone, in order of time. */
function carriedIn(month: MonthFile, asked: { series: number; from: number; to: number }) {
  const { series, from, to } = asked
  if (!month.carried.has(series)) return []
  const closed = month.carried.get(series)?.closed ?? false
  const isWithin = ({ at }: Bucket) => at >= from && at < to
  const hours = carriedHours(month, series).filter(isWithin)
  const days = month.rollup.days(series, asked).filter(({ at }) => {
    let own = false
    month.rollup.eachHour(series, { from: at, to: at + longestDayMs }, (hour) => {
      own ||= !hour.carried && !closed
    })
    return !own
  })
  const all: CarriedBucket[] = [
    ...days.map((bucket) => ({ ...bucket, day: true })),
    ...hours.map((bucket) => ({ ...bucket, day: false })),
  ]
  return all.toSorted((a, b) => a.at - b.at || Number(b.day) - Number(a.day))
}

function packBuckets(buckets: readonly CarriedBucket[]): SeriesReadAnswer {
  const numbers = buckets.flatMap(({ day, at, min, max, sum, count }) => [
    Number(day),
    at,
    min,
    max,
    sum,
    count,
  ])
  return { kind: 'rolledUp', numbers: Float64Array.from(numbers) }
}

function partOf(month: MonthFile, asked: SeriesReadRequest, to: number) {
  const { series, readingsFrom, bucketsFrom } = asked
  const carried = carriedIn(month, { series, from: bucketsFrom, to })
  const raw = month.statement<number[], [number, number]>(selectRaw).raw()
  const [next] = raw.all(series, readingsFrom, to, 1)
  const [bucket] = carried
  if (bucket && (!next || bucket.at <= next[0])) {
    return packBuckets(carried.filter(({ at }) => !next || at <= next[0]))
  }
  if (!next) return null
  const rows = raw.all(series, readingsFrom, bucket?.at ?? to, partRows)
  return { kind: 'readings', numbers: Float64Array.from(rows.flat()) } as const
}

export function createSeriesRead(files: SeriesMonths, calendar: TownCalendar) {
  return (asked: SeriesReadRequest): SeriesReadAnswer | null => {
    const { from, to } = withinTime({
      from: Math.min(asked.readingsFrom, asked.bucketsFrom),
      to: asked.to,
    })
    for (const name of files.between(calendar.at(from).month, calendar.at(to - 1).month)) {
      const part = partOf(files.month(name), asked, to)
      if (part) return part
    }
    return null
  }
}
