import type { ObservedProperty } from './observation.ts'
import { meanOf, significant } from './significant.ts'

/**
 * What a comparison with a reference said of a sensor: from then on value = measured × factor +
 * offset, until the next calibration of the same property. What was measured stays as it came; the
 * calibration is applied wherever a reading is read.
 */
export interface Calibration {
  device: string
  property: ObservedProperty
  /** Epoch ms, by the reading's own time. */
  from: number
  /** Never 0. */
  factor: number
  /** In the property's unit. */
  offset: number
}

/** Applied to a value; undefined: it stands as it was measured. */
export type Line = Pick<Calibration, 'factor' | 'offset'> | undefined

/** [time, value] */
type Single = [number, number]
/** [start, min, mean, max, count] */
export type Bucket = [number, number, number, number, number]

/** The calibration that holds for a reading of that time. `history` is in order of `from`. */
export function calibrationAt(
  history: readonly Calibration[],
  at: number,
): Calibration | undefined {
  for (let i = history.length - 1; i >= 0; i--) {
    const one = history[i] as Calibration
    if (one.from <= at) return one
  }
  return undefined
}

/** Digits are counted from the larger summand: where both cancel, nought is left. */
function sumOf(scaled: number, shift: number): number {
  return significant(scaled + shift, Math.max(Math.abs(scaled), Math.abs(shift)))
}

export function calibrate(line: Line, measured: number): number {
  return line === undefined ? measured : sumOf(measured * line.factor, line.offset)
}

/** Of `count` readings. */
export function calibrateSum(line: Line, sum: number, count: number): number {
  return line === undefined ? sum : sumOf(sum * line.factor, line.offset * count)
}

/** A negative factor turns the smallest into the largest. */
export function calibrateRange(line: Line, min: number, max: number): [number, number] {
  const [a, b] = [calibrate(line, min), calibrate(line, max)]
  return a <= b ? [a, b] : [b, a]
}

export function calibrateBucket(line: Line, [at, min, mean, max, count]: Bucket): Bucket {
  const [low, high] = calibrateRange(line, min, max)
  return [at, low, calibrate(line, mean), high, count]
}

/** `singles` in order of time; a mean of many is as a store gives it. */
export function calibrateSingles(history: readonly Calibration[], singles: Single[]): Single[] {
  let next = 0
  let line: Line
  return singles.map(([at, value]) => {
    while (next < history.length && (history[next] as Calibration).from <= at)
      line = history[next++]
    return [at, calibrate(line, value)]
  })
}

/** The bucket of these calibrated values; undefined: of none. */
export function bucketOf(at: number, values: readonly number[]): Bucket | undefined {
  if (values.length === 0) return undefined
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
  }
  const count = values.length
  return [at, min, meanOf({ min, max, sum, count }), max, count]
}

/**
 * Indexes of the buckets that a calibration begins in, behind their start: one line does not hold
 * for all of such a bucket. `starts` in order, `endOf` tells where a bucket ends.
 */
export function splitBuckets(
  history: readonly Calibration[],
  starts: readonly number[],
  endOf: (start: number) => number,
): number[] {
  const split = new Set<number>()
  for (const { from } of history) {
    const index = lastBefore(starts, from)
    if (index >= 0 && from < endOf(starts[index] as number)) split.add(index)
  }
  return [...split]
}

/** Index of the last that is earlier than `at`, -1: none is. */
function lastBefore(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return low - 1
}
