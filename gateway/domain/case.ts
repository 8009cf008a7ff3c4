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
  'evaluate',
  'reopen',
  'void',
  'merge',
] as const

/** A step moves the state; every pair that is not in the table is an error. */
export type CaseStep = (typeof caseSteps)[number]

export const tiers = ['grid', 'village', 'town'] as const

export type Tier = (typeof tiers)[number]

/** Who a case lies with after dispatch. */
export interface Holder {
  kind: 'user' | 'team' | 'unit'
  id: string
}

export interface Case {
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
}
