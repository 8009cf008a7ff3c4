import type { Case } from '../domain/case.ts'
import type { Facts } from '../domain/case-acts.ts'
import { isEnded } from '../domain/case-states.ts'
import { InvalidError } from '../domain/errors.ts'
import { eventAfterMerge } from '../domain/planned-event.ts'
import { higherSeverity } from '../domain/severity.ts'
import type { CaseUnit } from '../ports/case-store.ts'
import { caseInScope, type Done, emit } from './case-deed.ts'

/** The evidence of a merged case goes on in the other one; the merged one keeps its own words. */
export async function mergeInto(unit: CaseUnit, done: Done, into: string): Promise<Facts> {
  const { actor, present, now } = done
  const target = await caseInScope(unit, actor, into)
  if (isEnded(target.state)) {
    throw new InvalidError(`into: case ${target.number} has ended; merge into one that is open.`)
  }
  const incident = await mergeIncidents(unit, done, target)
  const severity = higherSeverity(target.severity, present.severity)
  const plannedEvent = eventAfterMerge(target.plannedEvent, present.plannedEvent)
  const version = target.version + 1
  await unit.updateCase({ ...target, severity, plannedEvent, incident, version })
  await unit.moveMerged(present.id, target.id)
  await unit.addHistory({
    caseId: target.id,
    at: now,
    act: 'merge',
    actor: actor.id,
    text: present.number,
    detail: { from: present.id, number: present.number },
  })
  if (severity !== target.severity) {
    await unit.addHistory({
      caseId: target.id,
      at: now,
      act: 'severity',
      detail: { from: target.severity, to: severity },
    })
  }
  await emit(unit, 'case', target, now)
  return { number: target.number }
}

/** Returns the incident that the target has afterwards. */
async function mergeIncidents(unit: CaseUnit, done: Done, target: Case): Promise<string | null> {
  const { present, outcome, now } = done
  if (present.incident === null) return target.incident
  if (target.incident === null) {
    // A report had no alarms yet: the incident itself changes hands, and stays open.
    await unit.updateCase({ ...outcome.next, incident: null })
    return present.incident
  }
  for (const alarm of await unit.alarmsOf(present.incident)) await emit(unit, 'alarm', alarm, now)
  await unit.moveAlarms(present.incident, target.incident)
  const from = await unit.incidentById(present.incident)
  const to = await unit.incidentById(target.incident)
  if (from !== undefined && to !== undefined) {
    const severity = higherSeverity(from.severity, to.severity)
    const lastActivityAt = Math.max(from.lastActivityAt, to.lastActivityAt)
    await unit.updateIncident({ ...to, severity, lastActivityAt })
    await emit(unit, 'incident', to, now)
  }
  return target.incident
}
