import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeExcess, neighboursMedian } from '../../../gateway/domain/excess.ts'
import type { ExcessCondition } from '../../../gateway/domain/rule.ts'

const at = 1_700_000_000_000
const minute = 60_000
const now = (...values: number[]) => values.map((value) => ({ observedAt: at, value }))

describe('the neighbours’ median', () => {
  const rows: [string, number[], number, number | null][] = [
    ['of three', [30, 10, 20], 3, 20],
    ['of four: between the two in the middle', [10, 40, 20, 30], 3, 25],
    ['of one', [7], 1, 7],
    ['of ten and nine, as numbers', [10, 9, 100], 3, 10],
    ['of values below nought', [-5, -10, 3], 3, -5],
    ['of too few', [10, 20], 3, null],
    ['of none', [], 1, null],
    ['of none, though none was asked for', [], 0, null],
    ['is not moved by one broken station', [20, 21, 22, 1900], 3, 21.5],
  ]
  it.each(rows)('%s', (_, values, minNeighbours, expected) => {
    expect(neighboursMedian(now(...values), at, minNeighbours)).toBe(expected)
  })

  const ages: [number, number | null][] = [
    [0, 20],
    [30 * minute, 20],
    [30 * minute + 1, null],
    // Neighbours may be ahead: a late reading is judged by what was around it then.
    [-30 * minute, 20],
    [-30 * minute - 1, null],
    [Number.POSITIVE_INFINITY, null],
  ]
  it.each(ages)('a value %i ms older counts: %s', (age, expected) => {
    expect(neighboursMedian([{ observedAt: at - age, value: 20 }], at, 1)).toBe(expected)
  })

  it('has as many values below as above it, in any order', () => {
    const values = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(values, (list) => {
        const found = neighboursMedian(now(...list), at, 1) as number
        expect(neighboursMedian(now(...list.toReversed()), at, 1)).toBe(found)
        expect(list.filter((v) => v < found).length).toBeLessThanOrEqual(list.length / 2)
        expect(list.filter((v) => v > found).length).toBeLessThanOrEqual(list.length / 2)
      }),
    )
  })

  it('leaves the list of neighbours as it was', () => {
    const list = now(3, 1, 2)
    neighboursMedian(list, at, 1)
    expect(list.map(({ value }) => value)).toEqual([3, 1, 2])
  })
})

describe('the excess', () => {
  const when: ExcessCondition = {
    property: 'pm25',
    excessOverNeighbours: 75,
    radiusKm: 15,
    minNeighbours: 3,
    clearBelow: 35,
  }
  const rows: [number, string][] = [
    [75.1, 'beyond'],
    [75, 'between'],
    [35, 'between'],
    [34.9, 'cleared'],
    [-500, 'cleared'],
  ]
  it.each(rows)('of %d is %s', (excess, expected) => {
    expect(judgeExcess(when, excess)).toBe(expected)
  })

  it('of the limit clears where no other is given', () => {
    expect(judgeExcess({ ...when, clearBelow: undefined }, 75)).toBe('cleared')
    expect(judgeExcess({ ...when, clearBelow: 0 }, 1)).toBe('between')
  })
})
