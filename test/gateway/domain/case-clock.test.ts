import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caseStates } from '../../../gateway/domain/case.ts'
import {
  minutesAllowed,
  movedClock,
  stepClock,
  stepDueAt,
} from '../../../gateway/domain/case-clock.ts'
import { caseCounter, caseNumber } from '../../../gateway/domain/case-number.ts'
import { caseTitle, silenceTitle } from '../../../gateway/domain/case-title.ts'
import type { Place } from '../../../gateway/domain/place.ts'
import { type Hazard, hazardOf, placeName, type Town } from '../../../gateway/domain/town.ts'
import { dayStamp, instantOnDay, localTime } from '../../../gateway/domain/town-time.ts'
import {
  afterWork,
  noCalendar,
  type WorkCalendar,
  workBetween,
} from '../../../gateway/domain/work-calendar.ts'

const zone = 'Asia/Shanghai'
const afterWorkMinutes = (since: number, minutes: number, timeZone: string) =>
  afterWork(since, minutes * 60_000, { timeZone, calendar: noCalendar })
const local = (text: string) => Date.parse(`${text}:00+08:00`)

const hazard: Hazard = {
  id: 'environment',
  name: '人居环境',
  unit: '农服中心',
  assist: [],
  workHours: true,
  clocks: { accept: 60, dispatch: 240, sign: 241, handle: 4320 },
  correlateM: null,
  correlateMin: 60,
  sources: ['device'],
}

const rulesOf = (of: Hazard) => ({ hazard: of, timeZone: zone, calendar: noCalendar })

describe('clocks', () => {
  it('run in four states', () => {
    const allowed = caseStates.map((state) => minutesAllowed(state, hazard))
    expect(allowed).toEqual([60, 240, 241, 4320, null, null, null, null, null])
  })

  // 2026-11-20 is a Friday.
  const rows: [string, number, string][] = [
    ['2026-11-20T09:00', 60, '2026-11-20T10:00'],
    ['2026-11-20T07:00', 60, '2026-11-20T09:30'],
    ['2026-11-20T16:30', 60, '2026-11-20T17:30'],
    ['2026-11-20T17:00', 60, '2026-11-23T09:00'],
    ['2026-11-20T17:30', 60, '2026-11-23T09:30'],
    ['2026-11-20T23:59', 1, '2026-11-23T08:31'],
    ['2026-11-21T12:00', 540, '2026-11-23T17:30'],
    ['2026-11-22T00:00', 541, '2026-11-24T08:31'],
    ['2026-11-20T08:30', 4320, '2026-12-01T17:30'],
    ['2026-11-23T10:00', 0, '2026-11-23T10:00'],
  ]
  it.each(rows)('%s and %i working minutes is %s', (since, minutes, due) => {
    expect(afterWorkMinutes(local(since), minutes, zone)).toBe(local(due))
  })

  it('run day and night for hazards that do not wait', () => {
    const since = local('2026-11-21T23:50')
    expect(stepDueAt('reported', since, rulesOf({ ...hazard, workHours: false }))).toBe(
      since + 60 * 60_000,
    )
    expect(stepDueAt('verifying', since, rulesOf(hazard))).toBeNull()
  })

  it('never run outside working hours, and never backwards', () => {
    const since = fc.integer({ min: local('2026-01-01T00:00'), max: local('2027-01-01T00:00') })
    const minutes = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(since, minutes, minutes, (start, a, b) => {
        const due = afterWorkMinutes(start, a, zone)
        const { weekday, minute } = localTime(due, zone)
        expect([1, 2, 3, 4, 5]).toContain(weekday)
        expect(minute).toBeGreaterThanOrEqual(8 * 60 + 30)
        expect(minute).toBeLessThanOrEqual(17 * 60 + 30)
        expect(due).toBeGreaterThanOrEqual(start + a * 60_000)
        // Waiting a and then b is waiting both.
        expect(afterWorkMinutes(due, b, zone)).toBe(afterWorkMinutes(start, a + b, zone))
      }),
      { numRuns: 300 },
    )
  })
})

