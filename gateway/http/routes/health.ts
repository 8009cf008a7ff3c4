import { z } from 'zod'
import { metricsText } from '../metrics-text.ts'
import type { App, RouteParts } from '../route.ts'

const access = { roles: 'public', scope: 'none' } as const
const tags = ['health']

/** For the machine's own watchers; nothing of a place or a person is in them. */
export function healthRoutes(app: App, { services, hub }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/healthz',
    config: { access },
    schema: {
      tags,
      summary: 'The process lives',
      response: { 200: z.object({ ok: z.literal(true) }) },
    },
    handler: async () => ({ ok: true as const }),
  })

  const answer = z.object({ ready: z.boolean(), problems: z.array(z.string()) })
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { access },
    schema: {
      tags,
      summary: 'It stores what arrives, and its ways to the devices are up',
      response: { 200: answer, 503: answer },
    },
    handler: async (_request, reply) => {
      const { problems } = await services.readiness()
      const ready = problems.length === 0
      return reply.code(ready ? 200 : 503).send({ ready, problems: [...problems] })
    },
  })

  app.route({
    method: 'GET',
    url: '/metrics',
    config: { access },
    schema: { tags, summary: 'Figures for Prometheus (text)' },
    handler: async (_request, reply) => {
      const streams = {
        name: 'lianxun_stream_clients',
        kind: 'gauge' as const,
        text: 'Screens that listen to the live stream.',
        value: hub.size(),
      }
      reply.type('text/plain; version=0.0.4; charset=utf-8')
      return reply.send(metricsText([...(await services.samples()), streams]))
    },
  })
}
