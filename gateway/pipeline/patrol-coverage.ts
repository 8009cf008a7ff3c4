import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type Coverage,
  type CoveredRound,
  countRounds,
  coverage,
  type FreeVisit,
  type LocalDays,
  localDays,
  type RoundCounts,
  type RoundVisit,
  type Walked,
} from '../domain/patrol-coverage.ts'
import { isInScope } from '../domain/place.ts'
import type { Clock } from '../ports/clock.ts'
import type { PatrolRecords, RecordSpan } from '../ports/patrol-records.ts'

/**
 * Figures of patrols over days and months. They are read week by week, and in between others have
 * their turn: reading a season of a town at once would hold up every device for a tenth of a second.
 */

const daysAtOnce = 7

export interface PatrolFigures extends Coverage {
  days: LocalDays
  lastVisits: ReadonlyMap<string, number>
}

export interface PatrolCoverage {
  /** Of all days that the span touches. */
  between(span: RecordSpan): Promise<PatrolFigures>
  /** Rounds of the town's day in this place: what is neither done, missed nor excused is to come. */
  today(scope: string): Promise<RoundCounts>
}

interface Parts {
  records: PatrolRecords
  clock: Clock
  timeZone: () => string
}

const villageOf = (scope: string) => scope.slice(0, 12)

export function createPatrolCoverage({ records, clock, timeZone }: Parts): PatrolCoverage {
  async function walkedIn({ scope, from, to }: RecordSpan): Promise<Walked> {
    // Rounds belong to a village: whoever sees one grid of it sees its points' share of them.
    const inVillage = { scope: villageOf(scope), from, to }
    const [rounds, visits, freeVisits] = await Promise.all([
      records.rounds(inVillage),
      records.visits(inVillage),
      records.freeVisits({ scope, from, to }),
    ])
    return { rounds, visits, freeVisits }
  }

  async function walkedOn({ midnights }: LocalDays, scope: string): Promise<Walked> {
    const rounds: CoveredRound[] = []
    const visits: RoundVisit[] = []
    const freeVisits: FreeVisit[] = []
    for (let first = 0; first < midnights.length - 1; first += daysAtOnce) {
      const last = Math.min(first + daysAtOnce, midnights.length - 1)
      const [from, to] = [midnights[first] as number, midnights[last] as number]
      const week = await walkedIn({ scope, from, to })
      for (const one of week.rounds) rounds.push(one)
      for (const one of week.visits) visits.push(one)
      for (const one of week.freeVisits) freeVisits.push(one)
      await nextTurn()
    }
    return { rounds, visits, freeVisits }
  }

  return {
    async between({ scope, from, to }) {
      const days = localDays({ from, to }, timeZone())
      const lastVisits = await records.lastVisits(scope)
      const walked = await walkedOn(days, scope)
      return { ...coverage(walked, days, clock.now()), days, lastVisits }
    },
    async today(scope) {
      const now = clock.now()
      const { midnights } = localDays({ from: now, to: now + 1 }, timeZone())
      const [from, to] = [midnights[0] as number, midnights[1] as number]
      const walked = await walkedIn({ scope, from, to })
      const rounds = walked.rounds.filter(({ village }) => isInScope(villageOf(scope), village))
      return countRounds({ ...walked, rounds }, now)
    },
  }
}
