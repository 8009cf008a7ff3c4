import { type CheckinMark, checkinMarks, type Fix } from './checkin.ts'
import { lateMs } from './checkin-time.ts'
import type { PatrolRound } from './patrol.ts'
import { distanceM, type LonLat } from './place.ts'

/** What of a check-in somebody should look at. A mark rejects nothing and accuses nobody. */

/** A visit of the same patroller. */
export interface Step {
  point: string
  position: LonLat
  at: number
}

/** Somebody's use of a phone. */
export interface PhoneUse {
  patroller: string
  phone: string
  at: number
}

export interface CheckinFacts {
  at: number
  receivedAt: number
  isSkewed: boolean
  isReplayed: boolean
  /** False: made by a device that stands there. */
  isByPhone: boolean
  fix: Fix | null
  /** Null: of no point of this town. */
  point: { id: string; position: LonLat; radiusM: number } | null
  round: Pick<PatrolRound, 'points' | 'order' | 'minWalkS'> | null
  /** Whether some round should be walked when somebody is there. */
  isRoutePoint: boolean
  /** Points of the round that were visited. */
  visited: ReadonlySet<string>
  /** The patroller's visits just before and just after. */
  neighbours: readonly Step[]
  /** Uses of this phone, and of any by this patroller, around then. */
  uses: readonly PhoneUse[]
  patroller: string | null
  phone: string | null
}

/** A fix that is worse says nothing more than that. */
const mostAccuracyM = 100
/** Nobody is faster on these roads, by car neither. */
const mostSpeedMs = 25
export const samePhoneMs = 10 * 60_000
/** Beyond it no two points of a town are too far apart for the time between; days are. */
export const neighbourMs = 24 * 3_600_000

function isOutside({ fix, point }: CheckinFacts): boolean {
  if (!fix || !point) return false
  const tolerance = 2 * Math.min(fix.accuracyM, mostAccuracyM)
  return distanceM(fix.position, point.position) > point.radiusM + tolerance
}

function isTooFast({ at, point, round, neighbours }: CheckinFacts): boolean {
  if (!point) return false
  return neighbours.some((step) => {
    if (step.point === point.id) return false
    const seconds = Math.abs(at - step.at) / 1000
    const isOfRound = round?.points.includes(step.point) ?? false
    if (isOfRound && seconds < (round?.minWalkS ?? 0)) return true
    return distanceM(step.position, point.position) > seconds * mostSpeedMs
  })
}

function isOutOfOrder({ point, round, visited }: CheckinFacts): boolean {
  if (!point || round?.order !== 'strict') return false
  const before = round.points.slice(0, Math.max(0, round.points.indexOf(point.id)))
  return before.some((id) => !visited.has(id))
}

function isPhoneShared({ at, patroller, phone, uses }: CheckinFacts): boolean {
  if (patroller === null || phone === null) return false
  return uses.some((use) => {
    if (Math.abs(use.at - at) > samePhoneMs) return false
    return (use.phone === phone) !== (use.patroller === patroller)
  })
}

export function marksOf(facts: CheckinFacts): CheckinMark[] {
  const { at, receivedAt, round, point } = facts
  const found: Record<CheckinMark, boolean> = {
    outsideRadius: isOutside(facts),
    noFix: facts.isByPhone && facts.fix === null,
    impossibleSpeed: isTooFast(facts),
    clockSkew: facts.isSkewed,
    replayedTag: facts.isReplayed,
    outOfShift: point !== null && round === null && facts.isRoutePoint,
    outOfOrder: isOutOfOrder(facts),
    lateSync: receivedAt - at > lateMs,
    duplicateDevice: isPhoneShared(facts),
  }
  return checkinMarks.filter((mark) => found[mark])
}
