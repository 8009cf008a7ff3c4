import type { ObservedProperty } from '../domain/observation.ts'
import type { PropertyClass } from '../domain/property-class.ts'
import type { Resolution } from '../domain/resolution.ts'
import type { Removed } from './retention.ts'

/** A time series: one property of one device. */
export interface SeriesName {
  device: string
  property: ObservedProperty
}

/** As it was measured, in the property's unit; calibrations are applied by whoever reads. */
export interface SeriesReading extends SeriesName {
  /** The device's own time, epoch ms. */
  at: number
  value: number
}

export interface SeriesQuery {
  series: readonly SeriesName[]
  /** Epoch ms, from included, to excluded. A rolled-up answer begins with the bucket of `from`. */
  from: number
  to: number
  resolution: Resolution | 'auto'
}

/** Raw points are [timeMs, value]; rolled-up points [bucketStartMs, min, mean, max, count]. */
export type SeriesPoint = [number, number] | [number, number, number, number, number]

export interface SeriesAnswer {
  /** One for all of them; `auto` goes by the series that has most readings. */
  resolution: Resolution
  /** In the order of the query, each in order of time; empty where there is nothing. */
  points: SeriesPoint[][]
}

/** What there is of one series. */
export interface SeriesExtent extends SeriesName {
  /** Times of the first and last reading, or of the buckets that they were rolled up into. */
  first: number
  last: number
  /** Single ones and rolled-up ones together. */
  readings: number
}

/** Min, max, sum and count of one hour or day whose single readings are gone. */
export interface RolledUp extends SeriesName {
  resolution: 'hour' | 'day'
  at: number
  min: number
  max: number
  sum: number
  count: number
}

/** What is kept of one series between two times: single readings, or what they were rolled up into. */
export type SeriesPart =
  | { kind: 'readings'; readings: SeriesReading[] }
  | { kind: 'rolledUp'; buckets: RolledUp[] }

/** What is older goes: single readings before `raw`, hours and days before `rolledUp`; epoch ms. */
export type SeriesBounds = Record<PropertyClass, { raw: number; rolledUp: number }>

/** What one month takes on the disk. */
export interface MonthSize {
  /** `2026-11` */
  month: string
  bytes: number
  /** Single readings of each class; what was compacted is not among them. */
  readings: Record<PropertyClass, number>
}

/** How writing goes on; for the health page. */
export interface SeriesState {
  /** Readings of the log that are not written yet. */
  waiting: number
  /** Since when the oldest of them waits, epoch ms; null: none waits. */
  waitingSince: number | null
  /** Why writing does not succeed, for a person; null while it does. */
  trouble: string | null
  /** Single readings that the store refused for good; each is kept with the reason. */
  refused: number
}

/**
 * Time series, in files of the house or in an InfluxDB. The store follows the observation log by
 * itself from `start` on, keeps its own position in it, and holds up nobody. Every write may come
 * again: at one time of one series the reading written last stands, and each roll-up is that of the
 * readings that stand. Methods may be called concurrently; they reject with UnavailableError while
 * the store cannot be reached, and after `stop`.
 */
export interface SeriesStore {
  start(): Promise<void>
  /** Resolves when nothing is under way; the position is kept. */
  stop(): Promise<void>
  /** Sees all that `append` of the log had resolved when it was called, as far as it can be reached. */
  query(query: SeriesQuery): Promise<SeriesAnswer>
  /** Every series of these devices, or of all. */
  extents(devices?: readonly string[]): Promise<SeriesExtent[]>
  /** All that is kept of one series in a time, oldest first, in parts of at most some thousand. */
  read(series: SeriesName, from: number, to: number): AsyncIterable<SeriesPart>
  /**
   * Readings that did not come through the log: durable when it resolves. They come after all that
   * `append` of the log had resolved when it was called. A rolled-up bucket is replaced by the next
   * one; where there are single readings in it, these stand. `tooOld`: so many single ones lie in a
   * time that is kept as hours and days only, where none can be added; they are left out.
   */
  write(part: SeriesPart): Promise<{ tooOld: number }>
  state(): SeriesState
  /** Up to this seq of the log all is written; what lies beyond the log must keep. */
  position(): number
  /** Removes what is older, one month a step; stores that keep their own rule remove nothing. */
  compact(bounds: SeriesBounds): AsyncIterable<Removed>
  /** Newest month first; null: the store does not tell. */
  sizes(): Promise<MonthSize[] | null>
}
