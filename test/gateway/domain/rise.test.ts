import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialRise, rise } from '../../../gateway/domain/rise.ts'
import type { RiseCondition } from '../../../gateway/domain/rule.ts'

const when: RiseCondition = { property: 'tilt', riseBy: 2, withinS: 64 }

function run(values: [second: number, value: number][]) {
  let state = initialRise()
  let risen = 0
  for (const [second, value] of values) {
    ;({ state, risen } = rise(state, when, second * 1000, value))
  }
  return { state, risen }
}

describe('the rise', () => {
  const rows: [string, [number, number][], number, boolean][] = [
    ['one value', [[0, 10]], 0, false],
    [
      'exactly enough',
      [
        [0, 10],
        [30, 12],
      ],
      2,
      true,
    ],
    [
      'nearly enough',
      [
        [0, 10],
        [30, 11.99],
      ],
      1.99,
      false,
    ],
    [
      'at the end of the window',
      [
        [0, 10],
        [64, 12],
      ],
      2,
      true,
    ],
    [
      'just past the window',
      [
        [0, 10],
        [65, 12],
      ],
      0,
      false,
    ],
    [
      'falling',
      [
        [0, 10],
        [30, 5],
      ],
      0,
      false,
    ],
    [
      'from the lowest, not the first',
      [
        [0, 10],
        [10, 8],
        [30, 10],
      ],
      2,
      true,
    ],
    [
      'from the lowest left after the oldest went',
      [
        [0, 1],
        [40, 9],
        [70, 9.5],
      ],
      0.5,
      false,
    ],
    [
      'back to half',
      [
        [0, 10],
        [10, 12],
        [20, 11],
      ],
      1,
      true,
    ],
    [
      'back to less than half',
      [
        [0, 10],
        [10, 12],
        [20, 10.9],
      ],
      0.9,
      false,
    ],
  ]
  it.each(rows)('%s', (_, values, risen, active) => {
    const found = run(values)
    expect(found.risen).toBeCloseTo(risen, 9)
    expect(found.state.active).toBe(active)
  })

  it('keeps few values of any series, lowest first and none outside the window', () => {
    const series = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.double({ min: -9, max: 9, noNaN: true })),
      { maxLength: 400 },
    )
    fc.assert(
      fc.property(series, (deltas) => {
        let at = 0
        let state = initialRise()
        for (const [by, value] of deltas) {
          at += by
          ;({ state } = rise(state, when, at, value))
          const times = state.lows.map(([lowAt]) => lowAt)
          const values = state.lows.map(([, low]) => low)
          expect(state.lows.length).toBeLessThanOrEqual(66)
          expect(times).toEqual(times.toSorted((a, b) => a - b))
          expect(values).toEqual(values.toSorted((a, b) => a - b))
          expect(times[0]).toBeGreaterThanOrEqual(at - 64_000)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('of dense values is at most too small by what passed within one 64th of the window', () => {
    const series = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 300,
    })
    fc.assert(
      fc.property(series, (steps) => {
        // A slope that only rises: what is left out lies above what is kept.
        let value = 0
        let state = initialRise()
        const all: [number, number][] = []
        for (const [place, step] of steps.entries()) {
          value += step
          all.push([place * 500, value])
          const made = rise(state, when, place * 500, value)
          state = made.state
          const window = all.filter(([at]) => at >= place * 500 - 64_000)
          const lowest = Math.min(...window.map(([, v]) => v))
          const second = Math.min(
            ...window.filter(([at]) => at >= place * 500 - 62_500).map(([, v]) => v),
          )
          expect(made.risen).toBeLessThanOrEqual(value - lowest + 1e-9)
          expect(made.risen).toBeGreaterThanOrEqual(value - second - 1e-9)
        }
      }),
      { numRuns: 60 },
    )
  })
})