describe('a clock under another calendar', () => {
  const days = ['2026-11-20', '2026-11-23', '2026-11-24', '2026-11-25', '2026-12-01', '2026-12-02']
  const calendars = fc
    .tuple(fc.subarray(days), fc.subarray(['2026-11-21', '2026-11-22', '2026-11-28']))
    .map(([restDays, workDays]) => ({ restDays, workDays }))
  const rules = (calendar: WorkCalendar) => ({ ...rulesOf(hazard), calendar })
  const since = fc.integer({ min: local('2026-11-20T00:00'), max: local('2026-11-23T00:00') })
  const passed = fc.integer({ min: 0, max: 4 * 86_400_000 })

  it('is as if it had begun under it, or what is left is counted anew; late by it is nothing', () => {
    fc.assert(
      fc.property(calendars, calendars, since, passed, (one, other, begun, ms) => {
        const [before, after, now] = [rules(one), rules(other), begun + ms]
        const present = { state: 'handling' as const, ...stepClock('handling', begun, before) }
        const moved = movedClock(present, { since: begun, now }, { before, after })
        const due = present.dueAt ?? 0
        const again = stepClock('handling', begun, after)
        if (due <= now) expect(moved).toBeNull()
        else if ((again.dueAt ?? 0) > now) expect(moved ?? present).toMatchObject(again)
        else {
          const left = afterWork(now, workBetween(now, due, before), after)
          expect(moved?.dueAt ?? due).toBe(left)
        }
        expect(moved?.dueAt ?? now + 1).toBeGreaterThan(now)
      }),
      { numRuns: 200 },
    )
  })

  it('stands where the calendar is the same', () => {
    fc.assert(
      fc.property(calendars, since, passed, fc.nat(10_000), (calendar, begun, ms, extra) => {
        const dueAt = begun + ms + extra
        const clock = {
          ...stepClock('handling', begun, rules(calendar)),
          state: 'handling' as const,
        }
        const both = { before: rules(calendar), after: rules(calendar) }
        expect(movedClock(clock, { since: begun, now: begun + ms }, both)).toBeNull()
        // Of any other deadline in working hours too.
        const inWork = { ...clock, dueAt: afterWork(dueAt, 60_000, both.after) }
        expect(movedClock(inWork, { since: begun, now: begun + ms }, both)).toBeNull()
      }),
      { numRuns: 200 },
    )
  })

  it('does not run while the case is suspended', () => {
    const present = { state: 'suspended' as const, dueAt: 9e12, remindAt: null, remainingMs: 5 }
    const both = { before: rules(noCalendar), after: rules({ restDays: days, workDays: [] }) }
    expect(movedClock(present, { since: 1, now: 2 }, both)).toBeNull()
  })
})

describe('days of the town', () => {
  it('begin at its own midnight', () => {
    expect(dayStamp(local('2026-11-21T00:00'), zone)).toBe('20261121')
    expect(dayStamp(local('2026-11-21T00:00') - 1, zone)).toBe('20261120')
    expect(localTime(local('2026-11-21T08:05'), zone)).toEqual({
      year: 2026,
      month: 11,
      day: 21,
      minute: 485,
      weekday: 6,
    })
  })

  it.each(['Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Asia/Kathmandu'])(
    'find their instants also where clocks change (%s)',
    (timeZone) => {
      const start = Date.UTC(2026, 0, 1, 12)
      for (let day = 0; day < 366; day++) {
        const at = instantOnDay(start, day, 8 * 60 + 30, timeZone)
        expect(localTime(at, timeZone).minute).toBe(8 * 60 + 30)
      }
    },
  )
})

const place = (code: string, name: string, level: Place['level']): Place => ({
  code,
  name,
  level,
  parent: null,
  boundary: { type: 'Polygon', coordinates: [] },
})

const title = (id: string, name: string) =>
  caseTitle({
    placeName: '双桥村第二网格',
    hazard: { ...hazard, id, name },
    ruleName: '电量低',
    deviceName: '林火烟感1',
  })

describe('numbers and titles', () => {
  const at = local('2026-11-21T07:00')

  it.each([
    ['云岭镇', 42, '云岭-20261121-0042'],
    ['安澜街道', 1, '安澜-20261121-0001'],
    ['青石乡', 12345, '青石-20261121-12345'],
    ['镇', 1, '镇-20261121-0001'],
  ])('%s %i', (name, sequence, number) => {
    const places = [place('1', '甲村', 'village'), place('0', name, 'town')]
    expect(caseNumber({ places, timeZone: zone }, at, sequence)).toBe(number)
  })

  it('count each day anew', () => {
    expect(caseCounter(at, zone)).toBe('case-20261121')
    expect(caseNumber({ places: [], timeZone: zone }, at, 1)).toBe('20261121-0001')
  })

  it('say the place, and that an instrument only suspects', () => {
    expect(title('forestFire', '森林火情')).toBe('双桥村第二网格 疑似森林火情')
    expect(title('flood', '水情汛情')).toBe('双桥村第二网格 水情汛情')
    expect(title('deviceFault', '设备故障')).toBe('双桥村第二网格 电量低：林火烟感1')
    expect(title('patrolMissed', '漏巡')).toBe('双桥村第二网格 漏巡：林火烟感1')
    expect(silenceTitle('双桥村', '设备失联', 6)).toBe('双桥村 设备失联（6 台）')
  })

  it('find hazards and places, also deleted ones', () => {
    const town: Town = {
      places: [place('1', '甲村', 'village')],
      hazards: [hazard],
      rules: [],
      seasons: [],
      timeZone: zone,
      calendar: noCalendar,
    }
    expect(hazardOf(town, 'environment')).toBe(hazard)
    expect(hazardOf(town, 'gone')).toMatchObject({ id: 'gone', correlateM: null })
    expect([placeName(town, '1'), placeName(town, '2')]).toEqual(['甲村', '2'])
  })
})

