import { dayMs } from './retention.ts'

/**
 * How fast something grows or shrinks that was looked at once an hour: the median of what it
 * changed from one day to the same hour of the next, over two weeks. Theil and Sen's median of all
 * slopes holds as long as less than a third of them are wrong, but a single jump in the middle of
 * the window (a purge, a backup that somebody deleted, a film that was copied here) is in half of
 * them; of the differences over one day it is in one in fourteen, so six such days change little.
 * Over a whole day, because nights are not like days: backups come and go then. What grows by
 * rarer jumps only is not seen; for that there are limits of the room that is left.
 */

/** [epoch ms, value] */
export type PaceSample = readonly [number, number]

export const paceWindowMs = 14 * dayMs
/** A gateway that was off for some hours still has its neighbour of the day before. */
const leastLagMs = 20 * 3_600_000
const mostLagMs = 36 * 3_600_000
/** A day and a half after the first sample. */
const fewestSlopes = 12

/** Change in a day; null: not known yet. */
export function pacePerDay(samples: readonly PaceSample[], now: number): number | null {
  const seen = samples
    .filter(([at]) => at > now - paceWindowMs && at <= now)
    .toSorted(([a], [b]) => a - b)
  const slopes: number[] = []
  let first = 0
  for (const [at, value] of seen) {
    const isCloser = () => Math.abs(lag(seen[first + 1], at)) <= Math.abs(lag(seen[first], at))
    while (first + 1 < seen.length && isCloser()) first++
    const [from, before] = seen[first] as PaceSample
    if (at - from < leastLagMs || at - from > mostLagMs) continue
    slopes.push(((value - before) / (at - from)) * dayMs)
  }
  return slopes.length < fewestSlopes ? null : median(slopes)
}

/** How far a sample is from the same hour of the day before. */
function lag(sample: PaceSample | undefined, at: number): number {
  return sample === undefined ? Number.POSITIVE_INFINITY : at - dayMs - sample[0]
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2
}

/** What is farther away than this nobody can tell. */
const mostDays = 3650

/** Whole days until nothing is free; null: it does not fill, or not within ten years. */
export function daysUntilFull(freeBytes: number, freePerDay: number | null): number | null {
  if (freePerDay === null || freePerDay >= 0) return null
  const days = Math.floor(Math.max(0, freeBytes) / -freePerDay)
  return days > mostDays ? null : days
}
