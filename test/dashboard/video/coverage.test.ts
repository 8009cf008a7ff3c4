import { describe, expect, test } from 'vitest'
import { totals, unwatched } from '../../../dashboard/src/video/coverage.ts'
import { aCoverage } from '../video-views.ts'

const { cameras } = aCoverage()
const today = 3

test('nobody watched these, planned or not', () =>
  expect(unwatched(cameras).map(({ id }) => id)).toEqual(['2']))

describe('sums', () => {
  test('today is not missed, one look more elsewhere makes up for nothing', () =>
    expect(totals(cameras, today)).toEqual({ looked: 5, planned: 10, missed: 4 }))
  test('without today all of it is judged', () => expect(totals(cameras, -1).missed).toBe(6))
})
