import { instantOnDay, localTime } from '../../../gateway/domain/town-time.ts'
import type { DutyView } from '../api/types.ts'
import { dayOf } from '../app/time.ts'

/** A week of the roster, Monday first, in the town's zone. Pure. */

export interface RosterDay {
  /** YYYY-MM-DD */
  day: string
  from: number
  to: number
}

export interface RosterWeek {
  from: number
  to: number
  days: RosterDay[]
}

export function weekOf(now: number, weeksLater: number, zone: string): RosterWeek {
  const sinceMonday = (localTime(now, zone).weekday + 6) % 7
  const start = (index: number) => instantOnDay(now, weeksLater * 7 - sinceMonday + index, 0, zone)
  const days = Array.from({ length: 7 }, (_, index) => ({
    day: dayOf(start(index), zone),
    from: start(index),
    to: start(index + 1),
  }))
  return { from: start(0), to: start(7), days }
}

/** A duty stands under the day it begins; what began before the week, under the first. */
export function dutiesOf(week: RosterWeek, duties: readonly DutyView[], at: number): DutyView[] {
  const { from = 0, to = 0 } = week.days[at] ?? {}
  return duties
    .filter(({ startsAt }) => startsAt < to && (startsAt >= from || at === 0))
    .toSorted((a, b) => a.startsAt - b.startsAt || a.name.localeCompare(b.name, 'zh'))
}

export function onDutyNow(duties: readonly DutyView[], now: number): DutyView[] {
  return duties.filter(({ startsAt, endsAt }) => startsAt <= now && now < endsAt)
}

export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** Ends the next day when it does not end after it begins. */
export function dutySpan(
  { from }: RosterDay,
  times: { begins: string; ends: string },
  zone: string,
): { startsAt: number; endsAt: number } {
  const [begins, ends] = [minuteOf(times.begins), minuteOf(times.ends)]
  return {
    startsAt: instantOnDay(from, 0, begins, zone),
    endsAt: instantOnDay(from, ends > begins ? 0 : 1, ends, zone),
  }
}

const two = (value: number) => String(value).padStart(2, '0')

/** Every half hour of a day. */
export const halfHours: readonly string[] = Array.from(
  { length: 48 },
  (_, index) => `${two(Math.floor(index / 2))}:${index % 2 === 0 ? '00' : '30'}`,
)
