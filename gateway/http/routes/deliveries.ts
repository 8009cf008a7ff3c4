import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import type { ListedDelivery } from '../../ports/notices.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { type App, pageQuery, type RouteParts } from '../route.ts'
import { type DeliveryView, deliverySchema } from '../schemas/queue.ts'
import { pageOf } from '../schemas.ts'

const tag = { tags: ['notices'] }

function viewOf({ userId, ...delivery }: ListedDelivery, askerId: string): DeliveryView {
  return { ...delivery, own: userId === askerId }
}

/** Who was told of a case, and whether it arrived. */
export function deliveryRoutes(app: App, { services }: RouteParts): void {
  const { notices } = services

  app.route({
    method: 'GET',
    url: '/deliveries',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Messages about cases, newest first: whom to, through what, sent, read',
      querystring: pageQuery.extend({ case: z.string().min(1).max(64).optional() }),
      response: { 200: pageOf(deliverySchema) },
    },
    handler: async (request) => {
      const { case: caseId, limit, cursor } = request.query
      const { actor } = askerOf(request)
      const page = await notices.deliveries.list({ caseId, scope: scopeOf(request), limit, cursor })
      return { ...page, items: page.items.map((one) => viewOf(one, actor.id)) }
    },
  })

  app.route({
    method: 'POST',
    url: '/deliveries/:id/read',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Say that you have read a message of yours',
      params: z.object({ id: z.coerce.number().int().min(1) }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const { actor } = askerOf(request)
      const found = await notices.deliveries.get(request.params.id)
      const about = found && (await services.queries.case(found.case.id))
      checkScope(request, about, 'such message')
      if (found?.userId !== actor.id) throw new NotFoundError('There is no such message of yours.')
      const isFirst = found.readAt === null
      if (isFirst) {
        await notices.deliveries.read(found.id, { userId: actor.id, at: services.clock.now() })
        await services.audit.write({
          actor: actor.id,
          act: 'readNotice',
          subject: `case:${found.case.id}`,
          detail: `${found.case.number} ${found.act}`,
          address: request.ip,
        })
      }
      return reply.code(204).send(null)
    },
  })
}
