import { type Case, type Holder, noFacts } from '../../../gateway/domain/case.ts'
import type { ActRequest } from '../../../gateway/domain/case-acts.ts'
import type { ClockRules } from '../../../gateway/domain/case-clock.ts'
import { noCalendar } from '../../../gateway/domain/work-calendar.ts'

/** A case of the sample town on the morning of 21 November 2026, and its clocks. */

export const minute = 60_000
export const start = Date.UTC(2026, 10, 21, 1)

/** Runs day and night: 3, 5, 5 and 120 minutes. */
export const fireClock: ClockRules = {
  hazard: { clocks: { accept: 3, dispatch: 5, sign: 5, handle: 120 }, workHours: false },
  timeZone: 'Asia/Shanghai',
  calendar: noCalendar,
}

/** Runs in working hours only. */
export const officeClock: ClockRules = {
  hazard: { clocks: { accept: 60, dispatch: 240, sign: 240, handle: 4320 }, workHours: true },
  timeZone: 'Asia/Shanghai',
  calendar: { restDays: ['2026-11-24'], workDays: ['2026-11-22'] },
}

export const worker: Holder = { kind: 'user', id: 'worker' }

export function aCase(over: Partial<Case> = {}): Case {
  return {
    id: 'this',
    number: '云岭-20261121-0001',
    state: 'reported',
    tier: 'grid',
    hazard: 'forestFire',
    severity: 'orange',
    village: '990101101201',
    grid: '990101101201001',
    title: '双桥村第一网格 疑似森林火情',
    lon: 106.7,
    lat: 29.19,
    openedAt: start,
    stepSince: start,
    dueAt: null,
    holder: null,
    version: 1,
    incident: 'i-1',
    source: 'alarm',
    text: null,
    reportedBy: null,
    externalId: null,
    mergedInto: null,
    splitFrom: null,
    ...noFacts,
    ...over,
  }
}

/** Everything that any act could need. */
export const complete: Required<Omit<ActRequest, 'act'>> = {
  reason: 'why',
  text: 'what was done',
  until: start + 600 * minute,
  dueAt: start + 60 * minute,
  score: 4,
  into: 'other',
  to: worker,
  falseAlarm: false,
  alarms: ['a1'],
  checkin: 'c-1',
}
