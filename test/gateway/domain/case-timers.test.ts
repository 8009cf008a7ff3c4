import { describe, expect, it } from 'vitest'
import type { Case } from '../../../gateway/domain/case.ts'
import { type ClockRules, stepClock, withTimer } from '../../../gateway/domain/case-clock.ts'
import { type Fired, fireDue } from '../../../gateway/domain/case-timers.ts'
import { transition } from '../../../gateway/domain/case-transition.ts'
import { aCase, fireClock, minute, officeClock, start, worker } from './a-case.ts'

/** What a case does when time passes, minute by minute where it matters. */

const at = (minutes: number) => start + minutes * minute

function begun(over: Partial<Case> = {}, clock: ClockRules = fireClock): Case {
  const present = aCase(over)
  return withTimer({ ...present, ...stepClock(present.state, present.stepSince, clock), ...over })
}

const acts = ({ happenings }: Fired) => happenings.map(({ act }) => act)

/** Looks each minute; what happened at which minute. */
function watch(present: Case, minutes: number, clock: ClockRules = fireClock) {
  const seen: [number, string][] = []
  let next = present
  for (let passed = 0; passed <= minutes; passed++) {
    const fired = fireDue(next, at(passed), clock)
    for (const act of acts(fired)) seen.push([passed, act])
    next = fired.next
  }
  return { seen, next }
}

function doAct(present: Case, request: Parameters<typeof transition>[1], now: number): Case {
  const person = { id: 'boss', role: 'townAdmin' } as const
  const outcome = transition(present, request, { person, now, clock: fireClock })
  if (outcome.kind !== 'moved') throw new Error(JSON.stringify(outcome))
  return outcome.next
}

describe('a case that nobody accepts', () => {
  it('is late, and moves grid → village → town, where it stays', () => {
    const { seen, next } = watch(begun(), 60)
    expect(seen).toEqual([
      [3, 'overdue'],
      [3, 'escalated'],
      [6, 'overdue'],
      [6, 'escalated'],
      [9, 'overdue'],
    ])
    expect(next).toMatchObject({
      tier: 'town',
      state: 'reported',
      overdueSince: at(3),
      dueAt: at(9),
      nextTimerAt: null,
      stepSince: start,
    })
  })

  it('is reminded of at 80 % of its time', () => {
    const present = begun({ state: 'accepted' })
    expect(present).toMatchObject({ dueAt: at(5), remindAt: at(4), nextTimerAt: at(4) })
    const fired = fireDue(present, at(4), fireClock)
    expect(fired.happenings).toEqual([{ act: 'reminder', facts: { dueAt: at(5) } }])
    expect(fired.next).toMatchObject({ remindAt: null, nextTimerAt: at(5), version: 2 })
  })

  it('stays where it is once the awaited act comes', () => {
    const late = fireDue(begun(), at(3), fireClock).next
    expect(late).toMatchObject({ tier: 'village', overdueSince: at(3) })
    const accepted = doAct(late, { act: 'accept' }, at(4))
    expect(accepted).toMatchObject({ tier: 'village', overdueSince: null, dueAt: at(9) })
    expect(fireDue(accepted, at(6), fireClock).happenings).toEqual([])
  })

  it('moves up one level after a long standstill, and its new owner has the full time', () => {
    const fired = fireDue(begun(), at(600), fireClock)
    expect(acts(fired)).toEqual(['overdue', 'escalated'])
    expect(fired.next).toMatchObject({ tier: 'village', dueAt: at(603), overdueSince: at(3) })
  })
})

