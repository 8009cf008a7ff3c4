import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextStep } from '../../../dashboard/src/live-view/live-edge.ts'

const range = (from: number, to: number) => ({ from, to })

describe('where a live picture plays', () => {
  test.each([
    ['nothing is there', [], 0, { seekTo: null, rate: 1, removeBefore: null }],
    ['it is near the end', [range(0, 10)], 9.5, { seekTo: null, rate: 1, removeBefore: null }],
    ['it falls behind', [range(0, 10)], 9.1, { seekTo: null, rate: 1.08, removeBefore: null }],
    ['it is too far behind', [range(0, 10)], 8.4, { seekTo: 9.7, rate: 1, removeBefore: null }],
    ['it comes late', [range(500, 501)], 0, { seekTo: 500.7, rate: 1, removeBefore: null }],
    ['the piece is short', [range(500, 500.1)], 0, { seekTo: 500, rate: 1, removeBefore: null }],
    [
      'it stands in a gap',
      [range(0, 4), range(4.5, 5)],
      4.2,
      { seekTo: 4.7, rate: 1, removeBefore: null },
    ],
    ['it is past the end', [range(0, 10)], 11, { seekTo: 9.7, rate: 1, removeBefore: null }],
    ['much is kept', [range(0, 30)], 29.5, { seekTo: null, rate: 1, removeBefore: 23.5 }],
  ] as const)('%s', (_what, ranges, now, step) => {
    const { seekTo, ...rest } = nextStep(ranges, now)
    expect(rest).toEqual({ rate: step.rate, removeBefore: step.removeBefore })
    if (step.seekTo === null) expect(seekTo).toBeNull()
    else expect(seekTo).toBeCloseTo(step.seekTo, 6)
  })

  test('is in the buffer, at most 1.5 s behind, and never removed', () => {
    const span = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 4000 }))
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 20_000 }),
        (spans, tenths) => {
          let at = 0
          const ranges = spans.map(([gap, length]) => {
            const from = at + gap / 100
            at = from + length / 100
            return { from, to: at }
          })
          const now = tenths / 100
          const { seekTo, removeBefore } = nextStep(ranges, now)
          const playsAt = seekTo ?? now
          expect(ranges.some(({ from, to }) => playsAt >= from && playsAt <= to)).toBe(true)
          expect(at - playsAt).toBeLessThanOrEqual(1.5)
          expect(removeBefore ?? 0).toBeLessThanOrEqual(playsAt)
        },
      ),
    )
  })
})
