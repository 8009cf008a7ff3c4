import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dutyProblem, longestDutyMs, overlaps } from '../../../gateway/domain/duty.ts'

const span = (startsAt: number, endsAt: number) => ({ startsAt, endsAt })

describe('two duties of one person', () => {
  it.each([
    ['one after the other', span(0, 10), span(10, 20), false],
    ['one instant in common', span(0, 11), span(10, 20), true],
    ['one inside the other', span(0, 100), span(10, 20), true],
    ['the same', span(0, 10), span(0, 10), true],
    ['far apart', span(0, 10), span(50, 60), false],
  ])('%s', (_name, a, b, isOverlap) => {
    expect([overlaps(a, b), overlaps(b, a)]).toEqual([isOverlap, isOverlap])
  })

  it('overlap exactly when some instant belongs to both', () => {
    const anySpan = fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 10 }))
      .map(([from, length]) => span(from, from + length))
    fc.assert(
      fc.property(anySpan, anySpan, (a, b) => {
        const instants = Array.from({ length: 31 }, (_, at) => at)
        const isIn = (at: number, one: typeof a) => at >= one.startsAt && at < one.endsAt
        expect(overlaps(a, b)).toBe(instants.some((at) => isIn(at, a) && isIn(at, b)))
      }),
    )
  })
})

describe('a duty', () => {
  it.each([
    ['of a day', span(0, longestDutyMs), null],
    ['a moment longer', span(0, longestDutyMs + 1), /24 hours/],
    ['of no length', span(5, 5), /ends after/],
    ['that ends before it begins', span(5, 4), /ends after/],
  ])('%s', (_name, one, said) => {
    const problem = dutyProblem(one)
    if (said === null) expect(problem).toBeNull()
    else expect(problem).toMatch(said)
  })
})
