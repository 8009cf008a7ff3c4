import type { PatrolDay } from '../../../gateway/http/schemas/patrol.ts'
import type { DayPoint, DayRound, PhoneFix, Walk } from '../phone.ts'

/** Which round is walked, what of it is done, and where to go next. */

/** A round takes check-ins a little before and after its window. */
const graceMs = 10 * 60_000
const earthRadiusM = 6_371_000
const radians = (degrees: number) => (degrees * Math.PI) / 180

interface Spot {
  lon: number
  lat: number
}

export function distanceM(one: Spot, other: Spot): number {
  const high = Math.sin(radians(other.lat - one.lat) / 2) ** 2
  const wide = Math.sin(radians(other.lon - one.lon) / 2) ** 2
  const part = high + Math.cos(radians(one.lat)) * Math.cos(radians(other.lat)) * wide
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(part)))
}

/** Degrees from north, clockwise. */
export function bearing(from: Spot, to: Spot): number {
  const turn = radians(to.lon - from.lon)
  const east = Math.sin(turn) * Math.cos(radians(to.lat))
  const north =
    Math.cos(radians(from.lat)) * Math.sin(radians(to.lat)) -
    Math.sin(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.cos(turn)
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360
}

const isOpenAt = ({ dueFrom, dueUntil }: DayRound, at: number) =>
  at >= dueFrom - graceMs && at <= dueUntil + graceMs

/** A visit that the phone knows of, whether the gateway does or not. */
export interface Visit {
  round: string | null
  point: string
  at: number
}

/** The open round with that point; own ones first, as the day lists them. */
export function roundFor(day: PatrolDay, point: string, at: number): DayRound | null {
  const fits = day.rounds.filter(
    (round) =>
      round.state !== 'excused' &&
      isOpenAt(round, at) &&
      round.points.some(({ id }) => id === point),
  )
  return fits.find(({ isOwn }) => isOwn) ?? fits[0] ?? null
}

const isWalkable = ({ state }: DayRound) => state !== 'excused' && state !== 'missed'

/** What somebody chose, else what runs now, else what comes next, own rounds before those of others. */
export function roundNow(
  day: PatrolDay,
  now: number,
  chosen: string | null = null,
): DayRound | null {
  const wanted = day.rounds.find(({ id, dueUntil }) => id === chosen && dueUntil >= now)
  if (wanted && isWalkable(wanted)) return wanted
  const own = day.rounds.filter(({ isOwn }) => isOwn)
  const rounds = (own.length > 0 ? own : day.rounds)
    .filter(isWalkable)
    .sort((one, other) => one.dueFrom - other.dueFrom)
  const running = rounds.filter((round) => now >= round.dueFrom && now <= round.dueUntil)
  const open = running.find(({ state }) => state !== 'done') ?? running[0]
  return open ?? rounds.find(({ dueFrom }) => dueFrom > now) ?? null
}

export function visitedAt(round: DayRound, point: string, visits: readonly Visit[]): number | null {
  const said = round.points.find(({ id }) => id === point)?.visitedAt ?? null
  const own = visits
    .filter((visit) => visit.point === point && visit.round === round.id)
    .map(({ at }) => at)
  return [said, ...own].reduce<number | null>(
    (first, at) => (at === null ? first : Math.min(at, first ?? at)),
    null,
  )
}

export interface WalkSources {
  day: PatrolDay
  now: number
  /** Id of a round. */
  chosen?: string | null
  visits: readonly Visit[]
  fix: PhoneFix | null
}

function nextPoint(
  points: Walk['points'],
  { order }: DayRound,
  fix: PhoneFix | null,
): DayPoint | null {
  const left = points.filter(({ visitedAt }) => visitedAt === null).map(({ point }) => point)
  if (order === 'strict' || fix === null) return left[0] ?? null
  return left.sort((one, other) => distanceM(fix, one) - distanceM(fix, other))[0] ?? null
}

export function walkOf({ day, now, chosen, visits, fix }: WalkSources): Walk | null {
  const round = roundNow(day, now, chosen)
  if (!round) return null
  const known = new Map(day.points.map((point) => [point.id, point]))
  const points = round.points.flatMap(({ id }) => {
    const point = known.get(id)
    return point ? [{ point, visitedAt: visitedAt(round, id, visits) }] : []
  })
  const next = nextPoint(points, round, fix)
  const isKnown = next !== null && fix !== null
  return {
    round,
    points,
    visited: points.filter(({ visitedAt }) => visitedAt !== null).length,
    total: points.length,
    next,
    distanceM: isKnown ? distanceM(fix, next) : null,
    bearing: isKnown ? bearing(fix, next) : null,
  }
}

/** The point a tag that cannot be read here most likely hangs at. */
export function probablePoint(
  day: PatrolDay,
  { kind, fix, next }: { kind: 'nfc424' | 'nfcUid'; fix: PhoneFix | null; next: DayPoint | null },
): DayPoint | null {
  const fitting = day.points.filter(({ tag }) => tag === kind)
  if (fix === null) return next?.tag === kind ? next : null
  const reachM = ({ radiusM }: DayPoint) => radiusM + 2 * Math.min(fix.accuracyM, 100)
  return (
    fitting
      .filter((point) => distanceM(fix, point) <= reachM(point))
      .sort((one, other) => distanceM(fix, one) - distanceM(fix, other))[0] ?? null
  )
}
