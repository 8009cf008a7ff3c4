import { describe, expect, it } from 'vitest'
import {
  type Case,
  type CaseAct,
  type CaseState,
  type CaseStep,
  caseActs,
  caseStates,
  caseSteps,
  tiers,
} from '../../../gateway/domain/case.ts'
import type { ActRequest } from '../../../gateway/domain/case-acts.ts'
import { isEnded, nextState } from '../../../gateway/domain/case-states.ts'
import { actsFor, transition } from '../../../gateway/domain/case-transition.ts'
import { roles } from '../../../gateway/domain/person.ts'
import { aCase, complete, fireClock, minute, start, worker } from './a-case.ts'

/** The table of vocabulary.md, written down a second time. */
const legal: [CaseState, CaseStep, CaseState][] = [
  ['reported', 'accept', 'accepted'],
  ['reported', 'void', 'void'],
  ['reported', 'merge', 'merged'],
  ['reported', 'split', 'reported'],
  ['accepted', 'split', 'accepted'],
  ['handling', 'split', 'handling'],
  ['verifying', 'close', 'closed'],
  ['accepted', 'dispatch', 'dispatched'],
  ['dispatched', 'sign', 'handling'],
  ['dispatched', 'sendBack', 'accepted'],
  ['handling', 'feedback', 'verifying'],
  ['handling', 'sendBack', 'accepted'],
  ['handling', 'suspend', 'suspended'],
  ['suspended', 'resume', 'handling'],
  ['verifying', 'verify', 'closed'],
  ['verifying', 'rework', 'handling'],
  ['closed', 'evaluate', 'closed'],
  ['closed', 'reopen', 'accepted'],
]

const now = start
const alarms = ['a1', 'a2']
const supervisor = { id: 'sup', role: 'supervisor' } as const
const bySupervisor = { person: supervisor, now, clock: fireClock, alarms }

function take(present: Case, request: ActRequest, context = bySupervisor) {
  return transition(present, request, context)
}

function movedBy(present: Case, request: ActRequest, context = bySupervisor) {
  const outcome = transition(present, request, context)
  if (outcome.kind !== 'moved') throw new Error(`${request.act}: ${JSON.stringify(outcome)}`)
  return outcome
}

const held = (state: CaseState, over: Partial<Case> = {}) =>
  aCase({
    state,
    holder: ['reported', 'accepted'].includes(state) ? null : worker,
    ...over,
  })

const pairs = caseStates.flatMap((state) => caseSteps.map((act) => [state, act] as const))

describe('steps', () => {
  it.each(pairs)('%s × %s', (state, act) => {
    const to = legal.find((row) => row[0] === state && row[1] === act)?.[2]
    const present = held(state)
    const outcome = take(present, { act, ...complete })
    expect(nextState(present, act)).toBe(to)
    if (to === undefined) {
      expect(outcome).toMatchObject({ kind: 'illegal', state, act })
      return
    }
    expect(outcome).toMatchObject({ kind: 'moved', state: to, next: { state: to, version: 2 } })
  })
})

/** Beside the states: from which each is possible, given what it answers is there. */
const beside: Record<string, CaseState[]> = {
  claim: ['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying'],
  release: ['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying'],
  note: ['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying', 'closed'],
  extend: ['handling', 'suspended'],
  grantExtension: ['handling', 'suspended'],
  refuseExtension: ['handling', 'suspended'],
  remind: ['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying'],
  supervise: ['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying'],
  answer: ['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying'],
  passUp: ['reported', 'accepted', 'dispatched', 'handling', 'verifying'],
}

const asked = { reason: 'rain', until: start + 500 * minute, by: 'worker', at: start }
const watched = { text: 'why so slow?', dueAt: start + 30 * minute, by: 'boss', at: start }

const cadre = { id: 'cadre', role: 'villageCadre' } as const

function readyFor(act: CaseAct, state: CaseState): Case {
  return held(state, {
    claimedBy: act === 'release' ? 'sup' : null,
    claimedAt: act === 'release' ? start : null,
    extension: act === 'grantExtension' || act === 'refuseExtension' ? asked : null,
    supervision: act === 'answer' ? watched : null,
  })
}

const besidePairs = Object.keys(beside).flatMap((act) =>
  caseStates.map((state) => [state, act as CaseAct] as const),
)

