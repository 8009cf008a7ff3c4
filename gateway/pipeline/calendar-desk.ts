import type { Case } from '../domain/case.ts'
import { type ClockRules, movedClock, withTimer } from '../domain/case-clock.ts'
import { hazardOf, type Town } from '../domain/town.ts'
import type { WorkCalendar } from '../domain/work-calendar.ts'
import type { CalendarStore } from '../ports/calendar-store.ts'
import type { CaseUnit } from '../ports/case-store.ts'
import type { Clock } from '../ports/clock.ts'
import { emit } from './case-deed.ts'

/**
 * A new calendar moves the deadlines that run by it, in the transaction that keeps it. A date that
 * somebody granted stays: they named it.
 */

export interface CalendarDesk {
  /** Returns the calendar before. */
  write(calendar: WorkCalendar): Promise<WorkCalendar>
}

export interface CalendarDeskParts {
  store: CalendarStore
  town: () => Town
  clock: Clock
}

export function createCalendarDesk({ store, town, clock }: CalendarDeskParts): CalendarDesk {
  return {
    write(calendar) {
      const { hazards, timeZone } = town()
      const byWorkHours = hazards.filter(({ workHours }) => workHours).map(({ id }) => id)
      const now = clock.now()
      return store.write(calendar, async (unit, before) => {
        if (byWorkHours.length === 0) return
        for (const present of await unit.casesDueAfter(now, byWorkHours)) {
          const hazard = hazardOf(town(), present.hazard)
          const rules = (of: WorkCalendar): ClockRules => ({ hazard, timeZone, calendar: of })
          await move(unit, present, { now, before: rules(before), after: rules(calendar) })
        }
      })
    },
  }
}

async function move(
  unit: CaseUnit,
  present: Case,
  { now, ...rules }: { now: number; before: ClockRules; after: ClockRules },
): Promise<void> {
  const { id, stepSince, dueAt, version } = present
  const last = await unit.lastClock(id, stepSince)
  if (last?.act === 'grantExtension') return
  const moved = movedClock(present, { since: last?.at ?? stepSince, now }, rules)
  if (moved === null) return
  if (moved.dueAt === dueAt) {
    await unit.updateCase(withTimer({ ...present, ...moved }))
    return
  }
  const next = withTimer({ ...present, ...moved, version: version + 1 })
  await unit.updateCase(next)
  const detail = { from: dueAt, dueAt: next.dueAt }
  await unit.addHistory({ caseId: id, at: now, act: 'deadlineMoved', detail, quiet: true })
  await emit(unit, 'case', next, now)
}
