import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayStamp, instantOnDay, localTime } from '../../../gateway/domain/town-time.ts'

const shanghai = 'Asia/Shanghai'
const minute = 60_000

describe('local time', () => {
  const rows: [string, string, string, number, number][] = [
    ['2026-11-20T15:59:59.999Z', shanghai, '2026-11-20', 23 * 60 + 59, 5],
    ['2026-11-20T16:00:00Z', shanghai, '2026-11-21', 0, 6],
    ['2026-02-28T16:00:00Z', shanghai, '2026-03-01', 0, 0],
    ['2024-02-28T16:00:00Z', shanghai, '2024-02-29', 0, 4],
    ['2026-12-31T16:30:00Z', shanghai, '2027-01-01', 30, 5],
    ['2026-05-01T00:00:00Z', 'Asia/Kathmandu', '2026-05-01', 5 * 60 + 45, 5],
    ['2026-03-29T00:59:00Z', 'Europe/Berlin', '2026-03-29', 119, 0],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29', 180, 0],
    ['2026-10-25T00:59:00Z', 'Europe/Berlin', '2026-10-25', 179, 0],
    ['2026-10-25T01:00:00Z', 'Europe/Berlin', '2026-10-25', 120, 0],
    ['1969-12-31T16:00:00Z', shanghai, '1970-01-01', 0, 4],
  ]
  it.each(rows)('%s in %s', (...[instant, zone, date, minuteOfDay, weekday]) => {
    const found = localTime(Date.parse(instant), zone)
    const [year, month, day] = date.split('-').map(Number)
    expect(found).toEqual({ year, month, day, minute: minuteOfDay, weekday })
    expect(dayStamp(Date.parse(instant), zone)).toBe(date.replaceAll('-', ''))
  })

  const ends: [string, string][] = [
    ['2026-01-31', '20260201'],
    ['2026-02-28', '20260301'],
    ['2028-02-28', '20280229'],
    ['2028-02-29', '20280301'],
    ['2100-02-28', '21000301'],
    ['2026-04-30', '20260501'],
    ['2026-06-30', '20260701'],
    ['2026-09-30', '20261001'],
    ['2026-11-30', '20261201'],
    ['2026-12-31', '20270101'],
  ]
  it.each(ends)('the midnight after %s begins %s', (last, first) => {
    const midnight = Date.parse(`${last}T24:00:00+08:00`)
    expect(dayStamp(midnight - 1, shanghai)).toBe(last.replaceAll('-', ''))
    expect(dayStamp(midnight, shanghai)).toBe(first)
  })
})

const at = (text: string) => Date.parse(text)

describe('an instant on a day', () => {
  const rows: [string, string, number, number, string, string][] = [
    ['this day', '2026-11-20T23:59:00+08:00', 0, 510, shanghai, '2026-11-20T08:30:00+08:00'],
    ['the next', '2026-11-20T00:00:00+08:00', 1, 510, shanghai, '2026-11-21T08:30:00+08:00'],
    ['over a month', '2026-01-31T12:00:00+08:00', 1, 0, shanghai, '2026-02-01T00:00:00+08:00'],
    ['over a year', '2026-12-31T12:00:00+08:00', 1, 0, shanghai, '2027-01-01T00:00:00+08:00'],
    ['the day before', '2026-03-01T12:00:00+08:00', -1, 60, shanghai, '2026-02-28T01:00:00+08:00'],
    [
      'over the lost hour',
      '2026-03-28T12:00:00+01:00',
      1,
      510,
      'Europe/Berlin',
      '2026-03-29T08:30:00+02:00',
    ],
    [
      'over the doubled hour',
      '2026-10-24T12:00:00+02:00',
      1,
      510,
      'Europe/Berlin',
      '2026-10-25T08:30:00+01:00',
    ],
  ]
  it.each(rows)('%s', (...[, from, days, minuteOfDay, zone, expected]) => {
    expect(instantOnDay(at(from), days, minuteOfDay, zone)).toBe(at(expected))
  })

  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']
  const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) })

  it('gives an instant its own day and minute back', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (ms, zone) => {
        const whole = Math.floor(ms / minute) * minute
        const { minute: minuteOfDay } = localTime(whole, zone)
        const back = instantOnDay(whole, 0, minuteOfDay, zone)
        // In the doubled hour there are two such instants.
        expect(Math.abs(back - whole)).toBeLessThanOrEqual(60 * minute)
        expect(localTime(back, zone).minute).toBe(minuteOfDay)
      }),
      { numRuns: 400 },
    )
  })

  it('is later on a later day', () => {
    fc.assert(
      fc.property(instant, fc.nat(400), fc.constantFrom(...zones), (ms, days, zone) => {
        const one = instantOnDay(ms, days, 510, zone)
        const next = instantOnDay(ms, days + 1, 510, zone)
        expect(next - one).toBeGreaterThanOrEqual(23 * 60 * minute)
        expect(next - one).toBeLessThanOrEqual(25 * 60 * minute)
      }),
      { numRuns: 400 },
    )
  })
})
