import type { Kysely } from 'kysely'
import type { CalendarStore } from '../ports/calendar-store.ts'
import { caseUnit } from './case-store.ts'
import type { Tables } from './schema.ts'
import { calendarSetting, loadCalendar, raiseRevision } from './town-repository.ts'

/** `changed` is called after each commit, so that the town in memory is loaded again. */
export function createCalendarStore(
  db: Kysely<Tables>,
  changed: () => Promise<void>,
): CalendarStore {
  return {
    async write(calendar, then) {
      const before = await db.transaction().execute(async (trx) => {
        const present = await loadCalendar(trx)
        const body = JSON.stringify(calendar)
        await trx
          .insertInto('setting')
          .values({ name: calendarSetting, body })
          .onConflict((oc) => oc.column('name').doUpdateSet({ body }))
          .execute()
        await raiseRevision(trx)
        await then(caseUnit(trx), present)
        return present
      })
      await changed()
      return before
    },
  }
}
