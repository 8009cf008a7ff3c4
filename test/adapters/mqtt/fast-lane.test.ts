import * as fc from 'fast-check'
import { generate, type Packet, parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { createFastLane, createTurn } from '../../../adapters/mqtt/fast-lane.ts'
import { createPacketGuard } from '../../../adapters/mqtt/packet-guard.ts'
import { connectPacket, publishPacket, topicOf } from './kit.ts'

/**
 * The lane and the general path share one stream: whatever is sent, however it is cut, each packet
 * must come out of exactly one of them, whole and in its path's order.
 */
const own = topicOf('a')
const limits = { maxPacketBytes: 1_048_576, maxConnectBytes: 65_536 }

const settled = () => new Promise((resolve) => setImmediate(resolve))

function harness(maxInFlight = 1_000_000) {
  const taken: string[] = []
  const left = parser()
  const others: Packet[] = []
  const acknowledged: number[] = []
  const commits: PromiseWithResolvers<void>[] = []
  const failures: string[] = []
  let drained = 0
  left.on('packet', (packet) => others.push(packet))
  const guard = createPacketGuard(limits)
  guard.accepts(generate(connectPacket('a')))
  const lane = createFastLane({
    maxInFlight,
    mayTake: (topic) => topic === own,
    receive: (_topic, payload) => {
      taken.push(payload.toString())
      const commit = Promise.withResolvers<void>()
      commits.push(commit)
      return commit.promise
    },
    write: (given) => {
      const bytes = Buffer.from(given, 'latin1')
      for (let at = 0; at < bytes.length; at += 4) {
        expect(bytes.readUInt16BE(at)).toBe(0x4002)
        acknowledged.push(bytes.readUInt16BE(at + 2))
      }
    },
    failed: (error) => failures.push(error.message),
    heard: () => {},
    soon: createTurn(),
    drained: () => {
      drained += 1
    },
  })
  function feed(chunk: Buffer): void {
    const aligned = guard.isBetweenPackets()
    expect(guard.accepts(chunk)).toBe(true)
    const rest = lane.take(chunk, aligned)
    if (rest.length > 0) left.parse(rest)
  }
  return {
    lane,
    feed,
    taken,
    others,
    acknowledged,
    commits,
    failures,

    drained: () => drained,
  }
}

function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (stream.length + 1)), stream.length]
  at.sort((a, b) => a - b)
  return at
    .slice(1)
    .map((end, i) => stream.subarray(at[i], end))
    .filter((chunk) => chunk.length > 0)
}

const ours = fc
  .record({ id: fc.integer({ min: 1, max: 65_535 }), size: fc.nat(300), dup: fc.boolean() })
  .map(({ id, size, dup }) => publishPacket(own, 'x'.repeat(size), { messageId: id, dup }))
const large = fc
  .integer({ min: 10_000, max: 60_000 })
  .map((size) => publishPacket(own, 'y'.repeat(size)))
const foreign = fc.constantFrom<Packet>(
  { cmd: 'pingreq' },
  { cmd: 'pubrel', messageId: 9 },
  publishPacket(topicOf('b'), 'foreign'),
  publishPacket(own, 'retained', { retain: true }),
  publishPacket(own, 'once', { qos: 0, messageId: undefined }),
  publishPacket(own, 'exactly once', { qos: 2 }),
  { cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: own, qos: 1 }] },
)
const packets = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: ours },
    { weight: 1, arbitrary: large },
    { weight: 2, arbitrary: foreign },
  ),
  { maxLength: 30 },
)

const payloadOf = (packet: Packet) =>
  packet.cmd === 'publish' ? packet.payload.toString() : packet.cmd

test('each packet comes out of one path, whole and in order', () => {
  fc.assert(
    fc.property(packets, fc.array(fc.nat(), { maxLength: 40 }), (sent, places) => {
      const { feed, taken, others } = harness()
      for (const chunk of cut(Buffer.concat(sent.map((p) => generate(p))), places)) feed(chunk)
      const rest = others.map(payloadOf)
      let nextTaken = 0
      let nextLeft = 0
      for (const packet of sent) {
        const payload = payloadOf(packet)
        if (taken[nextTaken] === payload) nextTaken += 1
        else if (rest[nextLeft] === payload) nextLeft += 1
        else throw new Error(`lost or out of order: ${payload.slice(0, 20)}`)
      }
      expect([nextTaken, nextLeft]).toEqual([taken.length, rest.length])
    }),
    { numRuns: 500 },
  )
})

test('a stream of whole messages is taken as a whole', () => {
  const { feed, taken, others } = harness()
  const sent = Array.from({ length: 100 }, (_, i) =>
    publishPacket(own, `${i}`, { messageId: i + 1 }),
  )
  feed(Buffer.concat(sent.map((packet) => generate(packet))))
  expect(taken).toEqual(sent.map(payloadOf))
  expect(others).toEqual([])
})

test('acknowledged is what was committed, in the order of the commits', async () => {
  const { feed, commits, acknowledged, failures } = harness()
  for (const id of [1, 2, 65_280]) feed(generate(publishPacket(own, 'x', { messageId: id })))
  await settled()
  expect(acknowledged).toEqual([])
  commits[0]?.resolve()
  commits[1]?.reject(new Error('the disk is full'))
  commits[2]?.resolve()
  await settled()
  expect(acknowledged).toEqual([1, 65_280])
  expect(failures).toEqual(['the disk is full'])
})

test('a full lane says so, and says when there is room again', async () => {
  const { lane, feed, commits, drained } = harness(2)
  feed(generate(publishPacket(own, 'x', { messageId: 1 })))
  expect(lane.isFull()).toBe(false)
  feed(generate(publishPacket(own, 'x', { messageId: 2 })))
  expect(lane.isFull()).toBe(true)
  commits[0]?.resolve()
  await settled()
  expect(lane.isFull()).toBe(false)
  expect(drained()).toBe(1)
})

test.each([
  ['message id 0', Buffer.from([0x32, 5, 0, 1, 0x61, 0, 0])],
  ['no room for a topic', Buffer.from([0x32, 2, 0, 1])],
  ['a topic longer than its packet', Buffer.from([0x32, 5, 0xff, 0xff, 0x61, 0, 1])],
  ['an empty topic', Buffer.from([0x32, 4, 0, 0, 0, 1])],
])('%s is left to the general path', (_name, bytes) => {
  const { lane, taken } = harness()
  expect(lane.take(bytes, true)).toEqual(bytes)
  expect(taken).toEqual([])
})
