import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  groupOf,
  keepSelection,
  matches,
  queueSections,
  severityCounts,
  stepSelection,
} from '../../../dashboard/src/console/queue-order.ts'
import { aCase } from '../case-views.ts'

const anyCase = fc
  .record({
    id: fc.uuid(),
    severity: fc.constantFrom('blue', 'yellow', 'orange', 'red'),
    unacknowledged: fc.integer({ min: 0, max: 2 }),
    active: fc.integer({ min: 0, max: 2 }),
    openedAt: fc.integer({ min: 0, max: 1_000 }),
  })
  .map((part) => aCase(part))

const text = () => '云岭-0001 双桥村第二网格 疑似森林火情 双桥村高空瞭望1'

describe('groups', () => {
  test.each([
    [1, 1, 'unacknowledged'],
    [0, 1, 'acknowledged'],
    [0, 0, 'acknowledged'],
    [2, 0, 'cleared'],
  ] as const)('%d unseen, %d active: %s', (unacknowledged, active, group) => {
    expect(groupOf({ unacknowledged, active })).toBe(group)
  })
})

describe('order', () => {
  test('graver first, then older', () => {
    const cases = [
      aCase({ id: 'young', openedAt: 9 }),
      aCase({ id: 'blue', severity: 'blue', openedAt: 1 }),
      aCase({ id: 'old', openedAt: 2 }),
    ]
    expect(queueSections(cases)[0]?.cases.map((one) => one.id)).toEqual(['old', 'young', 'blue'])
  })

  test('every open case is listed once, unseen ones first, whatever its age', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyCase, { selector: (one) => one.id }), (cases) => {
        const sections = queueSections(cases)
        const listed = sections.flatMap((section) => section.cases.map((one) => one.id))
        expect(listed.toSorted()).toEqual(cases.map((one) => one.id).toSorted())
        const order = ['unacknowledged', 'acknowledged', 'cleared']
        const ranks = sections.map((section) => order.indexOf(section.group))
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
      }),
    )
  })

  test('the order does not depend on how the cases came in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyCase, { selector: (one) => one.id }), (cases) => {
        const ids = (list: typeof cases) =>
          queueSections(list).flatMap((section) => section.cases.map((one) => one.id))
        expect(ids(cases.toReversed())).toEqual(ids(cases))
      }),
    )
  })
})

describe('filter', () => {
  test('all words must be found', () => {
    expect(matches(aCase(), { severity: null, text: '双桥 瞭望' }, text)).toBe(true)
    expect(matches(aCase(), { severity: null, text: '双桥 空气站' }, text)).toBe(false)
  })
  test('severity', () => {
    expect(matches(aCase(), { severity: 'blue', text: '' }, text)).toBe(false)
    expect(matches(aCase(), { severity: 'red', text: ' ' }, text)).toBe(true)
  })
  test('counts', () => {
    const cases = [aCase(), aCase({ severity: 'blue' }), aCase()]
    expect(severityCounts(cases)).toEqual({ red: 2, orange: 0, yellow: 0, blue: 1 })
  })
})

describe('selection', () => {
  test('arrivals do not take it', () => expect(keepSelection(['new', 'a'], 'a', 0)).toBe('a'))
  test('when the chosen one leaves, its place is next', () => {
    expect(keepSelection(['b', 'c'], 'a', 1)).toBe('c')
    expect(keepSelection(['b'], 'a', 4)).toBe('b')
    expect(keepSelection([], 'a', 0)).toBeNull()
  })
  test('steps stop at the ends', () => {
    expect(stepSelection(['a', 'b'], 'a', -1)).toBe('a')
    expect(stepSelection(['a', 'b'], 'a', 1)).toBe('b')
    expect(stepSelection(['a', 'b'], 'b', 1)).toBe('b')
    expect(stepSelection(['a', 'b'], null, 1)).toBe('a')
    expect(stepSelection([], null, 1)).toBeNull()
  })
})
