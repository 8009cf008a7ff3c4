import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOwnFilter, isOwnTopic, parseTopic } from '../../../adapters/mqtt/topics.ts'

describe('parseTopic', () => {
  test('four levels', () => {
    const path = { village: '990101101201', device: 'v1-pm1', kind: 'telemetry' }
    expect(parseTopic('lianxun/990101101201/v1-pm1/telemetry')).toEqual(path)
  })

  test.each([
    '',
    'lianxun',
    'lianxun/',
    'lianxun/a/b',
    'lianxun/a/b/c/d',
    'lianxun//b/c',
    'lianxun/a//c',
    'lianxun/a/b/',
    '/lianxun/a/b',
    'Lianxun/a/b/c',
    `lianxun/a/b/${'c'.repeat(300)}`,
  ])('%j is none', (topic) => expect(parseTopic(topic)).toBeUndefined())
})

describe('isOwnTopic', () => {
  test.each(['lianxun/1/a/telemetry', 'lianxun/another/a/status', 'lianxun/1/a/unheard-of'])(
    '%s is of device a',
    (topic) => expect(isOwnTopic('a', topic)).toBe(true),
  )

  test.each([
    'lianxun/1/b/telemetry',
    'lianxun/1/ab/telemetry',
    'lianxun/a/b/telemetry',
    'lianxun/1/a/telemetry/x',
    'lianxun/1/a/+',
    'lianxun/+/a/telemetry',
    'lianxun/1/a/#',
    'lianxun/1/a/tele\u0000metry',
    'lianxun/1/a/tele\ufffdmetry',
    '$SYS/1/a/telemetry',
  ])('%j is not', (topic) => expect(isOwnTopic('a', topic)).toBe(false))

  test('never the topic of another device', () => {
    const ids = fc.tuple(fc.string(), fc.string()).filter(([a, b]) => a !== b)
    fc.assert(
      fc.property(ids, fc.string(), ([a, b], village) => {
        fc.pre(!b.includes('/'))
        expect(isOwnTopic(a, `lianxun/${village}/${b}/telemetry`)).toBe(false)
      }),
    )
  })
})

test.each([
  ['lianxun/1/a/telemetry', true],
  ['lianxun/1/a/+', true],
  ['lianxun/1/a/#', true],
  ['lianxun/1/a/command', true],
  ['lianxun/2/a/command', false],
  ['lianxun/1/b/command', false],
  ['lianxun/1/a/unheard-of', false],
  ['lianxun/1/a/status/#', false],
  ['lianxun/1/a', false],
  ['lianxun/2/a/#', false],
  ['lianxun/1/b/#', false],
  ['lianxun/+/a/#', false],
  ['$share/group/lianxun/1/a/#', false],
])('filter %s of device a in village 1: %s', (filter, isOwn) => {
  expect(isOwnFilter({ id: 'a', village: '1' }, filter)).toBe(isOwn)
})
