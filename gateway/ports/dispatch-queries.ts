import type { Holder } from '../domain/case.ts'
import type { SimilarCandidate, SimilarSubject, SimilarWindow } from '../domain/similar.ts'
import type { PatrolPlace, PatrolTeamRoute, SuggestedPerson } from '../domain/suggest.ts'

/** What a decision about a new case rests on: what else is open around it, and who could take it. */
export interface DispatchQueries {
  similarSubject(caseId: string): Promise<SimilarSubject | undefined>
  /** Open cases of the same hazard in a square around it or in the grid, the newest first, at most 500. */
  openAround(subject: SimilarSubject, window: SimilarWindow): Promise<SimilarCandidate[]>
  /** Who may sign in and belongs to the village or to one of the units. */
  peopleFor(asked: {
    village: string
    units: readonly string[]
    now: number
  }): Promise<SuggestedPerson[]>
  /** Routes of the village, and the points of the village and of these routes. */
  patrolsOf(village: string): Promise<{ routes: PatrolTeamRoute[]; points: PatrolPlace[] }>
  /** How many open cases lie with each holder, in the whole town. */
  openCases(): Promise<(holder: Holder) => number>
}
