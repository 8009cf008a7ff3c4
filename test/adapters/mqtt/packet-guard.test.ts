import * as fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { createPacketGuard } from '../../../adapters/mqtt/packet-guard.ts'
import { connectPacket, publishPacket, topicOf } from './kit.ts'

const limits = { maxPacketBytes: 2_000, maxConnectBytes: 300 }

const connect = generate(connectPacket('a'))
const publishOf = (bytes: number) => generate(publishPacket(topicOf('a'), Buffer.alloc(bytes)))

/** Cuts a stream at the given places. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (stream.length + 1)), stream.length]
  at.sort((a, b) => a - b)
  return at.slice(1).map((end, i) => stream.subarray(at[i], end))
}

describe('the guard follows the framing however the stream is cut', () => {
  const packets = fc.array(
    fc.oneof(
      fc.nat(1_900).map(publishOf),
      fc
        .constantFrom<Packet>({ cmd: 'pingreq' }, { cmd: 'pubrel', messageId: 1 })
        .map((p) => generate(p)),
    ),
    { maxLength: 8 },
  )
  const places = fc.array(fc.nat(), { maxLength: 20 })

  test('what is within the limits passes', () => {
    fc.assert(
      fc.property(packets, places, (parts, cuts) => {
        const guard = createPacketGuard(limits)
        const stream = Buffer.concat([connect, ...parts])
        for (const chunk of cut(stream, cuts)) expect(guard.accepts(chunk)).toBe(true)
        expect(guard.reason()).toBeUndefined()
      }),
    )
  })

  test('what is over the limit is refused at its header, wherever it comes', () => {
    fc.assert(
      fc.property(packets, places, fc.integer({ min: 2_001, max: 9_000 }), (parts, cuts, size) => {
        const guard = createPacketGuard(limits)
        const header = publishOf(size).subarray(0, 3)
        const stream = Buffer.concat([connect, ...parts, header])
        expect(cut(stream, cuts).every((chunk) => guard.accepts(chunk))).toBe(false)
        expect(guard.reason()).toMatch(/is over the limit of 2000/)
      }),
    )
  })

  test('any bytes: refused for good once they were refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const guard = createPacketGuard(limits)
        const answers = chunks.map((chunk) => guard.accepts(chunk))
        expect(answers).toEqual([...answers].sort((a, b) => Number(b) - Number(a)))
      }),
    )
  })
})

test.each([
  ['a PUBLISH before CONNECT', publishOf(1), /its first packet is no CONNECT/],
  ['a CONNECT over its own limit', Buffer.from([0x10, 0xad, 0x02]), /a packet of 301 bytes/],
  ['a length of five bytes', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01]), /malformed/],
])('%s', (_name, bytes, reason) => {
  const guard = createPacketGuard(limits)
  expect(guard.accepts(bytes)).toBe(false)
  expect(guard.reason()).toMatch(reason)
})

test('a goodbye is a DISCONNECT that came last', () => {
  const guard = createPacketGuard(limits)
  guard.accepts(connect)
  expect(guard.saidGoodbye()).toBe(false)
  guard.accepts(generate({ cmd: 'disconnect' }))
  expect(guard.saidGoodbye()).toBe(true)
})
