import { distanceM, isInScope, type LonLat } from './place.ts'
import type { Severity } from './severity.ts'

/**
 * 报备事项: what was announced before. It annotates a case and lowers its severity by one step; it
 * never hides anything: the alarm is raised, the case is opened, its clocks run.
 *
 * An event that names its spot (a circle) explains what is seen there, by however many devices and
 * how bad it looks. One that names only an area explains one device's alarm short of red: more than
 * that, and nobody knows that it is the announced fire. What a person reported is not lowered:
 * somebody looked and said how bad it is. Evidence that does not fit makes the case outgrow the event: it gets back the severity that
 * its alarms have, rings again, and counts in the evaluation like any other.
 *
 * An event counts as it stood when the case was opened: what is entered or changed afterwards
 * neither lowers the case nor takes it out of the evaluation.
 */

export const plannedKinds = ['burn', 'ceremony', 'drill'] as const

export type PlannedKind = (typeof plannedKinds)[number]

export interface PlannedEvent {
  id: string
  kind: PlannedKind
  title: string
  hazards: readonly string[]
  /** Place code; what lies below it is meant too. */
  place: string
  /** Where exactly, within the place; null: somewhere in it. */
  circle: PlannedCircle | null
  /** Epoch ms; the end is the first instant that is over. */
  startsAt: number
  endsAt: number
  /** The unit to ask, one of the town's own; persons are not kept. */
  unit: string | null
  note: string
  /** When it was entered, or what it covers was changed the last time. */
  registeredAt: number
}

interface PlannedCircle {
  lon: number
  lat: number
  radiusM: number
}

/** What a case keeps of it: the event may be taken away later. */
export interface CaseEvent {
  id: string
  kind: PlannedKind
  title: string
  /** Something was seen that the event does not explain. */
  isOutgrown: boolean
}

export interface PlannedSighting {
  hazard: string
  village: string
  grid: string | null
  position: LonLat
  /** Where a camera looked, degrees from north; what it saw is somewhere along that line. */
  bearingDeg?: number | undefined
  /** When it was seen, epoch ms. */
  at: number
}

export const longestPlannedMs = 31 * 86_400_000
/** How far a camera's line is believed. */
const sightM = 10_000
const metresPerDegree = 111_195

/** Whether the line of sight crosses the circle. */
function isInSight(from: LonLat, bearingDeg: number, circle: PlannedCircle): boolean {
  if (distanceM(from, [circle.lon, circle.lat]) <= circle.radiusM) return true
  const toRad = Math.PI / 180
  const east = (circle.lon - from[0]) * Math.cos(from[1] * toRad) * metresPerDegree
  const north = (circle.lat - from[1]) * metresPerDegree
  const [sin, cos] = [Math.sin(bearingDeg * toRad), Math.cos(bearingDeg * toRad)]
  const along = east * sin + north * cos
  return along >= 0 && along <= sightM && Math.abs(east * cos - north * sin) <= circle.radiusM
}

function isThere({ place, circle }: PlannedEvent, sighting: PlannedSighting): boolean {
  const { position, bearingDeg, grid, village } = sighting
  if (circle !== null && bearingDeg !== undefined) return isInSight(position, bearingDeg, circle)
  if (!isInScope(place, grid ?? village)) return false
  return circle === null || distanceM(position, [circle.lon, circle.lat]) <= circle.radiusM
}

export function matchesPlanned(event: PlannedEvent, sighting: PlannedSighting): boolean {
  const { hazards, startsAt, endsAt } = event
  const { hazard, at } = sighting
  return hazards.includes(hazard) && startsAt <= at && at < endsAt && isThere(event, sighting)
}

/** The event that explains it: one that names the spot before one that names an area. */
export function plannedFor(
  events: readonly PlannedEvent[],
  sighting: PlannedSighting,
  openedAt: number,
): PlannedEvent | undefined {
  return events
    .filter((event) => event.registeredAt <= openedAt && matchesPlanned(event, sighting))
    .toSorted(
      (a, b) =>
        Number(a.circle === null) - Number(b.circle === null) ||
        b.place.length - a.place.length ||
        a.startsAt - b.startsAt ||
        (a.id < b.id ? -1 : 1),
    )[0]
}

/** Whether an alarm is explained; `devices`: how many have seen the incident by now. */
export function isExplained(
  event: PlannedEvent | undefined,
  severity: Severity,
  devices: number,
): boolean {
  if (event === undefined) return false
  return event.circle !== null || (severity !== 'red' && devices <= 1)
}

export function caseEventOf(event: PlannedEvent, isOutgrown: boolean): CaseEvent {
  const { id, kind, title } = event
  return { id, kind, title, isOutgrown }
}

/** What was merged in and not announced alike, the event does not explain. */
export function eventAfterMerge(into: CaseEvent | null, from: CaseEvent | null): CaseEvent | null {
  if (into === null) return null
  return { ...into, isOutgrown: into.isOutgrown || from?.id !== into.id || from.isOutgrown }
}

/** Not counted in the evaluation: fire that was permitted, and that stayed what was permitted. */
export function isPlannedBurn(event: CaseEvent | null): boolean {
  return event?.kind === 'burn' && !event.isOutgrown
}

/** Null: it is one; else what is wrong with its time. */
export function plannedTimeProblem(
  { startsAt, endsAt }: Pick<PlannedEvent, 'startsAt' | 'endsAt'>,
  now: number,
): string | null {
  if (endsAt <= startsAt) return 'endsAt: a planned event ends after it begins.'
  if (endsAt - startsAt > longestPlannedMs) {
    return 'endsAt: a planned event lasts at most 31 days; enter a longer one as several.'
  }
  return endsAt <= now ? 'endsAt: that is over already.' : null
}
