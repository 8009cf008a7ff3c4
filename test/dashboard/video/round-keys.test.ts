import { describe, expect, test } from 'vitest'
import { type RoundKey, roundCommandOf } from '../../../dashboard/src/video/round-keys.ts'

const press = (key: string, part: Partial<RoundKey> = {}) =>
  roundCommandOf({ key, isComposing: false, hasModifier: false, isTyping: false, ...part })

describe('keys of a round', () => {
  test.each([
    ['n', 'normal'],
    ['N', 'normal'],
    ['r', 'report'],
    ['j', 'next'],
    ['ArrowRight', 'next'],
    ['k', 'previous'],
    ['ArrowLeft', 'previous'],
    ['s', 'sign'],
  ])('%s: %s', (key, act) => expect(press(key)).toEqual({ act }))
  test('digits tick the check list', () => {
    expect(press('1')).toEqual({ act: 'tick', item: 0 })
    expect(press('9')).toEqual({ act: 'tick', item: 8 })
    expect(press('0')).toBeNull()
  })
  test.each(['x', 'Enter', ' ', 'F5', 'Escape', 'constructor'])('%s means nothing', (key) =>
    expect(press(key)).toBeNull(),
  )
  test.each(['n', 's', '1'])('%s is text while somebody types', (key) =>
    expect(press(key, { isTyping: true })).toBeNull(),
  )
  test('nor while a character is composed, nor with Ctrl', () => {
    expect(press('n', { isComposing: true })).toBeNull()
    expect(press('r', { hasModifier: true })).toBeNull()
  })
})
