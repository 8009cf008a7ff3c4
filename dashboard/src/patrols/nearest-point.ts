import { useQuery } from '@tanstack/react-query'
import { distanceM, type LonLat } from '../../../gateway/domain/place.ts'
import { patrolPointsQuery, patrolRoundsQuery } from '../api/patrol-queries.ts'
import type { PatrolRoundView, PointView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { spanOfDay } from '../video/rounds.ts'
import { isOpen, stateOf } from './walks.ts'

/** Who may be near: the patrol point beside a place, and what of it is walked today. */

export interface NearestPoint {
  point: PointView
  metres: number
}

const furthestM = 10_000

export function nearestOf(points: readonly PointView[], at: LonLat): NearestPoint | null {
  let nearest: NearestPoint | null = null
  for (const point of points) {
    const metres = distanceM([point.lon, point.lat], at)
    if (metres <= (nearest?.metres ?? furthestM)) nearest = { point, metres }
  }
  return nearest
}

/** The round with the point that runs now. */
export function roundNow(
  rounds: readonly PatrolRoundView[],
  point: string,
  now: number,
): PatrolRoundView | null {
  return (
    rounds.find(
      (round) => round.points.some(({ id }) => id === point) && isOpen(stateOf(round, now)),
    ) ?? null
  )
}

/** When somebody was there last in one of these rounds. */
export function lastVisit(rounds: readonly PatrolRoundView[], point: string): number | null {
  const visits = rounds
    .flatMap(({ points }) => points)
    .flatMap(({ id, visitedAt }) => (id === point && visitedAt !== null ? [visitedAt] : []))
  return visits.length === 0 ? null : Math.max(...visits)
}

export function useNearestPoint({ lon, lat }: { lon: number; lat: number }): NearestPoint | null {
  return nearestOf(useQuery(patrolPointsQuery).data ?? [], [lon, lat])
}

export function useRoundsToday(): readonly PatrolRoundView[] {
  const { zone } = useTown()
  return useQuery(patrolRoundsQuery(spanOfDay(useNow(), 0, zone))).data ?? []
}
