import type { Case } from './case.ts'
import { distanceM, type LonLat } from './place.ts'
import type { Hazard } from './town.ts'

/** Cases that may be about the same thing: of the same hazard, near, recent and still open. */

export interface SimilarSubject extends Pick<Case, 'id' | 'hazard' | 'lon' | 'lat' | 'openedAt'> {
  /** When something was last seen of it; `openedAt` where nothing came after. */
  lastSeenAt: number
}

export interface SimilarCandidate extends SimilarSubject {
  isOpen: boolean
  grid: string | null
}

export interface Similar {
  id: string
  distanceM: number
  /** Between the end of the one and the beginning of the other; 0 while they overlap. */
  minutesApart: number
}

const minuteMs = 60_000
/** For hazards whose alarms are not correlated by distance: people describe places loosely. */
const looselyM = 500
const looselyMin = 24 * 60

export interface SimilarWindow {
  withinM: number
  withinMin: number
  /** Who knows no more than the grid: all of it is near. */
  grid?: string | undefined
}

export function similarWindow({
  correlateM,
  correlateMin,
}: Pick<Hazard, 'correlateM' | 'correlateMin'>): SimilarWindow {
  if (correlateM === null) return { withinM: looselyM, withinMin: looselyMin }
  return { withinM: correlateM, withinMin: correlateMin }
}

function minutesApart(a: SimilarSubject, b: SimilarSubject): number {
  const gapMs = Math.max(a.openedAt - b.lastSeenAt, b.openedAt - a.lastSeenAt, 0)
  return gapMs / minuteMs
}

const positionOf = ({ lon, lat }: SimilarSubject): LonLat => [lon, lat]

/** Nearest first, then the shortest time apart. */
export function similarTo(
  subject: SimilarSubject,
  candidates: readonly SimilarCandidate[],
  { withinM, withinMin, grid }: SimilarWindow,
): Similar[] {
  const inGrid = new Set(
    grid === undefined ? [] : candidates.filter((one) => one.grid === grid).map(({ id }) => id),
  )
  return candidates
    .filter(({ id, hazard, isOpen }) => isOpen && hazard === subject.hazard && id !== subject.id)
    .map((candidate) => ({
      id: candidate.id,
      distanceM: distanceM(positionOf(subject), positionOf(candidate)),
      minutesApart: minutesApart(subject, candidate),
    }))
    .filter(({ id, distanceM: away }) => away <= withinM || inGrid.has(id))
    .filter((one) => one.minutesApart <= withinMin)
    .toSorted(
      (a, b) =>
        a.distanceM - b.distanceM || a.minutesApart - b.minutesApart || (a.id < b.id ? -1 : 1),
    )
}
