import type { CaseState, Holder } from './case.ts'
import type { Facts } from './case-acts.ts'
import { afterClock, type ClockRules, clockBetween, stepDueAt } from './case-clock.ts'
import type { CaseEvent } from './planned-event.ts'

/**
 * One case's way through its steps, read from its timeline alone. A step is measured from when the
 * case came into its state until the act that it waits for, by the hazard's own clock (working time
 * where the hazard has office hours), without the time in suspension. It is on time when the act
 * came by the deadline in force: the allowance, what a granted extension made of it, or a new
 * allowance where somebody passed the case up in time. A step that nobody took counts once it is
 * late; one that was left another way (sent back) counts only when it was late by then.
 */

export const evaluatedSteps = ['accept', 'dispatch', 'sign', 'handle'] as const

export type EvaluatedStep = (typeof evaluatedSteps)[number]

export interface TimelineRow {
  /** Wall clock, epoch ms. */
  at: number
  act: string
  fromState: CaseState | null
  toState: CaseState | null
  facts: Facts
}

export interface EvaluatedCase {
  id: string
  hazard: string
  village: string
  state: CaseState
  openedAt: number
  holder: Holder | null
  isFalseAlarm: boolean
  plannedEvent: CaseEvent | null
  /** In the order in which it was written. */
  timeline: readonly TimelineRow[]
}

interface StepSample {
  step: EvaluatedStep
  isOnTime: boolean
  /** By the hazard's clock; null: the act did not come. */
  minutes: number | null
}

export interface CaseWay {
  samples: StepSample[]
  dispatches: number
  /** Of the dispatches, those that came back. */
  returns: number
  feedbacks: number
  /** Of the feedbacks, those that had to be done again. */
  reworks: number
  suspendedMs: number
  /** When it was closed the last time; null: it is not. */
  closedAt: number | null
  /** From opening to closing by the hazard's clock, without suspension. */
  closeMinutes: number | null
  score: number | null
}

const stepOf: Partial<Record<CaseState, { step: EvaluatedStep; act: string }>> = {
  reported: { step: 'accept', act: 'accept' },
  accepted: { step: 'dispatch', act: 'dispatch' },
  dispatched: { step: 'sign', act: 'sign' },
  handling: { step: 'handle', act: 'feedback' },
}

interface Running {
  step: EvaluatedStep
  act: string
  /** Since when the clock runs; null: suspended. */
  since: number | null
  usedMs: number
  dueAt: number
  leftMs: number
  isLate: boolean
}

interface Walk {
  way: CaseWay
  running: Running | null
  suspendedAt: number | null
  suspendedClockMs: number
  isDispatchOpen: boolean
  isFeedbackOpen: boolean
}

export function wayOf(one: EvaluatedCase, rules: ClockRules, now: number): CaseWay {
  const walk = begin(one, rules)
  for (const row of one.timeline) take(walk, row, rules)
  const { way, running } = walk
  if (walk.suspendedAt !== null) way.suspendedMs += Math.max(0, now - walk.suspendedAt)
  if (running !== null && isLateBy(running, now)) {
    way.samples.push({ step: running.step, isOnTime: false, minutes: null })
  }
  if (one.state !== 'closed') way.closedAt = null
  if (way.closedAt !== null) {
    const ms = clockBetween(one.openedAt, way.closedAt, rules) - walk.suspendedClockMs
    way.closeMinutes = Math.max(0, ms) / 60_000
  }
  return way
}

function begin(one: EvaluatedCase, rules: ClockRules): Walk {
  return {
    way: {
      samples: [],
      dispatches: 0,
      returns: 0,
      feedbacks: 0,
      reworks: 0,
      suspendedMs: 0,
      closedAt: null,
      closeMinutes: null,
      score: null,
    },
    running: clockOf('reported', one.openedAt, rules),
    suspendedAt: null,
    suspendedClockMs: 0,
    isDispatchOpen: false,
    isFeedbackOpen: false,
  }
}

function clockOf(state: CaseState, at: number, rules: ClockRules): Running | null {
  const awaited = stepOf[state]
  const dueAt = stepDueAt(state, at, rules)
  if (awaited === undefined || dueAt === null) return null
  return { ...awaited, since: at, usedMs: 0, dueAt, leftMs: 0, isLate: false }
}

function isLateBy({ isLate, since, dueAt }: Running, at: number): boolean {
  return isLate || (since !== null && at > dueAt)
}

function take(walk: Walk, row: TimelineRow, rules: ClockRules): void {
  count(walk, row)
  const { at, act, fromState, toState } = row
  if (toState === null || toState === fromState || act === 'opened') adjust(walk, row, rules)
  else if (toState === 'suspended') suspend(walk, at, rules)
  else if (fromState === 'suspended' && toState === 'handling') resume(walk, at, rules)
  else {
    leave(walk, row, rules)
    walk.running = clockOf(toState, at, rules)
  }
}

function count(walk: Walk, { act, at, fromState, toState, facts }: TimelineRow): void {
  const { way } = walk
  if (toState === 'closed' && fromState !== 'closed') way.closedAt = at
  if (act === 'dispatch') {
    way.dispatches += 1
    walk.isDispatchOpen = true
  } else if (act === 'sendBack' && walk.isDispatchOpen) {
    way.returns += 1
    walk.isDispatchOpen = false
  } else if (act === 'feedback') {
    way.feedbacks += 1
    walk.isFeedbackOpen = true
  } else if (act === 'rework' && walk.isFeedbackOpen) {
    way.reworks += 1
    walk.isFeedbackOpen = false
  } else if (act === 'evaluate' && typeof facts['score'] === 'number') {
    way.score = facts['score']
  }
}

/** What moves the deadline and leaves the state. */
function adjust(walk: Walk, { act, at, facts }: TimelineRow, rules: ClockRules): void {
  const { running } = walk
  if (running === null || running.since === null) return
  if (act === 'grantExtension' && typeof facts['until'] === 'number') {
    running.dueAt = facts['until']
  }
  if (act !== 'passUp' && act !== 'escalated') return
  // Who lets the clock run out was late, whoever owns the case afterwards.
  running.isLate ||= act === 'escalated' || at > running.dueAt
  const minutes = rules.hazard.clocks[running.step]
  running.dueAt = afterClock(at, minutes * 60_000, rules)
}

function suspend(walk: Walk, at: number, rules: ClockRules): void {
  walk.suspendedAt = at
  const { running } = walk
  if (running === null || running.since === null) return
  running.isLate ||= at > running.dueAt
  running.leftMs = clockBetween(at, running.dueAt, rules)
  running.usedMs += clockBetween(running.since, at, rules)
  running.since = null
}

function resume(walk: Walk, at: number, rules: ClockRules): void {
  const { running, suspendedAt } = walk
  if (suspendedAt !== null) {
    walk.way.suspendedMs += Math.max(0, at - suspendedAt)
    walk.suspendedClockMs += clockBetween(suspendedAt, at, rules)
    walk.suspendedAt = null
  }
  if (running === null) return
  running.since = at
  running.dueAt = afterClock(at, running.leftMs, rules)
}

function leave(walk: Walk, { act, at }: TimelineRow, rules: ClockRules): void {
  const { running } = walk
  if (running === null) return
  const isLate = isLateBy(running, at)
  const { step } = running
  if (act === running.act) {
    const since = running.since ?? at
    const minutes = (running.usedMs + clockBetween(since, at, rules)) / 60_000
    walk.way.samples.push({ step, isOnTime: !isLate, minutes })
  } else if (isLate) {
    walk.way.samples.push({ step, isOnTime: false, minutes: null })
  }
}
