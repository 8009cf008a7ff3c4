import { alarmTransition } from '../domain/alarm.ts'
import type { Case } from '../domain/case.ts'
import { stepDueAt } from '../domain/case-clock.ts'
import {
  isEnded,
  type Refusal,
  type StepRequest,
  type Transition,
  transition,
} from '../domain/case-transition.ts'
import { ConflictError, InvalidError, NotFoundError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import { isInScope } from '../domain/place.ts'
import { higherSeverity } from '../domain/severity.ts'
import { hazardOf, type Town } from '../domain/town.ts'
import type { CaseStore, CaseUnit, DeskUnit } from '../ports/case-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { OutboxTopic } from '../ports/outbox.ts'

/**
 * What people do to cases and alarms. Each act is one transaction: the state, its timeline, its
 * next deadline and the news of it. Of two people who act at once one wins; the other learns the
 * present state.
 */

/** As it comes over HTTP; `version` is the one the person saw. */
interface CaseAct extends Omit<StepRequest, 'step' | 'to'> {
  action: StepRequest['step']
  version?: number
  to?: { user: string } | { team: string } | { unit: string }
}

export interface CaseDesk {
  /**
   * Throws NotFoundError for a case outside the actor's scope or a step that is not the actor's,
   * ConflictError (with the present case) for a stale version or a step not allowed from here,
   * InvalidError for what the step lacks.
   */
  act(actor: Actor, caseId: string, act: CaseAct, address?: string): Promise<void>
  /** ConflictError (with the present alarm) when there is nothing to acknowledge any more. */
  acknowledge(actor: Actor, alarmId: string, address?: string): Promise<void>
}

export interface CaseDeskOptions {
  store: CaseStore
  clock: Clock
  loadTown: () => Promise<Town>
}

export function createCaseDesk({ store, clock, loadTown }: CaseDeskOptions): CaseDesk {
  return {
    async act(actor, caseId, act, address) {
      const town = await loadTown()
      const step = { actor, caseId, act, town, address }
      await store.transact((unit) => takeStep(unit, { ...step, now: clock.now() }))
    },
    async acknowledge(actor, alarmId, address) {
      const seen = { actor, alarmId, address }
      await store.transact((unit) => acknowledge(unit, { ...seen, now: clock.now() }))
    },
  }
}

interface Step {
  actor: Actor
  caseId: string
  act: CaseAct
  town: Town
  now: number
  /** Where the person sits. */
  address: string | undefined
}

async function takeStep(unit: DeskUnit, step: Step): Promise<void> {
  const { actor, act, town, now } = step
  const present = await caseInScope(unit, actor, step.caseId)
  if (act.version !== undefined && act.version !== present.version) {
    throw new ConflictError(
      `Case ${present.number} was changed by somebody else; look at it again.`,
      present,
    )
  }
  const request = await requestOf(unit, act)
  const outcome = transition(present, request, { person: actor, now })
  if (outcome.kind !== 'moved') throw refusalError(outcome, present)
  const { state, holder } = outcome
  const dueAt =
    state === 'suspended'
      ? (request.until ?? null)
      : stepDueAt(state, hazardOf(town, present.hazard), now, town.timeZone)
  const version = present.version + 1
  await unit.updateCase({ ...present, state, holder, stepSince: now, dueAt, version })
  await keepHistory(unit, { ...step, present, request, outcome })
  await keepAudit(unit, { ...step, present, request, outcome })
  if (request.step === 'merge') await mergeInto(unit, { ...step, present })
  if (outcome.isEnd) await endIncident(unit, present, now)
  await emit(unit, 'case', present, now)
}

async function caseInScope(unit: CaseUnit, actor: Actor, id: string): Promise<Case> {
  const present = await unit.caseById(id)
  if (present === undefined || !isInScope(actor.scope, present.grid ?? present.village)) {
    throw new NotFoundError(`There is no case "${id}". It may belong to another place.`)
  }
  return present
}

async function requestOf(unit: CaseUnit, act: CaseAct): Promise<StepRequest> {
  const { action: step, to, version: _version, ...rest } = act
  if (to === undefined) return { ...rest, step }
  if ('team' in to) return { ...rest, step, to: { kind: 'team', id: to.team } }
  if ('unit' in to) return { ...rest, step, to: { kind: 'unit', id: to.unit } }
  const id = await unit.userId(to.user)
  if (id === undefined) {
    throw new InvalidError(`There is no person "${to.user}" to dispatch to; choose another.`)
  }
  return { ...rest, step, to: { kind: 'user', id } }
}

function refusalError(refusal: Refusal, present: Case): Error {
  switch (refusal.kind) {
    case 'illegal':
      return new ConflictError(
        `The step "${refusal.step}" is not possible while the case is ${refusal.state}.`,
        present,
      )
    case 'forbidden':
      return new NotFoundError(
        `The step "${refusal.step}" is not yours to take on case ${present.number}; ask its holder or the desk.`,
      )
    case 'missing':
      return new InvalidError(`${refusal.field}: ${refusal.message}`)
  }
}

type DoneStep = Step & { present: Case; request: StepRequest; outcome: Transition }

async function keepAudit(unit: DeskUnit, done: DoneStep): Promise<void> {
  const { actor, present, request, outcome, address } = done
  await unit.audit({
    actor: actor.id,
    act: 'actOnCase',
    subject: `case:${present.id}`,
    detail: `${present.number} ${request.step}: ${present.state} → ${outcome.state}`,
    reason: request.reason ?? request.text,
    address,
  })
}

async function keepHistory(unit: CaseUnit, done: DoneStep): Promise<void> {
  const { request, present, outcome } = done
  const { until, score, into, to } = request
  await unit.addHistory({
    caseId: present.id,
    at: done.now,
    act: request.step,
    actor: done.actor.id,
    fromState: present.state,
    toState: outcome.state,
    text: request.text ?? request.reason,
    detail: { until, score, into, to },
  })
}

/** The evidence of a merged case goes on in the other one. */
async function mergeInto(unit: CaseUnit, step: Step & { present: Case }): Promise<void> {
  const { actor, present, now } = step
  const target = await caseInScope(unit, actor, step.act.into ?? '')
  if (isEnded(target.state)) {
    throw new InvalidError(`into: case ${target.number} has ended; merge into one that is open.`)
  }
  const severity = higherSeverity(target.severity, present.severity)
  if (severity !== target.severity) await unit.updateCase({ ...target, severity })
  if (present.incident !== null && target.incident !== null) {
    await unit.moveAlarms(present.incident, target.incident)
  }
  await unit.addHistory({
    caseId: target.id,
    at: now,
    act: 'merge',
    actor: actor.id,
    text: present.number,
    detail: { from: present.id },
  })
  await emit(unit, 'case', target, now)
}

async function endIncident(unit: CaseUnit, present: Case, now: number): Promise<void> {
  const incident = present.incident === null ? undefined : await unit.incidentById(present.incident)
  if (incident === undefined || incident.closedAt !== null) return
  await unit.updateIncident({ ...incident, closedAt: now })
  await emit(unit, 'incident', incident, now)
}

async function acknowledge(
  unit: DeskUnit,
  { actor, alarmId, now, address }: Pick<Step, 'actor' | 'now' | 'address'> & { alarmId: string },
): Promise<void> {
  const alarm = await unit.alarmById(alarmId)
  const isKnown = alarm !== undefined && isInScope(actor.scope, alarm.grid ?? alarm.village)
  if (!isKnown || !mayAcknowledge(actor)) {
    throw new NotFoundError(`There is no alarm "${alarmId}" for you to acknowledge.`)
  }
  const state = alarmTransition(alarm.state, 'acknowledge')
  if (state === null) throw new ConflictError('This alarm was acknowledged already.', alarm)
  await unit.updateAlarm({ ...alarm, state, acknowledgedAt: now, acknowledgedBy: actor.id })
  await unit.audit({
    actor: actor.id,
    act: 'acknowledgeAlarm',
    subject: `alarm:${alarm.id}`,
    address,
  })
  await emit(unit, 'alarm', alarm, now)
  const present = alarm.incident === null ? undefined : await unit.caseOfIncident(alarm.incident)
  if (present === undefined) return
  await unit.addHistory({
    caseId: present.id,
    at: now,
    act: 'acknowledged',
    actor: actor.id,
    alarm: alarm.id,
  })
  await emit(unit, 'case', present, now)
}

function mayAcknowledge(actor: Actor): boolean {
  return actor.role !== 'viewer' && actor.role !== 'patroller'
}

async function emit(
  unit: CaseUnit,
  topic: OutboxTopic,
  subject: { id: string; village: string; grid: string | null },
  at: number,
): Promise<void> {
  const { id, village, grid } = subject
  await unit.emit({ at, topic, village, place: grid ?? village, body: { id } })
}
