import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  connectPacket,
  fakeHouse,
  type House,
  loggedIn,
  publishPacket,
  rawClient,
  startEmbedded,
  topicOf,
  until,
} from './kit.ts'

const reading = '{"readings":{"pm25":1}}'

function remainingLength(length: number): Buffer {
  const bytes: number[] = []
  let rest = length
  do {
    const byte = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? byte | 0x80 : byte)
  } while (rest > 0)
  return Buffer.from(bytes)
}

describe('abuse ends the connection and nothing else', () => {
  let house: House
  let broker: Awaited<ReturnType<typeof startEmbedded>>

  beforeEach(async () => {
    house = fakeHouse(['a', 'b'])
    broker = await startEmbedded(house, { drainTimeoutMs: 300 })
  })

  afterEach(async () => {
    // The process lives and serves others.
    const other = await loggedIn(broker.listening, 'b')
    other.send(publishPacket(topicOf('b'), reading))
    await other.next('puback')
    await broker.stop()
  })

  /** A PUBLISH as bytes, for topics that no encoder would write. */
  function rawPublish(topic: Buffer, payload: string): Buffer {
    const body = Buffer.concat([
      Buffer.from([topic.length >> 8, topic.length & 0xff]),
      topic,
      Buffer.from([0, 1]),
      Buffer.from(payload),
    ])
    return Buffer.concat([Buffer.from([0x32]), remainingLength(body.length), body])
  }

  const own = topicOf('a')
  const afterLogin: [string, Buffer][] = [
    ['a second CONNECT', generate(connectPacket('a'))],
    ['a second CONNECT as another device', generate(connectPacket('b'))],
    ['200 levels', rawPublish(Buffer.from(`${own}${'/x'.repeat(200)}`), reading)],
    ['65,535 levels', rawPublish(Buffer.from('/'.repeat(65_535)), reading)],
    ['an empty topic', rawPublish(Buffer.alloc(0), reading)],
    ['a topic that is no UTF-8', rawPublish(Buffer.from([...Buffer.from(own), 0xff]), reading)],
    ['a device id that is no UTF-8', rawPublish(Buffer.from('lianxun/1/\xff/event', 'latin1'), '')],
    ['a topic with NUL', rawPublish(Buffer.from(`${own}\0`), reading)],
    ['a publish to +', rawPublish(Buffer.from(topicOf('+')), reading)],
    ['a publish to #', rawPublish(Buffer.from(topicOf('a', '#')), reading)],
    ['QoS 3', Buffer.from([0x36, 5, 0, 1, 0x61, 0, 1])],
    ['packet type 0', Buffer.from([0x00, 0])],
    ['packet type 15', Buffer.from([0xf0, 0])],
    ['SUBSCRIBE with wrong flags', Buffer.from([0x80, 6, 0, 1, 0, 1, 0x61, 0])],
    ['SUBSCRIBE to nothing', Buffer.from([0x82, 2, 0, 1])],
    ['a topic longer than its packet', Buffer.from([0x32, 5, 0xff, 0xff, 0x61, 0, 1])],
    ['a length of five bytes', Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a packet over the limit', Buffer.from([0x32, ...remainingLength(1_048_577)])],
    ['CONNACK from a client', Buffer.from([0x20, 2, 0, 0])],
  ]

  test.each(afterLogin)('%s', async (_name, bytes) => {
    const client = await loggedIn(broker.listening, 'a')
    expect(house.counts.refused ?? 0).toBe(0)
    client.write(bytes)
    await client.closed
    expect(house.messages()).toHaveLength(0)
    await until('it to be counted', () => house.counts.refused === 1)
  })

  const beforeLogin: [string, Buffer][] = [
    ['PUBLISH', generate(publishPacket(own, reading))],
    ['PINGREQ', generate({ cmd: 'pingreq' })],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a TLS greeting', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
    ['a CONNECT over its limit', Buffer.from([0x10, ...remainingLength(65_537)])],
    ['a CONNECT of 256 MB', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
    [
      'another protocol name',
      Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x58, 4, 2, 0, 0, 0, 0]),
    ],
  ]
  test.each(beforeLogin)('before CONNECT: %s', async (_name, bytes) => {
    const client = await rawClient(broker.listening)
    client.write(bytes)
    await client.closed
    expect(house.messages()).toHaveLength(0)
    await until('it to be counted', () => house.counts.refused === 1)
  })

  test('silence before CONNECT, or half of one', async () => {
    // A broker of its own: on a busy machine so little patience would end good connections too.
    const hasty = await startEmbedded(fakeHouse(['a']), { connectTimeoutMs: 200 })
    const silent = await rawClient(hasty.listening)
    const half = await rawClient(hasty.listening)
    half.write(generate(connectPacket('a')).subarray(0, 10))
    await Promise.all([silent.closed, half.closed])
    await hasty.stop()
  })

  test('silence beyond the keep-alive', async () => {
    const client = await loggedIn(broker.listening, 'a', { keepalive: 1 })
    await client.closed
  })

  test('a packet that arrives byte by byte is one packet', async () => {
    const client = await rawClient(broker.listening)
    const bytes = [connectPacket('a'), publishPacket(own, reading)].map((packet) =>
      generate(packet),
    )
    for (const byte of Buffer.concat(bytes)) client.write(Buffer.from([byte]))
    await client.next('puback')
    client.socket.destroy()
  })

  test('a packet of exactly the limit is accepted', async () => {
    const client = await loggedIn(broker.listening, 'a')
    const event = topicOf('a', 'event')
    const overhead = 2 + event.length + 2
    client.send(publishPacket(event, Buffer.alloc(1_048_576 - overhead, 0x20)))
    await client.next('puback')
    expect(house.messages()[0]?.decoded).toMatchObject({ reason: 'unparseable' })
    client.socket.destroy()
  })

  test('a subscriber that does not read is cut off, and nobody waits for it', async () => {
    const frozen = await loggedIn(broker.listening, 'a', { clientId: 'a-frozen' })
    const subscriptions = [{ topic: topicOf('a', '#'), qos: 0 as const }]
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    await frozen.next('suback')
    frozen.socket.pause()
    const publisher = await loggedIn(broker.listening, 'a', { clientId: 'a-publisher' })
    const large = `{"readings":{"pm25":1},"note":"${'x'.repeat(900_000)}"}`
    for (let i = 1; i <= 20; i++) publisher.send(publishPacket(own, large, { messageId: i }))
    for (let i = 1; i <= 20; i++) await publisher.next('puback')
    // Whichever of its connections breaks last, the device is offline then.
    publisher.socket.destroy()
    await until('the cut', () => house.statuses('a').at(-1) === 'offline')
    frozen.socket.destroy()
  })

  test('fuzz: any bytes, before and after login', async () => {
    const packets: Packet[] = [
      publishPacket(own, reading),
      connectPacket('a'),
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: own, qos: 1 }] },
      { cmd: 'pubrel', messageId: 1 },
      { cmd: 'puback', messageId: 1 },
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: [own] },
    ]
    const broken = fc
      .tuple(fc.constantFrom(...packets.map((packet) => generate(packet))), fc.nat(60), fc.nat(255))
      .map(([packet, at, byte]) => {
        const copy = Buffer.from(packet)
        copy[at % copy.length] = byte
        return copy
      })
    const bytes = fc.oneof(broken, fc.uint8Array({ minLength: 1, maxLength: 60 }))
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(bytes, { minLength: 1, maxLength: 5 }),
        async (login, chunks) => {
          const client = login
            ? await loggedIn(broker.listening, 'a')
            : await rawClient(broker.listening)
          for (const chunk of chunks) client.write(chunk)
          client.socket.end()
          await Promise.race([client.closed, delay(300)])
          client.socket.destroy()
          await client.closed
        },
      ),
      { numRuns: 300 },
    )
  }, 120_000)
})

