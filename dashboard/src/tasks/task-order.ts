import type { CaseAct } from '../../../gateway/domain/case.ts'
import type { CaseView } from '../api/types.ts'

/** What to do first, and what the next step of a task is. Pure. */

type Ordered = Pick<CaseView, 'state' | 'dueAt' | 'overdue' | 'overdueSince' | 'openedAt'>

/** Nothing to do until somebody else has done something, or until a day. */
const waiting = new Set(['suspended', 'verifying'])

export function isLate(one: Ordered, now: number): boolean {
  if (waiting.has(one.state)) return false
  return one.overdue || one.overdueSince !== null || (one.dueAt !== null && one.dueAt <= now)
}

function rank(one: Ordered, now: number): number {
  if (isLate(one, now)) return 0
  return waiting.has(one.state) ? 2 : 1
}

/** Late ones first, then the earliest deadline; what waits for others comes last. */
export function inTaskOrder<T extends Ordered>(tasks: readonly T[], now: number): T[] {
  return tasks.toSorted(
    (a, b) =>
      rank(a, now) - rank(b, now) ||
      (a.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.dueAt ?? Number.MAX_SAFE_INTEGER) ||
      a.openedAt - b.openedAt,
  )
}

export type MainStep = Extract<CaseAct, 'sign' | 'feedback' | 'resume' | 'verify'>

const mainSteps: readonly MainStep[] = ['sign', 'feedback', 'resume', 'verify']

/** The one step that carries the case on; null: another has to do something first. */
export function mainStep(actions: readonly CaseAct[]): MainStep | null {
  return mainSteps.find((step) => actions.includes(step)) ?? null
}
