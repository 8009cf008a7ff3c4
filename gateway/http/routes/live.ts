import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { LiveFormat } from '../../domain/live-picture.ts'
import { askerOf, byOf, checkScope } from '../access.ts'
import { createLiveLooks } from '../live-looks.ts'
import { createLiveSockets } from '../live-sockets.ts'
import { ProblemError } from '../problem.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import { liveMessageSchema, liveQuerySchema } from '../schemas/live.ts'

type Asked = FastifyRequest<{ Params: { id: string }; Querystring: { format: LiveFormat } }>

export function liveRoutes(app: App, parts: RouteParts): void {
  const { live, devices, audit, clock } = parts.services
  const warn = (text: string) => app.log.warn(text)
  const looks = createLiveLooks({ audit, clock, warn })
  const sockets = createLiveSockets({ isSessionAlive: (id) => parts.isAlive(id), warn })
  parts.onEnd((id) => sockets.endSession(id))
  app.addHook('onReady', async () => sockets.start())
  app.addHook('preClose', async () => {
    sockets.stop()
    await looks.stop()
  })

  async function show(socket: WebSocket, request: Asked): Promise<void> {
    const { sessionId, actor } = askerOf(request)
    const { id: device } = request.params
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const viewer = sockets.add(socket, sessionId)
    const over = await looks.begin(byOf(request), device)
    void closed.then(over)
    if (socket.readyState !== socket.OPEN) return
    const leave = live.watch({ device, format: request.query.format, person: actor.id }, viewer)
    void closed.then(leave)
  }

  app.route({
    method: 'GET',
    url: '/cameras/:id/live',
    exposeHeadRoute: false,
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      tags: ['cameras'],
      summary: 'Look live (WebSocket): messages as JSON text, the picture as binary',
      description: `After \`hello\` the picture begins anew: with \`mp4\` a header and then fragments for MSE, with \`mpeg1\` a transport stream. \`lost\` says since when there is none; it is tried again by itself. \`end\` is the last message; after \`needsMpeg1\` ask again with \`?format=mpeg1\`. Every look is written down, with its end. Messages: ${JSON.stringify(z.toJSONSchema(liveMessageSchema))}`,
      params: idParams,
      querystring: liveQuerySchema,
    },
    preHandler: async (request) => {
      const found = devices.get(request.params.id)
      checkScope(request, found?.kind === 'camera' ? found : undefined, 'such camera')
    },
    handler: async () => {
      throw new ProblemError(426, 'upgradeRequired', 'Open this as a WebSocket.')
    },
    wsHandler: (socket, request) => show(socket, request),
  })
}
