import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatClock, formatElapsed, formatRough } from '../../../dashboard/src/app/duration.ts'

const words = {
  seconds: (n: number) => `${n} 秒`,
  minutes: (n: number) => `${n} 分`,
  hours: (n: number) => `${n} 小时`,
  days: (n: number) => `${n} 天`,
}
const hour = 3_600_000

describe('formatClock', () => {
  test.each([
    [0, '0:00'],
    [999, '0:00'],
    [42_000, '0:42'],
    [17 * 60_000 + 2_000, '17:02'],
    [hour - 1, '59:59'],
    [hour, '1:00:00'],
    [hour + 41 * 60_000 + 36_000, '1:41:36'],
    [-5_000, '0:00'],
  ])('%d ms is %s', (ms, text) => expect(formatClock(ms)).toBe(text))

  test('never runs backwards and never shows 60 seconds or minutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 * hour }), (ms) => {
        const parts = formatClock(ms).split(':').map(Number)
        const seconds = parts.reduce((sum, part) => sum * 60 + part, 0)
        expect(seconds).toBe(Math.floor(ms / 1000))
        expect(parts.slice(1).every((part) => part < 60)).toBe(true)
      }),
    )
  })
})

describe('formatRough', () => {
  test.each([
    [8_000, '8 秒'],
    [59_999, '59 秒'],
    [41 * 60_000, '41 分'],
    [5 * hour, '5 小时'],
    [47 * hour, '47 小时'],
    [72 * hour, '3 天'],
    [-1, '0 秒'],
  ])('%d ms is %s', (ms, text) => expect(formatRough(ms, words)).toBe(text))
})

describe('formatElapsed', () => {
  test('is a clock to one day', () => expect(formatElapsed(23 * hour, words)).toBe('23:00:00'))
  test('then counts hours', () => {
    expect(formatElapsed(24 * hour, words)).toBe('24 小时')
    expect(formatElapsed(30 * hour, words)).toBe('30 小时')
  })
  test('then days', () => expect(formatElapsed(60 * hour, words)).toBe('2 天'))
})
