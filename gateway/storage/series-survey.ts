import { statSync } from 'node:fs'
import { type PropertyClass, propertyClassNames } from '../domain/property-class.ts'
import type { MonthSize } from '../ports/series-store.ts'
import type { SeriesMonths } from './series-files.ts'
import type { HourBucket } from './series-hours.ts'
import type { MonthFile } from './series-month.ts'
import type { NumberedExtent } from './worker-messages.ts'

/** What there is in the files: from when to when, how many readings, how many bytes. */

const ever = { from: 0, to: Number.MAX_SAFE_INTEGER }

interface Found {
  readings: number
  firstMonth: string
  firstDay: number
  lastMonth: string
  lastDay: number
}

/** From the first single reading, or the hour before it that lacks its own; null: there are days only. */
function edgesOf(month: MonthFile, series: number) {
  const edge = (of: 'min' | 'max') =>
    month
      .statement<[number], number | null>(`SELECT ${of}(at) FROM raw WHERE series = ?`)
      .pluck()
      .get(series) ?? null
  const [first, last] = [edge('min'), edge('max')]
  if (!month.carried.has(series)) return { first, last }
  const hours = carriedHours(month, series)
  const [firstHour, lastHour] = [hours[0]?.at ?? null, hours.at(-1)?.at ?? null]
  return {
    first: first === null || (firstHour !== null && firstHour < first) ? firstHour : first,
    last: last === null || (lastHour !== null && lastHour > last) ? lastHour : last,
  }
}

/** Hours of which single readings are gone, in order of time. */
export function carriedHours(month: MonthFile, series: number): HourBucket[] {
  const closed = month.carried.get(series)?.closed ?? false
  const found: HourBucket[] = []
  month.rollup.eachHour(series, ever, (hour) => {
    if (hour.carried || closed) found.push({ ...hour, carried: true })
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
  files: SeriesMonths,
  classOf: (id: number) => PropertyClass | undefined,
) {
  function extents(series: readonly number[]): NumberedExtent[] {
    const found = new Map<number, Found>()
    for (const name of files.between('0000-00', '9999-99')) {
      const { rollup } = files.month(name)
      for (const id of series) {
        const days = rollup.summary(id)
        if (!days) continue
        const before = found.get(id) ?? { readings: 0, firstMonth: name, firstDay: days.first }
        const readings = before.readings + days.readings
        found.set(id, { ...before, readings, lastMonth: name, lastDay: days.last })
      }
    }
    return [...found].map(([id, of]) => ({
      series: id,
      first: edgesOf(files.month(of.firstMonth), id).first ?? of.firstDay,
      last: edgesOf(files.month(of.lastMonth), id).last ?? of.lastDay,
      readings: of.readings,
    }))
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
