import type { WorkCalendarView } from '../api/types.ts'

/** Changes of the work calendar as new calendars. Pure; days are YYYY-MM-DD. */

export type DayKind = keyof WorkCalendarView

const dayMs = 86_400_000
const longestSpan = 31

const at = (day: string) => Date.parse(`${day}T00:00:00Z`)

/** Every day from the first to the last; null when that is none, or more than a month. */
export function daysBetween(first: string, last: string): string[] | null {
  const count = (at(last) - at(first)) / dayMs + 1
  if (!(count >= 1 && count <= longestSpan)) return null
  return Array.from({ length: count }, (_, index) =>
    new Date(at(first) + index * dayMs).toISOString().slice(0, 10),
  )
}

/** A day rests or is worked: what is added to one list leaves the other. */
export function withDays(
  { restDays, workDays }: WorkCalendarView,
  kind: DayKind,
  days: readonly string[],
): WorkCalendarView {
  const others = (list: readonly string[]) => list.filter((day) => !days.includes(day))
  const added = (list: readonly string[]) => [...others(list), ...days].toSorted()
  return kind === 'restDays'
    ? { restDays: added(restDays), workDays: others(workDays) }
    : { restDays: others(restDays), workDays: added(workDays) }
}

export function withoutDay(calendar: WorkCalendarView, day: string): WorkCalendarView {
  const others = (list: readonly string[]) => list.filter((one) => one !== day)
  return { restDays: others(calendar.restDays), workDays: others(calendar.workDays) }
}

/** What is over is of no more use to anybody on the screen; the gateway keeps it. */
export function fromToday(days: readonly string[], today: string): string[] {
  return days.filter((day) => day >= today).toSorted()
}
