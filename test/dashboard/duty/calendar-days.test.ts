import { describe, expect, test } from 'vitest'
import {
  daysBetween,
  fromToday,
  withDays,
  withoutDay,
} from '../../../dashboard/src/duty/calendar-days.ts'
import { calendarProblems } from '../../../gateway/domain/work-calendar.ts'

describe('from one day to another', () => {
  test.each<[string, string, string[] | null]>([
    ['2026-10-01', '2026-10-01', ['2026-10-01']],
    ['2026-12-31', '2027-01-01', ['2026-12-31', '2027-01-01']],
    ['2028-02-28', '2028-03-01', ['2028-02-28', '2028-02-29', '2028-03-01']],
    ['2026-10-02', '2026-10-01', null],
    ['2026-10-01', '2026-11-01', null],
    ['', '2026-10-01', null],
    ['2026-10-01', 'soon', null],
  ])('%s to %s', (first, last, days) => expect(daysBetween(first, last)).toEqual(days))
  test('a month is the most', () =>
    expect(daysBetween('2026-10-01', '2026-10-31')).toHaveLength(31))
})

describe('changes', () => {
  const calendar = { restDays: ['2026-10-01', '2026-10-10'], workDays: ['2026-10-11'] }
  test('are in order, each day once', () =>
    expect(withDays(calendar, 'restDays', ['2026-10-02', '2026-10-01']).restDays).toEqual([
      '2026-10-01',
      '2026-10-02',
      '2026-10-10',
    ]))
  test.each([
    ['workDays', '2026-10-10'],
    ['restDays', '2026-10-11'],
  ] as const)('a day that becomes one of %s is nothing else', (kind, day) => {
    const next = withDays(calendar, kind, [day])
    expect(next[kind]).toContain(day)
    expect(calendarProblems(next)).toEqual([])
  })
  test('a day is taken away wherever it stands', () => {
    expect(withoutDay(calendar, '2026-10-10').restDays).toEqual(['2026-10-01'])
    expect(withoutDay(calendar, '2026-10-11').workDays).toEqual([])
  })
  test('what is over is not shown', () =>
    expect(fromToday(['2026-10-03', '2026-10-01', '2026-10-02'], '2026-10-02')).toEqual([
      '2026-10-02',
      '2026-10-03',
    ]))
})
