import type { RoundState } from '../../../gateway/domain/patrol.ts'
import { roundState } from '../../../gateway/domain/patrol-round.ts'
import { isInScope } from '../../../gateway/domain/place.ts'
import type { PatrolRoundView } from '../api/types.ts'
import type { Span } from '../api/work-queries.ts'

/** The rounds of a day by village, and what a round says of its points. Pure. */

/** As of now: what the gateway said may be some seconds old. */
export function stateOf(round: PatrolRoundView, now: number): RoundState {
  const points = round.points.map(({ id }) => id)
  const visits = round.points
    .filter(({ visitedAt }) => visitedAt !== null)
    .map(({ id }) => ({ point: id }))
  return roundState({ ...round, points, visits }, now)
}

export function isOpen(state: RoundState): boolean {
  return state === 'due' || state === 'underWay'
}

export function isUnfinished(state: RoundState): boolean {
  return state === 'missed' || state === 'incomplete'
}

/** Done is done; an excuse for it or for an excused one would say nothing. */
export function isExcusable(state: RoundState): boolean {
  return state !== 'done' && state !== 'excused'
}

export interface VillageRounds {
  village: string
  rounds: PatrolRoundView[]
}

/** By village as the town lists them; rounds by beginning, then by name. */
export function roundsByVillage(
  rounds: readonly PatrolRoundView[],
  order: readonly { code: string }[],
): VillageRounds[] {
  const rank = new Map(order.map(({ code }, index) => [code, index]))
  return [...Map.groupBy(rounds, ({ village }) => village)]
    .map(([village, own]) => ({
      village,
      rounds: own.toSorted((a, b) => a.dueFrom - b.dueFrom || a.name.localeCompare(b.name, 'zh')),
    }))
    .toSorted((a, b) => (rank.get(a.village) ?? 1e6) - (rank.get(b.village) ?? 1e6))
}

export function sumOf(rounds: readonly PatrolRoundView[], now: number) {
  const states = rounds.map((round) => stateOf(round, now))
  const count = (is: (state: RoundState) => boolean) => states.filter(is).length
  return {
    all: rounds.length,
    done: count((state) => state === 'done'),
    open: count(isOpen),
    missed: count(isUnfinished),
    excused: count((state) => state === 'excused'),
  }
}

/** Which point was the how manieth to be visited, from 1; what was not visited is not in it. */
export function visitOrder({ points }: Pick<PatrolRoundView, 'points'>): Map<string, number> {
  const visited = points
    .filter(({ visitedAt }) => visitedAt !== null)
    .toSorted((a, b) => (a.visitedAt ?? 0) - (b.visitedAt ?? 0))
  return new Map(visited.map(({ id }, index) => [id, index + 1]))
}

/** Visited ones as they were visited, then the others as the route has them. */
export function pointsInOrder(round: PatrolRoundView): PatrolRoundView['points'] {
  const order = visitOrder(round)
  const rank = (id: string) => order.get(id) ?? 1e6
  return round.points.toSorted((a, b) => rank(a.id) - rank(b.id))
}

/** Those of an area that touch a time and can still be excused. */
export function roundsWithin(
  rounds: readonly PatrolRoundView[],
  { place, from, to }: Span & { place: string },
  now: number,
): PatrolRoundView[] {
  return rounds.filter(
    (round) =>
      isInScope(place, round.village) &&
      round.dueFrom < to &&
      round.dueUntil > from &&
      isExcusable(stateOf(round, now)),
  )
}
