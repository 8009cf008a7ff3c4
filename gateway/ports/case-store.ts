import type { Alarm } from '../domain/alarm.ts'
import type { Case, CaseState } from '../domain/case.ts'
import type { Incident } from '../domain/incident.ts'
import type { AuditEntry } from './audit-log.ts'
import type { OutboxEvent } from './outbox.ts'

/** One row of a case's timeline. */
interface HistoryEntry {
  caseId: string
  /** Wall clock, epoch ms. */
  at: number
  /** A case step, or what the gateway noted by itself. */
  act: string
  /** User id; absent for the gateway itself. */
  actor?: string
  fromState?: CaseState
  toState?: CaseState
  text?: string
  alarm?: string
  detail?: unknown
}

/** Reads and writes inside one transaction: all of it is kept, or none. */
export interface CaseUnit {
  caseById(id: string): Promise<Case | undefined>
  caseOfIncident(incident: string): Promise<Case | undefined>
  updateCase(present: Case): Promise<void>
  alarmById(id: string): Promise<Alarm | undefined>
  updateAlarm(alarm: Alarm): Promise<void>
  incidentById(id: string): Promise<Incident | undefined>
  updateIncident(incident: Incident): Promise<void>
  /** Hangs all alarms of one incident onto another: for cases that are merged. */
  moveAlarms(fromIncident: string, toIncident: string): Promise<void>
  /** The id of the user with this id or user name, else undefined. */
  userId(idOrName: string): Promise<string | undefined>
  addHistory(entry: HistoryEntry): Promise<void>
  emit(event: OutboxEvent): Promise<void>
}

/** What people do to cases and alarms is in the audit log too, kept together with it. */
export interface DeskUnit extends CaseUnit {
  audit(entry: AuditEntry): Promise<void>
}

export interface CaseStore {
  /**
   * Runs `work` as the only writer and commits with fsync before it resolves; a throw undoes all
   * of it. Calls wait for each other.
   */
  transact<T>(work: (unit: DeskUnit) => Promise<T>): Promise<T>
}
