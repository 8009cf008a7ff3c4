import { describe, expect, test } from 'vitest'
import { durationWords } from '../../../dashboard/src/i18n/language.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { checkinCommandOf } from '../../../dashboard/src/patrols/checkin-keys.ts'
import {
  apartWords,
  isWaiting,
  kmhSince,
  nextAfter,
  stateOfCheckin,
  steppedTo,
  whyMarked,
} from '../../../dashboard/src/patrols/checkins.ts'
import { checkinMarks } from '../../../gateway/domain/checkin.ts'
import { aCheckin } from '../patrol-views.ts'

const t = createTranslate('zh')
const spoken = { t, durations: durationWords(t) }
const minute = 60_000
const review = { by: '值守员甲', at: 0, text: null }
const refused = { status: 'refused', refusal: { kind: 'forged', text: 'x' } } as const

describe('what waits for a look', () => {
  test.each([
    ['plain', false, {}],
    ['waiting', true, { marks: ['noFix' as const] }],
    ['unlooked', true, refused],
    [
      'counts',
      false,
      { marks: ['noFix' as const], review: { ...review, verdict: 'counts' as const } },
    ],
    ['discounted', false, { ...refused, review: { ...review, verdict: 'discounted' as const } }],
  ])('%s: %s', (state, waits, part) => {
    expect(stateOfCheckin(aCheckin(part))).toBe(state)
    expect(isWaiting(aCheckin(part))).toBe(waits)
  })
})

describe('why it is marked', () => {
  const at = Date.UTC(2026, 10, 21, 2, 24)
  const why = (part: Parameters<typeof aCheckin>[0], mark: (typeof checkinMarks)[number]) =>
    whyMarked(aCheckin(part), mark, spoken)
  test('with the figures of this one', () => {
    expect(why({ distanceM: 412, accuracyM: 14.4 }, 'outsideRadius')).toBe(
      '离点位 410 米，点位范围 60 米，定位误差 14 米。定位差或绕路时也会这样。',
    )
    const before = { point: '村口', at: at - 20_000, distanceM: 900 }
    expect(why({ at, before }, 'impossibleSpeed')).toContain('只用了 20 秒')
    expect(why({ at, saidAt: at + 3 * minute }, 'clockSkew')).toContain('差 3 分')
    expect(why({ at, receivedAt: at + 3_600_000 }, 'lateSync')).toContain('过了 1 小时')
  })
  test.each(checkinMarks)('%s leaves no gap in its words', (mark) => {
    for (const part of [{}, { point: null, distanceM: null, accuracyM: null, lon: null }])
      expect(why(part, mark)).not.toMatch(/[{}]|NaN|undefined/)
  })
})

test.each([
  [0, '一致'],
  [900, '一致'],
  [90_000, '晚 1 分'],
  [-45_000, '早 45 秒'],
])('a clock that is %d ms apart is %s', (ms, said) => expect(apartWords(ms, spoken)).toBe(said))

describe('how fast', () => {
  const at = 10 * minute
  test('from the one before', () =>
    expect(kmhSince({ at, before: { point: 'x', at: 0, distanceM: 1_000 } })).toBeCloseTo(6))
  test('nothing before, or at the same moment', () => {
    expect(kmhSince({ at, before: null })).toBeNull()
    expect(kmhSince({ at, before: { point: 'x', at, distanceM: 1_000 } })).toBeNull()
  })
})

describe('from one to the next', () => {
  const list = ['a', 'b', 'c'].map((id) => aCheckin({ id }))
  test('by keys; the ends hold', () => {
    expect(steppedTo(list, 'a', 1)).toBe('b')
    expect(steppedTo(list, 'c', 1)).toBe('c')
    expect(steppedTo(list, 'a', -1)).toBe('a')
    expect(steppedTo(list, null, 1)).toBe('a')
    expect(steppedTo([], 'a', 1)).toBeNull()
  })
  test('after a verdict', () => {
    expect(nextAfter(list, 'a')).toBe('b')
    expect(nextAfter(list, 'c')).toBe('b')
    expect(nextAfter(list.slice(0, 1), 'a')).toBeNull()
  })
})

describe('keys', () => {
  const press = (key: string, part = {}) =>
    checkinCommandOf({ key, isComposing: false, hasModifier: false, isTyping: false, ...part })
  test.each([
    ['c', 'counts'],
    ['C', 'counts'],
    ['x', 'discounted'],
    ['j', 'next'],
    ['ArrowDown', 'next'],
    ['k', 'previous'],
    ['t', 'text'],
    ['q', null],
  ])('%s is %s', (key, command) => expect(press(key)).toBe(command))
  test('sleep while text is typed, composed, or with a modifier', () => {
    for (const part of [{ isComposing: true }, { hasModifier: true }, { isTyping: true }])
      expect(press('c', part)).toBeNull()
  })
})
