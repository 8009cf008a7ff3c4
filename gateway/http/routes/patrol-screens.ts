import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidError, NotFoundError } from '../../domain/errors.ts'
import type { PatrolPoint } from '../../domain/patrol.ts'
import { villageOfGrid } from '../../domain/patrol-checks.ts'
import type { Role } from '../../domain/person.ts'
import { askerOf, checkScope } from '../access.ts'
import { ownAddress } from '../own-address.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import { madeScreenSchema, pointScreenSchema, screenCodeSchema } from '../schemas/patrol-tags.ts'

const tag = { tags: ['patrols'] }
const keepers: Role[] = ['townAdmin', 'supervisor', 'villageCadre']
const access = { roles: keepers, scope: 'checked' as const, personOnly: true as const }
/** A screen asks twice a minute; those of a village office share an address. */
const rateLimit = { max: 240, timeWindow: 60_000 }

/** Links for screens that run for weeks with nobody signed in. */
export function patrolScreenRoutes(app: App, { services, options }: RouteParts): void {
  async function pointOf(request: FastifyRequest<{ Params: { id: string } }>) {
    const point = await services.patrols.store.point(request.params.id)
    const placed = point && { village: villageOfGrid(point.grid), grid: point.grid }
    checkScope(request, placed, 'such point')
    return point as PatrolPoint
  }

  function note(request: FastifyRequest, act: string, { id }: PatrolPoint) {
    const actor = askerOf(request).actor.id
    return services.audit.write({
      actor,
      act,
      subject: `patrolPoint:${id}`,
      address: request.ip,
    })
  }

  app.route({
    method: 'GET',
    url: '/patrol/points/:id/screen',
    config: { access },
    schema: {
      ...tag,
      summary: 'Whether a screen may show the code of the point without anybody signed in',
      params: idParams,
      response: { 200: pointScreenSchema },
    },
    handler: async (request) => {
      const { id } = await pointOf(request)
      return { link: (await services.patrols.screens.find(id)) ?? null }
    },
  })

  app.route({
    method: 'POST',
    url: '/patrol/points/:id/screen',
    config: { access },
    schema: {
      ...tag,
      summary: 'A link for the screen at a point; it is told once, and ends the one before it',
      params: idParams,
      response: { 201: madeScreenSchema },
    },
    handler: async (request, reply) => {
      const point = await pointOf(request)
      if (point.tag !== 'qrRotating') {
        const text = `tag: ${point.name} has no rotating code; choose one for it first.`
        throw new InvalidError(text)
      }
      const secret = await services.patrols.screens.make(point.id, askerOf(request).actor.id)
      await note(request, 'linkPatrolScreen', point)
      // Behind the `#` it is sent to nobody, and stands in no log of a proxy.
      const page = `/patrols/screen/${encodeURIComponent(point.id)}#${secret}`
      const url = ownAddress(request, options.transport) + page
      return reply.code(201).header('cache-control', 'no-store').send({ url })
    },
  })

  app.route({
    method: 'DELETE',
    url: '/patrol/points/:id/screen',
    config: { access },
    schema: {
      ...tag,
      summary: 'Withdraw the link of the screen at a point: within a minute it shows no code',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const point = await pointOf(request)
      const wasThere = await services.patrols.screens.withdraw(point.id)
      if (wasThere) await note(request, 'withdrawPatrolScreen', point)
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/screens/:id/code',
    // Nobody is signed in; the secret of the link is asked for instead.
    config: { access: { roles: 'public', scope: 'none' }, rateLimit },
    schema: {
      ...tag,
      summary:
        'The code of a point for its screen: Authorization: Bearer and what follows the # of its link',
      params: idParams,
      response: { 200: screenCodeSchema },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const secret = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
      const isOpen = await services.patrols.screens.isOpenedBy(id, secret)
      const point = isOpen ? await services.patrols.store.point(id) : undefined
      if (!point) {
        const text =
          'The link of this screen was withdrawn, or is not whole. Make another at the desk.'
        throw new NotFoundError(text)
      }
      const now = services.clock.now()
      const base = ownAddress(request, options.transport)
      const code = await services.patrols.tags.code(point, base, now)
      const { timeZone } = services.town()
      return reply
        .header('cache-control', 'no-store')
        .send({ ...code, now, name: point.name, timeZone })
    },
  })
}
