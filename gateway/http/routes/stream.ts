import { z } from 'zod'
import { healthReaders } from '../../domain/person.ts'
import { askerOf, scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { createSseClient, sseEvent } from '../sse-client.ts'
import { createStreamLimit } from '../stream-limit.ts'

const maxDevices = 200

const querystring = z.object({
  devices: z
    .string()
    .max(maxDevices * 65)
    .regex(/^[A-Za-z0-9_.,-]*$/, 'must be device ids with commas between them')
    .optional(),
})

export function streamRoutes(app: App, { services, hub }: RouteParts): void {
  const limit = createStreamLimit()

  app.route({
    method: 'GET',
    url: '/stream',
    exposeHeadRoute: false,
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      tags: ['stream'],
      summary: 'Live events (text/event-stream); resumes after Last-Event-ID',
      description:
        'Events: hello, reset, case, alarm, incident, device, readings, health. `?devices=a,b` cuts the readings to these devices. After `reset` ask everything again.',
      querystring,
    },
    handler: async (request, reply) => {
      const { sessionId, actor } = askerOf(request)
      const scope = scopeOf(request)
      const wanted = request.query.devices?.split(',').filter((id) => id !== '')
      const lastEventId = request.headers['last-event-id']
      const release = limit.take(sessionId, request.ip)
      reply.raw.once('close', release)
      const { cursor, reset } = await hub.begin(lastEventId as string | undefined)
      reply.hijack()
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Else nginx collects events before it hands them on.
        'x-accel-buffering': 'no',
      })
      const devices = wanted?.length ? new Set(wanted.slice(0, maxDevices)) : null
      const client = createSseClient(reply.raw, {
        sessionId,
        scope,
        readsHealth: healthReaders.some((role) => role === actor.role),
        devices,
        cursor,
      })
      reply.raw.on('close', () => hub.leave(client))
      const hello = JSON.stringify({ now: services.clock.now() })
      client.write(`retry: 1000\n${sseEvent('hello', hello, hub.idAt(cursor))}`)
      if (reset) client.write(sseEvent('reset', '{}', hub.idAt(cursor)))
      await hub.join(client)
    },
  })
}
