import { describe, expect, test } from 'vitest'
import { dayPartOf, dayProgress } from '../../../../dashboard/patrol/walk/day-progress.ts'
import { afternoon, aRound, aWalk, morning } from '../phone-scenes.ts'

const zone = 'Asia/Shanghai'

describe('已打卡 n/12', () => {
  test('counts the rounds of the route on one day together, in their order', () => {
    expect(dayProgress(aWalk(afternoon), [afternoon, morning], zone)).toEqual({
      done: 4,
      all: 12,
      groups: [
        { id: morning.id, done: 4, all: 6 },
        { id: afternoon.id, done: 0, all: 6 },
      ],
      half: { part: 'afternoon', done: 0, all: 6 },
    })
  })
  test('takes what the phone knows of the round that runs', () => {
    const walk = aWalk(morning, { visited: 5 })
    expect(dayProgress(walk, [morning, afternoon], zone)).toMatchObject({
      done: 5,
      half: { part: 'morning', done: 5, all: 6 },
    })
  })
  test('leaves out other days, other routes and what was excused', () => {
    const others = [
      { ...afternoon, dueFrom: afternoon.dueFrom + 86_400_000 },
      { ...afternoon, route: 'route-2' },
      { ...afternoon, excusedReason: '大雨' },
    ]
    expect(dayProgress(aWalk(morning), [morning, ...others], zone)).toMatchObject({
      all: 6,
      half: null,
    })
  })
  test('shows the round alone where a day has too many points to be told apart', () => {
    const rounds = [0, 1, 2].map((n) =>
      aRound({ id: `r${n}`, from: 0, till: 12, done: n, dueFrom: morning.dueFrom + n * 3_600_000 }),
    )
    const [first, second] = rounds
    if (!first || !second) throw new Error('no rounds')
    expect(dayProgress(aWalk(second), rounds, zone)).toMatchObject({
      done: 1,
      all: 12,
      groups: [{ id: 'r1' }],
      half: { part: 'morning', done: 1, all: 12 },
    })
  })
})

describe('a part of the day', () => {
  test.each([
    [0, 'morning'],
    [3, 'morning'],
    [4, 'afternoon'],
    [9, 'afternoon'],
    [10, 'evening'],
    [16, 'morning'],
  ] as const)('%d:00 UTC in the town', (hour, part) =>
    expect(dayPartOf(Date.UTC(2026, 10, 21, hour), zone)).toBe(part),
  )
})
