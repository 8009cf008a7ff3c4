import { describe, expect, test } from 'vitest'
import { shownFirst } from '../../../dashboard/src/board/board-patrols.tsx'
import { lastVisit, nearestOf, roundNow } from '../../../dashboard/src/patrols/nearest-point.ts'
import {
  pointsInOrder,
  roundsByVillage,
  roundsWithin,
  stateOf,
  sumOf,
  visitOrder,
} from '../../../dashboard/src/patrols/walks.ts'
import { aPoint, aWalk } from '../patrol-views.ts'

const now = Date.UTC(2026, 10, 21, 2, 24)
const minute = 60_000
const all = { p501: 9, p502: 5, p503: 1 }

describe('how a round stands', () => {
  test.each([
    ['planned', aWalk({ dueFrom: now + minute, dueUntil: now + 2 * minute })],
    ['due', aWalk()],
    ['underWay', aWalk({}, { p502: 3 })],
    ['done', aWalk({}, all)],
    ['incomplete', aWalk({ dueUntil: now - 1 }, { p502: 3 })],
    ['missed', aWalk({ dueUntil: now - 1 })],
    ['excused', aWalk({ excusedReason: '暴雨' })],
  ])('%s, whatever the gateway said some seconds ago', (state, round) =>
    expect(stateOf(round, now)).toBe(state),
  )
  test('the day in figures', () => {
    const rounds = [
      aWalk(),
      aWalk({}, all),
      aWalk({}, { p501: 1 }),
      aWalk({ dueUntil: now - 1 }),
      aWalk({ dueUntil: now - 1 }, { p501: 1 }),
      aWalk({ excusedReason: '暴雨' }),
      aWalk({ dueFrom: now + minute, dueUntil: now + 2 * minute }),
    ]
    expect(sumOf(rounds, now)).toEqual({ all: 7, done: 1, open: 2, missed: 2, excused: 1 })
  })
})

describe('the order of visits', () => {
  const round = aWalk({}, { p503: 9, p501: 2 })
  test('is that of their times, not of the route', () =>
    expect([...visitOrder(round)]).toEqual([
      ['p503', 1],
      ['p501', 2],
    ]))
  test('what nobody visited stands behind', () =>
    expect(pointsInOrder(round).map(({ id }) => id)).toEqual(['p503', 'p501', 'p502']))
})

test('by village as the town lists them, by beginning within', () => {
  const other = '990101101202'
  const groups = roundsByVillage(
    [
      aWalk({ id: 'late', dueFrom: now }),
      aWalk({ id: 'other', village: other }),
      aWalk({ id: 'early', dueFrom: now - 60 * minute }),
    ],
    [{ code: other }, { code: '990101101205' }],
  )
  expect(groups.map(({ rounds }) => rounds.map(({ id }) => id))).toEqual([
    ['other'],
    ['early', 'late'],
  ])
})

describe('what an excuse of an area touches', () => {
  const span = { place: '990101101', from: now, to: now + 60 * minute }
  const hit = (round: ReturnType<typeof aWalk>, part = {}) =>
    roundsWithin([round], { ...span, ...part }, now).length === 1
  test('rounds that can still be excused', () => {
    expect(hit(aWalk())).toBe(true)
    expect(hit(aWalk({}, all))).toBe(false)
    expect(hit(aWalk({ excusedReason: '暴雨' }))).toBe(false)
  })
  test('of the area', () => {
    expect(hit(aWalk(), { place: '990101101205' })).toBe(true)
    expect(hit(aWalk(), { place: '990101101206' })).toBe(false)
  })
  test('that touch the time', () => {
    expect(hit(aWalk({ dueUntil: now }))).toBe(false)
    expect(hit(aWalk({ dueFrom: now + 59 * minute, dueUntil: now + 90 * minute }))).toBe(true)
    expect(hit(aWalk({ dueFrom: now + 60 * minute, dueUntil: now + 90 * minute }))).toBe(false)
  })
})

describe('on the village board', () => {
  const ids = (rounds: ReturnType<typeof aWalk>[], most: number) =>
    shownFirst(rounds, now, most).map(({ id }) => id)
  test('what runs and what was missed goes before what is over', () => {
    const done = aWalk({ id: 'done', dueFrom: now - 200 * minute }, all)
    const missed = aWalk({ id: 'missed', dueFrom: now - 100 * minute, dueUntil: now - 1 })
    const later = aWalk({ id: 'later', dueFrom: now + minute, dueUntil: now + 9 * minute })
    expect(ids([later, done, aWalk(), missed], 2)).toEqual(['missed', 'w1'])
    expect(ids([later, done, aWalk(), missed], 4)).toEqual(['done', 'missed', 'w1', 'later'])
  })
})

describe('the nearest point', () => {
  const near = aPoint({ id: 'near', lon: 106.7101 })
  test('of several', () => {
    const found = nearestOf([aPoint({ id: 'far', lon: 106.72 }), near], [106.71, 29.22])
    expect(found?.point.id).toBe('near')
    expect(found?.metres).toBeCloseTo(9.7, 0)
  })
  test('none, or none within ten kilometres', () => {
    expect(nearestOf([], [106.71, 29.22])).toBeNull()
    expect(nearestOf([near], [107.71, 29.22])).toBeNull()
  })
  test('who walks there now, and when somebody was there', () => {
    const over = aWalk({ id: 'over', dueUntil: now - 1 }, { p501: 70 })
    expect(roundNow([over, aWalk()], 'p501', now)?.id).toBe('w1')
    expect(roundNow([over], 'p501', now)).toBeNull()
    expect(lastVisit([over, aWalk({}, { p501: 3 })], 'p501')).toBe(now - 3 * minute)
    expect(lastVisit([aWalk()], 'p501')).toBeNull()
  })
})
