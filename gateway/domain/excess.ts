import type { LatchInput } from './latch.ts'
import type { ExcessCondition } from './rule.ts'

/**
 * A station far above its neighbours is near a fire; all of them high together is the weather.
 * The median keeps one broken neighbour from deciding.
 */

/** A neighbour's newest value; `observedAt` is -Infinity until it has one. */
export interface LatestValue {
  observedAt: number
  value: number
}

/** Values further than this from the judged one, in time, say nothing about it. */
const neighbourMaxAgeMs = 30 * 60_000

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** Median of the neighbours near in time; null when there are too few to judge by. */
export function neighboursMedian(
  neighbours: readonly LatestValue[],
  at: number,
  minNeighbours: number,
): number | null {
  const values: number[] = []
  for (const neighbour of neighbours) {
    if (Math.abs(at - neighbour.observedAt) <= neighbourMaxAgeMs) values.push(neighbour.value)
  }
  return values.length < Math.max(1, minNeighbours) ? null : median(values)
}

export function judgeExcess(condition: ExcessCondition, excess: number): LatchInput {
  const { excessOverNeighbours, clearBelow } = condition
  if (excess > excessOverNeighbours) return 'beyond'
  return clearBelow === undefined || excess < clearBelow ? 'cleared' : 'between'
}
