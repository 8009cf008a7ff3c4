import { InvalidError } from './errors.ts'
import { instantOnDay } from './town-time.ts'

/** How finely a time series is asked for and answered. */
export const resolutions = ['raw', 'minute', 'hour', 'day'] as const

export type Resolution = (typeof resolutions)[number]

const dayMs = 86_400_000
/** Readings that a chart shows one by one. */
const fewReadings = 2000

interface Asked {
  /** Of the series that has most, by whole hours. */
  readings: number
  /** To less from, ms. */
  span: number
  /** Of part of it hours and days are left only. */
  compacted: boolean
}

/**
 * Automatic resolution: single readings while there are few, else minutes up to a day, hours up to
 * two months, days beyond; where retention left hours and days only, these.
 */
export function chooseResolution({ readings, span, compacted }: Asked): Resolution {
  const rolled = rolledResolution(span)
  if (compacted) return rolled
  if (readings <= fewReadings) return 'raw'
  return span <= dayMs ? 'minute' : rolled
}

/** What automatic resolution falls back on where there are too many readings. */
export function rolledResolution(span: number): 'hour' | 'day' {
  return span > 60 * dayMs ? 'day' : 'hour'
}

/** Where a bucket of the town's zone ends that begins at `start`. */
export function bucketEnd(
  start: number,
  resolution: Exclude<Resolution, 'raw'>,
  timeZone: string,
): number {
  if (resolution === 'minute') return start + 60_000
  return resolution === 'hour' ? start + 3_600_000 : instantOnDay(start, 1, 0, timeZone)
}

/** Points of one small chart. */
const smallChart = 200

/** The finest one of which a time has no more buckets than a small chart shows; days beyond. */
export function coarseResolution(span: number): 'minute' | 'hour' | 'day' {
  if (span <= smallChart * 60_000) return 'minute'
  return span <= smallChart * 3_600_000 ? 'hour' : 'day'
}

/** More points than this help nobody and would hold up all other charts. */
export const mostPoints = 500_000

/** One answer holds so many points at most, of all its series together. */
export function tooManyPoints(): InvalidError {
  return new InvalidError(
    `More than ${mostPoints} points lie between from and to; ask for a shorter time, fewer series or a coarser resolution (minute, hour, day or auto).`,
  )
}

/** Series in one chart; more lines nobody can tell apart. */
export const mostCompared = 20
