import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createPatience,
  createSilentWatch,
  serverLimits,
  serverOptions,
} from '../../../gateway/http/server-limits.ts'

const quick = { headersMs: 100, requestMs: 300, keepAliveMs: 100, checkMs: 20, connections: 3 }
let app: FastifyInstance | undefined

afterEach(() => app?.close())

/** `patient`: where what is looked at must not be cut off by a machine that is slow. */
async function server(patient = false): Promise<FastifyInstance> {
  const limits = patient ? { ...quick, headersMs: 60_000, requestMs: 120_000 } : quick
  const made = fastify({ ...serverOptions(limits), forceCloseConnections: true })
  made.post('/', async () => 'read')
  made.get('/', async () => 'read')
  made.server.maxConnections = quick.connections
  await made.listen({ port: 0, host: '127.0.0.1' })
  app = made
  return made
}

function open(made: FastifyInstance): Socket {
  const { port } = made.server.address() as { port: number }
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  return socket
}

/** All that was said until the server ended it. */
async function toTheEnd(socket: Socket): Promise<string> {
  let said = ''
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  // `once` of node:events would reject at the error that may come before.
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return said
}

describe('a client that never finishes is cut off', () => {
  it.each([
    ['says nothing at all', ''],
    ['stops in its first line', 'POST / HT'],
    ['stops in its headers', 'POST / HTTP/1.1\r\nhost: a\r\nx-a: '],
    [
      'stops in its body',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a',
    ],
    [
      'stops between chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n',
    ],
  ])('one that %s', async (_name, bytes) => {
    const socket = open(await server())
    socket.write(bytes)
    const said = await toTheEnd(socket)
    expect(said === '' || said.startsWith('HTTP/1.1 408')).toBe(true)
  })

  it('one that drips a header now and then', async () => {
    const socket = open(await server())
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n')
    let drops = 0
    const drip = setInterval(() => socket.write(`x-${drops++}: 1\r\n`), 20)
    const said = await toTheEnd(socket)
    clearInterval(drip)
    // The answer may be lost under what is still dripping.
    expect(said === '' || said.startsWith('HTTP/1.1 408')).toBe(true)
    expect(drops).toBeGreaterThan(0)
  })

  it('one that keeps its connection and asks no more', async () => {
    const socket = open(await server(true))
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    expect(await toTheEnd(socket)).toMatch(/^HTTP\/1\.1 200/)
  })
})

it('connections beyond the bound are refused; those there are go on', async () => {
  const made = await server(true)
  const kept = [open(made), open(made), open(made)]
  await Promise.all(kept.map((socket) => once(socket, 'connect')))
  const refused = once(made.server, 'drop')
  const late = open(made)
  await refused
  expect(await toTheEnd(late)).toBe('')
  kept[0]?.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  expect(await toTheEnd(kept[0] as Socket)).toMatch(/^HTTP\/1\.1 200/)
})

it('the bounds of the gateway leave room for a poor line and none for nobody', () => {
  expect(serverLimits.headersMs).toBeLessThanOrEqual(15_000)
  expect(serverLimits.requestMs).toBeGreaterThanOrEqual(60_000)
  expect(serverLimits.requestMs).toBeLessThanOrEqual(300_000)
  expect(serverLimits.connections).toBeGreaterThan(1_000)
})

it('who is allowed to take long is not cut off, and others are', async () => {
  const made = fastify({ ...serverOptions(quick), forceCloseConnections: true })
  const patience = createPatience(made.server)
  made.addContentTypeParser('*', (_request, _body, done) => done(null))
  const read = async ({ headers, raw }: FastifyRequest) => {
    const patient = headers['x-long'] ? patience.allow(raw.socket) : undefined
    let bytes = 0
    for await (const piece of raw) bytes += (piece as Buffer).length
    patient?.end()
    return String(bytes)
  }
  made.post('/', (request) => read(request))
  await made.listen({ port: 0, host: '127.0.0.1' })
  app = made
  const head = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: a/b\r\ncontent-length: 4\r\n'
  const long = open(made)
  long.write(`${head}x-long: 1\r\n\r\nab`)
  // It is the older one: when this one is over the limit, it is too.
  const short = open(made)
  short.write(`${head}\r\nab`)
  expect(await toTheEnd(short)).toMatch(/^HTTP\/1\.1 408/)
  const answered = once(long, 'data')
  long.write('cd')
  expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200/)
  long.destroy()
})

describe('the end of the server', () => {
  it.each([
    ['said nothing yet', ''],
    ['has not finished its first line', 'GET / HT'],
  ])('does not wait for a connection that %s', async (_name, bytes) => {
    const made = fastify({ ...serverOptions(), forceCloseConnections: 'idle' })
    const silent = createSilentWatch(made.server)
    made.addHook('preClose', async () => silent.end())
    await made.listen({ port: 0, host: '127.0.0.1' })
    const arrived = once(made.server, 'connection')
    const socket = open(made)
    await arrived
    socket.write(bytes)
    await made.close()
    expect(await toTheEnd(socket)).toBe('')
  })

  it('lets a request that is under way end', async () => {
    const made = fastify({ ...serverOptions(), forceCloseConnections: 'idle' })
    const silent = createSilentWatch(made.server)
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    made.addHook('preClose', async () => silent.end())
    made.get('/', () => {
      asked.resolve()
      return answer.promise
    })
    await made.listen({ port: 0, host: '127.0.0.1' })
    const socket = open(made)
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await asked.promise
    const closed = made.close()
    answer.resolve('said to the end')
    expect(await toTheEnd(socket)).toContain('said to the end')
    await closed
  })
})
