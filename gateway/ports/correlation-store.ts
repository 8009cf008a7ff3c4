import type { Alarm } from '../domain/alarm.ts'
import type { OpenIncident } from '../domain/correlation.ts'
import type { RuleState } from '../domain/evaluate.ts'
import type { CaseUnit } from './case-store.ts'

export interface StoredRuleState {
  rule: string
  device: string
  state: RuleState
}

export interface StoredReading {
  device: string
  property: string
  observedAt: number
  /** As it was measured. */
  value: number
}

export interface StoredPresence {
  device: string
  lastReceivedAt: number
  online: boolean | null
}

/** All that the evaluation of the log remembers at one position of it; JSON-sized per device. */
export interface Checkpoint {
  /** Seq of the last entry that is accounted for. */
  position: number
  /** The highest arrival time seen up to there, epoch ms. */
  logTime: number
  ruleStates: StoredRuleState[]
  latest: StoredReading[]
  presence: StoredPresence[]
}

/** What opening alarms, incidents and cases needs beyond working on a case. */
export interface CorrelationUnit extends CaseUnit {
  /** The alarm of this rule and device whose condition still holds. */
  openAlarm(rule: string, device: string): Promise<Alarm | undefined>
  /** Its newest alarm in this incident that cleared before anybody acknowledged it. */
  unseenAlarm(incident: string, rule: string, device: string): Promise<Alarm | undefined>
  insertAlarm(alarm: Alarm): Promise<void>
  openIncidents(hazard: string): Promise<OpenIncident[]>
  /** Gives the incident another anchor; see `sealedCell`. */
  moveIncident(id: string, cell: string): Promise<void>
  /** How many devices have an alarm in the incident. */
  devicesIn(incident: string): Promise<number>
}

export interface CorrelationStore {
  load(): Promise<Checkpoint>
  /** Alarms whose condition still holds: rules and devices may be gone when the town was edited. */
  openAlarms(): Promise<Alarm[]>
  /**
   * Keeps what changed since the last commit (`checkpoint` holds only the changed rows) together
   * with all that `work` writes, in one transaction with fsync.
   */
  commit(checkpoint: Checkpoint, work: (unit: CorrelationUnit) => Promise<void>): Promise<void>
}
