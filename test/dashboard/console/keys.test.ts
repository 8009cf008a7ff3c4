import { describe, expect, test } from 'vitest'
import { commandOf, type KeyPress } from '../../../dashboard/src/console/keys.ts'

const press = (key: string, part: Partial<KeyPress> = {}): KeyPress => ({
  key,
  isComposing: false,
  hasModifier: false,
  focus: 'page',
  ...part,
})

describe('keys of the desk', () => {
  test.each([
    ['j', 'next'],
    ['J', 'next'],
    ['ArrowDown', 'next'],
    ['k', 'previous'],
    ['Enter', 'open'],
    ['a', 'acknowledge'],
    ['t', 'accept'],
    ['d', 'dispatch'],
    ['f', 'falseAlarm'],
    ['/', 'search'],
    ['l', 'live'],
    ['m', 'map'],
    ['r', 'report'],
    ['?', 'help'],
  ])('%s is %s', (key, command) => expect(commandOf(press(key))).toBe(command))

  test('other keys are nobody’s', () => expect(commandOf(press('x'))).toBeNull())
  test('asleep while text is typed', () =>
    expect(commandOf(press('a', { focus: 'text' }))).toBeNull())
  test('asleep while a character is composed', () =>
    expect(commandOf(press('a', { isComposing: true }))).toBeNull())
  test('shortcuts of the browser stay its own', () =>
    expect(commandOf(press('f', { hasModifier: true }))).toBeNull())
  test('Enter presses the focused button', () => {
    expect(commandOf(press('Enter', { focus: 'control' }))).toBeNull()
    expect(commandOf(press('j', { focus: 'control' }))).toBe('next')
  })
  test('arrows move the focused map', () => {
    expect(commandOf(press('ArrowDown', { focus: 'map' }))).toBeNull()
    expect(commandOf(press('m', { focus: 'map' }))).toBe('map')
  })
})
