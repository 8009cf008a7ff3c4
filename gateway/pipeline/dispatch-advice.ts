import { isInScope } from '../domain/place.ts'
import { type SimilarSubject, similarTo, similarWindow } from '../domain/similar.ts'
import { type Suggestion, suggest } from '../domain/suggest.ts'
import { hazardOf, type Town } from '../domain/town.ts'
import type { Clock } from '../ports/clock.ts'
import type { DispatchQueries } from '../ports/dispatch-queries.ts'
import type { CaseView, Queries } from '../ports/queries.ts'

/** What the desk is offered about a case: others that may be the same, and who could take it. */

interface SimilarCase {
  case: CaseView
  distanceM: number
  minutesApart: number
}

interface Sighted {
  hazard: string
  lon: number
  lat: number
  /** No more is known than this. */
  grid?: string | undefined
}

export interface DispatchAdvice {
  /** Nearest first, at most 10, inside the asker's scope. */
  similar(caseId: string, scope: string): Promise<SimilarCase[]>
  /** The same for what is about to be reported; nothing for an unknown hazard. */
  similarToReport(report: Sighted, scope: string): Promise<SimilarCase[]>
  suggestions(present: CaseView): Promise<Suggestion[]>
}

export interface DispatchAdviceParts {
  facts: DispatchQueries
  queries: Pick<Queries, 'case'>
  town: () => Town
  clock: Clock
}

interface Like {
  subject: SimilarSubject
  scope: string
  grid?: string | undefined
}

const mostSimilar = 10
const mostSuggestions = 50

export function createDispatchAdvice(parts: DispatchAdviceParts): DispatchAdvice {
  const { facts, queries, town, clock } = parts

  async function likeIt({ subject, scope, grid }: Like): Promise<SimilarCase[]> {
    const window = { ...similarWindow(hazardOf(town(), subject.hazard)), grid }
    const around = await facts.openAround(subject, window)
    const items: SimilarCase[] = []
    for (const { id, distanceM, minutesApart } of similarTo(subject, around, window)) {
      const found = await queries.case(id)
      if (!found || !isInScope(scope, found.grid ?? found.village)) continue
      items.push({ case: found, distanceM, minutesApart })
      if (items.length === mostSimilar) break
    }
    return items
  }

  return {
    async similar(caseId, scope) {
      const subject = await facts.similarSubject(caseId)
      return subject === undefined ? [] : likeIt({ subject, scope })
    },
    similarToReport({ hazard, lon, lat, grid }, scope) {
      const now = clock.now()
      const subject = { id: '', hazard, lon, lat, openedAt: now, lastSeenAt: now }
      return likeIt({ subject, scope, grid })
    },
    async suggestions({ village, grid, lon, lat, hazard: id }) {
      const hazard = hazardOf(town(), id)
      const units = [hazard.unit, ...hazard.assist]
      const people = await facts.peopleFor({ village, units, now: clock.now() })
      const openCases = await facts.openCases()
      const patrols = await facts.patrolsOf(village)
      const position: [number, number] = [lon, lat]
      const context = { spot: { village, grid }, position, hazard, people, openCases, ...patrols }
      return suggest(context).slice(0, mostSuggestions)
    },
  }
}
