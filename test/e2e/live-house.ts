import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import websocket from '@fastify/websocket'
import fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import sharp from 'sharp'
import { build } from 'vite'
import { liveSocketOptions } from '../../gateway/http/live-sockets.ts'
import type { App, RouteParts } from '../../gateway/http/route.ts'
import { liveRoutes } from '../../gateway/http/routes/live.ts'
import { type CameraSetting, startCameras } from '../gateway/video/camera-setting.ts'

/** The player in a page of its own, before the relay and the simulated cameras. */

export interface LiveHouse {
  url: string
  cameras: CameraSetting
  /** How often stills were asked for. */
  stills(): number
  stop(): Promise<void>
}

const village = '990101101201'
const actor = { id: 'u', username: 'u', displayName: 'u', role: 'viewer', scope: village } as const

/** What the routes ask of the house. */
function partsOf(cameras: CameraSetting): RouteParts {
  const services = {
    live: cameras.relay,
    devices: {
      get: (id: string) =>
        cameras.streams.has(id) ? { id, kind: 'camera', village, grid: null } : undefined,
    },
    audit: { write: async () => {} },
    clock: { now: Date.now, monotonic: () => performance.now() },
  }
  return { services, isAlive: async () => true, onEnd() {} } as unknown as RouteParts
}

async function buildPage(folder: string): Promise<void> {
  await build({
    root: path.join(import.meta.dirname, 'live-page'),
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, minify: false },
  })
}

export async function openLiveHouse(): Promise<LiveHouse> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lianxun-live-page-'))
  const [cameras] = await Promise.all([startCameras(), buildPage(folder)])
  const still = await sharp({
    create: { width: 160, height: 90, channels: 3, background: '#335577' },
  })
    .jpeg()
    .toBuffer()
  let stills = 0
  const app = fastify() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('asker', null)
  app.addHook('onRequest', async (request) => {
    request.asker = { actor, sessionId: 's', scopeUsed: true }
  })
  await app.register(websocket, liveSocketOptions)
  await app.register(async (api) => liveRoutes(api as unknown as App, partsOf(cameras)), {
    prefix: '/api/v1',
  })
  app.get('/api/v1/cameras/:id/still', async (_request, reply) => {
    stills += 1
    return reply.type('image/jpeg').send(still)
  })
  // As the gateway's own pages: what these headers forbid, the player must not need.
  app.addHook('onSend', async (_request, reply) => {
    reply.header(
      'content-security-policy',
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'",
    )
  })
  await app.register(fastifyStatic, { root: folder, wildcard: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address() as { port: number }

  return {
    url: `http://127.0.0.1:${address.port}`,
    cameras,
    stills: () => stills,
    async stop() {
      await cameras.end()
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
