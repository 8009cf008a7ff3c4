import { z } from 'zod'
import { InvalidError } from '../../domain/errors.ts'
import { askerOf, byOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { pushKeySchema, pushSubscriptionSchema } from '../schemas/queue.ts'

const tag = { tags: ['notices'] }
const own = { roles: 'anySignedIn', scope: 'none', personOnly: true } as const

/** The browsers of the person who asks. */
export function pushRoutes(app: App, { services }: RouteParts): void {
  const { notices } = services

  app.route({
    method: 'GET',
    url: '/push/key',
    config: { access: own },
    schema: {
      ...tag,
      summary: 'The public key of this installation, which a browser needs to let itself be told',
      response: { 200: pushKeySchema },
    },
    handler: async () => ({ publicKey: (await notices.push.keys()).publicKey }),
  })

  app.route({
    method: 'POST',
    url: '/push/subscription',
    config: { access: own },
    schema: {
      ...tag,
      summary: 'Tell this browser from now on',
      body: pushSubscriptionSchema,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const problem = notices.browserProblem(request.body)
      if (problem) throw new InvalidError(`This browser cannot be told: ${problem}`)
      const { actor, address } = byOf(request)
      await notices.push.add(actor.id, request.body, services.clock.now())
      await services.audit.write({
        actor: actor.id,
        act: 'addBrowser',
        subject: `user:${actor.username}`,
        detail: new URL(request.body.endpoint).host,
        address,
      })
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/push/subscription',
    config: { access: own },
    schema: {
      ...tag,
      summary: 'Tell this browser nothing any more',
      body: pushSubscriptionSchema.pick({ endpoint: true }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const { actor } = askerOf(request)
      await notices.push.removeEndpoint(actor.id, request.body.endpoint)
      await services.audit.write({
        actor: actor.id,
        act: 'removeBrowser',
        subject: `user:${actor.username}`,
        address: request.ip,
      })
      return reply.code(204).send(null)
    },
  })
}
