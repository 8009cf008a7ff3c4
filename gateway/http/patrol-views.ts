import type { z } from 'zod'
import type { PatrolPoint, PatrolRoute } from '../domain/patrol.ts'
import { villageOfGrid } from '../domain/patrol-checks.ts'
import { roundState, visitedPoints } from '../domain/patrol-round.ts'
import type { WalkedRound } from '../ports/patrol-store.ts'
import type { roundSchema } from './schemas/patrol.ts'
import type { HttpServices } from './services.ts'

/** Points, routes and rounds as the screens get them. */

export function pointView(point: PatrolPoint) {
  return { ...point, village: villageOfGrid(point.grid) }
}

/** As it is kept, without what a file may have beside it. */
export function routeView(route: PatrolRoute) {
  return { ...route, shifts: route.shifts.map((shift) => ({ ...shift })) }
}

/** Names of all points of the town, by id; asked once for a list of rounds. */
export async function pointNames({ patrols, town }: HttpServices): Promise<Map<string, string>> {
  const whole = town().places.find((place) => place.level === 'town')?.code
  const points = whole === undefined ? [] : await patrols.store.points(whole)
  return new Map(points.map(({ id, name }) => [id, name]))
}

export function roundView(
  round: WalkedRound,
  names: ReadonlyMap<string, string>,
  now: number,
): z.output<typeof roundSchema> {
  const visitedAt = new Map(round.visits.map(({ point, at }) => [point, at]))
  return {
    id: round.id,
    route: round.route,
    name: round.name,
    village: round.village,
    team: round.team,
    state: roundState(round, now),
    dueFrom: round.dueFrom,
    dueUntil: round.dueUntil,
    points: round.points.map((id) => ({
      id,
      name: names.get(id) ?? id,
      visitedAt: visitedAt.get(id) ?? null,
    })),
    visited: visitedPoints(round),
    marked: round.marked,
    excusedReason: round.excusedReason,
  }
}
