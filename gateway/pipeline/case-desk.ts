import { alarmTransition } from '../domain/alarm.ts'
import { ConflictError, NotFoundError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import { isInScope } from '../domain/place.ts'
import type { Town } from '../domain/town.ts'
import type { CaseStore, DeskUnit } from '../ports/case-store.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import { takeAct } from './case-acts.ts'
import { type Act, type CaseDeed, emit } from './case-deed.ts'

/**
 * What people do to cases and alarms. Each act is one transaction: the state, its timeline, its
 * next deadline and the news of it. Of two people who act at once one wins; the other learns the
 * present state.
 */

export interface CaseDesk {
  /**
   * Throws NotFoundError for a case outside the actor's scope or a step that is not the actor's,
   * ConflictError (with the present case) for a stale version or a step not allowed from here,
   * InvalidError for what the step lacks.
   */
  act(actor: Actor, caseId: string, deed: CaseDeed, address?: string): Promise<void>
  /**
   * `verify` or `rework` in the name of somebody who was there and checked in: `deed.checkin` was
   * judged before. Throws as `act` does.
   */
  prove(person: Actor, caseId: string, deed: CaseDeed & { checkin: string }): Promise<void>
  /** The same on each of them, one after the other: what fails for one is kept for the rest. */
  actOnAll(
    actor: Actor,
    caseIds: readonly string[],
    deed: CaseDeed,
    address?: string,
  ): Promise<{ id: string; error: Error | null }[]>
  /** ConflictError (with the present alarm) when there is nothing to acknowledge any more. */
  acknowledge(actor: Actor, alarmId: string, address?: string): Promise<void>
}

export interface CaseDeskOptions {
  store: CaseStore
  clock: Clock
  newId: NewId
  loadTown: () => Promise<Town>
}

export function createCaseDesk({ store, clock, newId, loadTown }: CaseDeskOptions): CaseDesk {
  const act: CaseDesk['act'] = async (actor, caseId, deed, address) => {
    const town = await loadTown()
    const from = { actor, caseId, deed, town, newId, address }
    await store.transact((unit) => takeAct(unit, { ...from, now: clock.now() }))
  }
  return {
    act,
    async prove(actor, caseId, deed) {
      const from = { actor, caseId, deed, newId, address: undefined, isProven: true }
      const town = await loadTown()
      await store.transact((unit) => takeAct(unit, { ...from, town, now: clock.now() }))
    },
    async actOnAll(actor, caseIds, deed, address) {
      const outcomes: { id: string; error: Error | null }[] = []
      for (const id of caseIds) {
        const error = await act(actor, id, deed, address).then(() => null, asError)
        outcomes.push({ id, error })
      }
      return outcomes
    },
    async acknowledge(actor, alarmId, address) {
      const seen = { actor, alarmId, address }
      await store.transact((unit) => acknowledge(unit, { ...seen, now: clock.now() }))
    },
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

async function acknowledge(
  unit: DeskUnit,
  { actor, alarmId, now, address }: Pick<Act, 'actor' | 'now' | 'address'> & { alarmId: string },
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
