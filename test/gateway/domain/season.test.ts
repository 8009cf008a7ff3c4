import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isInSeason,
  monthDay,
  type Season,
  seasonalSeverity,
} from '../../../gateway/domain/season.ts'
import { severities, severityRank } from '../../../gateway/domain/severity.ts'
import { sampleTown } from '../pipeline/sample-town.ts'

const season = (from: string, to: string, raise: Record<string, number> = {}): Season => ({
  id: `${from}–${to}`,
  name: '防火期',
  from,
  to,
  raise,
  patrolFactor: 1,
})

/** Every day of a leap year. */
const year = Array.from({ length: 366 }, (_, day) =>
  new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(5, 10),
)

describe('the day of the town', () => {
  const rows: [string, string, string][] = [
    ['2026-02-28T15:59:59.999Z', 'Asia/Shanghai', '02-28'],
    ['2026-02-28T16:00:00Z', 'Asia/Shanghai', '03-01'],
    ['2024-02-28T16:00:00Z', 'Asia/Shanghai', '02-29'],
    ['2026-12-31T15:59:59Z', 'Asia/Shanghai', '12-31'],
    ['2026-12-31T16:00:00Z', 'Asia/Shanghai', '01-01'],
    ['2026-03-29T00:30:00Z', 'Europe/Berlin', '03-29'],
    ['2026-10-24T22:00:00Z', 'Europe/Berlin', '10-25'],
    ['2026-01-01T04:59:59Z', 'America/New_York', '12-31'],
    ['2026-04-30T18:15:00Z', 'Asia/Kathmandu', '05-01'],
  ]
  it.each(rows)('%s in %s is %s', (at, zone, day) => {
    expect(monthDay(Date.parse(at), zone)).toBe(day)
  })
})

describe('a season', () => {
  const rows: [string, string, string, boolean][] = [
    ['03-01', '06-30', '02-29', false],
    ['03-01', '06-30', '03-01', true],
    ['03-01', '06-30', '06-30', true],
    ['03-01', '06-30', '07-01', false],
    ['11-01', '05-31', '10-31', false],
    ['11-01', '05-31', '11-01', true],
    ['11-01', '05-31', '12-31', true],
    ['11-01', '05-31', '01-01', true],
    ['11-01', '05-31', '05-31', true],
    ['11-01', '05-31', '06-01', false],
    ['12-31', '01-01', '12-31', true],
    ['12-31', '01-01', '01-01', true],
    ['12-31', '01-01', '01-02', false],
    ['04-05', '04-05', '04-05', true],
    ['04-05', '04-05', '04-06', false],
    ['01-01', '12-31', '02-29', true],
    ['03-01', '02-28', '02-29', false],
    ['02-29', '02-29', '02-29', true],
  ]
  it.each(rows)('from %s to %s: %s is in it: %s', (from, to, day, expected) => {
    expect(isInSeason(season(from, to), day)).toBe(expected)
  })

  it('is one unbroken stretch from its first to its last day, also over New Year', () => {
    fc.assert(
      fc.property(fc.nat(365), fc.nat(364), (first, length) => {
        const days = new Set<string | undefined>()
        for (let i = 0; i <= length; i++) days.add(year[(first + i) % 366])
        const made = season(year[first] as string, year[(first + length) % 366] as string)
        for (const day of year) expect(isInSeason(made, day)).toBe(days.has(day))
      }),
      { numRuns: 300 },
    )
  })

  it('and its opposite share out the year', () => {
    fc.assert(
      fc.property(fc.nat(365), fc.nat(365), (a, b) => {
        fc.pre((b + 1) % 366 !== a)
        const made = season(year[a] as string, year[b] as string)
        const rest = season(year[(b + 1) % 366] as string, year[(a + 365) % 366] as string)
        for (const day of year) expect(isInSeason(made, day)).toBe(!isInSeason(rest, day))
      }),
      { numRuns: 100 },
    )
  })
})

describe('severity in season', () => {
  const ban = season('03-01', '06-30', { strawBurning: 1 })
  const fire = season('11-01', '05-31', { forestFire: 1, strawBurning: 1 })
  const rest = season('01-01', '12-31', { forestFire: -1 })

  it('is the rule’s own outside', () => {
    expect(seasonalSeverity('yellow', 'strawBurning', [])).toBe('yellow')
  })
  it('is raised for the hazards that the season names, and for no other', () => {
    expect(seasonalSeverity('yellow', 'strawBurning', [ban])).toBe('orange')
    expect(seasonalSeverity('yellow', 'flood', [ban, fire])).toBe('yellow')
  })
  it('is raised by each running season, up to red', () => {
    expect(seasonalSeverity('yellow', 'strawBurning', [ban, fire])).toBe('red')
    expect(seasonalSeverity('orange', 'strawBurning', [ban, fire])).toBe('red')
  })
  it('adds up before it is cut: one up and one down is none', () => {
    expect(seasonalSeverity('red', 'forestFire', [fire, rest])).toBe('red')
    expect(seasonalSeverity('red', 'forestFire', [rest, fire])).toBe('red')
    expect(seasonalSeverity('blue', 'forestFire', [rest, fire])).toBe('blue')
  })

  it('does not depend on the order of the seasons', () => {
    const seasons = fc.array(
      fc.integer({ min: -3, max: 3 }).map((steps) => season('01-01', '12-31', { x: steps })),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...severities), seasons, (severity, running) => {
        const there = seasonalSeverity(severity, 'x', running)
        expect(seasonalSeverity(severity, 'x', running.toReversed())).toBe(there)
        expect(severityRank(there)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  // 禁烧期 03-01–06-30, 防火期 11-01–05-31, 汛期 05-01–09-30.
  const calendar: [string, string[]][] = [
    ['2026-01-15', ['fireSeason']],
    ['2026-04-05', ['burnBan', 'fireSeason']],
    ['2026-05-20', ['burnBan', 'fireSeason', 'floodSeason']],
    ['2026-06-10', ['burnBan', 'floodSeason']],
    ['2026-08-01', ['floodSeason']],
    ['2026-10-15', []],
    ['2026-12-31', ['fireSeason']],
  ]
  it.each(calendar)('the sample town on %s: %j', (date, expected) => {
    const { seasons } = sampleTown()
    const day = monthDay(Date.parse(`${date}T12:00:00+08:00`), 'Asia/Shanghai')
    const running = seasons.filter((one) => isInSeason(one, day)).map(({ id }) => id)
    expect(running).toEqual(expected)
  })
})
