import type { PatrolPoint, PatrolRoute } from './patrol.ts'
import { distanceM, type LonLat } from './place.ts'

/** 现场核查: who is asked to look at what was done, and what proves that somebody did. */

export type Verdict = 'settled' | 'unsettled'

/** What nobody can see by going there. */
const notOnSite = new Set(['deviceFault', 'patrolMissed', 'dispute'])

export function isVerifiedOnSite(hazard: string): boolean {
  return !notOnSite.has(hazard)
}

/** A fix so near to the case is at it. */
export const taskRadiusM = 150
const teamWithinM = 3000

interface Walks {
  routes: readonly Pick<PatrolRoute, 'village' | 'team' | 'points'>[]
  points: readonly Pick<PatrolPoint, 'id' | 'lon' | 'lat'>[]
}

export interface Asked {
  team: string
  /** The nearest point of that team; null: none is near. */
  point: string | null
}

/** The team of the nearest point that is walked, else one of the village. Undefined: nobody walks there. */
export function teamNear(
  { routes, points }: Walks,
  at: { position: LonLat; village: string },
): Asked | undefined {
  const walked = points
    .filter(({ id }) => routes.some((route) => route.points.includes(id)))
    .map((point) => ({ id: point.id, m: distanceM([point.lon, point.lat], at.position) }))
    .filter(({ m }) => m <= teamWithinM)
    .sort((a, b) => a.m - b.m)
  for (const { id } of walked) {
    const through = routes.filter((route) => route.points.includes(id))
    const route = through.find(({ village }) => village === at.village) ?? through[0]
    if (route) return { team: route.team, point: id }
  }
  const own = routes.find(({ village }) => village === at.village)
  return own && { team: own.team, point: null }
}

interface Task {
  point: string | null
  position: LonLat
  radiusM: number
  openedAt: number
}

interface Shown {
  at: number
  point: string | null
  grade: string
  position: LonLat | null
  verdict: Verdict | null
  hasPicture: boolean
}

/** Phones and the gateway never agree to the second. */
const clockSlackMs = 120_000

/** Whether the check-in was at the place, by the tag of its point or by its fix; and with a photo, if all is well. */
export function proves(
  task: Task,
  { at, point, grade, position, verdict, hasPicture }: Shown,
): boolean {
  if (verdict === null || at < task.openedAt - clockSlackMs) return false
  if (verdict === 'settled' && !hasPicture) return false
  const isByTag = point !== null && point === task.point && grade !== 'manual'
  return isByTag || (position !== null && distanceM(position, task.position) <= task.radiusM)
}
