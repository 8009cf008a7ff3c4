import type { Holder } from './case.ts'
import { distanceM, isInScope, type LonLat, type Spot } from './place.ts'
import type { Hazard } from './town.ts'

/**
 * Whom a case may be dispatched to, the most fitting first: on duty now, then nearest, then with
 * the fewest open cases. It is a suggestion, with its facts shown: the desk decides.
 */

export interface SuggestedPerson {
  id: string
  name: string
  /** Place code. */
  scope: string
  isGridWorker: boolean
  team: string | null
  unit: string | null
  isOnDuty: boolean
}

export interface PatrolPlace {
  id: string
  grid: string
  position: LonLat
}

export interface PatrolTeamRoute {
  team: string
  village: string
  /** Ids of points. */
  points: readonly string[]
}

export interface SuggestContext {
  spot: Spot
  position: LonLat
  hazard: Pick<Hazard, 'unit' | 'assist'>
  /** All who may sign in and have to do with this village. */
  people: readonly SuggestedPerson[]
  routes: readonly PatrolTeamRoute[]
  points: readonly PatrolPlace[]
  openCases: (holder: Holder) => number
}

export interface Suggestion {
  to: Holder
  name: string
  onDuty: boolean
  openCases: number
  /** From the case to the nearest point of theirs; null: unknown. */
  distanceM: number | null
}

function nearestM(context: SuggestContext, own: readonly PatrolPlace[]): number | null {
  if (own.length === 0) return null
  return Math.min(...own.map(({ position }) => distanceM(context.position, position)))
}

/** Of the case's grid, or of the whole village. */
function workers(context: SuggestContext): Suggestion[] {
  const { spot, people, points, openCases } = context
  return people
    .filter(({ isGridWorker, scope }) => {
      return isGridWorker && isInScope(scope, spot.grid ?? spot.village) && scope.length >= 12
    })
    .map(({ id, name, scope, isOnDuty }) => {
      const to = { kind: 'user' as const, id }
      const own = points.filter(({ grid }) => isInScope(scope, grid))
      return {
        to,
        name,
        onDuty: isOnDuty,
        openCases: openCases(to),
        distanceM: nearestM(context, own),
      }
    })
}

function teams(context: SuggestContext): Suggestion[] {
  const { spot, people, routes, points, openCases } = context
  const here = routes.filter(({ village }) => village === spot.village)
  const members = people.filter(({ scope }) => isInScope(spot.village, scope))
  const names = [...here, ...members].map(({ team }) => team).filter((name) => name !== null)
  return [...new Set(names)].map((id) => {
    const to = { kind: 'team' as const, id }
    const walked = new Set(here.filter(({ team }) => team === id).flatMap((route) => route.points))
    return {
      to,
      name: id,
      onDuty: members.some(({ team, isOnDuty }) => team === id && isOnDuty),
      openCases: openCases(to),
      distanceM: nearestM(
        context,
        points.filter((point) => walked.has(point.id)),
      ),
    }
  })
}

/** The responsible unit before those that help. */
function units({ hazard, people, openCases }: SuggestContext): Suggestion[] {
  const names = [hazard.unit, ...hazard.assist].filter((name) => name !== '')
  return [...new Set(names)].map((id) => {
    const to = { kind: 'unit' as const, id }
    const onDuty = people.some(({ unit, isOnDuty }) => unit === id && isOnDuty)
    return { to, name: id, onDuty, openCases: openCases(to), distanceM: null }
  })
}

function rank(a: Suggestion, b: Suggestion): number {
  if (a.onDuty !== b.onDuty) return a.onDuty ? -1 : 1
  const [near, far] = [a.distanceM ?? Infinity, b.distanceM ?? Infinity]
  if (near !== far) return near < far ? -1 : 1
  return a.openCases - b.openCases
}

/** Equals stay in order: workers, teams, the responsible unit, those that help. */
export function suggest(context: SuggestContext): Suggestion[] {
  return [...workers(context), ...teams(context), ...units(context)].toSorted(rank)
}
