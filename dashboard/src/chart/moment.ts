import { dayOf, timeOfDay, timeWithSeconds } from '../app/time.ts'
import type { View } from './plot-series.ts'

/** A time as exactly as the picture shows it. */
export function momentOf(at: number, { from, to }: View, zone: string): string {
  const span = to - from
  const clock = span <= 3 * 3_600_000 ? timeWithSeconds(at, zone) : timeOfDay(at, zone)
  return span > 100 * 86_400_000 ? dayOf(at, zone) : `${dayOf(at, zone)} ${clock}`
}

export function spanInWords({ from, to }: View, zone: string): string {
  return `${dayOf(from, zone)} ${timeOfDay(from, zone)} – ${dayOf(to, zone)} ${timeOfDay(to, zone)}`
}
