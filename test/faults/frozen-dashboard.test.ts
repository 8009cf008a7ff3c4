import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import {
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
} from '../support/town-gateway.ts'

/** Screens that stop reading beside one that reads. */
const frozenScreens = 3
/** A heartbeat comes every five seconds; others must not wait longer because of the frozen ones. */
const longestGapMs = 6000

let gateway: TownGateway
let desk: Person
const open: { destroy(): void }[] = []

beforeAll(async () => {
  gateway = await openTownGateway()
  desk = await gateway.as('desk01')
})

afterAll(async () => {
  for (const socket of open) socket.destroy()
  await gateway?.remove()
})

/** Reads the head of the answer and then nothing more. */
async function freeze(): Promise<Socket> {
  const socket = connect(gateway.http, '127.0.0.1')
  open.push(socket)
  socket.on('error', () => {})
  const lines = ['GET /api/v1/stream HTTP/1.1', 'Host: localhost', `Cookie: ${desk.cookie}`, '', '']
  socket.write(lines.join('\r\n'))
  const [head] = (await once(socket, 'data')) as [Buffer]
  expect(head.toString()).toContain('HTTP/1.1 200')
  socket.pause()
  return socket
}

async function reader() {
  const call = request({
    host: '127.0.0.1',
    port: gateway.http,
    path: '/api/v1/stream',
    headers: { cookie: desk.cookie },
  })
  call.end()
  const [response] = await once(call, 'response')
  const gaps: number[] = []
  let bytes = 0
  let last = performance.now()
  response.on('error', () => {})
  response.on('data', (chunk: Buffer) => {
    gaps.push(performance.now() - last)
    last = performance.now()
    bytes += chunk.length
  })
  open.push(call)
  return {
    bytes: () => bytes,
    /** Up to now, also when nothing came. */
    longestGapMs: () => Math.max(...gaps, performance.now() - last),
    isOpen: () => !response.destroyed,
  }
}

const rows = 500
const properties = ['pm25', 'temperature', 'humidity', 'co', 'wind', 'rain']
const startMs = Date.now() - 20 * 86_400_000

/** As large as telemetry may be, 3,000 readings: about 150 kB to each screen. */
function manyReadings(message: number): string {
  return JSON.stringify(
    Array.from({ length: rows }, (_, i) => ({
      ts: startMs + (message * rows + i) * 1000,
      readings: Object.fromEntries(properties.map((property) => [property, i % 90])),
    })),
  )
}

async function listeners(): Promise<number> {
  const { text } = await gateway.ask('/metrics')
  return Number(/^lianxun_stream_clients (\d+)$/m.exec(text)?.[1])
}

describe('one frozen subscriber or dashboard', () => {
  test('screens: dropped at 1 MB buffered, the others notice nothing', {
    timeout: 120_000,
  }, async () => {
    const quick = await reader()
    const frozen = await Promise.all(Array.from({ length: frozenScreens }, freeze))
    await until('all to be listening', async () => (await listeners()) === 1 + frozenScreens)
    const memoryBefore = await gateway.memory()
    const station = await gateway.device('v1-pm1', villageA)
    let message = 0
    await until(
      'the frozen ones to be dropped',
      async () => {
        await station.say('telemetry', manyReadings(message++))
        return (await listeners()) === 1
      },
      80_000,
    )
    // The reader gets what the last message held, so it is not behind either.
    await until('the quick one to have it all', () => quick.bytes() > message * 80_000, 30_000)
    await station.leave()
    const grownMb = ((await gateway.memory()) - memoryBefore) / 1_048_576
    const gap = Math.round(quick.longestGapMs())
    console.log(
      `frozen dashboards: dropped after ${message} messages; the reader took ${Math.round(quick.bytes() / 1_048_576)} MB, longest gap ${gap} ms; memory +${Math.round(grownMb)} MB`,
    )
    expect(quick.isOpen()).toBe(true)
    expect(gap).toBeLessThan(longestGapMs)
    for (const socket of frozen) {
      if (socket.closed) continue
      const closed = once(socket, 'close')
      socket.resume()
      await closed
    }
  })
})
