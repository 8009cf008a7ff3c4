import type { Case, CaseState } from './case.ts'
import { type Hazard, hazardOf, type Town } from './town.ts'
import { afterWork, type WorkTime, workBetween } from './work-calendar.ts'

/**
 * When the present step of a case is due. Clocks of `workHours` hazards run in the town's working
 * time only; those of the others day and night. All of it stands in the case itself, so that a
 * restart or a stepped clock finds what was done already.
 */

/** What the clocks of one case go by. */
export interface ClockRules extends WorkTime {
  hazard: Pick<Hazard, 'clocks' | 'workHours'>
}

export function clockRules(town: Town, hazard: string): ClockRules {
  const { timeZone, calendar } = town
  return { hazard: hazardOf(town, hazard), timeZone, calendar }
}

/** A reminder goes out when so much of the allowance is used up. */
const remindAfter = 0.8

/** Minutes allowed in this state; null where no clock runs. */
export function minutesAllowed(
  state: CaseState,
  { clocks }: Pick<Hazard, 'clocks'>,
): number | null {
  switch (state) {
    case 'reported':
      return clocks.accept
    case 'accepted':
      return clocks.dispatch
    case 'dispatched':
      return clocks.sign
    case 'handling':
      return clocks.handle
    case 'suspended':
    case 'verifying':
    case 'closed':
    case 'void':
    case 'merged':
      return null
  }
}

/** The instant at which a clock of this hazard has run for `ms` since `since`. */
export function afterClock(since: number, ms: number, rules: ClockRules): number {
  return rules.hazard.workHours ? afterWork(since, ms, rules) : since + ms
}

/** How long a clock of this hazard runs between two instants, ms; never negative. */
export function clockBetween(from: number, to: number, rules: ClockRules): number {
  return rules.hazard.workHours ? workBetween(from, to, rules) : Math.max(0, to - from)
}

/** Epoch ms at which a step that began at `since` is due; null where no clock runs. */
export function stepDueAt(state: CaseState, since: number, rules: ClockRules): number | null {
  const minutes = minutesAllowed(state, rules.hazard)
  return minutes === null ? null : afterClock(since, minutes * 60_000, rules)
}

export type StepClock = Pick<Case, 'dueAt' | 'remindAt' | 'remainingMs'>

export const noClock: StepClock = { dueAt: null, remindAt: null, remainingMs: null }

/** The clock of a step that begins at `since`. */
export function stepClock(state: CaseState, since: number, rules: ClockRules): StepClock {
  const minutes = minutesAllowed(state, rules.hazard)
  if (minutes === null) return noClock
  const ms = minutes * 60_000
  const remindAt = afterClock(since, Math.floor(ms * remindAfter), rules)
  return { dueAt: afterClock(since, ms, rules), remindAt, remainingMs: null }
}

/** A new deadline was given at `now`: reminded once more before it. */
export function extendedClock(now: number, dueAt: number, rules: ClockRules): StepClock {
  const ms = Math.floor(clockBetween(now, dueAt, rules) * remindAfter)
  return { dueAt, remindAt: Math.min(dueAt, afterClock(now, ms, rules)), remainingMs: null }
}

/** Stops the clock; what is left of it is kept. */
export function suspendedClock(
  { dueAt }: StepClock,
  span: { now: number; until: number },
  rules: ClockRules,
): StepClock {
  const remainingMs = dueAt === null ? null : clockBetween(span.now, dueAt, rules)
  return { dueAt: span.until, remindAt: null, remainingMs }
}

/** Lets the clock of `state` run on with what was left of it. */
export function resumedClock(
  { remainingMs, overdueSince, tier }: Pick<Case, 'remainingMs' | 'overdueSince' | 'tier'>,
  now: number,
  rules: ClockRules,
): StepClock {
  if (remainingMs === null) return stepClock('handling', now, rules)
  const dueAt = afterClock(now, remainingMs, rules)
  // It had run out at the highest tier, or runs out only now.
  const ranOut = remainingMs === 0 && overdueSince !== null && tier === 'town'
  const handleMs = rules.hazard.clocks.handle * 60_000
  const beforeReminderMs = remainingMs - Math.ceil(handleMs * (1 - remindAfter))
  const remindAt = beforeReminderMs > 0 ? afterClock(now, beforeReminderMs, rules) : null
  return { dueAt, remindAt, remainingMs: ranOut ? 0 : null }
}

/**
 * The clock of a step under another calendar. One that still runs as it began at `since` begins
 * there again; of any other, or where the new deadline would have passed already, what is left of it
 * is counted anew. Null: nothing moves.
 */
export function movedClock(
  present: Pick<Case, 'state' | 'dueAt' | 'remindAt' | 'remainingMs'>,
  { since, now }: { since: number; now: number },
  { before, after }: { before: ClockRules; after: ClockRules },
): StepClock | null {
  const { state, dueAt, remindAt, remainingMs } = present
  if (dueAt === null || dueAt <= now || state === 'suspended') return null
  const begun = stepClock(state, since, before)
  const again = stepClock(state, since, after)
  const left = (at: number) => afterClock(now, clockBetween(now, at, before), after)
  const isAsBegun = begun.dueAt === dueAt && again.dueAt !== null && again.dueAt > now
  const moved = {
    dueAt: isAsBegun ? again.dueAt : left(dueAt),
    remindAt: remindAt === null || remindAt <= now ? remindAt : left(remindAt),
    remainingMs,
  }
  if (isAsBegun && remindAt !== null) moved.remindAt = again.remindAt
  return moved.dueAt === dueAt && moved.remindAt === remindAt ? null : moved
}

/** False once the deadline passed and nobody is above to hand the case to. */
export function isDueAwaited({ state, dueAt, remainingMs }: Case): boolean {
  return dueAt !== null && (state === 'suspended' || remainingMs !== 0)
}

/** When the waiting request for more time lapses; null: none waits. */
export function extensionLapsesAt(present: Case): number | null {
  if (present.extension === null) return null
  return isDueAwaited(present) ? present.dueAt : present.extension.until
}

/** The earliest time at which a clock has something to do; null: nothing runs. */
function nextTimerAt(present: Case): number | null {
  const { remindAt, dueAt, supervision } = present
  const times = [
    remindAt,
    isDueAwaited(present) ? dueAt : null,
    extensionLapsesAt(present),
    supervision === null || supervision.isLate ? null : supervision.dueAt,
  ].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

export function withTimer(present: Case): Case {
  return { ...present, nextTimerAt: nextTimerAt(present) }
}
