import { never } from './latch.ts'
import type { RiseCondition } from './rule.ts'

/**
 * Rise within a sliding window, kept as the few values that can still be its lowest: each is lower
 * than all that follow it. Values denser than 1/64 of the window that are no new low are not kept,
 * so a state never holds more than about 65 values; sparser series are judged exactly.
 */
export interface RiseState {
  kind: 'rise'
  active: boolean
  at: number
  /** [observedAt, value], oldest and lowest first. */
  lows: [number, number][]
}

const densest = 64

export function initialRise(): RiseState {
  return { kind: 'rise', active: false, at: never, lows: [] }
}

/** The next state and the rise over the window that ends with this value. */
export function rise(
  state: RiseState,
  condition: RiseCondition,
  at: number,
  value: number,
): { state: RiseState; risen: number } {
  const windowMs = condition.withinS * 1000
  const lows = state.lows.filter(([lowAt, low]) => lowAt >= at - windowMs && low < value)
  const newest = lows.at(-1)
  if (newest === undefined || at - newest[0] >= windowMs / densest) lows.push([at, value])
  const lowest = lows[0]?.[1] ?? value
  const risen = value - lowest
  return { state: { kind: 'rise', active: isRisen(state, condition, risen), at, lows }, risen }
}

/** Half the rise keeps an active alarm, so that noise around the limit does not make it chatter. */
function isRisen(state: RiseState, condition: RiseCondition, risen: number): boolean {
  return state.active ? risen >= condition.riseBy / 2 : risen >= condition.riseBy
}
