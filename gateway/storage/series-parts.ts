import type { RolledUp, SeriesName, SeriesPart, SeriesReading } from '../ports/series-store.ts'
import type { SeriesReadAnswer } from './worker-messages.ts'

/** Parts of series as numbers for the thread, and back. */

const numbersPerReading = 2
const numbersPerBucket = 6

function readingAt(name: SeriesName, numbers: Float64Array, i: number): SeriesReading {
  return { ...name, at: numbers[i] as number, value: numbers[i + 1] as number }
}

function bucketAt(name: SeriesName, numbers: Float64Array, i: number): RolledUp {
  const [day, at, min, max, sum, count] = numbers.subarray(i, i + numbersPerBucket)
  const rolled = { at, min, max, sum, count } as Omit<RolledUp, 'device' | 'property'>
  return { ...name, ...rolled, resolution: day === 1 ? 'day' : 'hour' }
}

export function partOf(name: SeriesName, { kind, numbers }: SeriesReadAnswer): SeriesPart {
  const width = kind === 'readings' ? numbersPerReading : numbersPerBucket
  const starts = Array.from({ length: numbers.length / width }, (_, n) => n * width)
  return kind === 'readings'
    ? { kind, readings: starts.map((i) => readingAt(name, numbers, i)) }
    : { kind, buckets: starts.map((i) => bucketAt(name, numbers, i)) }
}

export function namesOf(part: SeriesPart): readonly SeriesName[] {
  return part.kind === 'readings' ? part.readings : part.buckets
}

/** `series` are the numbers of `namesOf`. */
export function numbersOf(part: SeriesPart, series: readonly number[]): Float64Array<ArrayBuffer> {
  if (part.kind === 'readings') {
    return Float64Array.from(
      part.readings.flatMap(({ at, value }, n) => [series[n] as number, at, value]),
    )
  }
  return Float64Array.from(
    part.buckets.flatMap(({ resolution, at, min, max, sum, count }, n) => [
      series[n] as number,
      resolution === 'day' ? 1 : 0,
      at,
      min,
      max,
      sum,
      count,
    ]),
  )
}

export function lastOf(part: SeriesPart): number {
  const last = part.kind === 'readings' ? part.readings.at(-1) : part.buckets.at(-1)
  return last?.at ?? Number.NaN
}
