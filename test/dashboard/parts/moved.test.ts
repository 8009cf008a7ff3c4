import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { added, moved } from '../../../dashboard/src/parts/moved.ts'

describe('a list in an order', () => {
  test('one is moved', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b'])
  })
  test('nothing is ever lost', () => {
    const index = fc.integer({ min: -2, max: 8 })
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 6 }), index, index, (list, from, to) => {
        expect(moved(list, from, to).toSorted()).toEqual(list.toSorted())
      }),
    )
  })
  test('what is added comes behind, none twice', () =>
    expect(added(['b'], ['a', 'b', 'c'])).toEqual(['b', 'a', 'c']))
})
