import { describe, expect, it } from 'vitest'
import {
  dayMs,
  nextPurgeAt,
  purgedBefore,
  purgedKinds,
  retainedKinds,
  retentionDefaults,
} from '../../../gateway/domain/retention.ts'
import { retentionSchema } from '../../../gateway/http/schemas/trust.ts'

describe('what is old', () => {
  it('is what the town decided, kind by kind', () => {
    const retention = { observations: 30, pictures: 7, checkins: 8, audit: 180 }
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

  it('by the defaults is something a town may decide', () => {
    expect(retentionSchema.parse(retentionDefaults)).toEqual(retentionDefaults)
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
