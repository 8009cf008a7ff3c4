import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundState, windowsOf } from '../../../gateway/domain/video-round.ts'

const timeZone = 'Asia/Shanghai'
/** Saturday, 2026-11-21, 08:00 in Shanghai. */
const saturday = Date.UTC(2026, 10, 21)
const hour = 3_600_000
const day = 24 * hour
const local = (at: number) => new Date(at + 8 * hour).toISOString().slice(0, 16)

const everyDay = [1, 2, 3, 4, 5, 6, 7]
const plan = { starts: ['08:30', '20:00'], weekdays: everyDay, windowMin: 60, enabled: true }

describe('the windows of a plan', () => {
  test('open at their local times, on their weekdays', () => {
    const span = { from: saturday, until: saturday + 3 * day, timeZone }
    const windows = windowsOf({ ...plan, weekdays: [6, 1] }, span)
    expect(windows.map(({ dueFrom }) => local(dueFrom))).toEqual([
      '2026-11-21T08:30',
      '2026-11-21T20:00',
      '2026-11-23T08:30',
      '2026-11-23T20:00',
    ])
  })

  test('one that opened yesterday and is still open is among them', () => {
    const late = { ...plan, starts: ['23:30'], windowMin: 120 }
    const midnight = saturday - 8 * hour
    const [first] = windowsOf(late, { from: midnight, until: midnight + hour, timeZone })
    expect(first && local(first.dueFrom)).toBe('2026-11-20T23:30')
  })

  test('a plan that is off has none', () => {
    const span = { from: saturday, until: saturday + day, timeZone }
    expect(windowsOf({ ...plan, enabled: false }, span)).toEqual([])
  })

  test('asked for in parts they are the same as at once', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 72 * 60 }), { maxLength: 6 })
    const starts = fc.uniqueArray(
      fc
        .tuple(fc.nat(23), fc.nat(59))
        .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`),
      { minLength: 1, maxLength: 4 },
    )
    const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
    fc.assert(
      fc.property(starts, weekdays, cuts, (given, on, at) => {
        const one = { starts: given, weekdays: on, windowMin: 45, enabled: true }
        const edges = [0, ...at.toSorted((a, b) => a - b), 72 * 60].map(
          (minutes) => saturday + minutes * 60_000,
        )
        const whole = windowsOf(one, { from: saturday, until: saturday + 3 * day, timeZone })
        const parts = edges
          .slice(1)
          .flatMap((until, i) => windowsOf(one, { from: edges[i] as number, until, timeZone }))
        const keys = (list: typeof whole) => new Set(list.map(({ dueFrom }) => dueFrom))
        expect(keys(parts)).toEqual(keys(whole))
      }),
    )
  })
})

describe('the state of a round', () => {
  const round = { dueFrom: 100, dueUntil: 200, signedAt: null, excusedReason: null, looked: 0 }

  test.each([
    [99, {}, 'planned'],
    [100, {}, 'due'],
    [150, { looked: 1 }, 'underWay'],
    [199, {}, 'due'],
    [200, {}, 'missed'],
    [200, { looked: 2 }, 'incomplete'],
    [500, { signedAt: 190, looked: 2 }, 'done'],
    [500, { excusedReason: '大雾' }, 'excused'],
    [50, { excusedReason: '大雾' }, 'excused'],
  ] as const)('at %i with %o it is %s', (now, change, state) => {
    expect(roundState({ ...round, ...change }, now)).toBe(state)
  })
})
