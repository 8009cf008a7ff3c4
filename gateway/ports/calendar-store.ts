import type { WorkCalendar } from '../domain/work-calendar.ts'

export interface CalendarStore {
  /** Returns the one before. Clocks that begin afterwards go by the new one. */
  write(calendar: WorkCalendar): Promise<WorkCalendar>
}
