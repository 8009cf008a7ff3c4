import type { Alarm } from '../domain/alarm.ts'
import type { Case, CaseState } from '../domain/case.ts'
import type { Facts } from '../domain/case-acts.ts'
import type { OpenIncident } from '../domain/correlation.ts'
import type { Incident } from '../domain/incident.ts'
import type { PlannedEvent } from '../domain/planned-event.ts'
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
  /** Flat: what the act carried. */
  detail?: Facts
  /** Pages nobody. */
  quiet?: boolean
}

/** What pictures come with: an entry of the timeline, or (null) the report itself. */
export interface PictureOwner {
  caseId: string
  historyId: number | null
  /** User id of the sender. */
  by: string
  at: number
}

/** Somebody a case can be dispatched to. */
interface CasePerson {
  id: string
  displayName: string
  /** Place code. */
  scope: string
}

/** Reads and writes inside one transaction: all of it is kept, or none. */
export interface CaseUnit {
  caseById(id: string): Promise<Case | undefined>
  caseOfIncident(incident: string): Promise<Case | undefined>
  /** What this sender reported under the sender's own id. */
  caseOfSender(reportedBy: string, externalId: string): Promise<Case | undefined>
  /** What was announced for that instant, anywhere in the town. */
  plannedEventsAt(at: number): Promise<PlannedEvent[]>
  insertCase(opened: Case): Promise<void>
  updateCase(present: Case): Promise<void>
  /** What was merged into the one is merged into the other from now on. */
  moveMerged(from: string, into: string): Promise<void>
  /** Those of these hazards whose step has a deadline after then. */
  casesDueAfter(at: number, hazards: readonly string[]): Promise<Case[]>
  /** The last time since then that a clock began anew within a step, and by what act. */
  lastClock(caseId: string, since: number): Promise<{ act: string; at: number } | undefined>
  /** Counts up from 1 per name, without gaps among committed work. */
  next(counter: string): Promise<number>
  alarmById(id: string): Promise<Alarm | undefined>
  updateAlarm(alarm: Alarm): Promise<void>
  incidentById(id: string): Promise<Incident | undefined>
  insertIncident(incident: OpenIncident): Promise<void>
  updateIncident(incident: Incident): Promise<void>
  /**
   * Opens an ended incident again, unless another one of its hazard is open in its place: then that
   * one is the answer, and nothing was done.
   */
  reopenIncident(id: string, at: number): Promise<string | undefined>
  /** All alarms of the incident, oldest first. */
  alarmsOf(incident: string): Promise<Alarm[]>
  /** Hangs all alarms of one incident onto another: for cases that are merged. */
  moveAlarms(fromIncident: string, toIncident: string): Promise<void>
  /** The user with this id or user name who may sign in, else undefined. */
  person(idOrName: string): Promise<CasePerson | undefined>
  /** The id of the new entry. */
  addHistory(entry: HistoryEntry): Promise<number>
  /**
   * Makes uploads of the sender part of a case; InvalidError for a picture that is not among them.
   * The same one may come with several steps; with one of them it is there once.
   */
  attachPictures(to: PictureOwner, sha256s: readonly string[]): Promise<void>
  emit(event: OutboxEvent): Promise<void>
}

/** What people do to cases and alarms is in the audit log too, kept together with it. */
export interface DeskUnit extends CaseUnit {
  audit(entry: AuditEntry): Promise<void>
}

/** A case with something to do for its clocks. */
export interface DueCase {
  id: string
  nextTimerAt: number
}

export interface CaseStore {
  /**
   * Runs `work` as the only writer and commits with fsync before it resolves; a throw undoes all
   * of it. Calls wait for each other.
   */
  transact<T>(work: (unit: DeskUnit) => Promise<T>): Promise<T>
  /** Whose next timer is at `until` or before, earliest first, those that come after `after`. */
  dueCases(until: number, page: { after?: DueCase; limit: number }): Promise<DueCase[]>
}
