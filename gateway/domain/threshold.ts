import type { LatchInput } from './latch.ts'
import type { ThresholdCondition } from './rule.ts'

/** Where a value stands against a threshold; without a clearing limit the limit itself clears. */
export function judgeThreshold(condition: ThresholdCondition, value: number): LatchInput {
  const { above, below } = condition
  if (above !== undefined && value > above) return 'beyond'
  if (below !== undefined && value < below) return 'beyond'
  const lowEnough = above === undefined || isBelowClear(value, above, condition.clearBelow)
  const highEnough = below === undefined || isAboveClear(value, below, condition.clearAbove)
  return lowEnough && highEnough ? 'cleared' : 'between'
}

function isBelowClear(value: number, above: number, clearBelow: number | undefined): boolean {
  return clearBelow === undefined ? value <= above : value < clearBelow
}

function isAboveClear(value: number, below: number, clearAbove: number | undefined): boolean {
  return clearAbove === undefined ? value >= below : value > clearAbove
}

/** The limit that the value crossed. */
export function crossedLimit(condition: ThresholdCondition, value: number): number | undefined {
  const { above, below } = condition
  return above !== undefined && value > above ? above : below
}
