import type { Resolution } from '../../../gateway/domain/resolution.ts'

/**
 * One series as it is drawn: columns of numbers, so that a hundred thousand points are looked
 * through in a millisecond. What is missing stays missing: no line is drawn across it.
 */
export interface PlotSeries {
  key: string
  /** What stands at its line and in the legend. */
  mark: string
  name: string
  unit: string
  /** Which of the palette's colours and dashes. */
  hue: number
  at: Float64Array
  mean: Float64Array
  /** Of rolled-up points; null: single readings. */
  low: Float64Array | null
  high: Float64Array | null
  count: Float64Array | null
  gapMs: number
  /** 1 where a line begins: before it something is missing. */
  begins: Uint8Array
  /** Rolled-up points stand in the middle of their time; half of it, 0 for single readings. */
  halfMs: number
}

export interface View {
  from: number
  to: number
}

const bucketMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
/** So many of the usual intervals without a word, and something is missing. */
const missedIntervals = 3

/** Enough to know how often a series speaks. */
const mostLookedAt = 1_000

/** The middle one of the distances between neighbours; NaN of fewer than two. */
function usualInterval(at: ArrayLike<number>): number {
  const steps: number[] = []
  const stride = Math.ceil(at.length / mostLookedAt)
  for (let i = 1; i < at.length; i += stride) steps.push((at[i] as number) - (at[i - 1] as number))
  if (steps.length === 0) return Number.NaN
  return steps.sort((a, b) => a - b)[Math.floor((steps.length - 1) / 2)] as number
}

/**
 * Points further apart than this are not joined. A series that fills every bucket has a gap where
 * one is empty; one that speaks less often than that is judged by its own interval.
 */
export function gapLimit(at: ArrayLike<number>, resolution: Resolution): number {
  const usual = usualInterval(at)
  const bucket = resolution === 'raw' ? 0 : bucketMs[resolution]
  if (Number.isNaN(usual)) return Math.max(bucket * 1.5, 1)
  // A day of the town may have 25 hours.
  if (bucket > 0 && usual <= bucket * 1.05) return bucket * 1.5
  return usual * missedIntervals
}

const neighbours = 4

/** Whoever spoke every hour last week and every minute since is not torn apart where it was slow. */
function isUsualHere(at: ArrayLike<number>, index: number, step: number): boolean {
  const steps: number[] = []
  for (let i = index - neighbours; i <= index + neighbours; i++) {
    if (i === index || i < 1 || i >= at.length) continue
    steps.push((at[i] as number) - (at[i - 1] as number))
  }
  const slower = steps.filter((one) => one * missedIntervals >= step)
  return slower.length >= neighbours - 1
}

/** Where lines begin. */
function beginnings(at: ArrayLike<number>, gapMs: number): Uint8Array {
  const begins = new Uint8Array(at.length)
  for (let i = 0; i < at.length; i++) {
    const step = i === 0 ? Number.POSITIVE_INFINITY : (at[i] as number) - (at[i - 1] as number)
    begins[i] = step > gapMs && !isUsualHere(at, i, step) ? 1 : 0
  }
  return begins
}

type Told = Pick<PlotSeries, 'key' | 'mark' | 'name' | 'unit' | 'hue'>

interface Answered {
  /** Raw points are [time, value], rolled-up ones [start, min, mean, max, count]. */
  points: readonly (readonly number[])[]
  resolution: Resolution
  /** Where the window ends: a bucket that is not over yet stands before it. */
  until: number
}

export function plotSeries(told: Told, { points, resolution, until }: Answered): PlotSeries {
  const isRaw = resolution === 'raw'
  const halfMs = resolution === 'raw' ? 0 : bucketMs[resolution] / 2
  const column = (index: number) => Float64Array.from(points, (point) => point[index] as number)
  const at = column(0)
  const gapMs = gapLimit(at, resolution)
  const begins = beginnings(at, gapMs)
  const last = at.length - 1
  for (let i = 0; i <= last; i++) {
    const start = at[i] as number
    const half = i === last ? Math.min(halfMs, Math.max(0, until - start) / 2) : halfMs
    at[i] = start + half
  }
  return {
    ...told,
    at,
    mean: column(isRaw ? 1 : 2),
    low: isRaw ? null : column(1),
    high: isRaw ? null : column(3),
    count: isRaw ? null : column(4),
    gapMs,
    begins,
    halfMs,
  }
}

/** Index of the first that is not earlier than `time`. */
export function firstFrom(at: Float64Array, time: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** The point nearest to a time; -1: nothing was said around it. */
export function pointAt({ at, gapMs, begins }: PlotSeries, time: number): number {
  const after = firstFrom(at, time)
  const distance = (index: number) => Math.abs((at[index] ?? Number.POSITIVE_INFINITY) - time)
  const nearest = distance(after) < distance(after - 1) ? after : after - 1
  const isInLine = after > 0 && begins[after] === 0
  return isInLine || distance(nearest) <= gapMs / 2 ? nearest : -1
}

export interface Figures {
  min: number
  mean: number
  max: number
  /** When the last point was, or began, and what it said. */
  at: number
  last: number
}

/** Of what lies in that time; null: nothing does. */
export function figuresIn(series: PlotSeries, { from, to }: View): Figures | null {
  const { at, mean, low, high, count } = series
  const [start, end] = [firstFrom(at, from), firstFrom(at, to)]
  if (start >= end) return null
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [sum, weight] = [0, 0]
  for (let i = start; i < end; i++) {
    const times = count === null ? 1 : (count[i] as number)
    sum += (mean[i] as number) * times
    weight += times
    min = Math.min(min, (low ?? mean)[i] as number)
    max = Math.max(max, (high ?? mean)[i] as number)
  }
  const last = end - 1
  const lastAt = (at[last] as number) - series.halfMs
  return { min, mean: sum / weight, max, at: lastAt, last: mean[last] as number }
}
