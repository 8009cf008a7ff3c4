import {
  type PatrolRound,
  type PatrolRoute,
  type PatrolShift,
  type RoundState,
  weekdayNames,
} from './patrol.ts'
import { isInSeason, monthDay, type Season } from './season.ts'
import { instantOnDay, localTime } from './town-time.ts'

/** When the shifts of a route ask for rounds, and how a round stands. */

/** One round to be planned: its window before chance moves it, both ends epoch ms. */
export interface RoundSlot {
  slotAt: number
  endsAt: number
  /** The window may begin up to so many minutes later. */
  jitterMin: number
}

export interface PlanSpan {
  from: number
  until: number
  timeZone: string
  seasons: readonly Season[]
}

const dayMs = 86_400_000
const minuteMs = 60_000
/** However many seasons run together: more rounds than this nobody walks in a shift. */
const mostRoundsOfShift = 24

interface LocalDay {
  /** Days since 1970-01-01 of the local calendar. */
  number: number
  weekday: (typeof weekdayNames)[number]
  noon: number
}

function localDay(from: number, daysLater: number, timeZone: string): LocalDay {
  const noon = instantOnDay(from, daysLater, 720, timeZone)
  const { year, month, day, weekday } = localTime(noon, timeZone)
  return {
    number: Math.floor(Date.UTC(year, month - 1, day) / dayMs),
    weekday: weekdayNames[(weekday + 6) % 7] as LocalDay['weekday'],
    noon,
  }
}

function minuteOf(clockTime: string): number {
  const [hours, minutes] = clockTime.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}

/** What the seasons that run on the day come to together. */
export function patrolFactor(seasons: readonly Season[], at: number, timeZone: string): number {
  const today = monthDay(at, timeZone)
  return seasons
    .filter((season) => isInSeason(season, today))
    .reduce((product, season) => product * season.patrolFactor, 1)
}

/**
 * How many rounds a shift asks for on a day: by the factor on average, whole rounds each day. With
 * 0.5 it is every other day, with 1.5 one and two in turn.
 */
export function roundsOn(dayNumber: number, factor: number): number {
  const rounds = Math.floor(factor * (dayNumber + 1)) - Math.floor(factor * dayNumber)
  return Math.min(rounds, mostRoundsOfShift)
}

function slotsOfShift(
  shift: PatrolShift,
  daysLater: number,
  { from, timeZone, seasons }: PlanSpan,
): RoundSlot[] {
  const day = localDay(from, daysLater, timeZone)
  if (!shift.days.includes(day.weekday)) return []
  const [start, end] = [minuteOf(shift.start), minuteOf(shift.end)]
  const startsAt = instantOnDay(from, daysLater, start, timeZone)
  const endsAt = instantOnDay(from, end > start ? daysLater : daysLater + 1, end, timeZone)
  // Clocks that are turned may swallow a short shift.
  if (endsAt <= startsAt) return []
  const count = roundsOn(day.number, patrolFactor(seasons, day.noon, timeZone))
  const border = (part: number) => startsAt + Math.round(((endsAt - startsAt) * part) / count)
  return Array.from({ length: count }, (_, part) => ({
    slotAt: border(part),
    endsAt: border(part + 1),
    jitterMin: shift.startJitterMin ?? 0,
  }))
}

/**
 * Slots that begin before `until` and of which at `from` at least half is still to come: nobody is
 * late for a round that was planned when it was half over.
 */
export function slotsOf(route: Pick<PatrolRoute, 'shifts'>, span: PlanSpan): RoundSlot[] {
  const slots = new Map<number, RoundSlot>()
  // A shift of yesterday evening may still run.
  for (let day = -1; instantOnDay(span.from, day, 0, span.timeZone) < span.until; day++) {
    for (const slot of route.shifts.flatMap((shift) => slotsOfShift(shift, day, span))) {
      const isInTime = (slot.slotAt + slot.endsAt) / 2 >= span.from && slot.slotAt < span.until
      if (isInTime && !slots.has(slot.slotAt)) slots.set(slot.slotAt, slot)
    }
  }
  return [...slots.values()].toSorted((a, b) => a.slotAt - b.slotAt)
}

/** `chance` from 0 to below 1 moves the whole window, by full minutes. */
export function windowOf(
  { slotAt, endsAt, jitterMin }: RoundSlot,
  chance: number,
): { dueFrom: number; dueUntil: number } {
  const laterMs = Math.floor(chance * (jitterMin + 1)) * minuteMs
  return { dueFrom: slotAt + laterMs, dueUntil: endsAt + laterMs }
}

type Progress = Pick<PatrolRound, 'points' | 'dueFrom' | 'dueUntil' | 'excusedReason'> & {
  visits: readonly { point: string }[]
}

/** How many of its points were visited, each counted once. */
export function visitedPoints({ points, visits }: Pick<Progress, 'points' | 'visits'>): number {
  const seen = new Set(visits.map(({ point }) => point))
  return new Set(points.filter((point) => seen.has(point))).size
}

/** Walked is walked, also before its time is over and also when it was excused. */
export function roundState(round: Progress, now: number): RoundState {
  const visited = visitedPoints(round)
  if (visited > 0 && visited === new Set(round.points).size) return 'done'
  if (round.excusedReason !== null) return 'excused'
  if (now < round.dueUntil && visited > 0) return 'underWay'
  if (now < round.dueFrom) return 'planned'
  if (now < round.dueUntil) return 'due'
  return visited > 0 ? 'incomplete' : 'missed'
}

/** Half of its time is over and nobody was anywhere. */
export function isLate(round: Progress, now: number): boolean {
  return roundState(round, now) === 'due' && now >= (round.dueFrom + round.dueUntil) / 2
}
