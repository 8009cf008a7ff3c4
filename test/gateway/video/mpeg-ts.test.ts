import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FramerError, type Part } from '../../../gateway/video/framer.ts'
import { createTsFramer } from '../../../gateway/video/mpeg-ts.ts'

const tables = 0
const program = 0x1000
const video = 0x100

function packet(pid: number, { key = false, mark = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(188, mark)
  bytes[0] = 0x47
  bytes.writeUInt16BE(pid, 1)
  bytes[3] = key ? 0x30 : 0x10
  if (key) bytes.writeUInt16BE(0x0140, 4)
  return bytes
}

const opening = [packet(tables), packet(program)]

function push(chunks: readonly Buffer[]): Part[] {
  const framer = createTsFramer()
  return chunks.flatMap((chunk) => framer.push(chunk))
}

const pieces = (parts: readonly Part[]) => parts.filter((part) => part.kind === 'piece')

describe('a transport stream', () => {
  it('opens with its tables, and a piece begins where a key picture does', () => {
    const packets = [...opening, packet(video, { key: true }), packet(video), packet(video)]
    packets.push(packet(video, { key: true }))
    const parts = push([Buffer.concat(packets)])
    expect(parts[0]).toEqual({ kind: 'opening', bytes: Buffer.concat(opening), codec: null })
    expect(pieces(parts).map(({ isKey, bytes }) => [isKey, bytes.length / 188])).toEqual([
      [false, 2],
      [true, 3],
      [true, 1],
    ])
  })

  it('loses and adds nothing, however it is cut', () => {
    const shape = fc.record({ key: fc.boolean(), mark: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 20 }), fc.nat(400), (shapes, step) => {
        const all = Buffer.concat([...opening, ...shapes.map((one) => packet(video, one))])
        const size = step + 1
        const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
          all.subarray(index * size, (index + 1) * size),
        )
        const parts = push(chunks)
        expect(Buffer.concat(pieces(parts).map(({ bytes }) => bytes))).toEqual(all)
        expect(parts.filter(({ kind }) => kind === 'opening')).toHaveLength(1)
        const keys = pieces(parts).filter(({ isKey }) => isKey).length
        expect(keys).toBe(shapes.filter(({ key }) => key).length)
      }),
    )
  })

  it('does not open before both tables are there', () => {
    expect(push([packet(tables), packet(video)]).some(({ kind }) => kind === 'opening')).toBe(false)
  })

  it('that is none is refused', () => {
    expect(() => push([Buffer.alloc(188, 1)])).toThrow(FramerError)
  })
})
