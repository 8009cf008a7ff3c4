import { instantOnDay } from '../../../gateway/domain/town-time.ts'
import { dayOf } from '../app/time.ts'

/** Days as people write them, YYYY-MM-DD, as instants of the town. */

export function dayStart(day: string, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`)
  // East of the date line noon of London is the next day already.
  return instantOnDay(noon, dayOf(noon, zone) > day ? -1 : 0, 0, zone)
}

/** The next midnight. */
export function dayEnd(day: string, zone: string): number {
  return instantOnDay(dayStart(day, zone), 1, 0, zone)
}
