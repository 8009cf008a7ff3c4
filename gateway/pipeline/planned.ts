import type { Alarm } from '../domain/alarm.ts'
import type { Case } from '../domain/case.ts'
import {
  type CaseEvent,
  caseEventOf,
  isExplained,
  type PlannedSighting,
  plannedFor,
} from '../domain/planned-event.ts'
import { higherSeverity, lowerSeverity, type Severity } from '../domain/severity.ts'
import type { CaseUnit } from '../ports/case-store.ts'
import type { CorrelationUnit } from '../ports/correlation-store.ts'

/** What was announced (报备), looked up as a case is opened and as it grows. */

export interface Weighed {
  severity: Severity
  plannedEvent: CaseEvent | null
}

function sightingOf(alarm: Alarm): PlannedSighting {
  const { hazard, village, grid, lon, lat, cause, raisedAt } = alarm
  const { bearingDeg } = cause
  return { hazard, village, grid, position: [lon, lat], bearingDeg, at: raisedAt }
}

/** The first alarm of a case: lowered where an event explains it. */
export async function weighOpening(unit: CaseUnit, alarm: Alarm, now: number): Promise<Weighed> {
  const sighting = sightingOf(alarm)
  const event = plannedFor(await unit.plannedEventsAt(sighting.at), sighting, now)
  const { severity } = alarm
  if (event === undefined) return { severity, plannedEvent: null }
  const isFitting = isExplained(event, severity, 1)
  return {
    severity: isFitting ? lowerSeverity(severity) : severity,
    plannedEvent: caseEventOf(event, !isFitting),
  }
}

/** A further alarm; `whole` is what all alarms of the incident come to without any event. */
export async function weighGrowth(
  unit: CorrelationUnit,
  present: Case,
  { alarm, whole }: { alarm: Alarm; whole: Severity },
): Promise<Weighed> {
  const { plannedEvent } = present
  const { severity } = alarm
  const more = higherSeverity(present.severity, severity)
  if (plannedEvent?.isOutgrown) return { severity: more, plannedEvent }
  const sighting = sightingOf(alarm)
  const event = plannedFor(await unit.plannedEventsAt(sighting.at), sighting, present.openedAt)
  // It began before, or elsewhere: what was announced is told, and lowers nothing.
  if (plannedEvent === null) {
    return { severity: more, plannedEvent: event ? caseEventOf(event, true) : null }
  }
  const devices = await unit.devicesIn(alarm.incident ?? '')
  if (isExplained(event, severity, devices)) {
    return { severity: higherSeverity(present.severity, lowerSeverity(severity)), plannedEvent }
  }
  return {
    severity: higherSeverity(present.severity, whole),
    plannedEvent: { ...plannedEvent, isOutgrown: true },
  }
}

/** A person's report says itself how bad it is: announced or not, that stays. */
export async function plannedForReport(
  unit: CaseUnit,
  sighting: PlannedSighting,
  severity: Severity,
): Promise<CaseEvent | null> {
  const event = plannedFor(await unit.plannedEventsAt(sighting.at), sighting, sighting.at)
  return event === undefined ? null : caseEventOf(event, severity === 'red')
}

interface NoteParts {
  caseId: string
  at: number
  before: CaseEvent | null
  /** What the lowering made of the alarm's severity. */
  lowered?: { from: Severity; to: Severity }
}

/** The timeline says it; whom a changed severity pages is the matter of its own entry. */
export async function notePlanned(
  unit: CaseUnit,
  event: CaseEvent | null,
  { caseId, at, before, lowered }: NoteParts,
): Promise<void> {
  if (event === null || before?.isOutgrown === event.isOutgrown) return
  const isLowered = lowered !== undefined && lowered.from !== lowered.to
  await unit.addHistory({
    caseId,
    at,
    act: before === null ? 'planned' : 'outgrown',
    text: event.title,
    ...(isLowered && { detail: lowered }),
    quiet: true,
  })
}
