import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanOf, significant } from '../../../gateway/domain/significant.ts'

describe('twelve significant digits', () => {
  it.each([
    [0, 0],
    [-0, 0],
    [1 / 3, 0.333333333333],
    [-200 / 3, -66.6666666667],
    [0.1 + 0.2, 0.3],
    [1234567890123.4, 1234567890120],
    [999999999999.9, 1e12],
    [0.00012345678901234, 0.000123456789012],
    [1e-15 / 3, 3.33333333333e-16],
    [1e30 / 3, 3.33333333333e29],
    [1, 1],
    [1e11, 1e11],
  ])('%d is %d', (value, expected) => {
    expect(significant(value) + 0).toBe(expected)
  })

  it('are those that the digits give, but for what lies in the middle of two', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        const rounded = significant(value)
        const size = Math.max(Math.abs(value), Number.MIN_VALUE)
        expect(Math.abs(rounded - Number(value.toPrecision(12)))).toBeLessThanOrEqual(
          size * 1.1e-11,
        )
        expect(significant(rounded)).toBe(rounded)
      }),
      { numRuns: 500 },
    )
  })

  it('hide in which order readings were added, also where they cancel out', () => {
    const reading = fc.integer({ min: -5000, max: 5000 }).map((n) => n / 100)
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 60 }), (values) => {
        const [min, max, count] = [Math.min(...values), Math.max(...values), values.length]
        const mean = (of: number[]) =>
          meanOf({ min, max, count, sum: of.reduce((a, b) => a + b, 0) })
        expect(mean(values.toReversed())).toBe(mean(values))
      }),
      { numRuns: 300 },
    )
    expect(meanOf({ min: -0.3, max: 0.2, sum: 0.1 + 0.2 - 0.3, count: 3 })).toBe(0)
    expect(meanOf({ min: 0, max: 0, sum: 0, count: 3 })).toBe(0)
    expect(meanOf({ min: -0.3, max: 0.2, sum: -5e-17, count: 3 })).toBe(0)
  })
})
