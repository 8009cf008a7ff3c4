/**
 * The on/off part that conditions over a value share: a limit must be exceeded for `onDelayMs`
 * before it is active, and be clearly left for `offDelayMs` before it is inactive. Between the two
 * limits (the deadband) nothing changes. Time is the observations' own, so that the same log gives
 * the same answer at any speed.
 */
export interface LatchState {
  kind: 'latch'
  active: boolean
  /** observedAt of the newest value that was judged. */
  at: number
  /** Since when the value asks for the opposite of `active`; null while it does not. */
  since: number | null
}

/** Before any observation; a number that survives JSON, unlike -Infinity. */
export const never = Number.MIN_SAFE_INTEGER

export interface LatchDelays {
  onDelayMs: number
  offDelayMs: number
}

export type LatchInput = 'beyond' | 'between' | 'cleared'

export function initialLatch(): LatchState {
  return { kind: 'latch', active: false, at: never, since: null }
}

/** The next state; it became active or inactive exactly when `active` differs from before. */
export function latch(
  state: LatchState,
  at: number,
  input: LatchInput,
  delays: LatchDelays,
): LatchState {
  const asks = state.active ? input === 'cleared' : input === 'beyond'
  if (!asks) return { kind: 'latch', active: state.active, at, since: null }
  const since = state.since ?? at
  const delayMs = state.active ? delays.offDelayMs : delays.onDelayMs
  if (at - since < delayMs) return { kind: 'latch', active: state.active, at, since }
  return { kind: 'latch', active: !state.active, at, since: null }
}
