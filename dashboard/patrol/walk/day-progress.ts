import { dayOf } from '../../src/app/time.ts'
import type { DayRound, Walk } from '../phone.ts'

/**
 * 已打卡 n/12: the rounds of one route on one day count together, since to those who walk them
 * they are one day's work; each round is a group of segments.
 */

export interface DayProgress {
  done: number
  all: number
  groups: { id: string; done: number; all: number }[]
  /** Of the round that runs, where there are several. */
  half: { part: DayPart; done: number; all: number } | null
}

export type DayPart = 'morning' | 'afternoon' | 'evening'

/** More segments than that are no longer told apart on a phone. */
const mostSegments = 24

export function dayPartOf(at: number, zone: string): DayPart {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(
      at,
    ),
  )
  if (hour < 12) return 'morning'
  return hour < 18 ? 'afternoon' : 'evening'
}

export function dayProgress(walk: Walk, rounds: readonly DayRound[], zone: string): DayProgress {
  const { round, visited, total } = walk
  const day = dayOf(round.dueFrom, zone)
  const same = rounds.filter(
    (other) =>
      other.id !== round.id &&
      other.route === round.route &&
      other.excusedReason === null &&
      dayOf(other.dueFrom, zone) === day,
  )
  const now = { id: round.id, done: visited, all: total, from: round.dueFrom }
  const others = same.map((other) => ({
    id: other.id,
    done: other.visited,
    all: other.points.length,
    from: other.dueFrom,
  }))
  const inDay = [now, ...others].toSorted((a, b) => a.from - b.from)
  const isTooMany = inDay.reduce((sum, { all }) => sum + all, 0) > mostSegments
  const groups = (isTooMany ? [now] : inDay).map(({ id, done, all }) => ({ id, done, all }))
  return {
    done: groups.reduce((sum, group) => sum + group.done, 0),
    all: groups.reduce((sum, group) => sum + group.all, 0),
    groups,
    half:
      inDay.length > 1 ? { part: dayPartOf(round.dueFrom, zone), done: visited, all: total } : null,
  }
}
