import { ProblemError } from '../problem.ts'
import type { App, RouteParts } from '../route.ts'
import { setupSchema, setupStateSchema } from '../schemas/setup.ts'

const tag = { tags: ['setup'] }
const access = { roles: 'public', scope: 'none', personOnly: true } as const
/** A town's boundaries as JSON inside JSON. */
const bodyLimitBytes = 3_145_728

/** The first start, for whoever can read the terminal of the gateway. */
export function setupRoutes(app: App, { services }: RouteParts): void {
  const { firstStart } = services

  app.route({
    method: 'GET',
    url: '/setup',
    config: { access },
    schema: {
      ...tag,
      summary: 'Whether the first start is still to be done',
      response: { 200: setupStateSchema },
    },
    handler: async () => {
      const needed = await firstStart.isNeeded()
      return { needed, town: needed ? firstStart.town() : null }
    },
  })

  app.route({
    method: 'POST',
    url: '/setup',
    bodyLimit: bodyLimitBytes,
    config: { access, rateLimit: { max: 20, timeWindow: 60_000 } },
    schema: {
      ...tag,
      summary: 'The first administrator and the town, with the one-time code of the terminal',
      body: setupSchema,
      response: { 201: setupStateSchema },
    },
    handler: async (request, reply) => {
      if (!(await firstStart.setUp(request.body, request.ip))) {
        const text = 'The one-time code is wrong. Type the newest one of the gateway’s terminal.'
        throw new ProblemError(403, 'wrongCode', text)
      }
      return reply.code(201).send({ needed: false, town: firstStart.town() })
    },
  })
}
