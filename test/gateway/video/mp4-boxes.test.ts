import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BoxError,
  boxesIn,
  createBoxCutter,
  startsWithKey,
  videoCodecOf,
} from '../../../gateway/video/mp4-boxes.ts'

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** With its size in 64 bits (4.2). */
function wideBox(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(1)
  head.write(type, 4, 'latin1')
  head.writeBigUInt64BE(BigInt(16 + body.length), 8)
  return Buffer.concat([head, body])
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
  return bytes
}

function movie(entry: Buffer, handler = 'trak'): Buffer {
  const stsd = box('stsd', words(0, 1), entry)
  return box('moov', box('mvhd'), box(handler, box('mdia', box('minf', box('stbl', stsd)))))
}

const visual = Buffer.alloc(78)
const avcC = (...bytes: number[]) => box('avcC', Buffer.from([1, ...bytes]))
const avc1 = (...boxes: Buffer[]) => box('avc1', visual, ...boxes)

const boxArbitrary = fc.record({
  type: fc.stringMatching(/^[a-z]{4}$/),
  body: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  isWide: fc.boolean(),
})

/** Pieces of the bytes, cut anywhere. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  )
  return points.slice(1).map((to, index) => bytes.subarray(points[index], to))
}

describe('cutting a stream into boxes', () => {
  it('gives the same boxes however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(boxArbitrary), fc.array(fc.nat()), (shapes, cuts) => {
        const boxes = shapes.map(({ type, body, isWide }) =>
          isWide ? wideBox(type, body) : box(type, body),
        )
        const cutter = createBoxCutter()
        const found = cutAt(Buffer.concat(boxes), cuts).flatMap((chunk) => cutter.push(chunk))
        expect(found.map((one) => one.type)).toEqual(shapes.map((shape) => shape.type))
        expect(Buffer.concat(found.map((one) => one.bytes))).toEqual(Buffer.concat(boxes))
      }),
    )
  })

  it('never gives more than it got, nor anything but BoxError, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (chunks) => {
        const cutter = createBoxCutter(1_000)
        let [got, given] = [0, 0]
        try {
          for (const chunk of chunks) {
            got += chunk.length
            for (const { bytes } of cutter.push(Buffer.from(chunk))) given += bytes.length
          }
        } catch (error) {
          expect(error).toBeInstanceOf(BoxError)
        }
        expect(given).toBeLessThanOrEqual(got)
      }),
    )
  })

  it.each([
    ['a box without room for its own head', words(7, 0)],
    ['one that is too large', words(1_001, 0)],
    ['one that is too large in 64 bits', words(1, 0, 0x1000_0000, 0)],
    ['one that never ends', words(0, 0)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => createBoxCutter(1_000).push(bytes)).toThrow(BoxError)
  })

  it('reads what lies in a box, and stops where that does not fit', () => {
    const bytes = Buffer.concat([box('aaaa', words(1)), box('bbbb'), words(99, 0)])
    expect([...boxesIn(bytes)].map(({ type }) => type)).toEqual(['aaaa', 'bbbb'])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        let end = 0
        for (const one of boxesIn(Buffer.from(noise))) end += one.bytes.length
        expect(end).toBeLessThanOrEqual(noise.length)
      }),
    )
  })
})

describe('the codec', () => {
  it.each([
    [[0x64, 0x00, 0x1f], 'avc1.64001F'],
    [[0x42, 0xc0, 0x0a], 'avc1.42C00A'],
  ])('%j is %s', (bytes, name) => {
    expect(videoCodecOf(movie(avc1(box('btrt'), avcC(...bytes))))).toBe(name)
  })

  it.each([
    ['H.265', movie(box('hvc1', visual, box('hvcC')))],
    ['no description of it', movie(avc1())],
    ['a description that is cut off', movie(avc1(avcC(0x64)))],
    ['no track', movie(avc1(avcC(1, 2, 3)), 'free')],
    ['nothing', box('moov')],
  ])('is none of ours for %s', (_what, moov) => {
    expect(videoCodecOf(moov)).toBeUndefined()
  })

  it('is looked for without harm in whatever else comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const moov = movie(Buffer.from(noise))
        const codec = videoCodecOf(moov)
        expect(codec === undefined || codec.startsWith('avc')).toBe(true)
      }),
    )
  })
})

describe('whether a fragment begins with a key frame', () => {
  const key = 0x0200_0000
  const other = 0x0101_0000
  const fragment = (tfhd: Buffer, trun: Buffer) =>
    box('moof', box('mfhd', words(0, 1)), box('traf', tfhd, trun))
  const plainHead = box('tfhd', words(0, 1))

  it.each([
    ['flags of the first', plainHead, (flags: number) => words(0x4, 2, flags)],
    ['offset and flags of the first', plainHead, (flags: number) => words(0x5, 2, 77, flags)],
    ['flags of each', plainHead, (flags: number) => words(0x400, 1, flags)],
    ['all of each', plainHead, (flags: number) => words(0x701, 1, 77, 40, 900, flags, 5)],
  ])('by %s', (_what, head, run) => {
    expect(startsWithKey(fragment(head, box('trun', run(key))))).toBe(true)
    expect(startsWithKey(fragment(head, box('trun', run(other))))).toBe(false)
  })

  it.each([
    ['alone', (flags: number) => words(0x20, 1, flags)],
    ['behind all that may be before them', (flags: number) => words(0x3b, 1, 0, 0, 1, 2, 3, flags)],
  ])('by the default flags %s', (_what, head) => {
    const run = box('trun', words(0, 1))
    const tfhd = (flags: number) => {
      const bytes = head(flags)
      // base offset (8 bytes), description, duration and size where they are announced.
      return box('tfhd', bytes)
    }
    expect(startsWithKey(fragment(tfhd(other), run))).toBe(false)
    expect(startsWithKey(fragment(tfhd(key), run))).toBe(true)
  })

  it('is not said by a fragment without flags, without a run, or without a track', () => {
    expect(startsWithKey(fragment(plainHead, box('trun', words(0, 1))))).toBe(false)
    expect(startsWithKey(fragment(plainHead, box('free')))).toBe(false)
    expect(startsWithKey(fragment(box('free'), box('trun', words(0x400, 1))))).toBe(false)
    expect(startsWithKey(box('moof'))).toBe(false)
  })
})
