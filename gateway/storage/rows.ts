import type { Selectable } from 'kysely'
import type { Alarm, AlarmCause, AlarmState } from '../domain/alarm.ts'
import type {
  Case,
  CaseFacts,
  CaseSource,
  CaseState,
  ExtensionRequest,
  Holder,
  Supervision,
  Tier,
} from '../domain/case.ts'
import type { OpenIncident } from '../domain/correlation.ts'
import type { Incident } from '../domain/incident.ts'
import type { CaseEvent } from '../domain/planned-event.ts'
import { type Severity, severityRank } from '../domain/severity.ts'
import type { Tables } from './schema.ts'

/** Rows of alarms, incidents and cases as the domain knows them, and back. */

export type AlarmRow = Selectable<Tables['alarm']>
export type IncidentRow = Selectable<Tables['incident']>
export type CaseRow = Selectable<Tables['case']>

export function alarmFromRow(row: AlarmRow): Alarm {
  return {
    id: row.id,
    rule: row.rule,
    device: row.device,
    hazard: row.hazard,
    severity: row.severity as Severity,
    state: row.state as AlarmState,
    village: row.village,
    grid: row.grid,
    lon: row.lon,
    lat: row.lat,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    cause: JSON.parse(row.cause) as AlarmCause,
    incident: row.incident,
  }
}

export function alarmToRow(alarm: Alarm): AlarmRow {
  return {
    id: alarm.id,
    rule: alarm.rule,
    device: alarm.device,
    hazard: alarm.hazard,
    severity: alarm.severity,
    state: alarm.state,
    village: alarm.village,
    grid: alarm.grid,
    lon: alarm.lon,
    lat: alarm.lat,
    raised_at: alarm.raisedAt,
    cleared_at: alarm.clearedAt,
    acknowledged_at: alarm.acknowledgedAt,
    acknowledged_by: alarm.acknowledgedBy,
    cause: JSON.stringify(alarm.cause),
    incident: alarm.incident,
  }
}

export function incidentFromRow(row: IncidentRow): Incident {
  return {
    id: row.id,
    hazard: row.hazard,
    severity: row.severity as Severity,
    village: row.village,
    grid: row.grid,
    lon: row.lon,
    lat: row.lat,
    openedAt: row.opened_at,
    lastActivityAt: row.last_activity_at,
    closedAt: row.closed_at,
  }
}

export function incidentToRow(incident: Incident): Omit<IncidentRow, 'cell'> {
  return {
    id: incident.id,
    hazard: incident.hazard,
    severity: incident.severity,
    village: incident.village,
    grid: incident.grid,
    lon: incident.lon,
    lat: incident.lat,
    opened_at: incident.openedAt,
    last_activity_at: incident.lastActivityAt,
    closed_at: incident.closedAt,
  }
}

export function openIncidentToRow(incident: OpenIncident): IncidentRow {
  return { ...incidentToRow(incident), cell: incident.cell }
}

export function caseFromRow(row: CaseRow): Case {
  return {
    id: row.id,
    number: row.number,
    state: row.state as CaseState,
    tier: row.tier as Tier,
    hazard: row.hazard,
    severity: row.severity as Severity,
    village: row.village,
    grid: row.grid,
    title: row.title,
    lon: row.lon,
    lat: row.lat,
    openedAt: row.opened_at,
    stepSince: row.step_since,
    dueAt: row.due_at,
    holder: row.holder === null ? null : (JSON.parse(row.holder) as Holder),
    version: row.version,
    incident: row.incident,
    source: row.source as CaseSource,
    text: row.text,
    reportedBy: row.reported_by,
    externalId: row.external_id,
    mergedInto: row.merged_into,
    splitFrom: row.split_from,
    ...factsFromRow(row),
  }
}

function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}

function factsFromRow(row: CaseRow): CaseFacts {
  return {
    claimedBy: row.claimed_by,
    claimedAt: row.claimed_at,
    remindAt: row.remind_at,
    overdueSince: row.overdue_since,
    remainingMs: row.remaining_ms,
    reminders: row.reminders,
    extension: fromJson(row.extension) as ExtensionRequest | null,
    supervision: fromJson(row.supervision) as Supervision | null,
    supervisions: row.supervisions,
    nextTimerAt: row.next_timer_at,
    isFalseAlarm: row.is_false_alarm === 1,
    closedAt: row.closed_at,
    plannedEvent: fromJson(row.planned_event) as CaseEvent | null,
  }
}

function factsToRow(facts: CaseFacts) {
  return {
    claimed_by: facts.claimedBy,
    claimed_at: facts.claimedAt,
    remind_at: facts.remindAt,
    overdue_since: facts.overdueSince,
    remaining_ms: facts.remainingMs,
    reminders: facts.reminders,
    extension: facts.extension && JSON.stringify(facts.extension),
    supervision: facts.supervision && JSON.stringify(facts.supervision),
    supervisions: facts.supervisions,
    next_timer_at: facts.nextTimerAt,
    is_false_alarm: facts.isFalseAlarm ? 1 : 0,
    closed_at: facts.closedAt,
    planned_event: facts.plannedEvent && JSON.stringify(facts.plannedEvent),
  }
}

export function caseToRow(present: Case): CaseRow {
  return {
    id: present.id,
    number: present.number,
    state: present.state,
    tier: present.tier,
    hazard: present.hazard,
    severity: present.severity,
    severity_rank: severityRank(present.severity),
    village: present.village,
    grid: present.grid,
    title: present.title,
    lon: present.lon,
    lat: present.lat,
    opened_at: present.openedAt,
    step_since: present.stepSince,
    due_at: present.dueAt,
    holder: present.holder === null ? null : JSON.stringify(present.holder),
    version: present.version,
    incident: present.incident,
    source: present.source,
    text: present.text,
    reported_by: present.reportedBy,
    external_id: present.externalId,
    merged_into: present.mergedInto,
    split_from: present.splitFrom,
    ...factsToRow(present),
  }
}