describe('the wall clock', () => {
  it('may step back: nothing happens twice', () => {
    let present = begun()
    const all: string[] = []
    for (const minutes of [2.4, 3, -57, 3, 5.4, 6, -54, 6, 9, -51, 9, 9]) {
      const fired = fireDue(present, at(minutes), fireClock)
      all.push(...acts(fired))
      present = fired.next
    }
    expect(all.join(' ')).toBe('reminder overdue escalated reminder overdue escalated overdue')
  })

  it('asked twice at the same moment, says nothing the second time', () => {
    const once = fireDue(begun(), at(3), fireClock).next
    const twice = fireDue(once, at(3), fireClock)
    expect(twice).toEqual({ next: once, happenings: [] })
  })

  it('an older row has its timer looked at once, and no more than that', () => {
    const old = aCase({ state: 'verifying', nextTimerAt: at(1), dueAt: null })
    const fired = fireDue(old, at(2), fireClock)
    expect(fired.happenings).toEqual([])
    expect(fired.next).toEqual({ ...old, nextTimerAt: null })
  })

  it('zero minutes allowed end at the town', () => {
    const clocks = { accept: 0, dispatch: 0, sign: 0, handle: 0 }
    const clock = { ...fireClock, hazard: { clocks, workHours: false } }
    const fired = fireDue(begun({}, clock), start, clock)
    expect(acts(fired)).toEqual(['overdue', 'escalated', 'overdue', 'escalated', 'overdue'])
    expect(fired.next).toMatchObject({ tier: 'town', version: 2, nextTimerAt: null })
  })
})

describe('suspension', () => {
  const handling = begun({ state: 'handling', holder: worker })

  it('keeps what was left, and the time of it does not count', () => {
    const request = { act: 'suspend', reason: 'rain', until: at(600) } as const
    const suspended = doAct(handling, request, at(30))
    expect(suspended).toMatchObject({
      dueAt: at(600),
      remainingMs: 90 * minute,
      remindAt: null,
      nextTimerAt: at(600),
    })
    const resumed = doAct(suspended, { act: 'resume' }, at(200))
    expect(resumed).toMatchObject({ dueAt: at(290), remindAt: at(266), remainingMs: null })
  })

  it('ends by itself', () => {
    const request = { act: 'suspend', reason: 'rain', until: at(600) } as const
    const suspended = doAct(handling, request, at(110))
    const fired = fireDue(suspended, at(600), fireClock)
    expect(fired.happenings).toEqual([
      {
        act: 'resumed',
        fromState: 'suspended',
        toState: 'handling',
        facts: { until: at(600) },
      },
    ])
    // It had been reminded of before.
    expect(fired.next).toMatchObject({ state: 'handling', dueAt: at(610), remindAt: null })
  })

  it('does not make up for being late', () => {
    const late = fireDue(handling, at(120), fireClock).next
    expect(late).toMatchObject({ tier: 'village', dueAt: at(240) })
    const request = { act: 'suspend', reason: 'rain', until: at(600) } as const
    const suspended = doAct(late, request, at(140))
    expect(suspended).toMatchObject({ overdueSince: at(120), remainingMs: 100 * minute })
    expect(fireDue(suspended, at(240), fireClock).happenings).toEqual([])
    expect(doAct(suspended, { act: 'resume' }, at(300))).toMatchObject({
      overdueSince: at(120),
      dueAt: at(400),
    })
  })

  it('of a case whose time had run out at the town tells it no second time', () => {
    const out = watch(begun({ state: 'handling', holder: worker, tier: 'town' }), 130).next
    expect(out).toMatchObject({ remainingMs: 0, nextTimerAt: null })
    const request = { act: 'suspend', reason: 'rain', until: at(600) } as const
    const suspended = doAct(out, request, at(130))
    const resumed = doAct(suspended, { act: 'resume' }, at(200))
    expect(fireDue(resumed, at(500), fireClock).happenings).toEqual([])
  })
})

