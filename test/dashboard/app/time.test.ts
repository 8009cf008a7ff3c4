import { describe, expect, test } from 'vitest'
import { dayInWords, dayOf, shortTime, stamp, timeOfDay } from '../../../dashboard/src/app/time.ts'

const zone = 'Asia/Shanghai'
// 2026-11-21 10:24:36 in the town, still the small hours in UTC.
const at = Date.UTC(2026, 10, 21, 2, 24, 36)

describe('times are those of the town, wherever the computer stands', () => {
  test('clock', () => expect(timeOfDay(at, zone)).toBe('10:24'))
  test('stamp', () => expect(stamp(at, zone)).toBe('2026-11-21 10:24:36'))
  test('midnight is 00, not 24', () =>
    expect(timeOfDay(Date.UTC(2026, 10, 20, 16, 0, 0), zone)).toBe('00:00'))
  test('the day turns at the town’s midnight', () => {
    expect(dayOf(Date.UTC(2026, 10, 20, 15, 59, 59), zone)).toBe('2026-11-20')
    expect(dayOf(Date.UTC(2026, 10, 20, 16, 0, 0), zone)).toBe('2026-11-21')
  })
  test('day in words', () => {
    expect(dayInWords(at, zone, 'zh')).toBe('11月21日 周六')
    expect(dayInWords(at, zone, 'en')).toBe('Sat 21 Nov')
  })
  test('another day carries its date', () => {
    expect(shortTime(at, at + 3_600_000, zone)).toBe('10:24')
    expect(shortTime(at, at + 86_400_000, zone)).toBe('11-21 10:24')
  })
})
