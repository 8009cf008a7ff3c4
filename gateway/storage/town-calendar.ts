import { wallMs } from '../domain/town-time.ts'

/**
 * Hours, days and months of the town's zone, as epoch milliseconds. Asked for each reading, while
 * Intl takes microseconds: the answer is kept per quarter of an hour, the finest step in which the
 * world's zones change their offset.
 */

interface Quarter {
  hourStart: number
  dayStart: number
  /** Of the month, from 1. */
  day: number
  /** YYYY-MM */
  month: string
}

export interface TownCalendar {
  at(ms: number): Quarter
}

const quarterMs = 900_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const kept = 20_000

export function createTownCalendar(timeZone: string): TownCalendar {
  const quarters = new Map<number, Quarter>()

  const wall = (ms: number) => wallMs(ms, timeZone)

  /**
   * The first instant of that day. Where clocks change, midnight may come twice or not at all, and
   * the way back to it is an hour longer or shorter than the wall clock says.
   */
  function dayStart(local: number, near: number): number {
    const midnight = Math.floor(local / dayMs) * dayMs
    let start = near - (local - midnight)
    while (wall(start) < midnight) start += quarterMs
    while (wall(start - quarterMs) >= midnight) start -= quarterMs
    return start
  }

  function compute(quarter: number): Quarter {
    const local = wall(quarter)
    return {
      hourStart: quarter - (local % hourMs),
      dayStart: dayStart(local, quarter),
      day: new Date(local).getUTCDate(),
      month: new Date(local).toISOString().slice(0, 7),
    }
  }

  function at(ms: number): Quarter {
    const quarter = Math.floor(ms / quarterMs) * quarterMs
    let found = quarters.get(quarter)
    if (!found) {
      if (quarters.size >= kept) quarters.clear()
      quarters.set(quarter, (found = compute(quarter)))
    }
    return found
  }

  return { at }
}
