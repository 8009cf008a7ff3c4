import type { CaseState } from '../../../gateway/domain/case.ts'
import type { CaseDetail, CaseView, TimelineEntry } from '../api/types.ts'

/** The clocks of a case: what remains of the running step, what each step took. */

export type ClockName = 'accept' | 'dispatch' | 'sign' | 'handle'

const clockOf: Partial<Record<CaseState, ClockName>> = {
  reported: 'accept',
  accepted: 'dispatch',
  dispatched: 'sign',
  handling: 'handle',
}

export function runningClock(state: CaseState): ClockName | null {
  return clockOf[state] ?? null
}

export interface Due {
  clock: ClockName | null
  /** Time left; what it is late by when overdue. */
  ms: number
  isOverdue: boolean
}

export function dueOf(one: Pick<CaseView, 'state' | 'dueAt' | 'overdue'>, now: number): Due | null {
  if (one.dueAt === null) return null
  const left = one.dueAt - now
  return { clock: runningClock(one.state), ms: Math.abs(left), isOverdue: left < 0 }
}

const stepperStates = [
  'reported',
  'accepted',
  'dispatched',
  'handling',
  'verifying',
  'closed',
] as const

export interface Stage {
  state: (typeof stepperStates)[number]
  /** How it is called; suspended work stands where it was taken from, under its own name. */
  shown: CaseState
  standing: 'done' | 'now' | 'ahead'
  /** Time spent in this state over all visits; null where it never was. */
  spentMs: number | null
  limitMin: number | null
}

/** Adds up the time in each state from the timeline's moves, the present visit up to `now`. */
export function timeInStates(
  timeline: readonly Pick<TimelineEntry, 'at' | 'toState'>[],
  state: string,
  now: number,
): Map<string, number> {
  const spent = new Map<string, number>()
  const moves = timeline.filter((entry) => entry.toState !== null).sort((a, b) => a.at - b.at)
  moves.forEach((move, index) => {
    const until = moves[index + 1]?.at ?? now
    const name = move.toState as string
    spent.set(name, (spent.get(name) ?? 0) + Math.max(0, until - move.at))
  })
  if (!spent.has(state)) spent.set(state, 0)
  return spent
}

export function stages(detail: CaseDetail, now: number): Stage[] {
  const spent = timeInStates(withOpening(detail), detail.state, now)
  if (detail.state === 'void' || detail.state === 'merged') return endedEarly(detail.state, spent)
  const present = detail.state === 'suspended' ? 'handling' : detail.state
  const at = stepperStates.findIndex((state) => state === present)
  return stepperStates.map((state, index) => {
    const clock = runningClock(state)
    const isDone = index < at || (detail.state === 'closed' && state === 'closed')
    return {
      state,
      shown: index === at ? detail.state : state,
      standing: isDone ? 'done' : index === at ? 'now' : 'ahead',
      spentMs: spent.get(state) ?? null,
      limitMin: clock === null ? null : detail.clocks[clock],
    }
  })
}

/** What was passed, then the end; the steps it never came to are no part of its course. */
function endedEarly(end: 'void' | 'merged', spent: ReadonlyMap<string, number>): Stage[] {
  const passed = stepperStates.filter((state) => state !== 'closed' && spent.has(state))
  return [
    ...passed.map(
      (state): Stage => ({
        state,
        shown: state,
        standing: 'done',
        spentMs: spent.get(state) ?? null,
        limitMin: null,
      }),
    ),
    { state: 'closed', shown: end, standing: 'now', spentMs: null, limitMin: null },
  ]
}

/** The timeline may begin with the alarm; the case itself began as reported. */
function withOpening(detail: CaseDetail): Pick<TimelineEntry, 'at' | 'toState'>[] {
  const hasOpening = detail.timeline.some((entry) => entry.toState === 'reported')
  return hasOpening
    ? detail.timeline
    : [{ at: detail.openedAt, toState: 'reported' }, ...detail.timeline]
}
