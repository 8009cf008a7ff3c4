import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterWork,
  calendarProblems,
  noCalendar,
  tidyCalendar,
  type WorkTime,
  workBetween,
} from '../../../gateway/domain/work-calendar.ts'

const timeZone = 'Asia/Shanghai'
const local = (text: string) => Date.parse(`${text}:00+08:00`)
const minute = 60_000

/** National Day 2026: 1–7 October at rest, Saturday the 10th and Sunday 20 September worked. */
const nationalDay = {
  restDays: ['01', '02', '03', '04', '05', '06', '07'].map((day) => `2026-10-${day}`),
  workDays: ['2026-09-20', '2026-10-10'],
}
const time: WorkTime = { timeZone, calendar: nationalDay }

describe('working time', () => {
  const rows: [string, number, string][] = [
    ['2026-09-30T17:00', 60, '2026-10-08T09:00'],
    ['2026-10-03T12:00', 1, '2026-10-08T08:31'],
    ['2026-10-09T17:00', 60, '2026-10-10T09:00'],
    ['2026-10-10T17:00', 60, '2026-10-12T09:00'],
    ['2026-09-18T17:30', 540, '2026-09-20T17:30'],
    ['2026-09-19T09:00', 10, '2026-09-20T08:40'],
  ]
  it.each(rows)('%s and %i minutes is %s', (since, minutes, due) => {
    expect(afterWork(local(since), minutes * minute, time)).toBe(local(due))
    const without = { timeZone, calendar: noCalendar }
    expect(afterWork(local(since), minutes * minute, without)).not.toBe(local(due))
  })

  const spans: [string, string, number][] = [
    ['2026-09-30T17:00', '2026-10-08T09:00', 60],
    ['2026-10-01T00:00', '2026-10-08T00:00', 0],
    ['2026-10-10T00:00', '2026-10-12T00:00', 540],
    ['2026-10-08T10:00', '2026-10-08T10:00', 0],
    ['2026-10-08T10:00', '2026-10-08T09:00', 0],
    ['2026-10-08T08:00', '2026-10-08T18:00', 540],
  ]
  it.each(spans)('between %s and %s lie %i minutes', (from, to, minutes) => {
    expect(workBetween(local(from), local(to), time)).toBe(minutes * minute)
  })

  it('what lies between a start and its end is what was allowed', () => {
    const since = fc.integer({ min: local('2026-09-01T00:00'), max: local('2026-11-01T00:00') })
    const workMs = fc.integer({ min: 0, max: 6000 * minute })
    fc.assert(
      fc.property(since, workMs, fc.boolean(), (start, ms, isPlain) => {
        const one = isPlain ? { timeZone, calendar: noCalendar } : time
        expect(workBetween(start, afterWork(start, ms, one), one)).toBe(ms)
      }),
      { numRuns: 300 },
    )
  })

  it('adds up', () => {
    const at = fc.integer({ min: local('2026-09-25T00:00'), max: local('2026-10-15T00:00') })
    fc.assert(
      fc.property(at, at, at, (a, b, c) => {
        const [from, between, to] = [a, b, c].toSorted((x, y) => x - y) as [number, number, number]
        expect(workBetween(from, between, time) + workBetween(between, to, time)).toBe(
          workBetween(from, to, time),
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('a calendar that somebody typed', () => {
  it('has real days, and none twice of both kinds', () => {
    expect(calendarProblems(nationalDay)).toEqual([])
    expect(calendarProblems({ restDays: ['2026-02-30'], workDays: [] })).toEqual([
      '2026-02-30 is no day of a calendar',
    ])
    expect(calendarProblems({ restDays: ['2028-02-29'], workDays: ['2028-02-29'] })).toEqual([
      '2028-02-29 cannot be both a rest day and a work day',
    ])
    expect(calendarProblems({ restDays: ['2026-13-01'], workDays: [] })).toHaveLength(1)
  })

  it('is kept in order, each day once', () => {
    expect(
      tidyCalendar({ restDays: ['2026-10-02', '2026-10-01', '2026-10-02'], workDays: [] }),
    ).toEqual({ restDays: ['2026-10-01', '2026-10-02'], workDays: [] })
  })
})
