import { describe, expect, test } from 'vitest'
import { inTaskOrder, isLate, mainStep } from '../../../dashboard/src/tasks/task-order.ts'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import { aCase } from '../case-views.ts'

const now = 10_000_000
const minute = 60_000
const task = (id: string, part: Parameters<typeof aCase>[0] = {}) =>
  aCase({ id, state: 'handling', dueAt: now + 10 * minute, openedAt: now - minute, ...part })

describe('what is late', () => {
  test.each<[string, Parameters<typeof aCase>[0], boolean]>([
    ['time left', {}, false],
    ['the last moment', { dueAt: now + 1 }, false],
    ['the deadline itself', { dueAt: now }, true],
    ['said by the gateway', { overdue: true }, true],
    ['late below, time left above', { overdueSince: now - minute }, true],
    ['no clock', { dueAt: null }, false],
    ['suspended until a day that has come', { state: 'suspended', dueAt: now }, false],
    ['waiting for the check', { state: 'verifying', overdueSince: now - minute }, false],
  ])('%s', (_name, part, late) => expect(isLate(task('a', part), now)).toBe(late))
})

describe('the order', () => {
  const order = (...tasks: ReturnType<typeof aCase>[]) =>
    inTaskOrder(tasks, now).map(({ id }) => id)
  test('late ones, then the earliest deadline, then what waits for others', () =>
    expect(
      order(
        task('no clock', { dueAt: null }),
        task('checked by others', { state: 'verifying', dueAt: now + minute }),
        task('soon', { dueAt: now + minute }),
        task('late', { dueAt: now - minute }),
        task('suspended', { state: 'suspended', dueAt: now - minute }),
        task('later', { dueAt: now + 2 * minute }),
        task('late for long', { dueAt: now - 5 * minute }),
      ),
    ).toEqual([
      'late for long',
      'late',
      'soon',
      'later',
      'no clock',
      'suspended',
      'checked by others',
    ]))
  test('the older one first at the same deadline', () =>
    expect(order(task('new', { openedAt: 2 }), task('old', { openedAt: 1 }))).toEqual([
      'old',
      'new',
    ]))
  test('what was given is left as it was', () => {
    const given = [task('b', { dueAt: now + 2 }), task('a', { dueAt: now + 1 })]
    inTaskOrder(given, now)
    expect(given.map(({ id }) => id)).toEqual(['b', 'a'])
  })
})

describe('the one step', () => {
  test.each<[CaseAct[], string | null]>([
    [['sign', 'sendBack', 'note'], 'sign'],
    [['sendBack', 'suspend', 'feedback', 'note'], 'feedback'],
    [['extend', 'resume'], 'resume'],
    [['verify', 'rework'], 'verify'],
    [['note', 'claim'], null],
    [['accept', 'dispatch'], null],
    [[], null],
  ])('%j', (actions, step) => expect(mainStep(actions)).toBe(step))
})
