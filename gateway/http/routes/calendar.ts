import { InvalidError } from '../../domain/errors.ts'
import { calendarProblems, tidyCalendar, type WorkCalendar } from '../../domain/work-calendar.ts'
import { byOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { calendarSchema } from '../schemas/queue.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['calendar'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const

function changed(name: string, from: readonly string[], to: readonly string[]): string | null {
  const added = to.filter((day) => !from.includes(day)).map((day) => `+${day}`)
  const gone = from.filter((day) => !to.includes(day)).map((day) => `−${day}`)
  const days = [...added, ...gone]
  return days.length === 0 ? null : `${name} ${days.join(' ')}`
}

/** `rest +2026-10-01 −2026-05-01, work +2026-10-10` */
function changesOf(before: WorkCalendar, after: WorkCalendar): string {
  const changes = [
    changed('rest', before.restDays, after.restDays),
    changed('work', before.workDays, after.workDays),
  ]
  return changes.filter((text) => text !== null).join(', ')
}

/** Rest days and make-up days of the clocks that run in working hours. */
export function calendarRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/calendar',
    config: { access },
    schema: {
      ...tag,
      summary: 'Rest days, and weekend days that are worked instead',
      response: { 200: calendarSchema },
    },
    handler: (request) => {
      checkTown(request, services, 'such setting')
      return viewOf(services.town().calendar)
    },
  })

  app.route({
    method: 'PUT',
    url: '/calendar',
    config: { access },
    schema: {
      ...tag,
      summary:
        'Replace the calendar; clocks that begin afterwards go by it, and running deadlines of working hours move',
      body: calendarSchema,
      response: { 200: calendarSchema },
    },
    handler: async (request) => {
      checkTown(request, services, 'such setting')
      const problems = calendarProblems(request.body)
      if (problems.length > 0) throw new InvalidError(`${problems.join('; ')}.`)
      const { actor, address } = byOf(request)
      const calendar = tidyCalendar(request.body)
      const before = await services.calendar.write(calendar)
      await services.audit.write({
        actor: actor.id,
        act: 'changeCalendar',
        subject: 'setting:calendar',
        detail: changesOf(before, calendar),
        address,
      })
      return viewOf(calendar)
    },
  })
}

function viewOf({ restDays, workDays }: WorkCalendar) {
  return { restDays: [...restDays], workDays: [...workDays] }
}
