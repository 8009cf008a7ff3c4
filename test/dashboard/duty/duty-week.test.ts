import { describe, expect, test } from 'vitest'
import type { DutyView } from '../../../dashboard/src/api/types.ts'
import {
  dutiesOf,
  dutySpan,
  halfHours,
  minuteOf,
  onDutyNow,
  weekOf,
} from '../../../dashboard/src/duty/duty-week.ts'

const zone = 'Asia/Shanghai'
const hour = 3_600_000
/** Saturday 21 November 2026, 10:24 in the town. */
const now = Date.UTC(2026, 10, 21, 2, 24)
const week = weekOf(now, 0, zone)

const duty = (id: string, startsAt: number, hours = 12): DutyView => ({
  id,
  username: id,
  name: id,
  startsAt,
  endsAt: startsAt + hours * hour,
})

describe('a week', () => {
  test('from Monday to Sunday in the town’s zone', () =>
    expect(week.days.map(({ day }) => day)).toEqual([
      '2026-11-16',
      '2026-11-17',
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
      '2026-11-21',
      '2026-11-22',
    ]))
  test('begins at midnight there and is whole', () => {
    expect(week.from).toBe(Date.UTC(2026, 10, 15, 16))
    expect(week.to - week.from).toBe(7 * 24 * hour)
    for (const [index, day] of week.days.entries())
      expect(day.from).toBe(week.days[index - 1]?.to ?? week.from)
  })
  test.each([
    ['Sunday', Date.UTC(2026, 10, 22, 15, 59)],
    ['Monday', Date.UTC(2026, 10, 15, 16)],
  ])('%s belongs to it', (_name, at) => expect(weekOf(at, 0, zone)).toEqual(week))
  test('the next one follows, the one before ends where it begins', () => {
    expect(weekOf(now, 1, zone).from).toBe(week.to)
    expect(weekOf(now, -1, zone).to).toBe(week.from)
  })
  test('is whole, too, when the clocks are put forward', () => {
    const spring = weekOf(Date.UTC(2026, 2, 27, 12), 0, 'Europe/Berlin')
    expect(spring.days.map(({ day }) => day.slice(8))).toEqual([
      '23',
      '24',
      '25',
      '26',
      '27',
      '28',
      '29',
    ])
    expect(spring.to - spring.from).toBe(7 * 24 * hour - hour)
  })
})

describe('who stands where', () => {
  const saturday = week.days[5]?.from ?? 0
  test('under the day it begins, by beginning', () =>
    expect(
      dutiesOf(
        week,
        [duty('night', saturday + 20 * hour), duty('day', saturday + 8 * hour)],
        5,
      ).map(({ id }) => id),
    ).toEqual(['day', 'night']))
  test('a night stands once, not on both days', () =>
    expect(dutiesOf(week, [duty('night', saturday + 20 * hour)], 6)).toEqual([]))
  test('what began before the week stands under its first day', () =>
    expect(dutiesOf(week, [duty('night', week.from - 4 * hour)], 0)).toHaveLength(1))
  test.each([
    ['not yet', now + 1, false],
    ['from the first instant', now, true],
    ['until the end', now - 12 * hour + 1, true],
    ['no more at the end', now - 12 * hour, false],
  ])('on duty now: %s', (_name, startsAt, isThere) =>
    expect(onDutyNow([duty('a', startsAt)], now)).toHaveLength(isThere ? 1 : 0),
  )
})

describe('the hours', () => {
  const [monday] = week.days
  if (!monday) throw new Error('a week has a Monday')
  test.each([
    ['08:00', '20:00', 8, 12],
    ['20:00', '08:00', 20, 12],
    ['00:00', '00:00', 0, 24],
    ['08:30', '17:30', 8.5, 9],
  ])('%s to %s', (begins, ends, startsAfter, hours) => {
    const span = dutySpan(monday, { begins, ends }, zone)
    expect((span.startsAt - monday.from) / hour).toBe(startsAfter)
    expect((span.endsAt - span.startsAt) / hour).toBe(hours)
  })
  test('every half hour is offered', () => {
    expect(halfHours).toHaveLength(48)
    expect(halfHours.map((time) => minuteOf(time))).toEqual(
      Array.from({ length: 48 }, (_, index) => index * 30),
    )
  })
})
