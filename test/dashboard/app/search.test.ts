import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownPath, readCaseSearch, wordOf } from '../../../dashboard/src/app/search.ts'

describe('the way back after signing in', () => {
  test.each(['/', '/console', '/cases?state=closed', '/devices?device=v2-pm4#x'])('%s', (path) =>
    expect(ownPath(path)).toBe(path),
  )
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'console',
    '',
    null,
    undefined,
    7,
    ['/console'],
  ])('not %s', (next) => expect(ownPath(next)).toBeUndefined())
  test('whatever is written, it stays with us', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.webPath()), (next) => {
        const path = ownPath(next)
        if (path === undefined) return
        expect(new URL(path, 'http://lianxun.example').origin).toBe('http://lianxun.example')
      }),
    )
  })
})

describe('what the list of cases is asked for', () => {
  const nothing = {
    state: undefined,
    severity: undefined,
    hazard: undefined,
    village: undefined,
    tier: undefined,
    source: undefined,
    q: undefined,
    overdue: undefined,
    mine: undefined,
  }
  test('every filter is named, so that a refused one does not come through', () =>
    expect(
      readCaseSearch({ state: 'nonsense', severity: 1, overdue: 'maybe', x: 1 }),
    ).toStrictEqual(nothing))
  test('what is known is kept', () =>
    expect(
      readCaseSearch({ state: 'closed', severity: 'red', overdue: true, q: '塌方' }),
    ).toStrictEqual({ ...nothing, state: 'closed', severity: 'red', overdue: true, q: '塌方' }))
  test('level, source and what is one’s own too', () =>
    expect(readCaseSearch({ tier: 'town', source: 'resident', mine: true })).toStrictEqual({
      ...nothing,
      tier: 'town',
      source: 'resident',
      mine: true,
    }))
  test.each([{ tier: 'county' }, { source: 'rumour' }, { mine: 'yes' }])('%o is no filter', (x) =>
    expect(readCaseSearch(x)).toStrictEqual(nothing),
  )
  test('a village’s code comes as a number and is a word', () =>
    expect(readCaseSearch({ village: 990101101205 }).village).toBe('990101101205'))
  test.each([[''], [null], [{}], [['a']]])('%o is no word', (value) =>
    expect(wordOf(value)).toBeUndefined(),
  )
})
