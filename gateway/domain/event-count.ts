import { never } from './latch.ts'
import type { DeviceEvent } from './observation.ts'
import type { EventCondition } from './rule.ts'

/**
 * Events of a device, counted within a time. An event type that reported `active` holds the alarm
 * until its `clear`; a `pulse` never clears itself, so it holds the alarm for a while of log time
 * (the arrival times in the log), which goes on when the device stays quiet.
 */
export interface EventState {
  kind: 'event'
  active: boolean
  /** Event times that may still count, oldest first. */
  times: number[]
  /** Types that said `active` and not yet `clear`. */
  held: string[]
  /** observedAt of the newest event that counted. */
  lastAt: number
  /** The newest pulse, and the log time until which it holds; null when none does. */
  pulse: { type: string; until: number } | null
  /** Events observed before this belong to an alarm that is over. */
  clearedAt: number
}

/** How long a pulse holds an alarm without a repeat, at least. */
const pulseHoldMs = 5 * 60_000

export function initialEvents(): EventState {
  return {
    kind: 'event',
    active: false,
    times: [],
    held: [],
    lastAt: never,
    pulse: null,
    clearedAt: never,
  }
}

function concerns(condition: EventCondition, event: DeviceEvent): boolean {
  return condition.event.includes(event.type) && event.state !== 'unknown'
}

/** The device vouches for an event that carries no confidence. */
function isSure(condition: EventCondition, event: DeviceEvent): boolean {
  return (event.confidence ?? 1) >= (condition.minConfidence ?? 0)
}

/**
 * Guesses are counted until there are enough. A state that the device tells without a confidence is
 * its own verdict: it says so once, and once is enough.
 */
function isSettled(event: DeviceEvent): boolean {
  return event.state === 'active' && event.confidence === undefined
}

function holdMs(condition: EventCondition): number {
  return Math.max(pulseHoldMs, (condition.withinS ?? 0) * 1000)
}

export function countEvent(
  state: EventState,
  condition: EventCondition,
  event: DeviceEvent,
  logTime: number,
): EventState {
  if (!concerns(condition, event) || event.observedAt < state.clearedAt) return state
  if (event.state === 'clear') return release(state, event)
  if (!isSure(condition, event)) return state
  const times = withTime(state.times, event.observedAt, condition)
  const isPulse = event.state === 'pulse'
  return {
    ...state,
    times,
    active: state.active || isSettled(event) || isEnough(times, condition),
    held: isPulse || state.held.includes(event.type) ? state.held : [...state.held, event.type],
    lastAt: Math.max(state.lastAt, event.observedAt),
    pulse: isPulse ? { type: event.type, until: logTime + holdMs(condition) } : state.pulse,
  }
}

/** Lets go when the log has moved past the hold and no type still says `active`. */
export function expireHold(
  state: EventState,
  condition: EventCondition,
  logTime: number,
): EventState {
  if (state.pulse === null || logTime < state.pulse.until) return state
  if (!state.active || state.held.length > 0) return { ...state, pulse: null }
  return over(state, state.lastAt + holdMs(condition))
}

function release(state: EventState, event: DeviceEvent): EventState {
  const isPulsed = state.pulse?.type === event.type
  // An older `clear` that arrives late must not end what was seen after it.
  if (event.observedAt < state.lastAt) return state
  if (!isPulsed && !state.held.includes(event.type)) return state
  const held = state.held.filter((type) => type !== event.type)
  const pulse = isPulsed ? null : state.pulse
  if (state.active && held.length === 0 && pulse === null) return over(state, event.observedAt)
  return { ...state, held, pulse }
}

function over(state: EventState, at: number): EventState {
  return { ...state, active: false, times: [], held: [], pulse: null, clearedAt: at }
}

function withTime(times: number[], at: number, condition: EventCondition): number[] {
  return [...times, at].sort((a, b) => a - b).slice(-(condition.count ?? 1))
}

function isEnough(times: number[], condition: EventCondition): boolean {
  const needed = condition.count ?? 1
  if (times.length < needed) return false
  if (condition.withinS === undefined) return true
  const [first, last] = [times[0] as number, times[needed - 1] as number]
  return last - first <= condition.withinS * 1000
}
