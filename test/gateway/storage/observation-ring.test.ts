import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createObservationRing } from '../../../gateway/storage/observation-ring.ts'
import { reading } from '../../contract/observation-store.ts'

const one = (seq: number) => reading('a', seq, seq)
const seqs = (entries: { seq: number }[] | undefined) => entries?.map(({ seq }) => seq)

describe('the newest entries', () => {
  it('say that they do not know while there are none', () => {
    expect(createObservationRing(4).read(0, 10)).toBeUndefined()
  })

  it('are given as far as they are held, and never with a gap', () => {
    const ring = createObservationRing(3)
    for (const seq of [1, 2, 3, 4, 5]) ring.push(seq, one(seq))
    expect(ring.read(1, 9)).toBeUndefined()
    expect(seqs(ring.read(2, 9))).toEqual([3, 4, 5])
    expect(seqs(ring.read(2, 2))).toEqual([3, 4])
    expect(seqs(ring.read(4, 9))).toEqual([5])
    expect(seqs(ring.read(5, 9))).toEqual([])
  })

  it('begin anew after a gap, as after a restart in the middle of the log', () => {
    const ring = createObservationRing(10)
    for (const seq of [1, 2, 3]) ring.push(seq, one(seq))
    ring.push(100, one(100))
    ring.push(101, one(101))
    expect(ring.read(2, 9)).toBeUndefined()
    expect(ring.read(98, 9)).toBeUndefined()
    expect(seqs(ring.read(99, 9))).toEqual([100, 101])
  })

  it('equal a list of all entries, wherever they answer at all', () => {
    const jump = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 30 }))
    const ask = fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 20 }))
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(jump, { maxLength: 60 }),
        fc.array(ask, { maxLength: 20 }),
        (size, jumps, asks) => {
          const ring = createObservationRing(size)
          let seq = 0
          let run: number[] = []
          for (const by of jumps) {
            seq += by
            run = by === 1 ? [...run, seq] : [seq]
            ring.push(seq, one(seq))
          }
          const held = run.slice(-size)
          for (const [after, limit] of asks) {
            const found = ring.read(after, limit)
            if (held.length === 0 || after + 1 < (held[0] ?? 0)) expect(found).toBeUndefined()
            else {
              expect(seqs(found)).toEqual(held.filter((n) => n > after).slice(0, limit))
              for (const entry of found ?? []) expect(entry.observation).toEqual(one(entry.seq))
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
