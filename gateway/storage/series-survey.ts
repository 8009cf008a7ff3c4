import { statSync } from 'node:fs'
import { type PropertyClass, propertyClassNames } from '../domain/property-class.ts'
import type { MonthSize } from '../ports/series-store.ts'
import type { SeriesFiles } from './series-files.ts'
import type { HourBucket } from './series-hours.ts'
import type { MonthFile } from './series-month.ts'
import type { NumberedExtent } from './worker-messages.ts'

/** What there is in the files: from when to when, how many readings, how many bytes. */

const ever = { from: 0, to: Number.MAX_SAFE_INTEGER }

/** From the first single reading, or the bucket before it that lacks its own. */
function edgesOf(month: MonthFile, series: number, days: { first: number; last: number }) {
  const edge = (of: 'min' | 'max') =>
    month
      .statement<[number], number | null>(`SELECT ${of}(at) FROM raw WHERE series = ?`)
      .pluck()
      .get(series) ?? null
  const raw = { first: edge('min'), last: edge('max') }
  if (!month.carried.has(series)) {
    return { first: raw.first ?? days.first, last: raw.last ?? days.last }
  }
  const hours = carriedHours(month, series)
  const [first, last] = [hours[0]?.at ?? days.first, hours.at(-1)?.at ?? days.last]
  return {
    first: raw.first === null ? first : Math.min(first, raw.first),
    last: raw.last === null ? last : Math.max(last, raw.last),
  }
}

/** Hours of which single readings are gone, in order of time. */
export function carriedHours(month: MonthFile, series: number): HourBucket[] {
  const closed = month.carried.get(series)?.closed ?? false
  const found: HourBucket[] = []
  month.rollup.eachHour(series, ever, (at, numbers, offset, { count, carried }) => {
    if (!carried && !closed) return
    const [min, max, sum] = [numbers[offset], numbers[offset + 1], numbers[offset + 2]] as [
      number,
      number,
      number,
    ]
    found.push({ at, min, max, sum, count, carried: true })
  })
  return found
}

/** Single readings by series: counted by days, where all of them are here. */
function singleReadings(month: MonthFile): [series: number, readings: number][] {
  const rows = month
    .statement<[], [number, number]>('SELECT series, sum(count) FROM day GROUP BY series')
    .raw()
    .all()
  const count = month
    .statement<[number], number>('SELECT count(*) FROM raw WHERE series = ?')
    .pluck()
  return rows.map(([series, readings]) => {
    const carried = month.carried.get(series)
    if (!carried) return [series, readings]
    return [series, carried.closed ? 0 : (count.get(series) ?? 0)]
  })
}

export function createSeriesSurvey(
  files: SeriesFiles,
  classOf: (id: number) => PropertyClass | undefined,
) {
  function extents(series: readonly number[]): NumberedExtent[] {
    const found = new Map<number, NumberedExtent>()
    for (const name of files.between('0000-00', '9999-99')) {
      const month = files.month(name)
      for (const id of series) {
        const days = month.rollup.days(id, ever)
        const [firstDay, lastDay] = [days[0], days.at(-1)]
        if (!firstDay || !lastDay) continue
        const { first, last } = edgesOf(month, id, { first: firstDay.at, last: lastDay.at })
        const readings = days.reduce((sum, { count }) => sum + count, 0)
        const before = found.get(id)
        found.set(id, {
          series: id,
          first: before?.first ?? first,
          last,
          readings: readings + (before?.readings ?? 0),
        })
      }
    }
    return [...found.values()]
  }

  function size(name: string): MonthSize | null {
    if (!files.between(name, name).includes(name)) return null
    files.flush(name)
    const readings = Object.fromEntries(propertyClassNames.map((of) => [of, 0])) as Record<
      PropertyClass,
      number
    >
    const month = files.month(name)
    for (const [series, count] of singleReadings(month)) {
      const of = classOf(series)
      if (of) readings[of] += count
    }
    const bytes = ['', '-wal'].reduce(
      (sum, part) => sum + (statSync(month.db.name + part, { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
    return { month: name, bytes, readings }
  }

  return { extents, size }
}
