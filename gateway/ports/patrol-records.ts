import type { CoveredRound, FreeVisit, RoundVisit } from '../domain/patrol-coverage.ts'

/** Rounds whose window opens in the span, in the scope; both ends epoch ms, `to` outside. */
export interface RecordSpan {
  /** Place code. */
  scope: string
  from: number
  to: number
}

/** What was planned and what was walked, for figures over many days. */
export interface PatrolRecords {
  rounds(span: RecordSpan): Promise<CoveredRound[]>
  /** Of those rounds. */
  visits(span: RecordSpan): Promise<RoundVisit[]>
  /** Of points in the scope, by when they were made. */
  freeVisits(span: RecordSpan): Promise<FreeVisit[]>
  /** When each point of the scope was last visited at all, epoch ms. */
  lastVisits(scope: string): Promise<ReadonlyMap<string, number>>
}
