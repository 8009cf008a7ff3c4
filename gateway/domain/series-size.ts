import type { PropertyClass } from './property-class.ts'
import { propertyClassNames } from './property-class.ts'
import { type ClassDays, eachClass } from './retention.ts'

/** What time series come to on the disk when as much goes as comes. */

type PerClass = Record<PropertyClass, number>

export interface SeriesGrowth {
  /** Single readings of each class in the months that are looked at. */
  readings: PerClass
  /** Series of each class that something came of lately. */
  series: PerClass
  /** All of them together, in a day. */
  bytesPerDay: number
}

/** One row of an hour or a day in a month's file, its share of the page included. */
const rolledUpRowBytes = 48
const rolledUpRowsADay = 25
/** Months go as a whole, when the last of their days is old enough. */
const longestMonthDays = 31

/**
 * Hours and days cost the same for each series, however often it speaks; the rest of what comes in
 * a day are single readings, of each class as many as there were lately. About: how long a reading
 * is on the disk depends on how its file is filled.
 */
export function settledBytes(
  { readings, series, bytesPerDay }: SeriesGrowth,
  days: Record<PropertyClass, ClassDays>,
): number | null {
  const all = sum(readings)
  if (all === 0 || bytesPerDay <= 0) return null
  const rows = sum(series) * rolledUpRowsADay * rolledUpRowBytes
  // What many series leave of a few readings was reckoned too high.
  const rolledUpPerDay = Math.min(rows, bytesPerDay)
  const raw = bytesPerDay - rolledUpPerDay
  const settled = eachClass(
    (name) =>
      raw * (readings[name] / all) * (days[name].raw + longestMonthDays) +
      rolledUpPerDay *
        (series[name] / Math.max(1, sum(series))) *
        (days[name].rolledUp + longestMonthDays),
  )
  return Math.round(sum(settled))
}

function sum(values: PerClass): number {
  return propertyClassNames.reduce((total, name) => total + values[name], 0)
}
