import type { Alarm } from '../domain/alarm.ts'
import type { Case, CaseSource, CaseState, Holder, Tier } from '../domain/case.ts'
import type { Incident } from '../domain/incident.ts'
import type { Actor } from '../domain/person.ts'
import type { Severity } from '../domain/severity.ts'

/**
 * What screens read: joined and counted in the database, a fixed number of statements a page, never
 * one per row. A scope is a place code; everything outside it does not exist for the asker.
 */

export interface AlarmView extends Alarm {
  ruleName: string
  deviceName: string
}

export interface IncidentView extends Incident {
  alarms: number
  case: string | null
}

export interface CaseView extends Omit<Case, 'holder'> {
  holder: (Holder & { name: string }) | null
  claimed: { name: string; at: number } | null
  overdue: boolean
  alarms: number
  unacknowledged: number
  active: number
  lastAlarm: AlarmView | null
}

export interface TimelineEntryView {
  id: number
  at: number
  act: string
  actor: string | null
  fromState: string | null
  toState: string | null
  text: string | null
  alarm: AlarmView | null
  /** SHA-256 of the pictures that came with it. */
  pictures: string[]
  facts: Record<string, string | number | boolean | null>
}

export interface CaseName {
  id: string
  number: string
}

/** What was merged into a case stays readable there. */
type MergedCase = Pick<Case, 'id' | 'number' | 'title' | 'source' | 'text' | 'openedAt'> & {
  pictures: string[]
}

/** What somebody said into the phone; `by`: display name. */
interface CaseVoice {
  sha256: string
  type: string
  at: number
  by: string
}

export interface CaseFile {
  case: CaseView
  /** Newest first, at most 200. */
  evidence: AlarmView[]
  /** Oldest first. */
  timeline: TimelineEntryView[]
  /** Of the report itself. */
  pictures: string[]
  voices: CaseVoice[]
  merged: MergedCase[]
  mergedInto: CaseName | null
  splitFrom: CaseName | null
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

/** A cursor is opaque to the asker; one that this gateway did not make is an InvalidError. */
interface PageRequest {
  scope: string
  limit: number
  cursor?: string
}

export interface CaseFilter extends PageRequest {
  state?: CaseState
  tier?: Tier
  source?: CaseSource
  village?: string
  hazard?: string
  severity?: Severity
  overdue?: boolean
  /** Only those that still ask for work. */
  open?: boolean
  /** Held by this person, by their team or unit, or claimed by them. */
  mine?: Pick<Actor, 'id' | 'username' | 'team' | 'unit'>
  /** Part of a title or text; a number, whole or as it is said: day, month, sequence. */
  q?: string
  /** `urgency` lists open cases only: unacknowledged first, then severity, then oldest. */
  sort: 'newest' | 'urgency'
}

export interface AlarmFilter extends PageRequest {
  device?: string
  village?: string
  hazard?: string
  incident?: string
  /** Only those whose condition still holds. */
  active?: boolean
  unacknowledged?: boolean
}

export interface AlarmMarkFilter {
  devices: readonly string[]
  /** Epoch ms, from included, to excluded. */
  from: number
  to: number
  scope: string
  limit: number
}

/** An alarm as a stretch of time. */
export interface AlarmMark extends Pick<Alarm, 'id' | 'device' | 'severity'> {
  ruleName: string
  /** Null: not about a reading. */
  property: string | null
  raisedAt: number
  clearedAt: number | null
  case: string | null
}

export interface IncidentFilter extends PageRequest {
  hazard?: string
  village?: string
  open?: boolean
}

interface DevicePresence {
  device: string
  lastReceivedAt: number
  /** Null while nobody knows. */
  online: boolean | null
}

interface LatestReading {
  device: string
  property: string
  observedAt: number
  value: number
}

export interface CaseCounts {
  open: number
  overdue: number
}

export interface Queries {
  cases(filter: CaseFilter): Promise<Page<CaseView>>
  case(id: string): Promise<CaseView | undefined>
  caseFile(id: string): Promise<CaseFile | undefined>
  alarms(filter: AlarmFilter): Promise<Page<AlarmView>>
  alarm(id: string): Promise<AlarmView | undefined>
  /** Those that were on in that time, newest first. */
  alarmMarks(filter: AlarmMarkFilter): Promise<AlarmMark[]>
  incidents(filter: IncidentFilter): Promise<Page<IncidentView>>
  incident(id: string): Promise<IncidentView | undefined>
  /** Open cases by overdue first, then the earliest deadline. */
  urgentCases(scope: string, limit: number): Promise<CaseView[]>
  caseCounts(scope: string): Promise<CaseCounts>
  /** Opening times since then, for counting by day of the town. */
  casesOpenedSince(scope: string, since: number): Promise<number[]>
  alarmLoad(scope: string, since: number): Promise<{ raised: number; unacknowledged: number }>
  presence(): Promise<DevicePresence[]>
  latestReadings(devices: readonly string[]): Promise<LatestReading[]>
  /** The newest alarm inside the scope that shows this picture, with its case; else the newest case. */
  pictureInScope(
    sha256: string,
    scope: string,
  ): Promise<
    { alarm: string | null; case: string | null; checkin?: string | undefined } | undefined
  >
  /** The newest case inside the scope that has this voice note. */
  voiceInScope(sha256: string, scope: string): Promise<{ case: string; type: string } | undefined>
}
