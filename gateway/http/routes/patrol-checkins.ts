import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { checkinMarks } from '../../domain/checkin.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { type Role, roles } from '../../domain/person.ts'
import { isInScope } from '../../domain/place.ts'
import type { ListedCheckin } from '../../ports/checkin-store.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { toCheckinView, toResult } from '../checkin-views.ts'
import {
  type App,
  flagQuery,
  idParams,
  isSet,
  pageQuery,
  placeQuery,
  type RouteParts,
} from '../route.ts'
import {
  checkinBatchSchema,
  checkinResultSchema,
  checkinSchema,
  reviewBodySchema,
  wordBodySchema,
} from '../schemas/patrol.ts'
import { pageOf } from '../schemas.ts'
import { toBatch } from '../sent-checkins.ts'

const tag = { tags: ['patrol'] }
const withoutViewer = roles.filter((role) => role !== 'viewer')
const reviewers: Role[] = ['townAdmin', 'supervisor', 'operator', 'villageCadre']
/** They see their own: nobody's track is for the others of the team. */
const walkers: readonly Role[] = ['gridWorker', 'patroller']

/** Two hundred with long notes. */
const mostBytes = 2_097_152
/** A phone that comes back after weeks sends batch after batch. */
const batchesAMinute = 300

const instant = z.coerce.number().int().optional().describe('epoch milliseconds')
const name = z.string().min(1).max(64).optional()

function isOwn(request: FastifyRequest, checkin: ListedCheckin): boolean {
  return checkin.patrollerId === askerOf(request).actor.id
}

export function patrolCheckinRoutes(app: App, { services }: RouteParts): void {
  /** Of the asker's area, or the asker's own wherever it was. */
  async function seenBy(request: FastifyRequest, id: string): Promise<ListedCheckin> {
    const scope = scopeOf(request)
    const checkin = await services.patrols.checkins.find(id)
    if (checkin && isOwn(request, checkin)) return checkin
    const isWalker = walkers.includes(askerOf(request).actor.role)
    const isInside = checkin && isInScope(scope, checkin.grid ?? checkin.village)
    if (isWalker && isInside) throw new NotFoundError('There is no such check-in of yours.')
    return checkScope(request, checkin, 'such check-in')
  }

  app.route({
    method: 'POST',
    url: '/patrol/checkins',
    bodyLimit: mostBytes,
    config: {
      access: { roles: withoutViewer, scope: 'none' },
      rateLimit: { max: batchesAMinute, timeWindow: 60_000 },
    },
    schema: {
      ...tag,
      summary:
        'Up to 200 check-ins in the order they were made, as a list or with the clocks of the phone; each is answered by itself, and sent again answers the same again',
      body: checkinBatchSchema,
      response: { 200: z.object({ items: z.array(checkinResultSchema) }) },
    },
    // Looked at one by one: see sent-checkins.ts.
    validatorCompiler: () => (value: unknown) => ({ value }),
    handler: async (request) => {
      const booked = await services.patrols.checkinDesk.book(
        askerOf(request).actor,
        toBatch(request.body),
      )
      return { items: booked.map(toResult) }
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/checkins',
    config: { access: { roles: withoutViewer, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Check-ins of your area, newest first; to those who walk, their own',
      querystring: pageQuery.extend({
        point: name,
        round: name,
        patroller: name.describe('id or user name'),
        village: placeQuery,
        team: z.string().min(1).max(100).optional(),
        mark: z.enum(checkinMarks).optional(),
        marked: flagQuery.describe('true: with marks, or refused'),
        waiting: flagQuery.describe('true: those of them that nobody looked at'),
        from: instant,
        to: instant,
      }),
      response: { 200: pageOf(checkinSchema) },
    },
    handler: async (request) => {
      const { marked, waiting, patroller, ...asked } = request.query
      const { id, role } = askerOf(request).actor
      const scope = scopeOf(request)
      const whose = walkers.includes(role) ? { scope: null, patroller: id } : { scope, patroller }
      const flags = { marked: isSet(marked), waiting: isSet(waiting) }
      const { items, nextCursor } = await services.patrols.checkins.list({
        ...asked,
        ...whose,
        ...flags,
      })
      return { items: items.map(toCheckinView), nextCursor }
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/checkins/:id',
    config: { access: { roles: withoutViewer, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'One check-in, with the one before it of the same patroller',
      params: idParams,
      response: { 200: checkinSchema },
    },
    handler: async (request) => toCheckinView(await seenBy(request, request.params.id)),
  })

  app.route({
    method: 'POST',
    url: '/patrol/checkins/:id/review',
    config: { access: { roles: reviewers, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Somebody looked at it: it counts as a visit, or it does not',
      params: idParams,
      body: reviewBodySchema,
      response: { 200: checkinSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const checkin = checkScope(request, await services.patrols.checkins.find(id), 'such check-in')
      const { actor } = askerOf(request)
      await services.patrols.checkinDesk.review(checkin, { ...request.body, by: actor.id })
      await services.audit.write({
        actor: actor.id,
        act: 'reviewCheckin',
        subject: `checkin:${id}`,
        detail: request.body.verdict,
        ...(request.body.text && { reason: request.body.text }),
        address: request.ip,
      })
      return toCheckinView(await seenBy(request, id))
    },
  })

  app.route({
    method: 'POST',
    url: '/patrol/checkins/:id/word',
    config: { access: { roles: withoutViewer, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'A word of the patroller on an own check-in, for who looks at its marks',
      params: idParams,
      body: wordBodySchema,
      response: { 200: checkinSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      // Before the scope: it is the asker's own, wherever it was made.
      scopeOf(request)
      await services.patrols.checkinDesk.say(askerOf(request).actor, id, request.body.text)
      return toCheckinView(await seenBy(request, id))
    },
  })
}
