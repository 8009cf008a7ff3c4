import { expect, test } from 'vitest'
import { createPhoneClock } from '../../../../dashboard/patrol/store/phone-clock.ts'

function clockSet() {
  const set = { wall: 1_800_000_000_000, awake: 1000.4, ids: 0 }
  const clock = createPhoneClock({
    now: () => set.wall,
    monotonic: () => set.awake,
    newId: () => `clock-${++set.ids}`,
  })
  const pass = (wallMs: number, awakeMs = wallMs) => {
    set.wall += wallMs
    set.awake += awakeMs
  }
  return { clock, pass }
}

test('one name for as long as both clocks go together', () => {
  const { clock, pass } = clockSet()
  const first = clock.read()
  pass(600_000, 599_000)
  const second = clock.read()
  expect(second.clock).toBe(first.clock)
  expect(second.monotonicMs - first.monotonicMs).toBe(599_000)
  expect(Number.isInteger(second.monotonicMs)).toBe(true)
})

test('a phone that slept counts from somewhere else', () => {
  const { clock, pass } = clockSet()
  const before = clock.read()
  pass(3_600_000, 60_000)
  const after = clock.read()
  expect(after.clock).not.toBe(before.clock)
  pass(60_000)
  expect(clock.read().clock).toBe(after.clock)
})

test('a wall clock that was put back keeps its name, so that the gateway sees it', () => {
  const { clock, pass } = clockSet()
  const before = clock.read()
  pass(-7_200_000, 60_000)
  expect(clock.read().clock).toBe(before.clock)
})

test('one that was put forward and back again does too', () => {
  const { clock, pass } = clockSet()
  pass(7_200_000, 1000)
  const forward = clock.read()
  pass(-7_200_000, 60_000)
  expect(clock.read().clock).toBe(forward.clock)
})
