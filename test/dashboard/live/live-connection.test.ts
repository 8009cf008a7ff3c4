import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createLiveConnection,
  type LiveConnection,
  type LiveState,
  reconnectDelayMs,
} from '../../../dashboard/src/live/live-connection.ts'
import type { SseEvent } from '../../../dashboard/src/live/sse-parser.ts'

const soon = { timeout: 15_000 }

/** A real server, so that cuts, refusals and resumption are the network's own. */

interface Call {
  lastEventId: string | undefined
  response: ServerResponse
}

let server: Server
let calls: Call[]
let statuses: number[]
let events: SseEvent[]
let states: LiveState[]
let signedOut: number
let connection: LiveConnection
let now: number

function begin(): void {
  const { port } = server.address() as AddressInfo
  connection = createLiveConnection({
    url: `http://127.0.0.1:${port}/stream`,
    fetch,
    now: () => now,
    random: () => 0,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    onSignedOut: () => (signedOut += 1),
  })
  connection.start()
}

beforeEach(async () => {
  ;[calls, statuses, events, states, signedOut, now] = [[], [], [], [], 0, 1_000]
  server = createServer((request, response) => {
    const status = statuses.shift() ?? 200
    calls.push({ lastEventId: request.headers['last-event-id'] as string | undefined, response })
    response.writeHead(status, { 'content-type': 'text/event-stream' })
    if (status === 200) response.write('id: 5.x\nevent: hello\ndata: {"now":1}\n\n')
    else response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  connection.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('the live stream', () => {
  test('is live from the first word on', async () => {
    begin()
    await vi.waitFor(() => expect(events.map((event) => event.type)).toEqual(['hello']), soon)
    expect(states.at(-1)).toEqual({ phase: 'live', lastHeardAt: 1_000 })
  })

  test('resumes after the last id when it was cut off, and says so meanwhile', async () => {
    begin()
    await vi.waitFor(() => expect(events).toHaveLength(1), soon)
    calls[0]?.response.write('id: 9.x\nevent: case\ndata: {}\n\n')
    await vi.waitFor(() => expect(events).toHaveLength(2), soon)
    calls[0]?.response.destroy()
    await vi.waitFor(() => expect(calls).toHaveLength(2), soon)
    expect(states.some((state) => state.phase === 'stale')).toBe(true)
    expect(calls[1]?.lastEventId).toBe('9.x')
    await vi.waitFor(() => expect(states.at(-1)?.phase).toBe('live'), soon)
  })

  test('tries again after a refusal', async () => {
    statuses = [503, 502]
    begin()
    await vi.waitFor(() => expect(calls).toHaveLength(3), { timeout: 5_000 })
    await vi.waitFor(() => expect(events).toHaveLength(1), soon)
  })

  test('asks for a new sign-in when the session ended, and stops asking', async () => {
    statuses = [401]
    begin()
    await vi.waitFor(() => expect(signedOut).toBe(1), soon)
    expect(calls).toHaveLength(1)
  })

  test('silence for three heartbeats is stale, and the connection is made anew', async () => {
    begin()
    await vi.waitFor(() => expect(events).toHaveLength(1), soon)
    now += 15_000
    await vi.waitFor(() => expect(calls).toHaveLength(2), { timeout: 5_000 })
    expect(states.some((state) => state.phase === 'stale' && state.lastHeardAt === 1_000)).toBe(
      true,
    )
  })
})

describe('back-off', () => {
  test('grows, is bounded, and spreads', () => {
    expect(reconnectDelayMs(0, 0)).toBe(250)
    expect(reconnectDelayMs(0, 1)).toBe(500)
    expect(reconnectDelayMs(3, 0)).toBe(2_000)
    expect(reconnectDelayMs(50, 1)).toBe(15_000)
  })
})
