import type { CaseState } from '../domain/case.ts'
import type { LonLat } from '../domain/place.ts'

/** 随手报: what people sent from the road, the cases of it, and what came back. */

export interface SentReport {
  /** Made on the phone. */
  id: string
  by: string
  caseId: string
  /** As the phone has it, epoch ms. */
  at: number
  text: string
  /** SHA-256 of the phone's files. */
  photos: readonly string[]
  voice: string | null
  accuracyM: number | null
}

export interface AnsweredReport {
  id: string
  case: string
  number: string
  title: string
  state: CaseState
  at: number
  text: string | null
  /** Oldest first; `by`: the unit, else the role. */
  answers: { at: number; act: string; by: string; text: string }[]
}

export interface PatrolReportStore {
  /** How many of this person's came since then. */
  countSince(by: string, since: number): Promise<number>
  /** This person's cases of the hazard that were opened since then and still go on, newest first. */
  goingOn(by: string, hazard: string, since: number): Promise<string[]>
  /** Once, with what of its files is here already. */
  add(report: SentReport, now: number): Promise<void>
  /** Newest first. */
  list(by: string, limit: number): Promise<AnsweredReport[]>
  one(by: string, id: string): Promise<AnsweredReport | undefined>
  /** Where this person checked in last since then. */
  lastPlace(by: string, since: number): Promise<LonLat | undefined>
}
