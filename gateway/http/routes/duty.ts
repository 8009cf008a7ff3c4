import { z } from 'zod'
import { InvalidError } from '../../domain/errors.ts'
import type { Actor } from '../../domain/person.ts'
import type { ListedDuty } from '../../ports/duty-store.ts'
import { byOf, checkScope, scopeOf } from '../access.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import {
  type DutyPerson,
  type DutyView,
  dutyPersonSchema,
  dutySchema,
  dutySwapSchema,
  newDutySchema,
} from '../schemas/queue.ts'

const tag = { tags: ['duty'] }
const keepers = {
  roles: ['townAdmin', 'supervisor', 'villageCadre'],
  scope: 'checked',
} as const
/** Who enters duties, and who dispatches. */
const choosers = {
  roles: ['townAdmin', 'supervisor', 'operator', 'villageCadre', 'gridWorker'],
  scope: 'filtered',
} as const
const longestListMs = 100 * 86_400_000

const instant = z.coerce.number().int()

function toView({ id, username, name, startsAt, endsAt }: ListedDuty): DutyView {
  return { id, username, name, startsAt, endsAt }
}

function toPerson({ username, displayName, role, scope, team, unit }: Actor): DutyPerson {
  return { username, displayName, role, scope, team: team ?? null, unit: unit ?? null }
}

const placed = (scope: string) => ({ village: scope, grid: null })

/** Who is on duty when: entered by those who look after the person's place. */
export function dutyRoutes(app: App, { services, sessions, dutyDesk }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/duty',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Duties of people of your area that touch the span, by beginning',
      querystring: z.object({ from: instant, to: instant }),
      response: { 200: z.object({ items: z.array(dutySchema) }) },
    },
    handler: async (request) => {
      const { from, to } = request.query
      const scope = scopeOf(request)
      if (to <= from || to - from > longestListMs) {
        throw new InvalidError('to: ask for a span of at most 100 days that ends after it begins.')
      }
      const items = await services.duties.list({ startsAt: from, endsAt: to, scope })
      return { items: items.map(toView) }
    },
  })

  app.route({
    method: 'GET',
    url: '/duty/people',
    config: { access: choosers },
    schema: {
      ...tag,
      summary:
        'Who of your area can be put on duty or be given a case: all who may do more than look',
      response: { 200: z.object({ items: z.array(dutyPersonSchema) }) },
    },
    handler: async (request) => {
      const people = await services.users.inService(scopeOf(request))
      return { items: people.filter(({ role }) => role !== 'viewer').map(toPerson) }
    },
  })

  app.route({
    method: 'POST',
    url: '/duty',
    config: { access: keepers },
    schema: {
      ...tag,
      summary: 'Enter a duty of at most 24 hours; 409 when the person has another one then',
      body: newDutySchema,
      response: { 201: dutySchema },
    },
    handler: async (request, reply) => {
      const { username, startsAt, endsAt } = request.body
      const found = await services.users.listed(username, sessions.expiry())
      checkScope(request, found && placed(found.scope), 'such person')
      const person = found as NonNullable<typeof found>
      const id = await dutyDesk.add(byOf(request), person, { startsAt, endsAt })
      return reply.code(201).send({ id, username, name: person.displayName, startsAt, endsAt })
    },
  })

  app.route({
    method: 'POST',
    url: '/duty/:id/swap',
    config: { access: keepers },
    schema: {
      ...tag,
      summary: 'Two people swap their duties; 409 when one of them has another one then',
      params: idParams,
      body: dutySwapSchema,
      response: { 200: z.object({ items: z.array(dutySchema) }) },
    },
    handler: async (request) => {
      const ids = [request.params.id, request.body.with] as const
      const [duty, other] = [await services.duties.find(ids[0]), await services.duties.find(ids[1])]
      checkScope(request, duty && placed(duty.scope), 'such duty')
      checkScope(request, other && placed(other.scope), 'such duty to swap with')
      await dutyDesk.swap(byOf(request), duty as ListedDuty, other as ListedDuty)
      const now = await Promise.all(ids.map((id) => services.duties.find(id)))
      return { items: now.filter((one) => one !== undefined).map(toView) }
    },
  })

  app.route({
    method: 'DELETE',
    url: '/duty/:id',
    config: { access: keepers },
    schema: {
      ...tag,
      summary: 'Take a duty away',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const duty = await services.duties.find(request.params.id)
      checkScope(request, duty && placed(duty.scope), 'such duty')
      await dutyDesk.remove(byOf(request), duty as ListedDuty)
      return reply.code(204).send(null)
    },
  })
}
