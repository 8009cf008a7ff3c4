import type { LonLat } from '../../../gateway/domain/place.ts'
import { longestPlannedMs, type PlannedKind } from '../../../gateway/domain/planned-event.ts'
import { instantOnDay } from '../../../gateway/domain/town-time.ts'
import type { NewPlannedEvent, PlannedEventView } from '../api/types.ts'
import { dayOf, timeOfDay } from '../app/time.ts'
import { minuteOf } from '../duty/duty-week.ts'

/** A planned event as the form has it, and as it is sent. Pure. */

export interface PlannedFields {
  kind: PlannedKind
  title?: string
  hazards: string[]
  where: 'area' | 'spot'
  place?: string
  point?: LonLat
  radiusM: number
  /** YYYY-MM-DD */
  first: string
  begins: string
  last: string
  ends: string
  unit?: string | null
  note?: string
}

const fire = ['forestFire', 'strawBurning', 'smoke']

/** What such an event usually sets off; of a drill nobody knows. */
export function usualHazards(kind: PlannedKind, known: readonly { id: string }[]): string[] {
  if (kind === 'drill') return []
  return known.map(({ id }) => id).filter((id) => fire.includes(id))
}

export function fieldsOf(event: PlannedEventView, zone: string): PlannedFields {
  const { kind, title, place, circle, startsAt, endsAt, unit, note } = event
  return {
    kind,
    title,
    hazards: [...event.hazards],
    where: circle === null ? 'area' : 'spot',
    place,
    ...(circle && { point: [circle.lon, circle.lat] }),
    radiusM: circle?.radiusM ?? 200,
    first: dayOf(startsAt, zone),
    begins: timeOfDay(startsAt, zone),
    last: dayOf(endsAt, zone),
    ends: timeOfDay(endsAt, zone),
    unit,
    note,
  }
}

/** Of a day and HH:MM in the zone. */
export function instantOf(day: string, time: string, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`)
  // Far east it is the next day already.
  const within = dayOf(noon, zone) === day ? noon : noon - 12 * 3_600_000
  return instantOnDay(within, 0, minuteOf(time), zone)
}

type Times = Pick<PlannedFields, 'first' | 'begins' | 'last' | 'ends'>

export function spanOf({ first, begins, last, ends }: Times, zone: string) {
  return { startsAt: instantOf(first, begins, zone), endsAt: instantOf(last, ends, zone) }
}

export function isGoodSpan(span: { startsAt: number; endsAt: number }, now: number): boolean {
  const { startsAt, endsAt } = span
  return endsAt > startsAt && endsAt > now && endsAt - startsAt <= longestPlannedMs
}

/** Null: the place is missing. A spot belongs to its village: its circle may touch two grids. */
export function entryOf(
  fields: PlannedFields,
  spotVillage: string | null,
  zone: string,
): NewPlannedEvent | null {
  const { kind, title = '', hazards, where, point, radiusM, unit, note } = fields
  const place = where === 'area' ? fields.place : spotVillage
  if (!place || (where === 'spot' && point === undefined)) return null
  const circle =
    where === 'spot' && point !== undefined ? { lon: point[0], lat: point[1], radiusM } : null
  return {
    kind,
    title: title.trim(),
    hazards,
    place,
    circle,
    ...spanOf(fields, zone),
    unit: unit ?? null,
    note: note?.trim() ?? '',
  }
}
