import { describe, expect, test } from 'vitest'
import {
  rateOf,
  teamRows,
  unwalkedGrids,
  unwalkedToday,
} from '../../../dashboard/src/patrols/reach.ts'
import { aReach } from '../patrol-views.ts'

const { points, teams } = aReach()
const today = 2

describe('where nobody was today', () => {
  test('never before longest', () =>
    expect(unwalkedToday(points, today).map(({ id }) => id)).toEqual(['p2', 'p3']))
  test('a grid is hatched when nobody was at any of its points', () => {
    const grid = points[1]?.grid ?? ''
    expect([...unwalkedGrids(points, today)]).toEqual([grid, points[2]?.grid])
    const both = points.map((point) => ({ ...point, grid }))
    expect([...unwalkedGrids(both, today)]).toEqual([])
  })
  test('a span that does not reach today: nobody was anywhere', () =>
    expect(unwalkedToday(points, -1)).toHaveLength(3))
})

describe('teams', () => {
  test('excused rounds are asked of nobody', () => {
    const day = { planned: 3, done: 1, missed: 0, excused: 2 }
    const [row] = teamRows(teams.map((team) => ({ ...team, days: [day] })))
    expect(row).toMatchObject({ done: [1], planned: [1], excused: [2] })
  })
  test.each([
    [{ planned: 4, done: 2, excused: 0 }, 0.5],
    [{ planned: 4, done: 2, excused: 2 }, 1],
    // An excused one that was walked all the same.
    [{ planned: 2, done: 2, excused: 1 }, 1],
    [{ planned: 2, done: 0, excused: 2 }, null],
    [{ planned: 0, done: 0, excused: 0 }, null],
  ])('%j are walked by %s', (counts, rate) => expect(rateOf(counts)).toBe(rate))
})
