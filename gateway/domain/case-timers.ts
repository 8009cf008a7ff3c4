import type { Case, CaseState } from './case.ts'
import type { Facts } from './case-acts.ts'
import {
  type ClockRules,
  extensionLapsesAt,
  isDueAwaited,
  resumedClock,
  withTimer,
} from './case-clock.ts'
import { tierOver } from './case-states.ts'
import { passedUp } from './case-transition.ts'

/**
 * What the clocks of a case do by themselves. All that was done stands in the case, so a clock that
 * is stepped back, or a gateway that starts again, does nothing a second time; after a long
 * standstill the case moves up one level, not all at once: its new owner gets the full time.
 */

export type HappeningAct =
  | 'reminder'
  | 'overdue'
  | 'escalated'
  | 'resumed'
  | 'supervisionOverdue'
  | 'extensionLapsed'

interface Happening {
  act: HappeningAct
  fromState?: CaseState
  toState?: CaseState
  facts: Facts
}

export interface Fired {
  /** The version is one higher when anything happened. */
  next: Case
  happenings: Happening[]
}

/** A timer of zero minutes may set off the next one; there are three tiers and four timers. */
const mostRounds = 12

export function fireDue(present: Case, now: number, clock: ClockRules): Fired {
  const happenings: Happening[] = []
  let next = withTimer(present)
  for (let round = 0; round < mostRounds; round++) {
    const { nextTimerAt } = next
    if (nextTimerAt === null || nextTimerAt > now) break
    next = withTimer(fireOne(next, { now, clock }, happenings))
  }
  if (happenings.length > 0) next = { ...next, version: present.version + 1 }
  return { next, happenings }
}

interface Context {
  now: number
  clock: ClockRules
}

function isOver(at: number | null, now: number): at is number {
  return at !== null && at <= now
}

function fireOne(present: Case, context: Context, happenings: Happening[]): Case {
  const { now } = context
  const { supervision, remindAt, dueAt } = present
  const isDue = isDueAwaited(present) && isOver(dueAt, now)
  if (supervision !== null && !supervision.isLate && supervision.dueAt <= now) {
    happenings.push({ act: 'supervisionOverdue', facts: { dueAt: supervision.dueAt } })
    return { ...present, supervision: { ...supervision, isLate: true } }
  }
  if (isOver(remindAt, now)) {
    // Who is late already is told so, and not reminded.
    if (!isDue) happenings.push({ act: 'reminder', facts: { dueAt } })
    return { ...present, remindAt: null }
  }
  if (present.extension !== null && isOver(extensionLapsesAt(present), now)) {
    happenings.push({ act: 'extensionLapsed', facts: { until: present.extension.until } })
    return { ...present, extension: null }
  }
  if (!isDue) return present
  return present.state === 'suspended'
    ? resume(present, context, happenings)
    : runOut(present, context, happenings)
}

function resume(present: Case, { now, clock }: Context, happenings: Happening[]): Case {
  const [fromState, toState] = ['suspended', 'handling'] as const
  happenings.push({ act: 'resumed', fromState, toState, facts: { until: present.dueAt } })
  const clockAfter = resumedClock(present, now, clock)
  return { ...present, state: toState, stepSince: now, extension: null, ...clockAfter }
}

function runOut(present: Case, { now, clock }: Context, happenings: Happening[]): Case {
  const { dueAt, tier } = present
  happenings.push({ act: 'overdue', facts: { dueAt, tier } })
  const late = { ...present, remindAt: null, overdueSince: present.overdueSince ?? dueAt }
  const above = tierOver(tier)
  if (above === null) return { ...late, remainingMs: 0 }
  happenings.push({ act: 'escalated', facts: { from: tier, to: above } })
  return passedUp(late, now, clock)
}
