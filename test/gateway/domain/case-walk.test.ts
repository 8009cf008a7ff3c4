import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Case,
  type CaseAct,
  type CaseState,
  caseActs,
  type Holder,
  tiers,
} from '../../../gateway/domain/case.ts'
import type { ActRequest } from '../../../gateway/domain/case-acts.ts'
import { type ClockRules, stepClock, withTimer } from '../../../gateway/domain/case-clock.ts'
import { fireDue } from '../../../gateway/domain/case-timers.ts'
import { actsFor, transition } from '../../../gateway/domain/case-transition.ts'
import type { Role } from '../../../gateway/domain/person.ts'
import { aCase, fireClock, minute, officeClock, start } from './a-case.ts'

/**
 * 10,000 random walks of acts and of time through a case; after every step of each the same things
 * must hold. The seed of a run is printed: LIANXUN_SEED walks it again.
 */

const seed = Number(process.env.LIANXUN_SEED ?? Math.floor(Math.random() * 2 ** 31))
console.info(`case-walk: LIANXUN_SEED=${seed}`)

interface Walker {
  id: string
  role: Role
  team?: string
  unit?: string
}

const walkers: Walker[] = [
  { id: 'admin', role: 'townAdmin' },
  { id: 'boss', role: 'supervisor' },
  { id: 'desk', role: 'operator' },
  { id: 'cadre', role: 'villageCadre' },
  { id: 'worker', role: 'gridWorker' },
  { id: 'mate', role: 'gridWorker', team: '红袖标1队' },
  { id: 'guard', role: 'patroller', unit: '应急办' },
  { id: 'eye', role: 'viewer' },
]

const receivers: Holder[] = [
  { kind: 'user', id: 'worker' },
  { kind: 'team', id: '红袖标1队' },
  { kind: 'unit', id: '应急办' },
]

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      act: fc.constantFrom(...caseActs),
      who: fc.constantFrom(...walkers),
      to: fc.constantFrom(...receivers),
      isComplete: fc.boolean(),
      ahead: fc.integer({ min: -5, max: 400 }),
      flag: fc.boolean(),
    }),
  },
  {
    weight: 1,
    // The wall clock may be set back, too.
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: -60, max: 300 })),
    }),
  },
  {
    // What is offered, so that walks go everywhere.
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('offered' as const),
      pick: fc.nat(99),
      who: fc.constantFrom(...walkers),
      to: fc.constantFrom(...receivers),
      ahead: fc.integer({ min: 1, max: 400 }),
      flag: fc.boolean(),
    }),
  },
  {
    // What brings a case on: without these most walks would stay at the beginning.
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('onwards' as const),
      to: fc.constantFrom(...receivers),
    }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Row {
  act: string
  fromState?: CaseState
  toState?: CaseState
}

interface Walk {
  present: Case
  now: number
  clock: ClockRules
  history: Row[]
  /** Of the running clock: what a stop-watch that stands while suspended says is left, ms. */
  leftMs: number | null
  /** That stop-watch came to its end at the town. */
  isOut: boolean
  changes: number
}

const clocked: CaseState[] = ['reported', 'accepted', 'dispatched', 'handling']
const held: CaseState[] = ['dispatched', 'handling', 'suspended', 'verifying', 'closed']
const over: CaseState[] = ['closed', 'void', 'merged']
/** Nothing but these makes a late case one that is in time. */
const awaited: CaseAct[] = [
  ...(['accept', 'dispatch', 'sign', 'sendBack', 'feedback'] as const),
  ...(['verify', 'close', 'rework', 'reopen', 'void', 'merge'] as const),
]
const next: Partial<Record<CaseState, CaseAct>> = {
  reported: 'accept',
  accepted: 'dispatch',
  dispatched: 'sign',
  handling: 'feedback',
  suspended: 'resume',
  verifying: 'rework',
  closed: 'reopen',
}

function allowanceMs(state: CaseState, { hazard }: ClockRules): number | null {
  const { accept, dispatch, sign, handle } = hazard.clocks
  const minutes = [accept, dispatch, sign, handle][clocked.indexOf(state)]
  return minutes === undefined ? null : minutes * minute
}

/** The earliest of what runs, written down a second time. */
function earliest({ state, dueAt, remindAt, remainingMs, extension, supervision }: Case) {
  const runs = dueAt !== null && !(remainingMs === 0 && state !== 'suspended')
  const times: number[] = []
  if (remindAt !== null) times.push(remindAt)
  if (runs) times.push(dueAt)
  if (extension !== null && !runs) times.push(extension.until)
  if (supervision !== null && supervision.isLate !== true) times.push(supervision.dueAt)
  return times.length === 0 ? null : Math.min(...times)
}

function check(walk: Walk, before: Case, by: string): void {
  const { present, now } = walk
  const { state, tier, holder, dueAt, remindAt, nextTimerAt } = present
  // One owner: a tier, and below it at most one holder, who is there from dispatch to the end.
  assert(tiers.includes(tier))
  assert.equal(holder !== null, held.includes(state), `${state} after ${by}`)
  assert.equal(present.claimedBy === null, present.claimedAt === null)
  // Clocks.
  assert.equal(nextTimerAt, earliest(present), by)
  assert.equal(dueAt !== null, [...clocked, 'suspended'].includes(state), `${state} after ${by}`)
  if (remindAt !== null) assert(remindAt <= (dueAt ?? 0))
  if (over.includes(state)) {
    assert.deepEqual([nextTimerAt, present.supervision, present.extension], [null, null, null])
  }
  assert.equal(present.closedAt !== null, over.includes(state))
  if (before.overdueSince !== null && present.overdueSince !== before.overdueSince) {
    assert.equal(present.overdueSince, null)
    assert(awaited.includes(by as CaseAct), by)
  }
  // A tier never goes down.
  assert(tiers.indexOf(tier) >= tiers.indexOf(before.tier))
  // Suspended time is not counted: the stop-watch agrees with the deadline.
  if (!walk.clock.hazard.workHours && clocked.includes(state) && !walk.isOut) {
    assert.equal((dueAt ?? 0) - now, walk.leftMs, by)
  }
  assert.equal(present.version, 1 + walk.changes)
}

