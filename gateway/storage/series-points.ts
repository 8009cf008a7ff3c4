import type { Resolution } from '../domain/resolution.ts'
import { mostPoints, tooManyPoints } from '../domain/resolution.ts'
import { meanOf } from '../domain/significant.ts'
import type { SeriesPoint } from '../ports/series-store.ts'
import type { Bucket } from './series-hours.ts'

/**
 * Points on their way from the thread: one array of numbers, which is handed over and not copied.
 */

export interface PackedPoints {
  numbers: Float64Array
  /** Points of each series, one series after the other. */
  lengths: number[]
}

/** Points of one of the series that were asked for, from the first to before the last. */
export interface Segment {
  index: number
  first: number
  end: number
}

export interface PointWriter {
  raw(at: number, value: number): void
  rolled: (bucket: Bucket) => void
  /** Of all so far; what comes begins with this point. */
  points(): number
  /** `segments` hold the points of one series each, several of a series in order of time. */
  packed(series: number, segments: readonly Segment[]): PackedPoints
}

const mostExpected = 200_000

function numbersPerPoint(resolution: Resolution): number {
  return resolution === 'raw' ? 2 : 5
}

export function createPointWriter(resolution: Resolution, expected: number): PointWriter {
  const width = numbersPerPoint(resolution)
  let numbers = new Float64Array((Math.min(expected, mostExpected) + 1) * width)
  let end = 0

  function room(): number {
    if (end >= mostPoints * width) throw tooManyPoints()
    if (end + width > numbers.length) {
      const larger = new Float64Array(numbers.length * 2)
      larger.set(numbers)
      numbers = larger
    }
    end += width
    return end - width
  }

  return {
    raw(at, value) {
      const i = room()
      numbers[i] = at
      numbers[i + 1] = value
    },
    rolled(bucket) {
      const i = room()
      numbers[i] = bucket.at
      numbers[i + 1] = bucket.min
      numbers[i + 2] = meanOf(bucket)
      numbers[i + 3] = bucket.max
      numbers[i + 4] = bucket.count
    },
    points: () => end / width,
    packed(series, segments) {
      const lengths = Array.from({ length: series }, () => 0)
      for (const { index, first, end: last } of segments) {
        lengths[index] = (lengths[index] as number) + last - first
      }
      if (segments.every(({ index }, n) => index >= (segments[n - 1]?.index ?? 0))) {
        return { numbers: numbers.subarray(0, end), lengths }
      }
      const sorted = new Float64Array(end)
      let next = 0
      // Stable: those of one series stay in order of time.
      for (const segment of segments.toSorted((a, b) => a.index - b.index)) {
        sorted.set(numbers.subarray(segment.first * width, segment.end * width), next)
        next += (segment.end - segment.first) * width
      }
      return { numbers: sorted, lengths }
    },
  }
}

export function unpackPoints(resolution: Resolution, packed: PackedPoints): SeriesPoint[][] {
  const { numbers, lengths } = packed
  const width = numbersPerPoint(resolution)
  let next = 0
  return lengths.map((length) => {
    const points: SeriesPoint[] = []
    for (let n = 0; n < length; n++, next += width) {
      const [at, a] = [numbers[next] as number, numbers[next + 1] as number]
      points.push(
        width === 2
          ? [at, a]
          : [
              at,
              a,
              numbers[next + 2] as number,
              numbers[next + 3] as number,
              numbers[next + 4] as number,
            ],
      )
    }
    return points
  })
}
