import {
  type PropertyClass,
  propertyClasses,
  propertyClassNames,
} from '../../../gateway/domain/property-class.ts'
import type { RetainedKind, Retention, SeriesSize } from '../api/types.ts'

/** What the retention form knows beside its fields. */

interface Bounds {
  least: number
  most: number
}

/** As the gateway takes them. */
export const retentionBounds: Record<RetainedKind, Bounds> = {
  pictures: { least: 7, most: 3650 },
  checkins: { least: 7, most: 3650 },
  audit: { least: 180, most: 3650 },
}

export const readingBounds = {
  raw: { least: 30, most: 3650 },
  rolledUp: { least: 30, most: 36_500 },
} as const satisfies Record<string, Bounds>

export type ReadingPart = keyof typeof readingBounds

export const readingParts = Object.keys(readingBounds) as readonly ReadingPart[]
export const retainedKinds = Object.keys(retentionBounds) as readonly RetainedKind[]
export { type PropertyClass, propertyClasses, propertyClassNames }

/** With fewer days something goes that is there now. */
export function removesMore(before: Retention, after: Retention): boolean {
  return (
    retainedKinds.some((kind) => after[kind] < before[kind]) ||
    propertyClassNames.some((name) =>
      readingParts.some((part) => after.series[name][part] < before.series[name][part]),
    )
  )
}

export interface MonthBar {
  month: string
  bytes: number
}

type Months = NonNullable<SeriesSize['months']>

/** More bars nobody can tell apart; what is older is in the sum. */
const mostBars = 24

function readingsOf({ readings }: Months[number]): number {
  return propertyClassNames.reduce((sum, name) => sum + (readings[name] ?? 0), 0)
}

/**
 * What each class takes in each month, oldest first: its share of the file by its single readings.
 * `compacted`: months that have hours and days only.
 */
export function monthBars(months: Months): Record<PropertyClass | 'compacted', MonthBar[]> {
  const oldestFirst = months.toReversed()
  const barsOf = (share: (month: Months[number]) => number) =>
    oldestFirst.map((month) => ({
      month: month.month,
      bytes: Math.round(month.bytes * share(month)),
    }))
  const ofClass = (name: PropertyClass) =>
    barsOf((month) => (month.readings[name] ?? 0) / Math.max(1, readingsOf(month)))
  return {
    air: ofClass('air'),
    weather: ofClass('weather'),
    water: ofClass('water'),
    slope: ofClass('slope'),
    device: ofClass('device'),
    compacted: barsOf((month) => (readingsOf(month) === 0 ? 1 : 0)),
  }
}

export function shownBars(bars: readonly MonthBar[]): MonthBar[] {
  return bars.slice(-mostBars)
}

export function sumOf(bars: readonly MonthBar[]): number {
  return bars.reduce((sum, { bytes }) => sum + bytes, 0)
}
