import { instantOnDay, localTime } from './town-time.ts'

/**
 * Working time of the town: Mondays to Fridays 08:30–17:30, without its rest days and with the
 * weekend days that are worked instead (调休). A day that is listed as both rests.
 */

export interface WorkCalendar {
  /** YYYY-MM-DD. */
  restDays: readonly string[]
  workDays: readonly string[]
}

export const noCalendar: WorkCalendar = { restDays: [], workDays: [] }

export interface WorkTime {
  timeZone: string
  calendar: WorkCalendar
}

const opensAtMinute = 8 * 60 + 30
const closesAtMinute = 17 * 60 + 30
const dayMs = 86_400_000

/** Calendars replace each other as a whole, so a set belongs to its list. */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

function setOf(days: readonly string[]): ReadonlySet<string> {
  const known = sets.get(days)
  if (known !== undefined) return known
  const made = new Set(days)
  sets.set(days, made)
  return made
}

/** `midnight` is that of the day as if the zone were UTC. */
function isWorked(midnight: number, { restDays, workDays }: WorkCalendar): boolean {
  const date = new Date(midnight)
  const day = date.toISOString().slice(0, 10)
  if (setOf(restDays).has(day)) return false
  const weekday = date.getUTCDay()
  return (weekday !== 0 && weekday !== 6) || setOf(workDays).has(day)
}

function midnightOf(atMs: number, timeZone: string): number {
  const { year, month, day } = localTime(atMs, timeZone)
  return Date.UTC(year, month - 1, day)
}

/** The opening hours of each worked day from that of `since` on. */
function* openings(since: number, { timeZone, calendar }: WorkTime): Generator<Hours, void> {
  const first = midnightOf(since, timeZone)
  for (let day = 0; ; day++) {
    if (!isWorked(first + day * dayMs, calendar)) continue
    const key = `${timeZone} ${first + day * dayMs}`
    yield hours.get(key) ?? keepHours(key, since, day, timeZone)
  }
}

interface Hours {
  opensAt: number
  closesAt: number
}

/** Asking for a zone's offset is slow, and an evaluation asks for the same days again and again. */
const hours = new Map<string, Hours>()
const mostHours = 2000

function keepHours(key: string, since: number, day: number, timeZone: string): Hours {
  if (hours.size >= mostHours) hours.clear()
  const made = {
    opensAt: instantOnDay(since, day, opensAtMinute, timeZone),
    closesAt: instantOnDay(since, day, closesAtMinute, timeZone),
  }
  hours.set(key, made)
  return made
}

/** The instant at which `workMs` of working time have gone by since `since`. */
export function afterWork(since: number, workMs: number, time: WorkTime): number {
  let leftMs = workMs
  for (const { opensAt, closesAt } of openings(since, time)) {
    const from = Math.max(since, opensAt)
    if (from >= closesAt) continue
    if (leftMs <= closesAt - from) return from + leftMs
    leftMs -= closesAt - from
  }
  throw new Error('the days of a calendar do not end')
}

/** How much working time lies between two instants, ms; 0 when `to` is not after `from`. */
export function workBetween(from: number, to: number, time: WorkTime): number {
  if (to <= from) return 0
  let sumMs = 0
  for (const { opensAt, closesAt } of openings(from, time)) {
    if (opensAt >= to) return sumMs
    sumMs += Math.max(0, Math.min(to, closesAt) - Math.max(from, opensAt))
  }
  throw new Error('the days of a calendar do not end')
}

/** What is wrong with a calendar that somebody typed, by list and day; empty: nothing. */
export function calendarProblems({ restDays, workDays }: WorkCalendar): string[] {
  const all = [...restDays, ...workDays]
  const unreal = all.filter((day) => !isRealDay(day)).map((day) => `${day} is no day of a calendar`)
  const resting = new Set(restDays)
  const both = workDays
    .filter((day) => resting.has(day))
    .map((day) => `${day} cannot be both a rest day and a work day`)
  return [...unreal, ...both]
}

function isRealDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}

const tidy = (days: readonly string[]) => [...new Set(days)].sort()

/** In order, each day once. */
export function tidyCalendar({ restDays, workDays }: WorkCalendar): WorkCalendar {
  return { restDays: tidy(restDays), workDays: tidy(workDays) }
}
