import { expect, test } from 'vitest'
import { createCameraHand } from '../../../gateway/pipeline/camera-hand.ts'

function clockAt(start: number) {
  let wall = start
  let monotonic = 0
  return {
    now: () => wall,
    monotonic: () => monotonic,
    pass(ms: number) {
      wall += ms
      monotonic += ms
    },
    step(ms: number) {
      wall += ms
    },
  }
}

test('a hand holds a camera for a minute after its last act, and only that camera', () => {
  const clock = clockAt(1_000_000)
  const hand = createCameraHand(clock)
  expect(hand.heldBy('cam')).toBeUndefined()
  expect(hand.take('cam', 'desk')).toEqual({ by: 'desk', until: 1_060_000 })
  clock.pass(50_000)
  hand.take('cam', 'other')
  clock.pass(59_999)
  expect(hand.heldBy('cam')).toEqual({ by: 'other', until: 1_110_000 })
  expect(hand.heldBy('cam2')).toBeUndefined()
  clock.pass(1)
  expect(hand.heldBy('cam')).toBeUndefined()
})

test('a step of the wall clock neither ends nor lengthens it', () => {
  const clock = clockAt(1_000_000)
  const hand = createCameraHand(clock)
  hand.take('cam', 'desk')
  clock.step(3_600_000)
  expect(hand.heldBy('cam')?.by).toBe('desk')
  clock.step(-7_200_000)
  clock.pass(60_000)
  expect(hand.heldBy('cam')).toBeUndefined()
})
