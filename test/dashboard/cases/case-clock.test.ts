import { describe, expect, test } from 'vitest'
import { dueOf, stages, timeInStates } from '../../../dashboard/src/cases/case-clock.ts'
import { aCase, aDetail } from '../case-views.ts'

const minute = 60_000
const move = (at: number, fromState: string | null, toState: string, id = at) => ({
  id,
  at: at * minute,
  act: 'x',
  actor: 'a',
  fromState,
  toState,
  text: null,
  alarm: null,
  pictures: [],
  facts: {},
})

describe('due', () => {
  test('time left', () => {
    expect(dueOf(aCase({ dueAt: 5 * minute }), 2 * minute)).toEqual({
      clock: 'accept',
      ms: 3 * minute,
      isOverdue: false,
    })
  })
  test('overdue counts up', () => {
    expect(dueOf(aCase({ dueAt: 5 * minute, state: 'handling' }), 9 * minute)).toEqual({
      clock: 'handle',
      ms: 4 * minute,
      isOverdue: true,
    })
  })
  test('no clock, no due', () => expect(dueOf(aCase({ dueAt: null }), 0)).toBeNull())
})

describe('time in states', () => {
  test('visits add up, the last runs on', () => {
    const spent = timeInStates(
      [
        move(0, null, 'reported'),
        move(2, 'reported', 'accepted'),
        move(5, 'accepted', 'dispatched'),
        move(6, 'dispatched', 'accepted'),
      ],
      'accepted',
      10 * minute,
    )
    expect(spent.get('reported')).toBe(2 * minute)
    expect(spent.get('accepted')).toBe(7 * minute)
    expect(spent.get('dispatched')).toBe(minute)
  })
})

describe('stages', () => {
  const timeline = [
    move(0, null, 'reported'),
    move(2, 'reported', 'accepted'),
    move(3, 'accepted', 'dispatched'),
    move(4, 'dispatched', 'handling'),
  ]
  test('done, now, ahead', () => {
    const drawn = stages(aDetail({ state: 'handling', openedAt: 0, timeline }), 9 * minute)
    expect(drawn.map((stage) => stage.standing)).toEqual([
      'done',
      'done',
      'done',
      'now',
      'ahead',
      'ahead',
    ])
    expect(drawn[3]).toMatchObject({ spentMs: 5 * minute, limitMin: 120 })
    expect(drawn[4]?.spentMs).toBeNull()
  })
  test('suspended work stands at handling', () => {
    const drawn = stages(aDetail({ state: 'suspended', openedAt: 0, timeline }), 9 * minute)
    expect(drawn.find((stage) => stage.standing === 'now')?.state).toBe('handling')
  })
  test('closed is all done', () => {
    const drawn = stages(aDetail({ state: 'closed', openedAt: 0, timeline }), 9 * minute)
    expect(drawn.every((stage) => stage.standing === 'done')).toBe(true)
  })
  test('a timeline that begins with an alarm still has its first step', () => {
    const drawn = stages(aDetail({ state: 'reported', openedAt: minute, timeline: [] }), 4 * minute)
    expect(drawn[0]).toMatchObject({ standing: 'now', spentMs: 3 * minute, limitMin: 3 })
  })
})