describe('working hours of any zone', () => {
  const zones = [
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ]
  const since = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) })
  const minutes = fc.integer({ min: 0, max: 20_000 })
  const inZone = fc.constantFrom(...zones)

  it('are never left, also where clocks change', () => {
    fc.assert(
      fc.property(since, minutes, inZone, (start, allowed, timeZone) => {
        const due = afterWorkMinutes(start, allowed, timeZone)
        const { weekday, minute } = localTime(due, timeZone)
        expect(weekday).not.toBe(0)
        expect(weekday).not.toBe(6)
        expect(minute).toBeGreaterThanOrEqual(8 * 60 + 30)
        expect(minute).toBeLessThanOrEqual(17 * 60 + 30)
      }),
      { numRuns: 300 },
    )
  })

  it('a later start is never due earlier, nor is a longer time', () => {
    fc.assert(
      fc.property(
        fc.tuple(since, fc.integer({ min: 0, max: 9 * 86_400_000 })),
        fc.tuple(minutes, fc.integer({ min: 0, max: 600 })),
        inZone,
        ([start, later], [allowed, longer], timeZone) => {
          const due = afterWorkMinutes(start, allowed, timeZone)
          expect(afterWorkMinutes(start + later, allowed, timeZone)).toBeGreaterThanOrEqual(due)
          expect(afterWorkMinutes(start, allowed + longer, timeZone)).toBeGreaterThanOrEqual(due)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('have 2700 minutes a week, whichever week', () => {
    fc.assert(
      fc.property(since, fc.integer({ min: 1, max: 20 }), (start, weeks) => {
        // From the opening of a Monday: the town has no clock change.
        const { weekday } = localTime(start, zone)
        const monday = instantOnDay(start, (8 - weekday) % 7, 8 * 60 + 30, zone)
        const friday = monday + (weeks - 1) * 7 * 86_400_000 + 4 * 86_400_000 + 9 * 3_600_000
        expect(afterWorkMinutes(monday, weeks * 2700, zone)).toBe(friday)
      }),
    )
  })

  // What a night, a weekend and a step over both make of the hazard's own clocks.
  const steps: [(typeof caseStates)[number], string, string][] = [
    ['reported', '2026-11-20T16:45', '2026-11-23T08:45'],
    ['accepted', '2026-11-20T16:45', '2026-11-23T11:45'],
    ['dispatched', '2026-11-19T16:45', '2026-11-20T11:46'],
    ['handling', '2026-11-21T10:00', '2026-12-02T17:30'],
  ]
  it.each(steps)('%s since %s is due %s', (state, from, due) => {
    expect(stepDueAt(state, local(from), rulesOf(hazard))).toBe(local(due))
  })
})

describe('numbers of a day', () => {
  const town = { places: [place('0', '云岭镇', 'town')], timeZone: zone }

  it('are never the same for another day or place in the row', () => {
    const day = fc.integer({ min: 0, max: 3000 })
    const sequence = fc.integer({ min: 1, max: 99_999 })
    fc.assert(
      fc.property(day, day, sequence, sequence, (dayA, dayB, a, b) => {
        fc.pre(dayA !== dayB || a !== b)
        const start = local('2026-01-01T00:00')
        const number = (n: number, of: number) => caseNumber(town, start + n * 86_400_000, of)
        expect(number(dayA, a)).not.toBe(number(dayB, b))
      }),
    )
  })

  it('sort as text in the order of the day, up to 9999', () => {
    const at = local('2026-11-21T07:00')
    const numbers = [1, 9, 10, 99, 100, 999, 1000, 9999].map((n) => caseNumber(town, at, n))
    expect(numbers.toSorted()).toEqual(numbers)
  })

  it('take the day of the town, not that of the server', () => {
    expect(caseNumber(town, Date.parse('2026-12-31T16:00:00Z'), 1)).toBe('云岭-20270101-0001')
    expect(caseCounter(Date.parse('2026-12-31T15:59:59Z'), zone)).toBe('case-20261231')
  })

  it.each([
    ['镇海街道', '镇海'],
    ['乡宁镇', '乡宁'],
    ['云岭', '云岭'],
    ['镇镇', '镇'],
  ])('%s is called %s for short', (name, short) => {
    const named = { places: [place('0', name, 'town')], timeZone: zone }
    expect(caseNumber(named, local('2026-11-21T07:00'), 1)).toBe(`${short}-20261121-0001`)
  })
})

describe('titles of instruments', () => {
  const hazards: [string, string, boolean][] = [
    ['forestFire', '森林火情', true],
    ['strawBurning', '秸秆焚烧', true],
    ['smoke', '烟雾', true],
    ['geological', '地质灾害', false],
    ['helpCall', '一键求助', false],
    ['somethingNew', '新的', false],
  ]
  it.each(hazards)('%s: only what may be a cooking fire is suspected', (id, name, isSuspected) => {
    expect(title(id, name)).toBe(`双桥村第二网格 ${isSuspected ? '疑似' : ''}${name}`)
  })
})
