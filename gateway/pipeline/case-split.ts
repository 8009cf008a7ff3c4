import type { Alarm } from '../domain/alarm.ts'
import { type Case, noFacts } from '../domain/case.ts'
import type { Facts } from '../domain/case-acts.ts'
import { clockRules, stepClock, withTimer } from '../domain/case-clock.ts'
import { caseCounter, caseNumber } from '../domain/case-number.ts'
import { caseTitle } from '../domain/case-title.ts'
import { cellOf } from '../domain/correlation.ts'
import { higherSeverity } from '../domain/severity.ts'
import { hazardOf, placeName } from '../domain/town.ts'
import type { CaseUnit } from '../ports/case-store.ts'
import { type Done, emit } from './case-deed.ts'

/** A second case: of some of the alarms, where they are; or, without alarms, of the same place. */
export async function splitOff(
  unit: CaseUnit,
  done: Done,
  alarmIds: readonly string[],
): Promise<Facts> {
  const { present, now } = done
  const leaving = await leavingAlarms(unit, present, alarmIds)
  const opened = withTimer(await secondCase(unit, done, leaving))
  await unit.insertCase(opened)
  await unit.addHistory({
    caseId: opened.id,
    at: now,
    act: 'opened',
    actor: done.actor.id,
    toState: 'reported',
    text: done.request.reason,
    detail: { splitFrom: present.id, number: present.number },
  })
  for (const alarm of leaving) {
    await unit.addHistory({ caseId: opened.id, at: now, act: 'alarm', alarm: alarm.id })
    await emit(unit, 'alarm', alarm, now)
  }
  await emit(unit, 'case', opened, now)
  return { case: opened.id, number: opened.number, alarms: leaving.length }
}

async function leavingAlarms(
  unit: CaseUnit,
  present: Case,
  alarmIds: readonly string[],
): Promise<Alarm[]> {
  if (present.incident === null || alarmIds.length === 0) return []
  const all = await unit.alarmsOf(present.incident)
  return all.filter(({ id }) => alarmIds.includes(id))
}

async function secondCase(unit: CaseUnit, done: Done, leaving: readonly Alarm[]): Promise<Case> {
  const { present, town, now, newId, request } = done
  const [first] = leaving
  const { village, grid, lon, lat } = first ?? present
  const severity = leaving.reduce(
    (highest, alarm) => higherSeverity(highest, alarm.severity),
    first?.severity ?? present.severity,
  )
  const place = { severity, village, grid, lon, lat }
  const incident = first === undefined ? null : await ownIncident(unit, done, { leaving, place })
  const sequence = await unit.next(caseCounter(now, town.timeZone))
  return {
    ...present,
    ...noFacts,
    ...place,
    id: newId(),
    number: caseNumber(town, now, sequence),
    state: 'reported',
    tier: 'grid',
    title: titleOf(done, first),
    openedAt: now,
    stepSince: now,
    ...stepClock('reported', now, clockRules(town, present.hazard)),
    holder: null,
    version: 1,
    incident,
    text: first === undefined ? (request.reason ?? null) : null,
    // The sender's id stays with the first.
    externalId: null,
    mergedInto: null,
    splitFrom: present.id,
  }
}

function titleOf({ present, town }: Done, first: Alarm | undefined): string {
  if (first === undefined || present.hazard === 'deviceFault') return present.title
  const hazard = hazardOf(town, present.hazard)
  const name = placeName(town, first.grid ?? first.village)
  return caseTitle({ placeName: name, hazard, ruleName: '', deviceName: '' })
}

type Place = Pick<Case, 'severity' | 'village' | 'grid' | 'lon' | 'lat'>

async function ownIncident(
  unit: CaseUnit,
  { present, town, now, newId }: Done,
  { leaving, place }: { leaving: readonly Alarm[]; place: Place },
): Promise<string> {
  const id = newId()
  const [first] = leaving
  const raised = leaving.map(({ raisedAt }) => raisedAt)
  const sighting = {
    device: first?.device ?? '',
    village: place.village,
    position: [place.lon, place.lat] as [number, number],
    at: now,
    isSilence: false,
  }
  const incident = {
    id,
    hazard: present.hazard,
    ...place,
    openedAt: Math.min(...raised),
    lastActivityAt: Math.max(...raised, ...leaving.map(({ clearedAt }) => clearedAt ?? 0)),
    closedAt: null,
    // A cell of its own: the square itself belongs to the first incident.
    cell: `${cellOf(hazardOf(town, present.hazard), sighting)}#${id}`,
    isActive: true,
    isCaseEnded: false,
  }
  await unit.insertIncident(incident)
  for (const alarm of leaving) await unit.updateAlarm({ ...alarm, incident: id })
  await emit(unit, 'incident', incident, now)
  return id
}
