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
    expect(town.at(Date.parse(at))).toEqual({
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
