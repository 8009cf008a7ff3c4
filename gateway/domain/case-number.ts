import type { Place } from './place.ts'
import { dayStamp } from './town-time.ts'

/** Case numbers as people read them aloud: 云岭-20261121-0042; the sequence starts anew each day. */

/** Name of the counter that gives the day's sequence. */
export function caseCounter(openedAt: number, timeZone: string): string {
  return `case-${dayStamp(openedAt, timeZone)}`
}

function shortTownName(places: readonly Place[]): string {
  const name = places.find((place) => place.level === 'town')?.name ?? ''
  return name.replace(/(?<=.)(街道|镇|乡)$/u, '')
}

export function caseNumber(
  town: { places: readonly Place[]; timeZone: string },
  openedAt: number,
  sequence: number,
): string {
  const number = `${dayStamp(openedAt, town.timeZone)}-${String(sequence).padStart(4, '0')}`
  const name = shortTownName(town.places)
  return name === '' ? number : `${name}-${number}`
}
