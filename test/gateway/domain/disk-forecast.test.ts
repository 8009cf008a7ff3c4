import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  daysUntilFull,
  type PaceSample,
  pacePerDay,
} from '../../../gateway/domain/disk-forecast.ts'

/** How fast a disk fills, seen through what happens on disks. */

const hour = 3_600_000
const day = 24 * hour
const gib = 1024 ** 3
const now = Date.UTC(2026, 10, 22)

/** One an hour, the last one now. */
function hourly(hours: number, freeAt: (hoursAgo: number) => number): PaceSample[] {
  return Array.from({ length: hours }, (_, i): PaceSample => {
    const ago = hours - 1 - i
    return [now - ago * hour, freeAt(ago)]
  })
}

const steady = (perDay: number) => (ago: number) => 100 * gib + (perDay / 24) * ago
const close = (value: number | null, to: number, by: number) => {
  expect(value).not.toBeNull()
  expect(Math.abs((value ?? 0) - to)).toBeLessThanOrEqual(by)
}

describe('the pace', () => {
  it('is not known in the first day and a half', () => {
    expect(pacePerDay([], now)).toBeNull()
    expect(pacePerDay(hourly(24, steady(gib)), now)).toBeNull()
    expect(pacePerDay(hourly(31, steady(gib)), now)).toBeNull()
    close(pacePerDay(hourly(37, steady(gib)), now), -gib, 1)
  })

  it('is that of two weeks, not of what was before or lies in the future', () => {
    const samples = hourly(500, (ago) => (ago < 350 ? 50 * gib + ago * 1000 : 90 * gib))
    close(pacePerDay([...samples, [now + hour, 0]], now), -24_000, 1)
  })

  it('is the same whatever the order the samples come in', () => {
    const samples = hourly(200, steady(gib))
    expect(pacePerDay(samples.toReversed(), now)).toBe(pacePerDay(samples, now))
  })

  it('does not see what comes and goes each day', () => {
    const backupAtNight = (ago: number) => steady(gib)(ago) - (ago % 24 < 5 ? 8 * gib : 0)
    close(pacePerDay(hourly(336, backupAtNight), now), -gib, 1)
  })

  it('outlives nights in which the gateway is off, and a week off', () => {
    const byDay = hourly(336, steady(gib)).filter(([at]) => new Date(at).getUTCHours() < 12)
    close(pacePerDay(byDay, now), -gib, 1)
    const away = hourly(336, steady(gib)).filter(([at]) => at < now - 9 * day || at > now - 2 * day)
    close(pacePerDay(away, now), -gib, 1)
  })

  it('is what a disk does that fills and is purged once a month', () => {
    const purged = (ago: number) => steady(gib)(ago) - (ago > 100 ? 30 * gib : 0)
    close(pacePerDay(hourly(336, purged), now), -gib, 1)
  })

  it('takes over a new pace within about half the window', () => {
    const faster = (ago: number) => 100 * gib + (Math.min(ago, 190) * 5 + ago) * (gib / 24)
    close(pacePerDay(hourly(336, faster), now), -6 * gib, 1)
  })

  it('two weeks of anything whatever give a number or nothing', () => {
    const sample = fc.tuple(
      fc.integer({ min: now - 20 * day, max: now + day }),
      fc.integer({ min: 0, max: 1e15 }),
    )
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 400 }), (samples) => {
        const pace = pacePerDay(samples, now)
        if (pace !== null) expect(Number.isFinite(pace)).toBe(true)
        const days = daysUntilFull(1e12, pace)
        if (days !== null) {
          expect(Number.isInteger(days)).toBe(true)
          expect(days).toBeGreaterThanOrEqual(0)
          expect(days).toBeLessThanOrEqual(3650)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('a few jumps of any size change it by no more than the noise there is', () => {
    const noise = 0.05 * gib
    const jump = fc.record({
      ago: fc.integer({ min: 0, max: 335 }),
      bytes: fc.integer({ min: -1000, max: 1000 }).map((n) => n * gib),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }).map((n) => (n / 100) * gib),
        fc.array(jump, { maxLength: 3 }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 336, maxLength: 336 }),
        (perDay, jumps, wobble) => {
          const freeAt = (ago: number) =>
            steady(perDay)(ago) +
            (wobble[ago] ?? 0) * noise +
            jumps.reduce((sum, { ago: at, bytes }) => sum + (ago < at ? bytes : 0), 0)
          close(pacePerDay(hourly(336, freeAt), now), -perDay, 2 * noise + 1)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('days left', () => {
  it.each([
    ['nobody knows the pace', 50 * gib, null, null],
    ['it stays', 50 * gib, 0, null],
    ['it empties', 50 * gib, gib, null],
    ['one goes a day', 50 * gib, -gib, 50],
    ['begun days do not count', 50.9 * gib, -gib, 50],
    ['it is full', 0, -gib, 0],
    ['ten years', 3650 * gib, -gib, 3650],
    ['longer than anybody can tell', 3651 * gib, -gib, null],
    ['a byte a day', 50 * gib, -1, null],
  ])('%s', (_, free, perDay, days) => {
    expect(daysUntilFull(free, perDay)).toBe(days)
  })
})