/** Starts the stop-watch anew where the rules say so. */
function wind(walk: Walk, before: Case, by: string): void {
  const { present, now } = walk
  if (by === 'suspend' || by === 'resume' || by === 'resumed') {
    if (walk.leftMs !== null && walk.leftMs < 0) walk.leftMs = 0
    return
  }
  if (by === 'grantExtension' && present.state === 'handling') {
    walk.leftMs = (present.dueAt ?? 0) - now
    walk.isOut = false
    return
  }
  if (present.state !== before.state || present.tier !== before.tier) {
    walk.leftMs = allowanceMs(present.state, walk.clock)
    walk.isOut = false
  }
}

function act(walk: Walk, who: Walker, request: ActRequest): void {
  const before = walk.present
  const frozen = JSON.stringify(before)
  const context = { person: who, now: walk.now, clock: walk.clock, alarms: ['a1', 'a2'] }
  const outcome = transition(before, request, context)
  assert.equal(JSON.stringify(before), frozen)
  if (outcome.kind !== 'moved') return
  assert.notEqual(who.role, 'viewer')
  walk.present = outcome.next
  walk.changes += 1
  walk.history.push({ act: request.act, fromState: before.state, toState: outcome.state })
  wind(walk, before, request.act)
  check(walk, before, request.act)
  look(walk)
}

/** As the sweeper does, after each act and each minute. */
function look(walk: Walk): void {
  const before = walk.present
  const fired = fireDue(before, walk.now, walk.clock)
  walk.present = fired.next
  if (fired.happenings.length > 0) walk.changes += 1
  for (const { act: name, fromState, toState } of fired.happenings) {
    if (name === 'overdue' && !walk.clock.hazard.workHours) {
      assert((walk.leftMs ?? 0) <= 0, 'late before its time was over')
    }
    if (name === 'overdue' && before.tier === 'town') walk.isOut = true
    walk.history.push({ act: name, fromState, toState })
    if (name === 'resumed' || name === 'escalated') wind(walk, before, name)
  }
  check(walk, before, 'time')
  assert((fired.next.nextTimerAt ?? Infinity) > walk.now)
  assert.deepEqual(fireDue(fired.next, walk.now, walk.clock), { next: fired.next, happenings: [] })
}

function pass(walk: Walk, minutes: number): void {
  walk.now += minutes * minute
  const isRunning = clocked.includes(walk.present.state)
  if (isRunning && walk.leftMs !== null) walk.leftMs -= minutes * minute
  look(walk)
}

function onwards(walk: Walk, to: Holder): void {
  const wanted = next[walk.present.state]
  if (wanted === undefined) return
  act(walk, { id: 'admin', role: 'townAdmin' }, { act: wanted, reason: 'on', text: 'on', to })
}

function take(walk: Walk, one: Step): void {
  if (one.kind === 'pass') return pass(walk, one.minutes)
  if (one.kind === 'onwards') return onwards(walk, one.to)
  const { who, to, ahead, flag } = one
  const offered = one.kind === 'offered' ? actsFor(walk.present, who) : []
  const wanted = one.kind === 'act' ? one.act : offered[one.pick % offered.length]
  if (wanted === undefined) return
  const isComplete = one.kind === 'offered' || one.isComplete
  const until = walk.now + ahead * minute
  const rest = { reason: 'why', text: 'what', until, dueAt: until, score: 3, into: 'other', to }
  const alarms = flag ? ['a1'] : ['a1', 'a2']
  const request = isComplete ? { ...rest, alarms, falseAlarm: flag } : {}
  act(walk, who, { act: wanted, ...request })
}

function replay(history: readonly Row[]): CaseState {
  let state: CaseState = 'reported'
  for (const { fromState, toState } of history) {
    if (fromState === undefined || toState === undefined) continue
    assert.equal(fromState, state)
    state = toState
  }
  return state
}

function begin(clock: ClockRules): Walk {
  const present = withTimer(aCase({ ...stepClock('reported', start, clock) }))
  const leftMs = allowanceMs('reported', clock)
  return { present, now: start, clock, history: [], leftMs, isOut: false, changes: 0 }
}

describe('walks', () => {
  const rows: [string, ClockRules, number][] = [
    ['by day and night', fireClock, 9_500],
    ['in working hours', officeClock, 500],
  ]
  const reached = new Set<string>()

  it.each(rows)(
    '%s',
    (_name, clock, numRuns) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
          const walk = begin(clock)
          for (const one of steps) take(walk, one)
          expect(replay(walk.history)).toBe(walk.present.state)
          for (const { act: name } of walk.history) reached.add(name)
        }),
        { numRuns, seed },
      )
    },
    120_000,
  )

  it('went everywhere', () => {
    const ofTime = ['reminder', 'overdue', 'escalated', 'resumed']
    const later = ['supervisionOverdue', 'extensionLapsed']
    expect([...reached].toSorted()).toEqual([...caseActs, ...ofTime, ...later].toSorted())
  })
})
