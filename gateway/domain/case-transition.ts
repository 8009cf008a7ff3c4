import type { Case, CaseState, CaseStep, Holder, Tier } from './case.ts'
import { caseSteps } from './case.ts'
import type { Actor, Role } from './person.ts'

/**
 * The one way a case changes its state. A step is allowed when the state knows it, the person's
 * role may do it at the tier that owns the case, and all it needs was given; anything else is a
 * refusal that says why. Nothing here reads a clock or a store.
 */

export interface StepRequest {
  step: CaseStep
  reason?: string
  text?: string
  /** Epoch ms. */
  until?: number
  score?: number
  /** Id of the case this one becomes part of. */
  into?: string
  to?: Holder
}

export interface Transition {
  kind: 'moved'
  state: CaseState
  holder: Holder | null
  /** Its incident ends with it. */
  isEnd: boolean
}

export type Refusal =
  | { kind: 'illegal'; state: CaseState; step: CaseStep }
  | { kind: 'forbidden'; step: CaseStep; role: Role }
  | { kind: 'missing'; step: CaseStep; field: keyof StepRequest; message: string }

type Steps = Partial<Record<CaseStep, CaseState>>

/** From → step → to. What is not here is illegal. */
const table: Record<CaseState, Steps> = {
  reported: { accept: 'accepted', void: 'void', merge: 'merged', split: 'reported' },
  accepted: { dispatch: 'dispatched', split: 'accepted' },
  dispatched: { sign: 'handling', sendBack: 'accepted' },
  handling: {
    feedback: 'verifying',
    sendBack: 'accepted',
    suspend: 'suspended',
    split: 'handling',
  },
  suspended: { resume: 'handling' },
  verifying: { verify: 'closed', close: 'closed', rework: 'handling' },
  closed: { evaluate: 'closed', reopen: 'accepted' },
  void: {},
  merged: {},
}

const needs: Record<CaseStep, (keyof StepRequest)[]> = {
  accept: [],
  dispatch: ['to'],
  sign: [],
  sendBack: ['reason'],
  feedback: ['text'],
  suspend: ['reason', 'until'],
  resume: [],
  verify: ['text'],
  rework: ['reason'],
  close: ['reason'],
  evaluate: ['score'],
  reopen: ['reason'],
  void: ['reason'],
  merge: ['into'],
  split: ['reason'],
}

const desk: Role[] = ['townAdmin', 'supervisor', 'operator']
const field: Role[] = ['gridWorker', 'patroller']

/** Who may do a step: at any tier, and (`local`) only while a grid or a village owns the case. */
const allowed: Record<CaseStep, { anywhere: Role[]; local: Role[] }> = {
  accept: { anywhere: desk, local: ['villageCadre'] },
  dispatch: { anywhere: desk, local: ['villageCadre'] },
  sign: { anywhere: [...desk, 'villageCadre', ...field], local: [] },
  sendBack: { anywhere: [...desk, 'villageCadre', ...field], local: [] },
  feedback: { anywhere: [...desk, 'villageCadre', ...field], local: [] },
  suspend: { anywhere: desk, local: ['villageCadre'] },
  resume: { anywhere: [...desk, 'villageCadre', ...field], local: [] },
  verify: { anywhere: desk, local: ['villageCadre'] },
  rework: { anywhere: desk, local: ['villageCadre'] },
  close: { anywhere: ['townAdmin', 'supervisor'], local: [] },
  evaluate: { anywhere: ['townAdmin', 'supervisor'], local: [] },
  reopen: { anywhere: desk, local: [] },
  void: { anywhere: desk, local: ['villageCadre'] },
  merge: { anywhere: desk, local: [] },
  split: { anywhere: desk, local: [] },
}

/** Steps that are the holder's own: field workers do them on their own cases only. */
const holderSteps: ReadonlySet<CaseStep> = new Set(['sign', 'sendBack', 'feedback', 'resume'])

export function nextState(state: CaseState, step: CaseStep): CaseState | undefined {
  return table[state][step]
}

export function isEnded(state: CaseState): boolean {
  return state === 'closed' || state === 'void' || state === 'merged'
}

export function isRoleAllowed(role: Role, step: CaseStep, tier: Tier): boolean {
  const { anywhere, local } = allowed[step]
  return anywhere.includes(role) || (tier !== 'town' && local.includes(role))
}

type Person = Pick<Actor, 'id' | 'role'>

function mayAct(person: Person, present: Pick<Case, 'tier' | 'holder'>, step: CaseStep): boolean {
  if (!isRoleAllowed(person.role, step, present.tier)) return false
  if (!holderSteps.has(step) || !field.includes(person.role)) return true
  return present.holder?.kind !== 'user' || present.holder.id === person.id
}

/** What this person may do now: the buttons of the case's page. */
export function stepsFor(
  present: Pick<Case, 'state' | 'tier' | 'holder'>,
  person: Person,
): CaseStep[] {
  return caseSteps.filter(
    (step) => nextState(present.state, step) !== undefined && mayAct(person, present, step),
  )
}

/** `now` is only held against `until`. */
export function transition(
  present: Pick<Case, 'id' | 'state' | 'tier' | 'holder'>,
  request: StepRequest,
  context: { person: Person; now: number },
): Transition | Refusal {
  const { step } = request
  const state = nextState(present.state, step)
  if (!mayAct(context.person, present, step)) {
    return { kind: 'forbidden', step, role: context.person.role }
  }
  if (state === undefined) return { kind: 'illegal', state: present.state, step }
  const missing = whatIsMissing(present, request, context.now)
  if (missing !== null) return { kind: 'missing', step, ...missing }
  return {
    kind: 'moved',
    state,
    holder: holderAfter(present.holder, state, request),
    isEnd: isEnded(state) && !isEnded(present.state),
  }
}

function holderAfter(
  holder: Holder | null,
  state: CaseState,
  { step, to }: StepRequest,
): Holder | null {
  if (step === 'dispatch') return to ?? null
  return state === 'accepted' ? null : holder
}

function whatIsMissing(
  present: Pick<Case, 'id'>,
  request: StepRequest,
  now: number,
): { field: keyof StepRequest; message: string } | null {
  for (const field of needs[request.step]) {
    const value = request[field]
    if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
      return { field, message: `The step "${request.step}" needs "${field}".` }
    }
  }
  if (request.step === 'suspend' && (request.until ?? 0) <= now) {
    return { field: 'until', message: 'A case can be suspended until a time in the future only.' }
  }
  if (request.step === 'evaluate' && !isScore(request.score)) {
    return { field: 'score', message: 'The score is a whole number from 1 to 5.' }
  }
  if (request.step === 'merge' && request.into === present.id) {
    return { field: 'into', message: 'A case cannot be merged into itself; name another one.' }
  }
  return null
}

function isScore(score: number | undefined): boolean {
  return Number.isInteger(score) && (score ?? 0) >= 1 && (score ?? 0) <= 5
}
