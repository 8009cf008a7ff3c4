import { describe, expect, test } from 'vitest'
import {
  byVillage,
  cellAt,
  dashed,
  kindOfCell,
  totals,
  unwatched,
  weekdayOf,
} from '../../../dashboard/src/video/coverage.ts'
import { aCoverage } from '../video-views.ts'

const { cameras } = aCoverage()
const today = 3

describe('a cell', () => {
  test.each([
    [2, 2, 'full'],
    [3, 2, 'full'],
    [1, 0, 'full'],
    [1, 2, 'part'],
    [0, 2, 'missed'],
    [0, 0, 'none'],
  ] as const)('%i of %i: %s', (looked, planned, kind) =>
    expect(kindOfCell({ looked, planned }, false)).toBe(kind),
  )
  test('today nothing is missed yet', () => {
    expect(kindOfCell({ looked: 0, planned: 2 }, true)).toBe('open')
    expect(kindOfCell({ looked: 1, planned: 2 }, true)).toBe('open')
    expect(kindOfCell({ looked: 2, planned: 2 }, true)).toBe('full')
  })
  test('of a day nobody told of is nought', () =>
    expect(cellAt({ id: 'x', name: 'x', village: 'v', looked: [], planned: [] }, 4)).toEqual({
      looked: 0,
      planned: 0,
    }))
})

test('nobody watched these, planned or not', () =>
  expect(unwatched(cameras).map(({ id }) => id)).toEqual(['2']))

describe('sums', () => {
  test('today is not missed, one look more elsewhere makes up for nothing', () =>
    expect(totals(cameras, today)).toEqual({ looked: 5, planned: 10, missed: 4 }))
  test('without today all of it is judged', () => expect(totals(cameras, -1).missed).toBe(6))
})

describe('by village', () => {
  const one = (id: string, village: string) => ({
    ...aCoverage().cameras[0],
    id,
    name: id,
    village,
    looked: [],
    planned: [],
  })
  test('in the order of the town, cameras by name, strange villages last', () => {
    const rows = byVillage(
      [one('b', 'v2'), one('a', 'v2'), one('c', 'v9'), one('d', 'v1')],
      [{ code: 'v1' }, { code: 'v2' }],
    )
    expect(rows.map(({ village, cameras: of }) => [village, of.map(({ id }) => id)])).toEqual([
      ['v1', ['d']],
      ['v2', ['a', 'b']],
      ['v9', ['c']],
    ])
  })
})

test('days', () => {
  expect(dashed('20261121')).toBe('2026-11-21')
  expect(weekdayOf('20261121')).toBe(6)
  expect(weekdayOf('20261122')).toBe(0)
})
