import { isInScope } from '../../../gateway/domain/place.ts'
import type { PlannedEventView } from '../api/types.ts'
import type { Span } from '../api/work-queries.ts'
import { dayOf, timeOfDay } from '../app/time.ts'
import type { Excuses } from './use-walk-acts.ts'

/** What excuses the rounds of an area for a time: a storm, or an event that was announced. Pure. */

export interface ExcusesFields {
  place: string | undefined
  /** YYYY-MM-DD and HH:MM of the town. */
  first: string
  begins: string
  last: string
  ends: string
  reason: string
  planned: string | null
}

const halfHourMs = 30 * 60_000
const longestExcuseMs = 31 * 24 * 3_600_000

/** From the half hour that runs to the end of the day. */
export function usualExcuse(place: string | undefined, now: number, zone: string): ExcusesFields {
  const from = Math.floor(now / halfHourMs) * halfHourMs
  const day = dayOf(from, zone)
  const begins = timeOfDay(from, zone)
  // In the last half hour the day has no later time: till the next morning.
  const isLast = begins === '23:30'
  return {
    place,
    first: day,
    begins,
    last: isLast ? dayOf(from + 2 * halfHourMs, zone) : day,
    ends: isLast ? '08:00' : '23:30',
    reason: '',
    planned: null,
  }
}

export function isGoodExcuse({ from, to }: Span): boolean {
  return to > from && to - from <= longestExcuseMs
}

/** Events of that time that touch the area: of it, of a part of it, or of what it is a part of. */
export function eventsFor(
  events: readonly PlannedEventView[],
  place: string | undefined,
  { from, to }: Span,
): PlannedEventView[] {
  if (place === undefined) return []
  return events.filter(
    (event) =>
      event.startsAt < to &&
      event.endsAt > from &&
      (isInScope(place, event.place) || isInScope(event.place, place)),
  )
}

/** Null: the place or the reason is missing, or the time is none. */
export function excusesOf({ place, reason, planned }: ExcusesFields, span: Span): Excuses | null {
  if (place === undefined || reason.trim() === '' || !isGoodExcuse(span)) return null
  const excuses = { place, ...span, reason: reason.trim() }
  return planned === null ? excuses : { ...excuses, plannedEvent: planned }
}
