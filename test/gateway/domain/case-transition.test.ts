import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CaseState,
  type CaseStep,
  caseStates,
  caseSteps,
  type Holder,
  tiers,
} from '../../../gateway/domain/case.ts'
import {
  isEnded,
  isRoleAllowed,
  nextState,
  type StepRequest,
  stepsFor,
  transition,
} from '../../../gateway/domain/case-transition.ts'
import { type Role, roles } from '../../../gateway/domain/person.ts'

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

const now = 1_000_000
const worker: Holder = { kind: 'user', id: 'worker' }
const supervisor = { id: 'sup', role: 'supervisor' } as const

const complete: Required<Omit<StepRequest, 'step'>> = {
  reason: 'why',
  text: 'what was done',
  until: now + 1,
  score: 4,
  into: 'other',
  to: worker,
}

function present(state: CaseState, over: Partial<{ holder: Holder; tier: 'town' }> = {}) {
  return { id: 'this', state, tier: 'grid' as const, holder: null, ...over }
}

const pairs = caseStates.flatMap((state) => caseSteps.map((step) => [state, step] as const))

describe('transition', () => {
  it.each(pairs)('%s × %s', (state, step) => {
    const to = legal.find((row) => row[0] === state && row[1] === step)?.[2]
    const outcome = transition(present(state), { step, ...complete }, { person: supervisor, now })
    if (to === undefined) expect(outcome).toEqual({ kind: 'illegal', state, step })
    else expect(outcome).toMatchObject({ kind: 'moved', state: to })
    expect(nextState(state, step)).toBe(to)
  })

  const needs: [CaseState, CaseStep, keyof StepRequest][] = [
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
    ['verifying', 'close', 'reason'],
  ]

  it.each(needs)('%s × %s needs %s', (state, step, field) => {
    const { [field as 'reason']: _left, ...rest } = complete
    const outcome = transition(present(state), { step, ...rest }, { person: supervisor, now })
    expect(outcome).toMatchObject({ kind: 'missing', step, field })
  })

  it.each([
    ['handling', { step: 'suspend', reason: 'rain', until: now }, 'until'],
    ['handling', { step: 'feedback', text: '  ' }, 'text'],
    ['closed', { step: 'evaluate', score: 6 }, 'score'],
    ['closed', { step: 'evaluate', score: 2.5 }, 'score'],
    ['reported', { step: 'merge', into: 'this' }, 'into'],
  ] as [CaseState, StepRequest, string][])('%s: %o is refused', (state, request, field) => {
    const outcome = transition(present(state), request, { person: supervisor, now })
    expect(outcome).toMatchObject({ kind: 'missing', field })
  })

  it('gives the case to whom it is dispatched and takes it back', () => {
    const context = { person: supervisor, now }
    expect(
      transition(present('accepted'), { step: 'dispatch', to: worker }, context),
    ).toMatchObject({ holder: worker, isEnd: false })
    const back = { step: 'sendBack', reason: 'not ours' } as const
    expect(transition(present('handling', { holder: worker }), back, context)).toMatchObject({
      holder: null,
    })
    const closing = { step: 'verify', text: 'seen' } as const
    expect(transition(present('verifying', { holder: worker }), closing, context)).toMatchObject({
      holder: worker,
      isEnd: true,
    })
    expect(transition(present('closed'), { step: 'evaluate', score: 5 }, context)).toMatchObject({
      isEnd: false,
    })
  })
})

describe('who may do what', () => {
  const mayAtGrid: Record<Role, CaseStep[]> = {
    townAdmin: [...caseSteps],
    supervisor: [...caseSteps],
    operator: caseSteps.filter((step) => step !== 'evaluate'),
    villageCadre: [
      ...(['accept', 'dispatch', 'sign', 'sendBack', 'feedback', 'suspend', 'resume'] as const),
      ...(['verify', 'rework', 'void'] as const),
    ],
    gridWorker: ['sign', 'sendBack', 'feedback', 'resume'],
    patroller: ['sign', 'sendBack', 'feedback', 'resume'],
    viewer: [],
  }

  it.each(roles)('%s at the grid tier', (role) => {
    const may = caseSteps.filter((step) => isRoleAllowed(role, step, 'grid'))
    expect(may).toEqual(caseSteps.filter((step) => mayAtGrid[role].includes(step)))
  })

  it('leaves the town’s own cases to the town', () => {
    const may = caseSteps.filter((step) => isRoleAllowed('villageCadre', step, 'town'))
    expect(may).toEqual(['sign', 'sendBack', 'feedback', 'resume'])
    const context = { person: { id: 'cadre', role: 'villageCadre' }, now } as const
    const outcome = transition(present('reported', { tier: 'town' }), { step: 'accept' }, context)
    expect(outcome).toEqual({ kind: 'forbidden', step: 'accept', role: 'villageCadre' })
  })

  it('lets field workers act on their own cases only', () => {
    const mine = present('dispatched', { holder: worker })
    expect(stepsFor(mine, { id: 'worker', role: 'gridWorker' })).toEqual(['sign', 'sendBack'])
    expect(stepsFor(mine, { id: 'other', role: 'gridWorker' })).toEqual([])
    const team = present('dispatched', { holder: { kind: 'team', id: '红袖标' } })
    expect(stepsFor(team, { id: 'other', role: 'patroller' })).toEqual(['sign', 'sendBack'])
  })

  it('offers exactly what would be taken', () => {
    for (const state of caseStates) {
      for (const tier of tiers) {
        for (const role of roles) {
          const person = { id: 'worker', role }
          const subject = { id: 'this', state, tier, holder: worker }
          const taken = caseSteps.filter(
            (step) => transition(subject, { step, ...complete }, { person, now }).kind === 'moved',
          )
          expect(stepsFor(subject, person)).toEqual(taken)
        }
      }
    }
  })
})

describe('10,000 walks', () => {
  const step = fc.record({
    step: fc.constantFrom(...caseSteps),
    role: fc.constantFrom(...roles),
    id: fc.constantFrom('worker', 'other'),
    isComplete: fc.boolean(),
  })

  it('never leave the table, and end where they must', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (walk) => {
        let subject: Parameters<typeof transition>[0] = present('reported')
        for (const { step, role, id, isComplete } of walk) {
          const request = isComplete ? { step, ...complete } : { step }
          const outcome = transition(subject, request, { person: { id, role }, now })
          if (outcome.kind !== 'moved') continue
          expect(['viewer']).not.toContain(role)
          expect(legal).toContainEqual([subject.state, step, outcome.state])
          expect(['void', 'merged']).not.toContain(subject.state)
          expect(outcome.isEnd).toBe(isEnded(outcome.state) && subject.state !== 'closed')
          // Whoever handles it was named; nobody holds what waits for dispatch.
          const isHeld = ['dispatched', 'handling', 'suspended', 'verifying'].includes(
            outcome.state,
          )
          expect(outcome.holder !== null).toBe(isHeld || outcome.state === 'closed')
          subject = { ...subject, state: outcome.state, holder: outcome.holder }
        }
      }),
      { numRuns: 10_000 },
    )
  })
})
