import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PatrolShift, weekdayNames } from '../../../gateway/domain/patrol.ts'
import {
  isLate,
  patrolFactor,
  roundState,
  roundsOn,
  slotsOf,
  visitedPoints,
  windowOf,
} from '../../../gateway/domain/patrol-round.ts'
import type { Season } from '../../../gateway/domain/season.ts'

const timeZone = 'Asia/Shanghai'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Saturday, 2026-11-21, 08:00 in Shanghai. */
const saturday = Date.UTC(2026, 10, 21)
const local = (at: number) => new Date(at + 8 * hour).toISOString().slice(0, 16)
const everyDay = [...weekdayNames]

function season(patrolFactor: number, from = '01-01', to = '12-31'): Season {
  return { id: `s${patrolFactor}`, name: '防火期', from, to, raise: {}, patrolFactor }
}

function shift(start: string, end: string, more: Partial<PatrolShift> = {}): PatrolShift {
  return { days: everyDay, start, end, ...more }
}

function slots(shifts: PatrolShift[], days: number, seasons: Season[] = [], from = saturday) {
  return slotsOf({ shifts }, { from, until: from + days * day, timeZone, seasons })
}

const begins = (list: { slotAt: number }[]) => list.map(({ slotAt }) => local(slotAt))
const windows = (list: { slotAt: number; endsAt: number }[]) =>
  list.map(({ slotAt, endsAt }) => `${local(slotAt)} ${local(endsAt).slice(11)}`)

describe('the slots of shifts', () => {
  test('begin at their local times, on their weekdays', () => {
    expect(windows(slots([shift('08:30', '11:30'), shift('18:00', '20:30')], 1))).toEqual([
      '2026-11-21T08:30 11:30',
      '2026-11-21T18:00 20:30',
    ])
    const weekend = slots([shift('08:30', '11:30', { days: ['sat', 'mon'] })], 4)
    expect(begins(weekend)).toEqual(['2026-11-21T08:30', '2026-11-23T08:30'])
  })

  test('go over midnight when the end is not after the start', () => {
    const night = [shift('22:00', '02:00', { days: ['fri'] })]
    expect(windows(slots(night, 7, [], saturday - day))).toEqual(['2026-11-20T22:00 02:00'])
    // At 23:30 half of it is still to come; at 00:30 no more.
    const late = saturday - 8 * hour - 30 * minute
    expect(begins(slots(night, 1, [], late))).toEqual(['2026-11-20T22:00'])
    expect(slots(night, 1, [], late + hour)).toEqual([])
    expect(windows(slots([shift('06:00', '06:00', { days: ['sun'] })], 2))).toEqual([
      '2026-11-22T06:00 06:00',
    ])
  })

  test('go over the end of a year and leap days', () => {
    const newYear = Date.UTC(2027, 11, 31)
    expect(begins(slots([shift('23:00', '01:00')], 2, [], newYear))).toEqual([
      '2027-12-31T23:00',
      '2028-01-01T23:00',
    ])
    const leap = Date.UTC(2028, 1, 28, 0)
    expect(begins(slots([shift('08:30', '11:30')], 3, [], leap))).toEqual([
      '2028-02-28T08:30',
      '2028-02-29T08:30',
      '2028-03-01T08:30',
    ])
  })

  test('keep their local hours where clocks are turned', () => {
    // Clocks in Berlin go back on 2026-10-25.
    const from = Date.UTC(2026, 9, 24)
    const span = { from, until: from + 3 * day, timeZone: 'Europe/Berlin', seasons: [] }
    const found = slotsOf({ shifts: [shift('08:00', '10:00')] }, span)
    const hours = found.map(({ slotAt }) => new Date(slotAt).toISOString().slice(8, 13))
    expect(hours).toEqual(['24T06', '25T07', '26T07'])
  })

  test('two shifts that begin together are one round', () => {
    expect(slots([shift('08:30', '11:30'), shift('08:30', '12:30')], 1)).toHaveLength(1)
  })

  test('one that is half over is not planned any more', () => {
    const morning = [shift('08:00', '10:00')]
    expect(begins(slots(morning, 1, [], saturday + hour))).toContain('2026-11-21T08:00')
    expect(begins(slots(morning, 1, [], saturday + hour + 1))).toEqual(['2026-11-22T08:00'])
  })

  test('asked for at different times they are the same', () => {
    const clock = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
    const one = fc.record({
      days: fc.uniqueArray(fc.constantFrom(...weekdayNames), { minLength: 1 }),
      start: clock,
      end: clock,
    })
    const factor = fc.integer({ min: 1, max: 40 }).map((n) => season(n / 10))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), factor, fc.nat(72 * 60), (shifts, f, later) => {
        const until = saturday + 4 * day
        const at = saturday + later * minute
        const whole = slotsOf({ shifts }, { from: saturday, until, timeZone, seasons: [f] })
        const rest = slotsOf({ shifts }, { from: at, until, timeZone, seasons: [f] })
        const stillToCome = whole.filter(({ slotAt, endsAt }) => (slotAt + endsAt) / 2 >= at)
        expect(rest).toEqual(stillToCome)
        for (const { slotAt, endsAt } of whole) {
          expect(endsAt).toBeGreaterThan(slotAt)
          expect(endsAt - slotAt).toBeLessThanOrEqual(day)
        }
        expect(new Set(whole.map(({ slotAt }) => slotAt)).size).toBe(whole.length)
      }),
    )
  })
})

