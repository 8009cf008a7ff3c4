import type { AlarmCause } from './alarm.ts'
import { countEvent, type EventState, expireHold, initialEvents } from './event-count.ts'
import { judgeExcess, type LatestValue, neighboursMedian } from './excess.ts'
import { initialLatch, type LatchState, latch } from './latch.ts'
import {
  type DeviceEvent,
  type Observation,
  observedProperties,
  type Reading,
} from './observation.ts'
import { initialRise, type RiseState, rise } from './rise.ts'
import type {
  Condition,
  EventCondition,
  ExcessCondition,
  RiseCondition,
  Rule,
  SilenceCondition,
  ThresholdCondition,
} from './rule.ts'
import { crossedLimit, judgeThreshold } from './threshold.ts'

/**
 * One rule, one device, one observation → the next state and perhaps a verdict. Pure, and counts
 * by the observations' own times, so that a log judged again from any checkpoint gives the same
 * alarms. A raise is always followed by a clear before the next raise. An observation older than
 * the one judged last changes nothing (a late event may still complete a count).
 */

/** Silence is judged by the gateway's own clock, not by the log; see the pipeline. */
interface SilenceState {
  kind: 'silence'
  active: boolean
}

export type RuleState = LatchState | RiseState | EventState | SilenceState

export type Verdict =
  | { kind: 'raise'; at: number; cause: AlarmCause }
  | { kind: 'clear'; at: number }

export interface Evaluation {
  /** The very same object when nothing changed. */
  state: RuleState
  verdict: Verdict | null
}

export interface EvaluationContext {
  /** Newest values of the property at the rule's neighbouring devices; asked only by excess rules. */
  neighbours(): readonly LatestValue[]
  /** The highest arrival time in the log so far, epoch ms. */
  logTime: number
}

export function isSilenceCondition(when: Condition): when is SilenceCondition {
  return 'silentForS' in when
}

export function isEventCondition(when: Condition): when is EventCondition {
  return 'event' in when
}

export function isExcessCondition(when: Condition): when is ExcessCondition {
  return 'excessOverNeighbours' in when
}

function isRiseCondition(when: Condition): when is RiseCondition {
  return 'riseBy' in when
}

export function initialRuleState({ when }: Rule): RuleState {
  if (isSilenceCondition(when)) return { kind: 'silence', active: false }
  if (isEventCondition(when)) return initialEvents()
  if (isRiseCondition(when)) return initialRise()
  return initialLatch()
}

/** A stored state, or a fresh one when the rule has become one of another sort since. */
export function fittingRuleState(rule: Rule, stored: RuleState | undefined): RuleState {
  const fresh = initialRuleState(rule)
  return stored?.kind === fresh.kind ? stored : fresh
}

export function evaluateRule(
  rule: Rule,
  state: RuleState,
  observation: Observation,
  context: EvaluationContext,
): Evaluation {
  const { when } = rule
  if (state.kind === 'event' && isEventCondition(when) && observation.kind === 'event') {
    return evaluateEvent(when, state, observation, context)
  }
  if (observation.kind !== 'reading' || !('property' in when)) return unchanged(state)
  if (observation.property !== when.property) return unchanged(state)
  if ((state.kind !== 'latch' && state.kind !== 'rise') || observation.observedAt <= state.at) {
    return unchanged(state)
  }
  if (state.kind === 'rise') {
    return isRiseCondition(when) ? evaluateRise(when, state, observation) : unchanged(state)
  }
  if (isExcessCondition(when)) return evaluateExcess(when, state, observation, context)
  return isRiseCondition(when) ? unchanged(state) : evaluateThreshold(when, state, observation)
}

/** What the passing of log time alone decides. */
export function evaluateLogTime(rule: Rule, state: RuleState, logTime: number): Evaluation {
  if (state.kind !== 'event' || !isEventCondition(rule.when)) return unchanged(state)
  const next = expireHold(state, rule.when, logTime)
  return { state: next, verdict: verdictOf(state, next, next.clearedAt, () => ({})) }
}

function unchanged(state: RuleState): Evaluation {
  return { state, verdict: null }
}

function verdictOf(
  before: RuleState,
  after: RuleState,
  at: number,
  cause: () => AlarmCause,
): Verdict | null {
  if (before.active === after.active) return null
  return after.active ? { kind: 'raise', at, cause: cause() } : { kind: 'clear', at }
}

function delaysOf(when: ThresholdCondition | ExcessCondition) {
  return { onDelayMs: (when.onDelayS ?? 0) * 1000, offDelayMs: (when.offDelayS ?? 0) * 1000 }
}

function evaluateThreshold(
  when: ThresholdCondition,
  state: LatchState,
  { observedAt, property, value }: Reading,
): Evaluation {
  const next = latch(state, observedAt, judgeThreshold(when, value), delaysOf(when))
  const cause = () => ({ property, value, limit: crossedLimit(when, value) })
  return { state: next, verdict: verdictOf(state, next, observedAt, cause) }
}

function evaluateRise(
  when: RiseCondition,
  state: RiseState,
  { observedAt, property, value }: Reading,
): Evaluation {
  const { state: next, risen } = rise(state, when, observedAt, value)
  // A level like every other limit: what the value had to reach from where the rise began.
  const cause = () => ({ property, value, limit: value - risen + when.riseBy })
  return { state: next, verdict: verdictOf(state, next, observedAt, cause) }
}

function evaluateExcess(
  when: ExcessCondition,
  state: LatchState,
  { observedAt, property, value }: Reading,
  context: EvaluationContext,
): Evaluation {
  const lowestMedian = observedProperties[property].min
  if (!state.active && value - lowestMedian <= when.excessOverNeighbours) {
    // Not beyond whatever the neighbours say: the common case, without asking them.
    const next = latch(state, observedAt, 'between', delaysOf(when))
    return { state: next, verdict: null }
  }
  const neighbours = neighboursMedian(context.neighbours(), observedAt, when.minNeighbours)
  if (neighbours === null) return { state: { ...state, at: observedAt }, verdict: null }
  const input = judgeExcess(when, value - neighbours)
  const next = latch(state, observedAt, input, delaysOf(when))
  const limit = neighbours + when.excessOverNeighbours
  const cause = () => ({ property, value, limit, neighbours })
  return { state: next, verdict: verdictOf(state, next, observedAt, cause) }
}

function evaluateEvent(
  when: EventCondition,
  state: EventState,
  event: DeviceEvent,
  { logTime }: EvaluationContext,
): Evaluation {
  const next = countEvent(state, when, event, logTime)
  const { type, confidence, bearingDeg, picture } = event
  const cause = () => ({ event: type, confidence, bearingDeg, picture })
  return { state: next, verdict: verdictOf(state, next, event.observedAt, cause) }
}
