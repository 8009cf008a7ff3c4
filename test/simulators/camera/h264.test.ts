import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessUnits, parseClip, splitAnnexB } from '../../../simulators/camera/h264.ts'

const shape = { width: 16, height: 16, fps: 10 }

/** A unit as an encoder writes it: no start code inside, no zero at its end. */
const nal = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 3)))

const startCode = fc.constantFrom(Buffer.from([0, 0, 1]), Buffer.from([0, 0, 0, 1]))

function annexB(...nals: readonly number[][]): Buffer {
  return Buffer.from(nals.flatMap((bytes) => [0, 0, 0, 1, ...bytes]))
}

describe('the byte stream', () => {
  it('gives every unit back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(startCode, nal), { maxLength: 20 }), (parts) => {
        const stream = Buffer.concat(parts.flat())
        expect(splitAnnexB(stream)).toEqual(parts.map(([, unit]) => unit))
      }),
    )
  })

  it('never fails, whatever the bytes', () => {
    const noise = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 200 })
    fc.assert(
      fc.property(noise, (bytes) => {
        for (const unit of splitAnnexB(Buffer.from(bytes))) expect(unit.length).toBeGreaterThan(0)
      }),
    )
  })

  it('overlooks what stands before the first start code, and empty units', () => {
    expect(splitAnnexB(Buffer.from([9, 9, 0, 0, 1, 0, 0, 1, 5]))).toEqual([Buffer.from([5])])
    expect(splitAnnexB(Buffer.alloc(0))).toEqual([])
  })
})

describe('pictures', () => {
  it('take their parameter sets along and leave delimiters and remarks out', () => {
    const stream = annexB([9, 240], [0x67, 1], [0x68, 2], [6, 5], [0x65, 3], [9, 240], [0x41, 4])
    expect(accessUnits('h264', splitAnnexB(stream))).toEqual([
      {
        nals: [Buffer.from([0x67, 1]), Buffer.from([0x68, 2]), Buffer.from([0x65, 3])],
        isKey: true,
      },
      { nals: [Buffer.from([0x41, 4])], isKey: false },
    ])
  })

  it('are known by the six bits of an H.265 header', () => {
    const head = (type: number) => [type << 1, 1, 7]
    const stream = annexB(...[35, 32, 33, 34, 39, 19, 35, 1, 35, 21].map(head))
    const units = accessUnits('h265', splitAnnexB(stream))
    expect(units.map(({ nals, isKey }) => [nals.length, isKey])).toEqual([
      [4, true],
      [1, false],
      [1, true],
    ])
  })
})

describe('a clip', () => {
  it('must begin with a key frame', () => {
    expect(() => parseClip('h264', annexB([0x41, 4]), shape)).toThrow(/key frame/)
    expect(() => parseClip('h264', Buffer.alloc(0), shape)).toThrow(/key frame/)
  })

  it('must have all its parameter sets', () => {
    expect(() => parseClip('h264', annexB([0x67, 1], [0x65, 3]), shape)).toThrow(/1 of 2/)
    expect(() => parseClip('h265', annexB([64, 1], [38, 1]), shape)).toThrow(/1 of 3/)
  })

  it('names its parameter sets in the order SDP wants', () => {
    const clip = parseClip('h264', annexB([0x67, 1], [0x68, 2], [0x65, 3]), shape)
    expect(clip.parameterSets).toEqual([Buffer.from([0x67, 1]), Buffer.from([0x68, 2])])
    expect(clip).toMatchObject({ codec: 'h264', ...shape })
  })
})