describe('acts beside the states', () => {
  it('are all in the table', () => {
    expect([...caseSteps, ...Object.keys(beside)]).toEqual([...caseActs])
  })

  it.each(besidePairs)('%s × %s', (state, act) => {
    const person = act === 'passUp' ? cadre : supervisor
    const context = { ...bySupervisor, person }
    const outcome = transition(readyFor(act, state), { act, ...complete }, context)
    if (beside[act]?.includes(state)) {
      expect(outcome).toMatchObject({ kind: 'moved', state, next: { state, version: 2 } })
    } else {
      expect(outcome).toMatchObject({ kind: 'illegal', state, act })
    }
  })

  it.each([
    ['release', 'Nobody said to be on it'],
    ['grantExtension', 'Nobody waits for an extension'],
    ['refuseExtension', 'Nobody waits for an extension'],
    ['answer', 'No supervision waits'],
  ] as [CaseAct, string][])('%s needs something to answer', (act, message) => {
    const outcome = take(held('handling'), { act, ...complete })
    expect(outcome).toMatchObject({ kind: 'illegal', message: expect.stringContaining(message) })
  })

  it('nobody asks twice, and nobody is above the town', () => {
    const twice = take(held('handling', { extension: asked }), { act: 'extend', ...complete })
    expect(twice).toMatchObject({ kind: 'illegal', message: expect.stringContaining('already') })
    const own = held('handling', { tier: 'town' })
    const context = { ...bySupervisor, person: { ...worker, role: 'gridWorker' } as const }
    const up = transition(own, { act: 'passUp', reason: 'too big' }, context)
    expect(up).toMatchObject({ kind: 'illegal', message: expect.stringContaining('nobody') })
  })
})

describe('what an act needs', () => {
  const needs: [CaseState, CaseAct, keyof ActRequest][] = [
    ['accepted', 'dispatch', 'to'],
    ['dispatched', 'sendBack', 'reason'],
    ['handling', 'sendBack', 'reason'],
    ['handling', 'feedback', 'text'],
    ['handling', 'suspend', 'reason'],
    ['handling', 'suspend', 'until'],
    ['verifying', 'verify', 'text'],
    ['verifying', 'rework', 'reason'],
    ['closed', 'evaluate', 'score'],
    ['closed', 'reopen', 'reason'],
    ['reported', 'void', 'reason'],
    ['reported', 'merge', 'into'],
    ['handling', 'split', 'reason'],
    ['handling', 'split', 'alarms'],
    ['verifying', 'close', 'reason'],
    ['handling', 'note', 'text'],
    ['handling', 'extend', 'reason'],
    ['handling', 'extend', 'until'],
    ['handling', 'refuseExtension', 'reason'],
    ['handling', 'supervise', 'text'],
    ['handling', 'supervise', 'dueAt'],
    ['handling', 'answer', 'text'],
    ['handling', 'passUp', 'reason'],
  ]

  it.each(needs)('%s × %s needs %s', (state, act, field) => {
    const { [field as 'reason']: _left, ...rest } = complete
    const person = act === 'passUp' ? cadre : supervisor
    const context = { ...bySupervisor, person }
    const outcome = transition(readyFor(act, state), { act, ...rest }, context)
    expect(outcome).toMatchObject({ kind: 'missing', act, field })
  })

  const late = { extension: { ...asked, until: now }, dueAt: now + minute }
  const bad: [string, Case, ActRequest, string][] = [
    ['the past', held('handling'), { act: 'suspend', reason: 'rain', until: now }, 'until'],
    ['blanks', held('handling'), { act: 'feedback', text: '  ' }, 'text'],
    ['6 points', held('closed'), { act: 'evaluate', score: 6 }, 'score'],
    ['half points', held('closed'), { act: 'evaluate', score: 2.5 }, 'score'],
    ['itself', held('reported'), { act: 'merge', into: 'this' }, 'into'],
    [
      'no more time',
      held('handling', late),
      { ...complete, act: 'grantExtension', until: undefined } as never,
      'until',
    ],
    [
      'less time than there is',
      held('handling', { dueAt: now + 9 * minute }),
      { act: 'extend', reason: 'rain', until: now + 9 * minute },
      'until',
    ],
    ['an answer by now', held('handling'), { act: 'supervise', text: 'why?', dueAt: now }, 'dueAt'],
    ['all alarms', held('handling'), { act: 'split', reason: 'two', alarms }, 'alarms'],
    ['foreign alarms', held('handling'), { act: 'split', reason: 'two', alarms: ['x'] }, 'alarms'],
    [
      'one twice',
      held('handling'),
      { act: 'split', reason: 'two', alarms: ['a1', 'a1', 'a2'] },
      'alarms',
    ],
  ]
  it.each(bad)('%s will not do', (_name, present, request, field) => {
    expect(take(present, request)).toMatchObject({ kind: 'missing', field })
  })

  it('a case without alarms is split by a reason alone', () => {
    const context = { ...bySupervisor, alarms: [] }
    const bare = held('handling', { incident: null })
    expect(take(bare, { act: 'split', reason: 'two heaps' }, context)).toMatchObject({
      kind: 'moved',
      effects: [{ kind: 'split', alarms: [] }],
    })
    expect(take(bare, { act: 'split', reason: 'two', alarms: ['a1'] }, context)).toMatchObject({
      kind: 'missing',
      field: 'alarms',
    })
  })
})

