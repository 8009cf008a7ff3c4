import type { CheckinMark } from './checkin.ts'
import type { PatrolPoint, PatrolRoute } from './patrol.ts'
import type { Actor } from './person.ts'
import { distanceM, isInScope, type LonLat } from './place.ts'

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
  team: string
  village: string
  grid: string | null
  point: string | null
  position: LonLat
  radiusM: number
  openedAt: number
  /** Who said last that it was done. */
  doneBy: string | null
}

interface Shown {
  person: Pick<Actor, 'id' | 'role' | 'team' | 'scope'>
  at: number
  point: string | null
  grade: string
  marks: readonly CheckinMark[]
  /** The desk looked at it, and it counts. */
  isVouched: boolean
  position: LonLat | null
  accuracyM: number | null
  verdict: Verdict | null
  /** One that shows how it is now: taken for this task. */
  hasPicture: boolean
}

/** Phones and the gateway never agree to the second. */
const clockSlackMs = 120_000

/** With these it may have been somebody else, or somewhere else: the desk looks first. */
const doubts: readonly CheckinMark[] = ['impossibleSpeed', 'replayedTag', 'duplicateDevice']

/** Who was asked; and who has no team to be asked, or leads those who have, in their own places. */
function isAsked({ team, village, grid }: Task, person: Shown['person']): boolean {
  if (person.team === team) return true
  const isOfOtherTeam = person.team != null && ['gridWorker', 'patroller'].includes(person.role)
  return !isOfOtherTeam && isInScope(person.scope, grid ?? village)
}

/** A code that can be copied says nothing without a fix, and none speaks against one. */
function isAtTag(task: Task, { point, grade, marks, position }: Shown): boolean {
  if (point === null || point !== task.point || grade === 'manual') return false
  if (grade === 'static' && position === null) return false
  return !marks.includes('outsideRadius')
}

function isAtPlace(task: Task, { position, accuracyM }: Shown): boolean {
  if (position === null || (accuracyM ?? 0) > task.radiusM) return false
  return distanceM(position, task.position) <= task.radiusM
}

/**
 * Whether the check-in is of somebody who was asked, and was at the place, by the tag of its point or
 * by its fix. That all is well needs a photo too, and another person than who did it.
 */
export function proves(task: Task, shown: Shown): boolean {
  const { at, verdict, person, marks, isVouched, hasPicture } = shown
  if (verdict === null || at < task.openedAt - clockSlackMs) return false
  if (verdict === 'settled' && (!hasPicture || person.id === task.doneBy)) return false
  if (!isVouched && marks.some((mark) => doubts.includes(mark))) return false
  return isAsked(task, person) && (isAtTag(task, shown) || isAtPlace(task, shown))
}
