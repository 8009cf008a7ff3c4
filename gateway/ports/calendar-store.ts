import type { WorkCalendar } from '../domain/work-calendar.ts'
import type { CaseUnit } from './case-store.ts'

export interface CalendarStore {
  /**
   * Returns the one before. What `then` does is kept together with it or not at all; clocks that
   * begin afterwards go by the new one.
   */
  write(
    calendar: WorkCalendar,
    then: (unit: CaseUnit, before: WorkCalendar) => Promise<void>,
  ): Promise<WorkCalendar>
}
