import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTownCalendar } from '../../../gateway/storage/town-calendar.ts'

const hour = 3_600_000
const day = 24 * hour

describe('town calendar', () => {
  const town = createTownCalendar('Asia/Shanghai')

  test.each([
    ['2026-01-31T15:59:59.999Z', '2026-01', '2026-01-30T16:00:00Z', '2026-01-31T15:00:00Z'],
    ['2026-01-31T16:00:00.000Z', '2026-02', '2026-01-31T16:00:00Z', '2026-01-31T16:00:00Z'],
    ['2026-12-31T20:30:00.000Z', '2027-01', '2026-12-31T16:00:00Z', '2026-12-31T20:00:00Z'],
  ])('%s lies in %s', (at, month, dayStart, hourStart) => {
    expect(town.at(Date.parse(at))).toMatchObject({
      month,
      dayStart: Date.parse(dayStart),
      hourStart: Date.parse(hourStart),
    })
  })

  test('a zone of half hours has its own hours', () => {
    const kolkata = createTownCalendar('Asia/Kolkata')
    const { hourStart, dayStart } = kolkata.at(Date.parse('2026-05-01T00:10:00Z'))
    expect(new Date(hourStart).toISOString()).toBe('2026-04-30T23:30:00.000Z')
    expect(new Date(dayStart).toISOString()).toBe('2026-04-30T18:30:00.000Z')
  })

  test('a day on which the clock changes still begins at midnight', () => {
    const berlin = createTownCalendar('Europe/Berlin')
    for (const date of ['2026-03-29', '2026-10-25']) {
      const starts = new Set<number>()
      const midnight = Date.parse(`${date}T00:00:00Z`)
      for (let ms = midnight + 3 * hour; ms < midnight + 20 * hour; ms += hour / 4) {
        starts.add(berlin.at(ms).dayStart)
      }
      expect(starts.size).toBe(1)
    }
  })

  test('every instant lies in its hour, its hour in its day', () => {
    const at = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) })
    fc.assert(
      fc.property(at, (ms) => {
        const { hourStart, dayStart } = town.at(ms)
        expect(ms - hourStart).toBeGreaterThanOrEqual(0)
        expect(ms - hourStart).toBeLessThan(hour)
        expect((hourStart - dayStart) / hour).toSatisfy(
          (h: number) => Number.isInteger(h) && h < 24,
        )
        expect(dayStart + 8 * hour).toSatisfy((local: number) => local % day === 0)
      }),
    )
  })
})

const dates = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  return (ms: number) => format.format(ms)
}

describe('calendars of the world', () => {
  // Clock changes at midnight, of half an hour, a day that was left out, and quarters of an hour.
  const zones = [
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'America/Havana',
    'Africa/Cairo',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Pacific/Chatham',
    'UTC',
  ]

  test.each(zones)('%s: a day is all that has its date, and begins with it', (timeZone) => {
    const calendar = createTownCalendar(timeZone)
    const dateOf = dates(timeZone)
    const at = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2036, 0, 1) })
    fc.assert(
      fc.property(at, (ms) => {
        const { dayStart, month } = calendar.at(ms)
        expect(dateOf(dayStart)).toBe(dateOf(ms))
        expect(dateOf(dayStart - 1)).not.toBe(dateOf(ms))
        expect(month).toBe(dateOf(ms).slice(0, 7))
      }),
      { numRuns: 200 },
    )
  })

  test.each(zones)('%s: days and hours of a year of clock changes have no gap', (timeZone) => {
    const calendar = createTownCalendar(timeZone)
    const dateOf = dates(timeZone)
    let before = calendar.at(Date.UTC(2026, 0, 1))
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += hour) {
      const { dayStart, hourStart, day } = calendar.at(ms)
      expect(Number(dateOf(ms).slice(-2))).toBe(day)
      expect(dayStart).toBeLessThanOrEqual(hourStart)
      expect(hourStart).toBeLessThanOrEqual(ms)
      expect(ms - hourStart).toBeLessThan(hour)
      if (dayStart !== before.dayStart) {
        expect(dayStart - before.dayStart).toBeGreaterThanOrEqual(23 * hour)
        expect(dayStart - before.dayStart).toBeLessThanOrEqual(25 * hour)
        expect(dateOf(dayStart)).not.toBe(dateOf(before.dayStart))
      }
      before = { dayStart, hourStart, day, month: '' }
    }
  })

  // The first instant of the day, and one late in it.
  const odd: [string, string, string, string][] = [
    ['no midnight', 'America/Santiago', '2026-09-06T04:00:00Z', '2026-09-06T20:00:00Z'],
    ['no midnight', 'Africa/Cairo', '2026-04-23T22:00:00Z', '2026-04-24T20:00:00Z'],
    ['two midnights', 'America/Havana', '2026-11-01T04:00:00Z', '2026-11-02T04:59:00Z'],
    [
      'a second eleventh hour before it',
      'America/Santiago',
      '2026-04-05T04:00:00Z',
      '2026-04-05T20:00:00Z',
    ],
    ['a lost hour', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z'],
    ['a doubled hour', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T22:59:00Z'],
    ['half an hour more', 'Australia/Lord_Howe', '2026-04-04T13:00:00Z', '2026-04-05T13:29:00Z'],
    ['no day before it', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31T09:00:00Z'],
  ]
  test.each(odd)('a day with %s (%s)', (...[, timeZone, first, late]) => {
    const calendar = createTownCalendar(timeZone)
    const start = Date.parse(first)
    for (const ms of [start, start + hour, start + 5 * hour, Date.parse(late)]) {
      expect(new Date(calendar.at(ms).dayStart).toISOString()).toBe(new Date(start).toISOString())
    }
    expect(calendar.at(start - 1).dayStart).toBeLessThan(start)
  })

  const ends: [string, string][] = [
    ['2026-01-31', '2026-02'],
    ['2026-02-28', '2026-03'],
    ['2028-02-28', '2028-02'],
    ['2028-02-29', '2028-03'],
    ['2026-03-31', '2026-04'],
    ['2026-04-30', '2026-05'],
    ['2026-06-30', '2026-07'],
    ['2026-09-30', '2026-10'],
    ['2026-12-31', '2027-01'],
  ]
  test.each(ends)(
    'the midnight after %s lies in %s, the millisecond before it does not',
    (...[last, next]) => {
      const town = createTownCalendar('Asia/Shanghai')
      const midnight = Date.parse(`${last}T24:00:00+08:00`)
      expect(town.at(midnight).month).toBe(next)
      expect(town.at(midnight - 1).month).toBe(last.slice(0, 7))
      expect(town.at(midnight).dayStart).toBe(midnight)
      expect(town.at(midnight - 1).dayStart).toBe(midnight - day)
    },
  )

  test('knows the same after it has forgotten', () => {
    const town = createTownCalendar('Asia/Shanghai')
    const first = town.at(Date.UTC(2026, 0, 1))
    for (let i = 0; i < 21_000; i++) town.at(Date.UTC(2026, 0, 2) + i * 900_000)
    expect(town.at(Date.UTC(2026, 0, 1))).toEqual(first)
  })
})