describe('seasons', () => {
  test('two rounds share the time of their shift', () => {
    expect(windows(slots([shift('08:30', '11:30')], 1, [season(2)]))).toEqual([
      '2026-11-21T08:30 10:00',
      '2026-11-21T10:00 11:30',
    ])
  })

  test('half as many are every other day', () => {
    const found = slots([shift('08:30', '11:30')], 6, [season(0.5)])
    expect(found).toHaveLength(3)
    const gaps = found.slice(1).map(({ slotAt }, i) => slotAt - (found[i]?.slotAt ?? 0))
    expect(new Set(gaps)).toEqual(new Set([2 * day]))
  })

  test('that run together are multiplied, and only on their days', () => {
    const seasons = [season(1.5, '11-01', '11-21'), season(2, '11-20', '02-28')]
    expect(patrolFactor(seasons, saturday, timeZone)).toBe(3)
    expect(patrolFactor(seasons, saturday + day, timeZone)).toBe(2)
    expect(patrolFactor(seasons, saturday - 30 * day, timeZone)).toBe(1)
    expect(begins(slots([shift('08:00', '11:00')], 2, seasons))).toEqual([
      '2026-11-21T08:00',
      '2026-11-21T09:00',
      '2026-11-21T10:00',
      '2026-11-22T08:00',
      '2026-11-22T09:30',
    ])
  })

  test('over many days there are as many rounds as the factor says, and each day nearly so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }).map((n) => n / 100),
        fc.nat(40_000),
        fc.integer({ min: 1, max: 400 }),
        (factor, first, days) => {
          const each = Array.from({ length: days }, (_, i) => roundsOn(first + i, factor))
          const sum = each.reduce((all, rounds) => all + rounds, 0)
          expect(Math.abs(sum - factor * days)).toBeLessThan(1.001)
          for (const rounds of each) {
            expect(rounds).toBeGreaterThanOrEqual(Math.floor(factor))
            expect(rounds).toBeLessThanOrEqual(Math.floor(factor) + 1)
          }
        },
      ),
    )
    expect(roundsOn(20_000, 1000)).toBe(24)
  })
})

test('chance moves the whole window by full minutes, and no further than allowed', () => {
  const slot = { slotAt: saturday, endsAt: saturday + 2 * hour, jitterMin: 30 }
  expect(windowOf(slot, 0)).toEqual({ dueFrom: saturday, dueUntil: saturday + 2 * hour })
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 240 }),
      (chance, jitterMin) => {
        const { dueFrom, dueUntil } = windowOf({ ...slot, jitterMin }, chance)
        expect(dueUntil - dueFrom).toBe(2 * hour)
        expect((dueFrom - saturday) % minute).toBe(0)
        expect(dueFrom - saturday).toBeGreaterThanOrEqual(0)
        expect(dueFrom - saturday).toBeLessThanOrEqual(jitterMin * minute)
      },
    ),
  )
})

describe('the state of a round', () => {
  const points = ['a', 'b']
  const round = { points, dueFrom: 100, dueUntil: 200, excusedReason: null, visits: [] }
  const at = (...ids: string[]) => ({ visits: ids.map((point) => ({ point })) })

  test.each([
    [99, {}, 'planned'],
    [100, {}, 'due'],
    [199, {}, 'due'],
    [200, {}, 'missed'],
    [95, at('a'), 'underWay'],
    [150, at('a'), 'underWay'],
    [150, at('a', 'b'), 'done'],
    [200, at('b'), 'incomplete'],
    [900, at('b', 'a'), 'done'],
    [900, at('a', 'a'), 'incomplete'],
    [900, at('elsewhere'), 'missed'],
    [50, { excusedReason: '暴雨' }, 'excused'],
    [900, { excusedReason: '暴雨' }, 'excused'],
    [900, { excusedReason: '暴雨', ...at('a') }, 'excused'],
    [900, { excusedReason: '暴雨', ...at('a', 'b') }, 'done'],
  ] as const)('at %i with %o it is %s', (now, change, state) => {
    expect(roundState({ ...round, ...change }, now)).toBe(state)
  })

  test('a point counts once', () => {
    expect(visitedPoints({ points: ['a', 'b', 'c'], ...at('a', 'a', 'c', 'x') })).toBe(2)
  })

  test('only goes on as time passes, whatever was visited', () => {
    const order = ['planned', 'due', 'missed']
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (one, other) => {
        const [first, then] = [Math.min(one, other), Math.max(one, other)]
        const rank = (now: number) => order.indexOf(roundState(round, now))
        expect(rank(first)).toBeLessThanOrEqual(rank(then))
      }),
    )
  })

  test('late from half of its time on, until somebody is anywhere', () => {
    expect([149, 150, 199, 200].map((now) => isLate(round, now))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(isLate({ ...round, ...at('a') }, 150)).toBe(false)
    expect(isLate({ ...round, excusedReason: '暴雨' }, 150)).toBe(false)
  })
})
