import { z } from 'zod'
import type { PlannedEvent } from '../../domain/planned-event.ts'
import { byOf, checkScope, scopeOf } from '../access.ts'
import { type App, idParams, pageQuery, type RouteParts } from '../route.ts'
import {
  newPlannedEventSchema,
  type PlannedEventView,
  plannedEventChangeSchema,
  plannedEventSchema,
} from '../schemas/queue.ts'
import { pageOf } from '../schemas.ts'

const tag = { tags: ['planned events'] }
const keepers = {
  roles: ['townAdmin', 'operator', 'villageCadre'],
  scope: 'checked',
} as const
const name = 'such planned event'
const instant = z.coerce.number().int().optional()

const placed = (place: string) => ({ village: place, grid: null })

function toView(event: PlannedEvent): PlannedEventView {
  return { ...event, hazards: [...event.hazards] }
}

/** What is announced (报备): a permitted burn, a day of ceremonies, a drill. */
export function plannedEventRoutes(app: App, parts: RouteParts): void {
  const { plannedEvents } = parts.services
  const desk = parts.plannedEventDesk

  app.route({
    method: 'GET',
    url: '/planned-events',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Planned events of your area, and of the places it lies in, by beginning',
      querystring: pageQuery.extend({
        from: instant.describe('Those that end after'),
        to: instant.describe('Those that begin before'),
      }),
      response: { 200: pageOf(plannedEventSchema) },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { items, nextCursor } = await plannedEvents.list({ ...request.query, scope })
      return { items: items.map(toView), nextCursor }
    },
  })

  app.route({
    method: 'POST',
    url: '/planned-events',
    config: { access: keepers },
    schema: {
      ...tag,
      summary: 'Announce an event of at most 31 days; cases in it are marked and one step lower',
      body: newPlannedEventSchema,
      response: { 201: plannedEventSchema },
    },
    handler: async (request, reply) => {
      checkScope(request, placed(request.body.place), 'such place')
      return reply.code(201).send(toView(await desk.add(byOf(request), request.body)))
    },
  })

  app.route({
    method: 'PATCH',
    url: '/planned-events/:id',
    config: { access: keepers },
    schema: {
      ...tag,
      summary: 'Change what is left of an event; 409 when it is over',
      params: idParams,
      body: plannedEventChangeSchema,
      response: { 200: plannedEventSchema },
    },
    handler: async (request) => {
      const present = await plannedEvents.find(request.params.id)
      checkScope(request, present && placed(present.place), name)
      const change = givenOf(request.body)
      if (change.place !== undefined) checkScope(request, placed(change.place), 'such place')
      return toView(await desk.change(byOf(request), present as PlannedEvent, change))
    },
  })

  app.route({
    method: 'DELETE',
    url: '/planned-events/:id',
    config: { access: keepers },
    schema: {
      ...tag,
      summary: 'Take an event away; cases keep what they were marked with',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const event = await plannedEvents.find(request.params.id)
      checkScope(request, event && placed(event.place), name)
      await desk.remove(byOf(request), event as PlannedEvent)
      return reply.code(204).send(null)
    },
  })
}

type Change = z.output<typeof plannedEventChangeSchema>
type Given = { [Key in keyof Change]?: Exclude<Change[Key], undefined> }

/** Without what was left out, so that it overwrites nothing. */
function givenOf(change: Change): Given {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Given
}
