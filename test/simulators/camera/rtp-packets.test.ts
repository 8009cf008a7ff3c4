import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VideoCodec } from '../../../simulators/camera/h264.ts'
import {
  interleave,
  packPicture,
  payloadsOf,
  rtpHeader,
  senderReport,
} from '../../../simulators/camera/rtp-packets.ts'
import { depacketise, parseRtp } from './depacketise.ts'

/** A NAL unit of a type that is no packet type of its own, with its header right. */
function nalOf(codec: VideoCodec) {
  const body = fc.uint8Array({ minLength: 0, maxLength: 5000 })
  if (codec === 'h264')
    return fc
      .tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 0, max: 3 }), body)
      .map(([type, importance, rest]) => Buffer.from([(importance << 5) | type, ...rest]))
  return fc
    .tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 1, max: 7 }), body)
    .map(([type, layer, rest]) => Buffer.from([type << 1, layer, ...rest]))
}

/** Cuts interleaved bytes into packets. */
function packetsOf(bytes: Buffer): { channel: number; packet: Buffer }[] {
  const packets = []
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x24)
    const length = bytes.readUInt16BE(at + 2)
    packets.push({ channel: bytes[at + 1]!, packet: bytes.subarray(at + 4, at + 4 + length) })
    at += 4 + length
  }
  return packets
}

describe.each(['h264', 'h265'] as const)('payloads of %s', (codec) => {
  it('come together again, whatever the unit and the room', () => {
    fc.assert(
      fc.property(
        fc.array(nalOf(codec), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 4, max: 1600 }),
        (nals, maxBytes) => {
          const payloads = nals.flatMap((nal) => payloadsOf(codec, nal, maxBytes))
          for (const payload of payloads) expect(payload.length).toBeLessThanOrEqual(maxBytes)
          expect(Buffer.concat(depacketise(codec, payloads))).toEqual(Buffer.concat(nals))
          expect(depacketise(codec, payloads)).toHaveLength(nals.length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is one packet as long as it fits, two when it is one byte longer', () => {
    const nal = Buffer.alloc(1401, 7)
    nal[0] = codec === 'h264' ? 0x65 : 19 << 1
    expect(payloadsOf(codec, nal.subarray(0, 1400))).toEqual([nal.subarray(0, 1400)])
    expect(payloadsOf(codec, nal)).toHaveLength(2)
  })

  it('numbers a picture through, with one timestamp and one mark at its end', () => {
    const nals = [30, 9, 4000].map((bytes) => Buffer.alloc(bytes, 2))
    const picture = { nals, isKey: true }
    const stamp = { ssrc: 0xfedcba98, sequence: 0xfffe, timestamp: 0xfffffff0 }
    const packed = packPicture({ codec, picture }, stamp, 4)
    const packets = packetsOf(packed.bytes)
    const parsed = packets.map(({ packet }) => parseRtp(packet))
    expect(packets.every(({ channel }) => channel === 4)).toBe(true)
    expect(packed.packets).toBe(5)
    expect(parsed.map(({ sequence }) => sequence)).toEqual([0xfffe, 0xffff, 0, 1, 2])
    expect(parsed.map(({ isMarked }) => isMarked)).toEqual([false, false, false, false, true])
    expect(new Set(parsed.map(({ timestamp }) => timestamp))).toEqual(new Set([0xfffffff0]))
    expect(new Set(parsed.map(({ ssrc }) => ssrc))).toEqual(new Set([0xfedcba98]))
    expect(packed.octets).toBe(parsed.reduce((sum, { payload }) => sum + payload.length, 0))
    const payloads = parsed.map(({ payload }) => payload)
    expect(depacketise(codec, payloads)).toEqual(nals)
  })
})

describe('headers', () => {
  it('are version 2, without padding, extension or sources', () => {
    const header = rtpHeader({ ssrc: 1, sequence: 2, timestamp: 3, isMarked: true })
    expect(header.toString('hex')).toBe('80e000020000000300000001')
  })

  it('frames what goes over the connection', () => {
    const framed = interleave(3, [Buffer.from('ab'), Buffer.from('c')])
    expect(framed).toEqual(Buffer.from([0x24, 3, 0, 3, 0x61, 0x62, 0x63]))
  })
})

describe('sender reports', () => {
  it('say which time of day a timestamp was, and what has been sent', () => {
    const wallClockMs = Date.parse('2026-11-22T06:00:00.500Z')
    const counted = { packets: 17, octets: 2 ** 32 + 5 }
    const report = senderReport({ ssrc: 9, wallClockMs, timestamp: 77, ...counted })
    expect(report.readUInt16BE(0)).toBe(0x80c8)
    // The length is in 32-bit words less one.
    expect((report.readUInt16BE(2) + 1) * 4).toBe(28)
    expect(report.readUInt32BE(4)).toBe(9)
    expect(report.readUInt32BE(8)).toBe(Math.floor(wallClockMs / 1000) + 2_208_988_800)
    expect(report.readUInt32BE(12)).toBe(2 ** 31)
    expect([16, 20, 24].map((at) => report.readUInt32BE(at))).toEqual([77, 17, 5])
    const description = report.subarray(28)
    expect(description.readUInt16BE(0)).toBe(0x81ca)
    expect((description.readUInt16BE(2) + 1) * 4).toBe(description.length)
    expect(description.readUInt32BE(4)).toBe(9)
  })
})
