import { describe, expect, it } from 'vitest'
import {
  dayMs,
  eachClass,
  nextPurgeAt,
  purgedBefore,
  purgedKinds,
  retainedKinds,
  retentionChanges,
  retentionDefaults,
  retentionOf,
  seriesBounds,
} from '../../../gateway/domain/retention.ts'
import { retentionSchema } from '../../../gateway/http/schemas/trust.ts'

describe('what is old', () => {
  it('is what the town decided, kind by kind', () => {
    const retention = { ...retentionDefaults, pictures: 7, checkins: 8, audit: 180 }
    for (const kind of retainedKinds) {
      expect(purgedBefore(kind, retention, 1000 * dayMs)).toBe((1000 - retention[kind]) * dayMs)
    }
  })

  it('is the house’s own affair where nobody decides', () => {
    const now = 1000 * dayMs
    const days = (kind: (typeof purgedKinds)[number]) =>
      (now - purgedBefore(kind, retentionDefaults, now)) / dayMs
    expect(purgedKinds.map((kind) => [kind, days(kind)])).toEqual([
      ['observations', 400],
      ['pictures', 180],
      ['checkins', 180],
      ['audit', 1095],
      ['log', 30],
      ['quarantine', 30],
      ['waiting', 0],
      ['outbox', 7],
      ['deliveries', 180],
    ])
  })

  it('of readings is what no class keeps any more', () => {
    const series = eachClass((name) => ({ raw: name === 'air' ? 500 : 30, rolledUp: 3650 }))
    const retention = { ...retentionDefaults, series }
    expect(purgedBefore('observations', retention, 1000 * dayMs)).toBe(500 * dayMs)
    expect(seriesBounds(retention, 4000 * dayMs)).toMatchObject({
      air: { raw: 3500 * dayMs, rolledUp: 350 * dayMs },
      slope: { raw: 3970 * dayMs, rolledUp: 350 * dayMs },
    })
  })

  it('by the defaults is something a town may decide', () => {
    expect(retentionSchema.parse(retentionDefaults)).toEqual(retentionDefaults)
  })
})

describe('what was decided before', () => {
  it.each([
    ['nothing', undefined, retentionDefaults],
    ['all of it', retentionDefaults, retentionDefaults],
    [
      'one number for all readings',
      { observations: 90, pictures: 9 },
      {
        ...retentionDefaults,
        pictures: 9,
        series: eachClass(() => ({ raw: 90, rolledUp: 3650 })),
      },
    ],
    [
      'a number that is longer than hours and days are kept',
      { observations: 4000 },
      { ...retentionDefaults, series: eachClass(() => ({ raw: 4000, rolledUp: 4000 })) },
    ],
    [
      'some of the classes',
      { series: { air: { raw: 31, rolledUp: 32 } } },
      {
        ...retentionDefaults,
        series: { ...retentionDefaults.series, air: { raw: 31, rolledUp: 32 } },
      },
    ],
  ])('%s', (_, stored, retention) => {
    expect(retentionOf(stored)).toEqual(retention)
  })

  it('cannot be changed through what was read', () => {
    retentionOf().series.air.raw = 1
    expect(retentionOf()).toEqual(retentionDefaults)
  })
})

describe('what changed', () => {
  it('is said class by class, with what it was and what it is', () => {
    const series = { ...retentionDefaults.series, water: { raw: 800, rolledUp: 7300 } }
    const after = { ...retentionDefaults, series, audit: 365 }
    expect(retentionChanges(retentionDefaults, after)).toBe(
      'water raw 400 → 800, water rolledUp 3650 → 7300, audit 1095 → 365',
    )
    expect(retentionChanges(after, after)).toBe('')
  })
})

describe('the next round', () => {
  it.each([
    ['before half past three', '2026-06-15T00:00:00+08:00', '2026-06-15T03:30:00+08:00'],
    ['at half past three', '2026-06-15T03:30:00+08:00', '2026-06-16T03:30:00+08:00'],
    ['at noon', '2026-06-15T12:00:00+08:00', '2026-06-16T03:30:00+08:00'],
    ['on the last day of a year', '2026-12-31T12:00:00+08:00', '2027-01-01T03:30:00+08:00'],
  ])('%s', (_, after, next) => {
    expect(nextPurgeAt(Date.parse(after), 'Asia/Shanghai')).toBe(Date.parse(next))
  })

  it('is half past three on the town’s own clock, also where clocks change', () => {
    const next = nextPurgeAt(Date.parse('2026-03-28T12:00:00Z'), 'Europe/Berlin')
    expect(new Date(next).toISOString()).toBe('2026-03-29T01:30:00.000Z')
    // Two hours after midnight it is three o'clock already: the night has an hour less.
    const after = nextPurgeAt(next, 'Europe/Berlin')
    expect(new Date(after).toISOString()).toBe('2026-03-30T01:30:00.000Z')
  })
})
