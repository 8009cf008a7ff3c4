import { alarmTransition } from '../domain/alarm.ts'
import type { Case } from '../domain/case.ts'
import type { ActRequest, Facts, Refusal } from '../domain/case-acts.ts'
import { clockRules } from '../domain/case-clock.ts'
import { transition } from '../domain/case-transition.ts'
import { ConflictError, InvalidError, NotFoundError } from '../domain/errors.ts'
import { isInScope } from '../domain/place.ts'
import type { CaseUnit, DeskUnit } from '../ports/case-store.ts'
import { type Act, type CaseDeed, caseInScope, type Done, emit } from './case-deed.ts'
import { mergeInto } from './case-merge.ts'
import { splitOff } from './case-split.ts'

/** One act of one person on one case, inside the transaction that keeps all of it or nothing. */

/** Every place code begins so. */
const everywhere = { scope: '' }

export async function takeAct(unit: DeskUnit, act: Act): Promise<void> {
  const { actor, deed, town, now } = act
  const isProven = act.isProven ?? false
  const present = await caseInScope(unit, isProven ? everywhere : actor, act.caseId)
  if (deed.version !== undefined && deed.version !== present.version) {
    throw new ConflictError(
      `Case ${present.number} was changed by somebody else; look at it again.`,
      present,
    )
  }
  const request = await requestOf(unit, deed, present)
  const outcome = transition(present, request, {
    person: actor,
    now,
    clock: clockRules(town, present.hazard),
    alarms: request.act === 'split' ? await alarmIdsOf(unit, present) : [],
    isProven,
  })
  if (outcome.kind !== 'moved') throw await refusalError(unit, outcome, present)
  const done = { ...act, present, request, outcome }
  await unit.updateCase(outcome.next)
  const facts = { ...outcome.facts, ...(await settle(unit, done)) }
  const historyId = await keepHistory(unit, done, facts)
  await unit.attachPictures(
    { caseId: present.id, historyId, by: actor.id, at: now },
    deed.pictures ?? [],
  )
  await keepAudit(unit, done)
  await emit(unit, 'case', present, now)
}

async function alarmIdsOf(unit: CaseUnit, { incident }: Case): Promise<string[]> {
  if (incident === null) return []
  return (await unit.alarmsOf(incident)).map(({ id }) => id)
}

async function requestOf(unit: CaseUnit, deed: CaseDeed, present: Case): Promise<ActRequest> {
  const { action: act, to, version: _version, pictures: _pictures, ...rest } = deed
  if (to === undefined) return { ...rest, act }
  if ('team' in to) return { ...rest, act, to: { kind: 'team', id: to.team } }
  if ('unit' in to) return { ...rest, act, to: { kind: 'unit', id: to.unit } }
  const person = await unit.person(to.user)
  if (person === undefined) {
    throw new InvalidError(`There is no person "${to.user}" to dispatch to; choose another.`)
  }
  if (!isInScope(person.scope, present.grid ?? present.village)) {
    throw new InvalidError(
      `to: ${person.displayName} looks after another place and could not open this case; choose another.`,
    )
  }
  return { ...rest, act, to: { kind: 'user', id: person.id } }
}

async function refusalError(unit: CaseUnit, refusal: Refusal, present: Case): Promise<Error> {
  switch (refusal.kind) {
    case 'illegal':
      return new ConflictError(refusal.message, present)
    case 'claimed': {
      const by = await unit.person(refusal.by)
      const name = by?.displayName ?? refusal.by
      return new ConflictError(`${name} is on case ${present.number} already.`, present)
    }
    case 'forbidden':
      return new NotFoundError(
        `The step "${refusal.act}" is not yours to take on case ${present.number}; ask its holder or the desk.`,
      )
    case 'missing':
      return new InvalidError(`${refusal.field}: ${refusal.message}`)
  }
}

/** Does what goes with the act; returns what the timeline adds to its facts. */
async function settle(unit: DeskUnit, done: Done): Promise<Facts> {
  const facts: Facts = {}
  for (const effect of done.outcome.effects) {
    switch (effect.kind) {
      case 'merge':
        Object.assign(facts, await mergeInto(unit, done, effect.into))
        break
      case 'split':
        Object.assign(facts, await splitOff(unit, done, effect.alarms))
        break
      case 'acknowledgeAlarms':
        await acknowledgeAll(unit, done)
        break
      case 'endIncident':
        await endIncident(unit, done)
        break
      case 'reopenIncident':
        Object.assign(facts, await reopenIncident(unit, done))
        break
    }
  }
  return facts
}

async function keepHistory(unit: CaseUnit, done: Done, facts: Facts): Promise<number> {
  const { request, present, outcome } = done
  return unit.addHistory({
    caseId: present.id,
    at: done.now,
    act: request.act,
    actor: done.actor.id,
    fromState: present.state,
    toState: outcome.state,
    text: request.text ?? request.reason,
    ...(Object.keys(facts).length > 0 && { detail: facts }),
  })
}

async function keepAudit(unit: DeskUnit, done: Done): Promise<void> {
  const { actor, present, request, outcome, address } = done
  await unit.audit({
    actor: actor.id,
    act: 'actOnCase',
    subject: `case:${present.id}`,
    detail: `${present.number} ${request.act}: ${present.state} → ${outcome.state}`,
    reason: request.reason ?? request.text,
    address,
  })
}

/** What a device saw that was not there needs nobody's eyes any more. */
async function acknowledgeAll(unit: DeskUnit, { present, actor, now }: Done): Promise<void> {
  if (present.incident === null) return
  for (const alarm of await unit.alarmsOf(present.incident)) {
    const state = alarmTransition(alarm.state, 'acknowledge')
    if (state === null) continue
    await unit.updateAlarm({ ...alarm, state, acknowledgedAt: now, acknowledgedBy: actor.id })
    await emit(unit, 'alarm', alarm, now)
    await unit.addHistory({
      caseId: present.id,
      at: now,
      act: 'acknowledged',
      actor: actor.id,
      alarm: alarm.id,
      quiet: true,
    })
  }
}

async function endIncident(unit: CaseUnit, { outcome, now }: Done): Promise<void> {
  // Where its alarms went on elsewhere there is none left to end.
  const ended = await unit.caseById(outcome.next.id)
  const incident = ended?.incident ? await unit.incidentById(ended.incident) : undefined
  if (incident === undefined || incident.closedAt !== null) return
  await unit.updateIncident({ ...incident, closedAt: now })
  await emit(unit, 'incident', incident, now)
}

/**
 * Its stretch of time begins anew, so that the next alarm of the place joins it. Where another
 * incident is open there already that one keeps the alarms, and the timeline says so.
 */
async function reopenIncident(unit: CaseUnit, { present, now }: Done): Promise<Facts> {
  const incident = present.incident ? await unit.incidentById(present.incident) : undefined
  if (incident === undefined || incident.closedAt === null) return {}
  const other = await unit.reopenIncident(incident.id, now)
  if (other === undefined) {
    await emit(unit, 'incident', incident, now)
    return {}
  }
  const elsewhere = await unit.caseOfIncident(other)
  return {
    alarmsElsewhere: true,
    ...(elsewhere && { case: elsewhere.id, number: elsewhere.number }),
  }
}
