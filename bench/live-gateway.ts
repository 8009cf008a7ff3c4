import { readdir, readFile } from 'node:fs/promises'
import websocket from '@fastify/websocket'
import fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { liveSocketOptions } from '../gateway/http/live-sockets.ts'
import type { App, RouteParts } from '../gateway/http/route.ts'
import { liveRoutes } from '../gateway/http/routes/live.ts'
import { createCameraGuard } from '../gateway/network/camera-guard.ts'
import { createLiveRelay } from '../gateway/video/live-relay.ts'

/**
 * The part of the gateway that relays live pictures, as a process of its own, so that what it costs
 * is not mixed with cameras and viewers. `{ rtsp }` in, its port out; each `cost` asks for figures.
 */

export interface LiveCost {
  /** Of all its life, the ffmpegs that run now included. */
  cpuS: number
  ffmpegs: number
}

const village = '990101101201'
const ticksPerSecond = 100

async function ffmpegTicks(): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')
    // After the name in brackets: state, parent, …; user and system time stand 11 behind the parent.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (!stat.includes('(ffmpeg)') || Number(fields[1]) !== process.pid) continue
    found.push(Number(fields[11]) + Number(fields[12]))
  }
  return found
}

async function cost(): Promise<LiveCost> {
  const { user, system } = process.cpuUsage()
  const ticks = await ffmpegTicks()
  const ffmpegS = ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond
  return { cpuS: (user + system) / 1e6 + ffmpegS, ffmpegs: ticks.length }
}

async function main(rtsp: number): Promise<number> {
  const clock = { now: Date.now, monotonic: () => performance.now() }
  const live = createLiveRelay({
    cameras: () => ({
      stream: async (device) => ({
        url: `rtsp://127.0.0.1:${rtsp}/${device}`,
        login: { username: '', password: '' },
        codec: 'h264',
      }),
    }),
    guard: createCameraGuard(['127.0.0.0/8']),
    clock,
    warn: (text) => console.error(text),
    limits: { perPerson: 1_000 },
  })
  await live.start()
  const app = fastify() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('asker', null)
  app.addHook('onRequest', async (request) => {
    const actor = { id: 'u', username: 'u', displayName: 'u', role: 'viewer', scope: village }
    request.asker = { actor: { ...actor, role: 'viewer' }, sessionId: 's', scopeUsed: false }
  })
  await app.register(websocket, liveSocketOptions)
  const services = {
    live,
    devices: { get: (id: string) => ({ id, kind: 'camera', village, grid: null }) },
    audit: { write: async () => {} },
    clock,
  }
  const parts = { services, isAlive: async () => true, onEnd() {} } as unknown as RouteParts
  await app.register(async (api) => liveRoutes(api as unknown as App, parts))
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as { port: number }).port
}

process.once('message', ({ rtsp }: { rtsp: number }) => {
  void main(rtsp).then((port) => process.send?.({ port }))
  process.on('message', () => void cost().then((figures) => process.send?.(figures)))
})
