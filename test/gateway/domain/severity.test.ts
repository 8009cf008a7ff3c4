import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  higherSeverity,
  raiseSeverity,
  type Severity,
  severities,
  severityRank,
} from '../../../gateway/domain/severity.ts'

const any = fc.constantFrom(...severities)

describe('severity', () => {
  it('is blue < yellow < orange < red', () => {
    expect(severities.map(severityRank)).toEqual([0, 1, 2, 3])
    expect(severities).toEqual(['blue', 'yellow', 'orange', 'red'])
  })

  const raised: [Severity, number, Severity][] = [
    ['blue', 0, 'blue'],
    ['blue', 1, 'yellow'],
    ['blue', 3, 'red'],
    ['yellow', 1, 'orange'],
    ['orange', 1, 'red'],
    ['red', 1, 'red'],
    ['orange', 5, 'red'],
    ['red', -1, 'orange'],
    ['yellow', -2, 'blue'],
    ['blue', -1, 'blue'],
  ]
  it.each(raised)('%s raised by %i is %s', (from, steps, to) => {
    expect(raiseSeverity(from, steps)).toBe(to)
  })

  it('of two the higher one counts, whichever comes first', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const higher = higherSeverity(a, b)
        expect([a, b]).toContain(higher)
        expect(higherSeverity(b, a)).toBe(higher)
        expect(severityRank(higher)).toBe(Math.max(severityRank(a), severityRank(b)))
      }),
    )
  })

  it('more steps never make it lower, and it never leaves the scale', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: -9, max: 9 }), fc.nat(9), (from, steps, more) => {
        const once = raiseSeverity(from, steps)
        expect(severities).toContain(once)
        const further = raiseSeverity(from, steps + more)
        expect(severityRank(further)).toBeGreaterThanOrEqual(severityRank(once))
      }),
    )
  })
})