describe('more time', () => {
  const handling = begun({ state: 'handling', holder: worker })
  const asked = doAct(handling, { act: 'extend', reason: 'far', until: at(300) }, at(100))

  it('is given from now on', () => {
    const granted = doAct(asked, { act: 'grantExtension' }, at(110))
    expect(granted).toMatchObject({ dueAt: at(300), extension: null, remindAt: at(262) })
    expect(acts(fireDue(granted, at(120), fireClock))).toEqual([])
    const less = doAct(asked, { act: 'grantExtension', until: at(200) }, at(110))
    expect(less.dueAt).toBe(at(200))
  })

  it('lapses when nobody answers', () => {
    const reminded = fireDue(asked, at(100), fireClock).next
    const fired = fireDue(reminded, at(120), fireClock)
    expect(acts(fired)).toEqual(['extensionLapsed', 'overdue', 'escalated'])
    expect(fired.next.extension).toBeNull()
  })

  it('may be asked for after the end, and gives a clock again', () => {
    const out = watch(begun({ state: 'handling', holder: worker, tier: 'town' }), 130).next
    const late = doAct(out, { act: 'extend', reason: 'far', until: at(300) }, at(140))
    expect(late.nextTimerAt).toBe(at(300))
    const granted = doAct(late, { act: 'grantExtension' }, at(150))
    expect(granted).toMatchObject({ dueAt: at(300), remainingMs: null, overdueSince: at(120) })
    expect(acts(fireDue(granted, at(300), fireClock))).toEqual(['overdue'])
    expect(acts(fireDue(late, at(300), fireClock))).toEqual(['extensionLapsed'])
  })

  it('prolongs a suspension', () => {
    const wait = { act: 'suspend', reason: 'rain', until: at(200) } as const
    const suspended = doAct(handling, wait, at(60))
    const wish = doAct(suspended, { act: 'extend', reason: 'rain', until: at(400) }, at(100))
    const granted = doAct(wish, { act: 'grantExtension' }, at(110))
    expect(granted).toMatchObject({ dueAt: at(400), remainingMs: 60 * minute })
    expect(acts(fireDue(wish, at(200), fireClock))).toEqual(['extensionLapsed', 'resumed'])
  })
})

describe('supervision', () => {
  const request = { act: 'supervise', text: 'why?', dueAt: at(30) } as const

  it('is late once', () => {
    const present = doAct(begun({ state: 'verifying', holder: worker }), request, at(1))
    const fired = fireDue(present, at(30), fireClock)
    expect(fired.happenings).toEqual([{ act: 'supervisionOverdue', facts: { dueAt: at(30) } }])
    expect(fireDue(fired.next, at(31), fireClock).happenings).toEqual([])
    expect(fired.next).toMatchObject({ nextTimerAt: null, supervision: { isLate: true } })
  })

  it('is not late once it was answered, or the case ended', () => {
    const present = doAct(begun({ state: 'verifying', holder: worker }), request, at(1))
    const answered = doAct(present, { act: 'answer', text: 'so' }, at(2))
    const closed = doAct(present, { act: 'close', reason: 'seen' }, at(2))
    for (const after of [answered, closed]) {
      expect(fireDue(after, at(60), fireClock)).toEqual({ next: after, happenings: [] })
    }
  })
})

describe('clocks of the office', () => {
  const local = (text: string) => Date.parse(`${text}:00+08:00`)

  // 2026-11-21 is a Saturday, the 22nd a Sunday that is worked, the 24th a Tuesday at rest.
  it('wait for working days, make-up days among them', () => {
    const present = begun({}, officeClock)
    expect(present.dueAt).toBe(local('2026-11-22T09:30'))
    expect(present.remindAt).toBe(local('2026-11-22T09:18'))
    const accepted = begun({ state: 'accepted', stepSince: local('2026-11-23T16:30') }, officeClock)
    expect(accepted.dueAt).toBe(local('2026-11-25T11:30'))
  })

  it('keep working time over a suspension', () => {
    const since = local('2026-11-23T08:30')
    const present = begun({ state: 'handling', holder: worker, stepSince: since }, officeClock)
    const person = { id: 'boss', role: 'townAdmin' } as const
    const suspend = { act: 'suspend', reason: 'rain', until: local('2026-12-01T00:00') } as const
    const outcome = transition(present, suspend, {
      person,
      now: local('2026-11-23T17:30'),
      clock: officeClock,
    })
    if (outcome.kind !== 'moved') throw new Error(outcome.kind)
    expect(outcome.next.remainingMs).toBe((4320 - 540) * minute)
    const fired = fireDue(outcome.next, local('2026-12-01T00:00'), officeClock)
    expect(fired.next.dueAt).toBe(local('2026-12-09T17:30'))
  })
})
