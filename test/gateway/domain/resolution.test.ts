import { describe, expect, it } from 'vitest'
import { bucketEnd, coarseResolution } from '../../../gateway/domain/resolution.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe('where a bucket ends', () => {
  const start = Date.UTC(2026, 5, 14, 16)

  it.each([
    ['minute', 'Asia/Shanghai', start, minute],
    ['hour', 'Asia/Shanghai', start, hour],
    ['day', 'Asia/Shanghai', start, day],
    // Clocks go forward on 29 March 2026, and back on 25 October.
    ['day', 'Europe/Berlin', Date.UTC(2026, 2, 28, 23), 23 * hour],
    ['day', 'Europe/Berlin', Date.UTC(2026, 9, 24, 22), 25 * hour],
    ['hour', 'Europe/Berlin', Date.UTC(2026, 9, 25, 0), hour],
  ] as const)('of a %s in %s', (resolution, zone, at, length) => {
    expect(bucketEnd(at, resolution, zone)).toBe(at + length)
  })
})

describe('a small chart', () => {
  it.each([
    [minute, 'minute'],
    [200 * minute, 'minute'],
    [200 * minute + 1, 'hour'],
    [day, 'hour'],
    [200 * hour, 'hour'],
    [200 * hour + 1, 'day'],
    [3650 * day, 'day'],
  ])('of %i ms is by the %s', (span, resolution) => {
    expect(coarseResolution(span)).toBe(resolution)
  })

  it('has some 200 points at most, up to 200 days', () => {
    const lengths = { minute, hour, day }
    for (let span = minute; span <= 200 * day; span += 37 * minute) {
      expect(span / lengths[coarseResolution(span)]).toBeLessThanOrEqual(200)
    }
  })
})
