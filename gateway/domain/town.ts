import type { Place } from './place.ts'
import type { Rule } from './rule.ts'
import type { Season } from './season.ts'
import type { WorkCalendar } from './work-calendar.ts'

/** Minutes allowed for each step of a case; with `workHours` the clocks stop outside office hours. */
interface HazardClocks {
  accept: number
  dispatch: number
  sign: number
  handle: number
}

export interface Hazard {
  id: string
  name: string
  /** The unit that is responsible, and those that help. */
  unit: string
  assist: string[]
  clocks: HazardClocks
  workHours: boolean
  /** Alarms nearer than this join one incident; null: only alarms of the same device or cause do. */
  correlateM: number | null
  correlateMin: number
  /** `person`: reported by people only, never raised by a rule. */
  sources: ('device' | 'person')[]
}

/** All that the rules and cases of one town are judged by; replaced as a whole when the town is edited. */
export interface Town {
  places: Place[]
  hazards: Hazard[]
  rules: Rule[]
  seasons: Season[]
  /** IANA zone of the town's days and clocks. */
  timeZone: string
  /** Rest days and make-up days of the clocks that run in working hours. */
  calendar: WorkCalendar
}

/** A rule or case may name a hazard that was deleted since: it still deserves a clock. */
export function hazardOf(town: Town, id: string): Hazard {
  const known = town.hazards.find((hazard) => hazard.id === id)
  if (known !== undefined) return known
  return {
    id,
    name: id,
    unit: '',
    assist: [],
    clocks: { accept: 5, dispatch: 10, sign: 15, handle: 240 },
    workHours: false,
    correlateM: null,
    correlateMin: 60,
    sources: ['device'],
  }
}

export function placeName(town: Town, code: string): string {
  return town.places.find((place) => place.code === code)?.name ?? code
}
