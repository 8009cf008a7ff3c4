import { describe, expect, it } from 'vitest'
import type { Case } from '../../../gateway/domain/case.ts'
import { clockRules, stepClock, withTimer } from '../../../gateway/domain/case-clock.ts'
import type { WorkCalendar } from '../../../gateway/domain/work-calendar.ts'
import { createCalendarDesk } from '../../../gateway/pipeline/calendar-desk.ts'
import { createCalendarStore } from '../../../gateway/storage/calendar-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { caseOf, fill, useHouseTables } from '../storage/house-tables.ts'
import { sampleTown } from './sample-town.ts'

/** What a new calendar does to deadlines that run already. */

const house = useHouseTables()
const local = (text: string) => Date.parse(`${text}:00+08:00`)
// A Friday; the clock of `handling` is 4,320 minutes of work: eight days.
const begun = local('2026-11-20T09:00')
const now = local('2026-11-23T10:00')
const town = sampleTown()
const none: WorkCalendar = { restDays: [], workDays: [] }
const rest = (...restDays: string[]): WorkCalendar => ({ restDays, workDays: [] })

function running(id: string, over: Partial<Case> = {}, since = begun): Case {
  const { hazard = 'environment', state = 'handling' } = over
  const clock = stepClock(state, since, clockRules({ ...town, calendar: none }, hazard))
  return withTimer(caseOf(id, { hazard, state, stepSince: begun, ...clock, ...over }))
}

async function note(id: string, act: string, at: number): Promise<void> {
  await house.db.insertInto('case_history').values({ case_id: id, act, at }).execute()
}

const desk = () =>
  createCalendarDesk({
    store: createCalendarStore(house.db, async () => undefined),
    town: () => town,
    clock: { now: () => now, monotonic: () => 0 },
  })

const rowOf = (id: string) =>
  house.db.selectFrom('case').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const notes = () =>
  house.db.selectFrom('case_history').selectAll().where('act', '=', 'deadlineMoved').execute()

describe('a new calendar', () => {
  it('moves deadline, reminder and timer, with one quiet note', async () => {
    const before = running('c')
    await fill(house.db, { cases: [before] })
    expect(await desk().write(rest('2026-11-24'))).toEqual(none)
    const calendar = rest('2026-11-24')
    const { dueAt, remindAt } = stepClock(
      'handling',
      begun,
      clockRules({ ...town, calendar }, 'environment'),
    )
    expect(dueAt).not.toBe(before.dueAt)
    expect(await rowOf('c')).toMatchObject({
      due_at: dueAt,
      remind_at: remindAt,
      next_timer_at: remindAt,
      version: 2,
    })
    expect(await notes()).toMatchObject([{ case_id: 'c', at: now, actor: null, quiet: 1 }])
    expect(JSON.parse((await notes())[0]?.detail ?? '')).toEqual({ from: before.dueAt, dueAt })
    const news = await createOutbox(house.db).after(0, 9)
    expect(news).toMatchObject([{ topic: 'case', body: { id: 'c' } }])
  })

  it('that moves the reminder alone does so without a word', async () => {
    const before = running('c')
    await fill(house.db, { cases: [before] })
    // A day of rest for a day of work: the deadline is the same, what lies between is not.
    await desk().write({ restDays: ['2026-11-24'], workDays: ['2026-11-28'] })
    const row = await rowOf('c')
    expect(row).toMatchObject({ due_at: before.dueAt, version: 1, next_timer_at: row.remind_at })
    await desk().write({ restDays: ['2026-12-01'], workDays: ['2026-11-28'] })
    expect((await rowOf('c')).remind_at).not.toBe(row.remind_at)
    expect(await notes()).toEqual([])
  })

  it('that moves nothing writes nothing, and one that is taken back moves all back', async () => {
    const before = running('c')
    await fill(house.db, { cases: [before] })
    await desk().write(rest('2027-05-01'))
    expect(await notes()).toEqual([])
    await desk().write(rest('2026-11-24', '2026-11-25'))
    await desk().write(rest('2026-11-24', '2026-11-25'))
    expect(await notes()).toHaveLength(1)
    await desk().write(none)
    expect(await rowOf('c')).toMatchObject({ due_at: before.dueAt, remind_at: before.remindAt })
  })

  const still: [string, Partial<Case>][] = [
    ['that does not wait for office hours', { hazard: 'forestFire' }],
    ['that has ended', { state: 'closed' }],
    ['whose deadline passed', { dueAt: now - 1 }],
    ['that is suspended until a day', { state: 'suspended', dueAt: local('2026-11-30T12:00') }],
    ['without a clock', { state: 'verifying' }],
  ]
  it.each(still)('leaves a case alone %s', async (_, over) => {
    await fill(house.db, { cases: [running('c', over)] })
    const before = await rowOf('c')
    await desk().write(rest('2026-11-24'))
    expect(await rowOf('c')).toEqual(before)
  })

  it('leaves a date that somebody granted, until the clock began anew after it', async () => {
    const dueAt = local('2026-11-27T12:00')
    await fill(house.db, { cases: [running('granted', { dueAt }), running('passedUp')] })
    await note('granted', 'grantExtension', begun + 1)
    await note('passedUp', 'grantExtension', begun - 1)
    await desk().write(rest('2026-11-24'))
    expect((await rowOf('granted')).due_at).toBe(dueAt)
    expect((await notes()).map((row) => row.case_id)).toEqual(['passedUp'])
  })

  it('counts from when the level above got it', async () => {
    const since = local('2026-11-23T09:30')
    await fill(house.db, { cases: [running('c', { tier: 'village' }, since)] })
    await note('c', 'escalated', since)
    await desk().write(rest('2026-11-24'))
    const rules = clockRules({ ...town, calendar: rest('2026-11-24') }, 'environment')
    expect((await rowOf('c')).due_at).toBe(stepClock('handling', since, rules).dueAt)
  })

  it('keeps what is left of a clock that was stopped in between', async () => {
    // Half a day of work is left.
    const dueAt = local('2026-11-23T14:30')
    await fill(house.db, { cases: [running('c', { dueAt, remindAt: null })] })
    await desk().write(rest('2026-11-23'))
    expect((await rowOf('c')).due_at).toBe(local('2026-11-24T13:00'))
  })

  it('makes nothing late by a day that is over', async () => {
    // Due on Monday at eleven; with that Saturday worked it would have been due then.
    const since = local('2026-11-20T16:00')
    const one = running('c', { state: 'accepted' }, since)
    expect(one.dueAt).toBe(local('2026-11-23T11:00'))
    await fill(house.db, { cases: [{ ...one, stepSince: since }] })
    await desk().write({ restDays: [], workDays: ['2026-11-21'] })
    expect((await rowOf('c')).due_at).toBe(one.dueAt)
  })

  it('is not kept when a case cannot be moved', async () => {
    await fill(house.db, { cases: [running('c')] })
    const store = createCalendarStore(house.db, async () => undefined)
    const failing = store.write(rest('2026-11-24'), () => Promise.reject(new Error('full')))
    await expect(failing).rejects.toThrow('full')
    expect(await desk().write(none)).toEqual(none)
  })
})
