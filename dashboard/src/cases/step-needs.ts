import type { CaseAct } from '../../../gateway/domain/case.ts'
import type { Key } from '../i18n/translate.ts'
import type { StepBody } from './use-case-acts.ts'

/** What each act asks for, and how what was answered is sent. */

export type Need =
  | 'reason'
  | 'text'
  | 'to'
  | 'until'
  | 'dueAt'
  | 'score'
  | 'into'
  | 'alarms'
  | 'pictures'

const needs: Record<CaseAct, readonly Need[]> = {
  accept: [],
  dispatch: ['to'],
  sign: [],
  sendBack: ['reason'],
  feedback: ['text', 'pictures'],
  suspend: ['reason', 'until'],
  resume: [],
  verify: ['text', 'pictures'],
  rework: ['reason'],
  evaluate: ['score', 'text'],
  reopen: ['reason'],
  void: ['reason'],
  merge: ['into'],
  close: ['reason'],
  split: ['alarms', 'reason'],
  claim: [],
  release: [],
  note: ['text', 'pictures'],
  extend: ['reason', 'until'],
  grantExtension: [],
  refuseExtension: ['reason'],
  remind: [],
  supervise: ['text', 'dueAt'],
  answer: ['text', 'pictures'],
  passUp: ['reason'],
}

export function needsOf(step: CaseAct): readonly Need[] {
  return needs[step]
}

export function needsDialog(step: CaseAct): boolean {
  return needs[step].length > 0
}

/** How the text of this act is called. */
export function textLabel(step: CaseAct): Key {
  if (step === 'evaluate') return 'dialog.textOptional'
  if (step === 'supervise') return 'dialog.supervise'
  return step === 'answer' ? 'dialog.answer' : 'dialog.text'
}

export interface Answers {
  reason?: string
  text?: string
  /** `kind:id` of whoever gets it. */
  to?: string
  /** A user name; goes before `to`. */
  user?: string
  hours?: number
  minutes?: number
  score?: number
  into?: string
  alarms?: string[]
  pictures?: string[]
}

interface Times {
  now: number
  /** An extension is counted from the present deadline on. */
  from?: number
}

export function receiverKey(kind: 'user' | 'team' | 'unit', id: string): string {
  return `${kind}:${id}`
}

function receiverOf(to: string): StepBody['to'] {
  const at = to.indexOf(':')
  const [kind, id] = [to.slice(0, at), to.slice(at + 1)]
  if (kind === 'user') return { user: id }
  return kind === 'team' ? { team: id } : { unit: id }
}

export function bodyOf(answers: Answers, { now, from = now }: Times): StepBody {
  const { hours, minutes, score, into, alarms = [], pictures = [], to } = answers
  const body: StepBody = {}
  if (answers.reason?.trim()) body.reason = answers.reason.trim()
  if (answers.text?.trim()) body.text = answers.text.trim()
  if (hours !== undefined) body.until = from + hours * 3_600_000
  if (minutes !== undefined) body.dueAt = now + minutes * 60_000
  if (score !== undefined) body.score = score
  if (into !== undefined) body.into = into
  if (alarms.length > 0) body.alarms = alarms
  if (pictures.length > 0) body.pictures = pictures
  if (answers.user?.trim()) body.to = { user: answers.user.trim() }
  else if (to !== undefined) body.to = receiverOf(to)
  return body
}

/** Only what this act asks for, whatever the form still remembers. */
export function pick(answers: Answers, asked: readonly Need[]): Answers {
  const has = (need: Need) => asked.includes(need)
  return {
    ...(has('reason') ? { reason: answers.reason } : {}),
    ...(has('text') ? { text: answers.text } : {}),
    ...(has('to') ? { to: answers.to, user: answers.user } : {}),
    ...(has('until') ? { hours: answers.hours } : {}),
    ...(has('dueAt') ? { minutes: answers.minutes } : {}),
    ...(has('score') ? { score: answers.score } : {}),
    ...(has('into') ? { into: answers.into } : {}),
    ...(has('alarms') ? { alarms: answers.alarms } : {}),
    ...(has('pictures') ? { pictures: answers.pictures } : {}),
  }
}
