import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  type CameraMessage,
  identityOf,
  tidyTopic,
  truthOf,
} from '../../../gateway/domain/camera-message.ts'

test.each([
  ['true', true],
  ['True', true],
  ['1', true],
  ['001', true],
  [' active ', true],
  ['ON', true],
  ['false', false],
  ['0', false],
  ['000', false],
  ['inactive', false],
  ['Off', false],
  ['', null],
  ['maybe', null],
  ['-1', null],
  ['1.5', null],
  ['123456789012', null],
  ['constructor', null],
])('%j means %j', (text, truth) => {
  expect(truthOf(text)).toBe(truth)
})

test.each([
  ['  VideoSource/MotionAlarm\n', 'VideoSource/MotionAlarm'],
  ['VideoSource/MotionAlarm/', 'VideoSource/MotionAlarm'],
  ['VideoSource/MotionAlarm//.', 'VideoSource/MotionAlarm'],
  ['VideoSoure/MotionAlarm', 'VideoSource/MotionAlarm'],
  [' a / b ', 'a/b'],
  ['', ''],
])('the topic %j is %j', (text, topic) => {
  expect(tidyTopic(text)).toBe(topic)
})

describe('what a message is about', () => {
  const message = (over: Partial<CameraMessage>): CameraMessage => ({
    topic: 't',
    operation: 'changed',
    source: [],
    key: [],
    content: [],
    at: null,
    ...over,
  })

  it('is its topic, sources and keys in any order, and not what it says of them', () => {
    const one = message({
      source: [
        ['a', '1'],
        ['b', '2'],
      ],
      content: [['State', 'true']],
    })
    const two = message({
      source: [
        ['b', '2'],
        ['a', '1'],
      ],
      content: [['State', '0']],
      at: 5,
    })
    expect(identityOf(one)).toBe(identityOf(two))
  })

  it('differs with topic, source and key', () => {
    const item: [string, string][] = [['a', '1']]
    const all = [
      message({}),
      message({ topic: 'u' }),
      message({ source: item }),
      message({ key: item }),
      message({ source: [['a', '2']] }),
      message({ source: [['a=1', '']] }),
    ]
    expect(new Set(all.map(identityOf)).size).toBe(all.length)
  })

  it('never throws and never takes long, whatever the texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        truthOf(a)
        tidyTopic(b)
        expect(identityOf(message({ topic: a, key: [[a, b]] }))).toContain('[')
      }),
    )
  })
})
