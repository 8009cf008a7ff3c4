import type { CaseEvent } from './planned-event.ts'
import type { Severity } from './severity.ts'

/** The work a grid, village or town does about an incident or a report. */

export const caseStates = [
  'reported',
  'accepted',
  'dispatched',
  'handling',
  'suspended',
  'verifying',
  'closed',
  'void',
  'merged',
] as const

export type CaseState = (typeof caseStates)[number]

export const caseSteps = [
  'accept',
  'dispatch',
  'sign',
  'sendBack',
  'feedback',
  'suspend',
  'resume',
  'verify',
  'rework',
  'close',
  'evaluate',
  'reopen',
  'void',
  'merge',
  'split',
] as const

/** A step moves the state (or, `evaluate` and `split`, keeps it); every pair that is not in the table is an error. */
export type CaseStep = (typeof caseSteps)[number]

/** What is done beside the states: who is on it, extension 延期, 催办, 督办, a word more, the next level. */
const caseNotes = [
  'claim',
  'release',
  'note',
  'extend',
  'grantExtension',
  'refuseExtension',
  'remind',
  'supervise',
  'answer',
  'passUp',
] as const

export type CaseNote = (typeof caseNotes)[number]

/** All that a person can do to a case. */
export const caseActs = [...caseSteps, ...caseNotes] as const

export type CaseAct = CaseStep | CaseNote

/** How it came into the queue. */
export const caseSources = ['alarm', 'patrol', 'resident', 'desk', 'program'] as const

export type CaseSource = (typeof caseSources)[number]

export const tiers = ['grid', 'village', 'town'] as const

export type Tier = (typeof tiers)[number]

/** Who a case lies with after dispatch. */
export interface Holder {
  kind: 'user' | 'team' | 'unit'
  id: string
}

/** A longer time was asked for, and nobody has answered yet. */
export interface ExtensionRequest {
  reason: string
  /** The deadline that is wished. */
  until: number
  by: string
  at: number
}

/** 督办: a supervisor wants to hear by then. */
export interface Supervision {
  text: string
  dueAt: number
  by: string
  at: number
  /** The deadline passed without an answer, and that was told. */
  isLate?: boolean
}

/** What stands beside the state; all times are wall clock, epoch ms. */
export interface CaseFacts {
  /** Who said "I am on it". */
  claimedBy: string | null
  claimedAt: number | null
  /** When the reminder of the present step goes out; null: it went, or no clock runs. */
  remindAt: number | null
  /** Since when the present step is late, over all tiers it moved through; null: in time. */
  overdueSince: number | null
  /**
   * What was left of the step's clock when the case was suspended, ms. 0 while it is not suspended:
   * the clock ran out at the highest tier, and that was told.
   */
  remainingMs: number | null
  /** How often it was urged (催办) in the present step. */
  reminders: number
  extension: ExtensionRequest | null
  supervision: Supervision | null
  /** How often it was supervised (督办) in all. */
  supervisions: number
  /** The earliest time at which a clock has something to do; null: nothing runs. */
  nextTimerAt: number | null
  /** A case that was voided as a false alarm of its device. */
  isFalseAlarm: boolean
  /** When it was closed, voided or merged the last time; null while it is open. */
  closedAt: number | null
  /** 报备: what had been announced there; null: nothing. */
  plannedEvent: CaseEvent | null
}

export const noFacts: CaseFacts = {
  claimedBy: null,
  claimedAt: null,
  remindAt: null,
  overdueSince: null,
  remainingMs: null,
  reminders: 0,
  extension: null,
  supervision: null,
  supervisions: 0,
  nextTimerAt: null,
  isFalseAlarm: false,
  closedAt: null,
  plannedEvent: null,
}

export interface Case extends CaseFacts {
  id: string
  number: string
  state: CaseState
  tier: Tier
  hazard: string
  severity: Severity
  village: string
  grid: string | null
  title: string
  lon: number
  lat: number
  openedAt: number
  /** Since when it stands in this state, wall clock. */
  stepSince: number
  /** When the present step is due; null where no clock runs. */
  dueAt: number | null
  holder: Holder | null
  version: number
  incident: string | null
  source: CaseSource
  /** What was reported, in the words of whoever did; null for alarms. */
  text: string | null
  /** User id of who typed it in or sent it. */
  reportedBy: string | null
  /** The sender's own id: the same report twice is one case. */
  externalId: string | null
  /** The case it was merged into. */
  mergedInto: string | null
  /** The case it was split from. */
  splitFrom: string | null
}