describe('what follows', () => {
  it('gives the case to whom it is dispatched and takes it back', () => {
    const { next } = movedBy(held('accepted', { claimedBy: 'sup', claimedAt: 1 }), {
      act: 'dispatch',
      to: worker,
    })
    expect(next).toMatchObject({ holder: worker, claimedBy: null, claimedAt: null })
    const back = movedBy(held('handling'), { act: 'sendBack', reason: 'not ours' })
    expect(back.next.holder).toBeNull()
    expect(back.effects).toEqual([])
  })

  it('ends the incident with the case', () => {
    const closing = movedBy(held('verifying', { supervision: watched }), {
      act: 'verify',
      text: 'seen',
      checkin: 'c-1',
    })
    expect(closing).toMatchObject({
      next: { holder: worker, closedAt: now, supervision: null, nextTimerAt: null },
      facts: { checkin: 'c-1' },
      effects: [{ kind: 'endIncident' }],
    })
    expect(movedBy(held('closed'), { act: 'evaluate', score: 5 })).toMatchObject({
      facts: { score: 5 },
      effects: [],
    })
    const again = movedBy(held('closed', { closedAt: 5 }), { act: 'reopen', reason: 'smoke' })
    expect(again.next).toMatchObject({ closedAt: null, holder: null, state: 'accepted' })
  })

  it('a false alarm is void, counted and acknowledged', () => {
    const outcome = movedBy(held('reported'), { act: 'void', reason: 'dust', falseAlarm: true })
    expect(outcome).toMatchObject({
      next: { isFalseAlarm: true, closedAt: now },
      facts: { falseAlarm: true },
      effects: [{ kind: 'acknowledgeAlarms' }, { kind: 'endIncident' }],
    })
    const duplicate = movedBy(held('reported'), { act: 'void', reason: 'twice' })
    expect(duplicate.next.isFalseAlarm).toBe(false)
    expect(duplicate.effects).toEqual([{ kind: 'endIncident' }])
  })

  it('a merged case says into which', () => {
    const { next, effects } = movedBy(held('reported'), { act: 'merge', into: 'other' })
    expect(next).toMatchObject({ mergedInto: 'other', closedAt: now })
    expect(effects).toEqual([{ kind: 'merge', into: 'other' }, { kind: 'endIncident' }])
  })

  it('one person is on it at a time', () => {
    const { next } = movedBy(held('handling'), { act: 'claim' })
    expect(next).toMatchObject({ claimedBy: 'sup', claimedAt: now })
    expect(take(next, { act: 'claim' })).toMatchObject({ kind: 'illegal' })
    const other = { ...bySupervisor, person: { id: 'op', role: 'operator' } as const }
    expect(transition(next, { act: 'claim' }, other)).toEqual({
      kind: 'claimed',
      act: 'claim',
      by: 'sup',
    })
    expect(transition(next, { act: 'release' }, other)).toMatchObject({ kind: 'claimed' })
    expect(movedBy(next, { act: 'release' }).next).toMatchObject({ claimedBy: null })
    // A leader may take away what another forgot.
    const forgotten = { ...next, claimedBy: 'op' }
    expect(movedBy(forgotten, { act: 'release' }).next.claimedBy).toBeNull()
  })

  it('an act of leaving the state ends what belonged to it', () => {
    const { next } = movedBy(
      held('handling', { reminders: 2, extension: asked, overdueSince: 7, remainingMs: 0 }),
      { act: 'feedback', text: 'done' },
    )
    expect(next).toMatchObject({
      reminders: 0,
      extension: null,
      overdueSince: null,
      remainingMs: null,
      dueAt: null,
    })
  })

  it('urging and supervising count', () => {
    expect(movedBy(held('handling', { reminders: 1 }), { act: 'remind' }).next.reminders).toBe(2)
    const dueAt = now + 30 * minute
    const { next, facts } = movedBy(held('handling'), { act: 'supervise', text: 'why?', dueAt })
    expect(next).toMatchObject({
      supervisions: 1,
      supervision: { text: 'why?', dueAt, by: 'sup', at: now },
      nextTimerAt: dueAt,
    })
    expect(facts).toEqual({ dueAt })
    expect(movedBy(next, { act: 'answer', text: 'so' }).next).toMatchObject({
      supervision: null,
      supervisions: 1,
    })
  })

  it('passing up moves the owner, and what was late stays late', () => {
    const context = { ...bySupervisor, person: cadre }
    const present = held('accepted', { overdueSince: 7, tier: 'grid' })
    const outcome = transition(present, { act: 'passUp', reason: 'too big' }, context)
    expect(outcome).toMatchObject({
      next: { tier: 'village', overdueSince: 7, dueAt: now + 5 * minute },
      facts: { from: 'grid', to: 'village' },
    })
  })
})

describe('offers', () => {
  it('exactly what would be taken', () => {
    for (const state of caseStates) {
      for (const tier of tiers) {
        for (const role of roles) {
          for (const facts of [
            {},
            { claimedBy: 'worker' },
            { extension: asked },
            { supervision: watched },
          ]) {
            const person = { id: 'worker', role }
            const present = held(state, { tier, ...facts })
            const context = { person, now, clock: fireClock, alarms }
            const taken = caseActs.filter(
              (act) => transition(present, { act, ...complete }, context).kind === 'moved',
            )
            expect(actsFor(present, person)).toEqual(taken)
            if (isEnded(state)) expect(taken).not.toContain('claim')
          }
        }
      }
    }
  })
})
