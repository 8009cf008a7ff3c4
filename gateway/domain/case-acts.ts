import type { Case, CaseAct, CaseState, Holder } from './case.ts'
import type { Person } from './case-permission.ts'

/** What an act asks for, what it needs, and what answers it. */

export interface ActRequest {
  act: CaseAct
  reason?: string
  text?: string
  /** Epoch ms. */
  until?: number
  /** `supervise`: when the answer is wanted, epoch ms. */
  dueAt?: number
  score?: number
  /** Id of the case this one becomes part of. */
  into?: string
  to?: Holder
  falseAlarm?: boolean
  /** `split`: ids of the alarms that leave. */
  alarms?: string[]
  checkin?: string
}

type Fact = string | number | boolean | null
export type Facts = Record<string, Fact>

/** What must be done beside keeping the case; each belongs to the same transaction. */
export type Effect =
  /** Its incident ends with it. */
  | { kind: 'endIncident' }
  /** What it is about goes on: new alarms are its own again. */
  | { kind: 'reopenIncident' }
  /** The evidence goes on in the other case. */
  | { kind: 'merge'; into: string }
  /** A second case: of these alarms, or, without any, of the same place. */
  | { kind: 'split'; alarms: readonly string[] }
  | { kind: 'acknowledgeAlarms' }

export interface Moved {
  kind: 'moved'
  state: CaseState
  next: Case
  /** What the timeline shows beside the text. */
  facts: Facts
  effects: Effect[]
}

export type Refusal =
  | { kind: 'illegal'; state: CaseState; act: CaseAct; message: string }
  /** Somebody else is on it. */
  | { kind: 'claimed'; act: CaseAct; by: string }
  | { kind: 'forbidden'; act: CaseAct; role: Person['role'] }
  | { kind: 'missing'; act: CaseAct; field: keyof ActRequest; message: string }

const needs: Partial<Record<CaseAct, readonly (keyof ActRequest)[]>> = {
  dispatch: ['to'],
  sendBack: ['reason'],
  feedback: ['text'],
  suspend: ['reason', 'until'],
  verify: ['text'],
  rework: ['reason'],
  close: ['reason'],
  evaluate: ['score'],
  reopen: ['reason'],
  void: ['reason'],
  merge: ['into'],
  split: ['reason'],
  note: ['text'],
  extend: ['reason', 'until'],
  refuseExtension: ['reason'],
  supervise: ['text', 'dueAt'],
  answer: ['text'],
  passUp: ['reason'],
}

interface Missing {
  field: keyof ActRequest
  message: string
}

type Judged = Pick<Case, 'id' | 'dueAt' | 'extension'>

function isBlank(value: ActRequest[keyof ActRequest]): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** `alarms`: those the case has. */
export function whatIsMissing(
  present: Judged,
  request: ActRequest,
  { now, alarms }: Known,
): Missing | null {
  const { act } = request
  const field = needs[act]?.find((one) => isBlank(request[one]))
  if (field !== undefined) return { field, message: `The step "${act}" needs "${field}".` }
  return checks[act]?.(present, request, { now, alarms }) ?? null
}

interface Known {
  now: number
  alarms: readonly string[]
}

type Check = (present: Judged, request: ActRequest, known: Known) => Missing | null

const checks: Partial<Record<CaseAct, Check>> = {
  suspend: (_, { until }, { now }) => isAfter('until', until, now),
  supervise: (_, { dueAt }, { now }) => isAfter('dueAt', dueAt, now),
  extend: (present, { until }, { now }) =>
    isAfter('until', until, Math.max(now, present.dueAt ?? 0)),
  grantExtension: ({ extension }, { until }, { now }) =>
    isAfter('until', until ?? extension?.until, now),
  evaluate: (_, { score }) =>
    isScore(score) ? null : { field: 'score', message: 'The score is a whole number from 1 to 5.' },
  merge: ({ id }, { into }) =>
    into === id
      ? { field: 'into', message: 'A case cannot be merged into itself; name another one.' }
      : null,
  split: (_, request, { alarms }) => badSplit(request.alarms ?? [], alarms),
}

function isAfter(field: 'until' | 'dueAt', at: number | undefined, after: number): Missing | null {
  if (at !== undefined && at > after) return null
  const message = `Give a time after ${new Date(after).toISOString()}: later than now and than the present deadline.`
  return { field, message }
}

function isScore(score: number | undefined): boolean {
  return Number.isInteger(score) && (score ?? 0) >= 1 && (score ?? 0) <= 5
}

function badSplit(leaving: readonly string[], all: readonly string[]): Missing | null {
  const field = 'alarms'
  if (all.length === 0) {
    return leaving.length === 0
      ? null
      : { field, message: 'This case has no alarms; split it by a reason alone.' }
  }
  const chosen = new Set(leaving)
  if (chosen.size === 0) {
    return { field, message: 'Say which of its alarms go into the new case.' }
  }
  if ([...chosen].some((id) => !all.includes(id))) {
    return { field, message: 'Only alarms of this case can leave it; look at it again.' }
  }
  return chosen.size < all.length
    ? null
    : { field, message: 'At least one alarm stays; leave one of them out.' }
}
