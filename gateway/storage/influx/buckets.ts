import { bucketEnd, type Resolution } from '../../domain/resolution.ts'
import type { TownCalendar } from '../town-calendar.ts'
import type { Span } from './influxql.ts'

/**
 * Hours and days of the town's zone as InfluxQL can cut them: equal lengths from an offset on. The
 * server is not asked for the zone, since many run without the tables of zones, and each version
 * cuts the days of a change of clocks its own way; where the clocks change, a day is a stretch of
 * its own.
 */
export interface Stretch extends Span {
  everyMs: number
  /** Of the first bucket from the epoch, less than `everyMs`. */
  offsetMs: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export function bucketStart(at: number, resolution: Resolution, calendar: TownCalendar): number {
  if (resolution === 'raw') return at
  if (resolution === 'minute') return at - (at % 60_000)
  const { hourStart, dayStart } = calendar.at(at)
  return resolution === 'hour' ? hourStart : dayStart
}

export interface Zone {
  calendar: TownCalendar
  timeZone: string
}

/** All buckets that begin before `to`, whole; `from` is the start of one. */
export function stretchesOf(
  { from, to }: Span,
  resolution: 'minute' | 'hour' | 'day',
  { calendar, timeZone }: Zone,
): Stretch[] {
  // A minute is not looked into: what lies behind `to` is left out of it.
  if (resolution === 'minute') return [{ from, to, everyMs: 60_000, offsetMs: 0 }]
  if (resolution === 'hour') {
    const end = bucketStart(to - 1, 'hour', calendar) + hourMs
    return [{ from, to: end, everyMs: hourMs, offsetMs: from % hourMs }]
  }
  return dayStretches({ from, to }, { calendar, timeZone })
}

function dayStretches({ from, to }: Span, { calendar, timeZone }: Zone): Stretch[] {
  const stretches: Stretch[] = []
  /** No zone sets its clocks forth and back within two weeks. */
  const isPlainFortnight = (start: number) =>
    start + 14 * dayMs <= to && calendar.at(start + 14 * dayMs).dayStart === start + 14 * dayMs
  for (let start = from; start < to; ) {
    const end = isPlainFortnight(start) ? start + 14 * dayMs : bucketEnd(start, 'day', timeZone)
    const last = stretches.at(-1)
    const isPlain = (end - start) % dayMs === 0
    if (last && isPlain && last.everyMs === dayMs) last.to = end
    else stretches.push(stretch(start, end, isPlain))
    start = end
  }
  return stretches
}

function stretch(from: number, to: number, isPlain: boolean): Stretch {
  // Longer than the one bucket that it is, and beginning where that begins.
  const everyMs = isPlain ? dayMs : 2 * dayMs
  return { from, to, everyMs, offsetMs: from % everyMs }
}
