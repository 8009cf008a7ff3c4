import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { collectGarbage, inspect } from '../support/collect-garbage.ts'
import { collectStream } from '../support/collect-stream.ts'
import {
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
} from '../support/town-gateway.ts'

/**
 * Every kind of bad input, round after round, against one real gateway: it lives, and its memory
 * comes back. The first rounds warm it up, so that the comparison is with one that has met them all.
 */

const mebibyte = 1_048_576
const allowedGrowth = 50 * mebibyte
const warmRounds = 3
const rounds = 8

let gateway: TownGateway
let admin: Person

beforeAll(async () => {
  gateway = await openTownGateway({ settings: { NODE_OPTIONS: inspect } })
  admin = await gateway.as('admin01')
})

afterAll(() => gateway?.remove())

const bodies = [
  '{"__proto__":{"role":"townAdmin"}}',
  `{"action":"${'x'.repeat(10 * mebibyte)}"}`,
  '['.repeat(60_000),
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  `{"version":${'9'.repeat(60_000)}}`,
  '\u0000',
]
const paths = [
  '/api/v1/cases?q=%27%20OR%201%3D1%20--',
  `/api/v1/cases?q=${'x'.repeat(8_000)}`,
  '/api/v1/pictures/..%2f..%2flianxun.db',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/%00',
  '/api/v1/devices/v9-none',
  '/api/v1/cases/none',
]

async function overHttp(): Promise<void> {
  const proof = { cookie: admin.cookie, 'x-lianxun': '1', 'content-type': 'application/json' }
  for (const body of bodies) {
    for (const url of ['/api/v1/session', '/api/v1/devices', '/api/v1/cases/any/actions']) {
      const { status } = await gateway.ask(url, { method: 'POST', headers: proof, body })
      expect([400, 401, 404, 413, 429]).toContain(status)
    }
  }
  for (const path of paths) {
    const { status } = await gateway.ask(path, { headers: { cookie: admin.cookie } })
    expect(status).toBeLessThan(500)
  }
  const evil = { ...proof, origin: 'https://evil.example' }
  expect((await gateway.ask('/api/v1/stream', { headers: evil })).status).toBe(403)
  const bearer = { authorization: `Bearer ${'x'.repeat(10_000)}` }
  expect((await gateway.ask('/api/v1/cases', { headers: bearer })).status).toBe(401)
  const camera = { id: 'bad', name: 'c', kind: 'camera', village: villageA, lon: 106.7, lat: 29.18 }
  const address = 'http://169.254.169.254/;id'
  expect((await admin.send('POST', '/api/v1/devices', { ...camera, address })).status).toBe(400)
}

/** `once` of node:events would reject at the error that may come before. */
function closing(connection: { once(event: 'close', listener: () => void): unknown }) {
  return new Promise<void>((resolve) => connection.once('close', resolve))
}

/** Connections that begin something and go away. */
async function halfRequests(): Promise<void> {
  for (const bytes of [
    'GET / HT',
    'POST /api/v1/session HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{',
  ]) {
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect({ port: gateway.http, host: '127.0.0.1' })
      socket.on('error', () => {})
      socket.resume()
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const closed = sockets.map(closing)
    for (const socket of sockets) socket.end(bytes)
    await Promise.all(closed)
  }
}

async function streams(): Promise<void> {
  const open = []
  for (let n = 0; n < 10; n++) open.push(await collectStream(gateway.http, admin.cookie))
  await Promise.all(open.map((stream) => stream.until((text) => text.includes('event: hello'))))
  for (const stream of open) stream.stop()
}

async function overMqtt(round: number): Promise<void> {
  const station = await gateway.device('v1-pm2', villageA, { reconnectPeriod: 0 })
  for (const text of ['nonsense', '{"readings":{"__proto__":{"pm25":1}}}', '['.repeat(60_000)]) {
    await station.say('telemetry', `${text}${round}`)
  }
  const closed = closing(station.client)
  station.say('telemetry', Buffer.alloc(10 * mebibyte, 0x20)).catch(() => {})
  await closed
  await station.leave()
}

async function badRound(round: number): Promise<void> {
  await overHttp()
  await halfRequests()
  await streams()
  await overMqtt(round)
}

async function memory(): Promise<number> {
  await collectGarbage(gateway.output())
  return gateway.memory()
}

test('after all bad input the process lives, and its memory is back within 50 MB', async () => {
  for (let round = 0; round < warmRounds; round++) await badRound(round)
  const before = await memory()
  for (let round = 0; round < rounds; round++) await badRound(warmRounds + round)
  let after = await memory()
  // What the allocator holds goes back to the system when it likes.
  await until(
    'its memory to come back',
    async () => {
      if (after - before < allowedGrowth) return true
      after = await memory()
      return false
    },
    30_000,
  )
  console.log(
    `bad input, ${rounds} rounds: memory ${Math.round(before / mebibyte)} MB before, ${Math.round(after / mebibyte)} MB after`,
  )
  expect((await gateway.ask('/healthz')).status).toBe(200)
  expect((await gateway.ask('/readyz')).body).toEqual({ ready: true, problems: [] })
  expect(gateway.output()).not.toMatch(/"level":(50|60)/)
}, 180_000)