describe('memory', () => {
  let child: ChildProcess
  let port = 0

  beforeAll(async () => {
    child = fork(path.join(import.meta.dirname, 'broker-process.ts'))
    const [message] = (await once(child, 'message')) as [{ port: number }]
    port = message.port
  })
  afterAll(async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })

  function rssMb(): number {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024
  }

  test.skipIf(process.platform !== 'linux')('190 MB before CONNECT are not buffered', async () => {
    const before = rssMb()
    const chunk = Buffer.alloc(1_048_576)
    const clients = await Promise.all(Array.from({ length: 10 }, () => rawClient(port)))
    for (const client of clients) {
      client.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
      for (let i = 0; i < 19 && !client.isClosed(); i++) client.write(chunk)
    }
    await Promise.all(clients.map(({ closed }) => closed))
    expect(rssMb() - before).toBeLessThan(40)
  })

  test.skipIf(process.platform !== 'linux')('2,000 half CONNECTs hold little', async () => {
    const before = rssMb()
    const clients = await Promise.all(Array.from({ length: 2_000 }, () => rawClient(port)))
    const start = Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0x03]), Buffer.alloc(4_096)])
    for (const client of clients) client.write(start)
    await until('the broker to read', () =>
      clients.every(({ socket }) => socket.writableLength === 0),
    )
    expect(rssMb() - before).toBeLessThan(120)
    for (const { socket } of clients) socket.destroy()
  })
})
