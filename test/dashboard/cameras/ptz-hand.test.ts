import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { PtzAct, PtzAnswer } from '../../../dashboard/src/api/types.ts'
import { createPtzHand, directionOf, velocityOf } from '../../../dashboard/src/cameras/ptz-hand.ts'

const answer: PtzAnswer = { heldBy: 'desk01', heldUntil: 60_000 }

/** A gateway that answers when it is told to. */
function aGateway() {
  const acts: PtzAct[] = []
  const pending: { resolve: (answer: PtzAnswer) => void; reject: (error: Error) => void }[] = []
  let most = 0
  const answers: PtzAnswer[] = []
  const failures: unknown[] = []
  const hand = createPtzHand({
    send: (act) =>
      new Promise((resolve, reject) => {
        acts.push(act)
        pending.push({ resolve, reject })
        most = Math.max(most, pending.length)
      }),
    onAnswer: (one) => answers.push(one),
    onFailure: (error) => failures.push(error),
  })
  const settle = async (error?: Error) => {
    const one = pending.shift()
    if (error) one?.reject(error)
    else one?.resolve(answer)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { hand, acts, pending, answers, failures, settle, most: () => most }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a hand on a camera', () => {
  test('a tap moves and stops', async () => {
    const { hand, acts, settle } = aGateway()
    hand.press('left')
    hand.release('left')
    await settle()
    await settle()
    expect(acts).toEqual([{ act: 'move', pan: -0.6, tilt: 0, zoom: 0 }, { act: 'stop' }])
  })
  test('what is held is told again each second, never twice at once', async () => {
    const { hand, acts, settle, most, pending } = aGateway()
    hand.press('up')
    await vi.advanceTimersByTimeAsync(3_500)
    expect(acts).toHaveLength(1)
    await settle()
    expect(acts).toHaveLength(2)
    await settle()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(acts).toHaveLength(3)
    expect(most()).toBe(1)
    expect(pending).toHaveLength(1)
  })
  test('a slow line hears of the stop next, and of nothing that lay between', async () => {
    const { hand, acts, settle } = aGateway()
    hand.press('right')
    hand.press('up')
    hand.release('up')
    hand.release('right')
    await settle()
    await settle()
    expect(acts.map(({ act }) => act)).toEqual(['move', 'stop'])
  })
  test('two keys are one movement; the one that is left goes on', async () => {
    const { hand, acts, settle } = aGateway()
    hand.press('right')
    await settle()
    hand.press('in')
    await settle()
    hand.release('right')
    await settle()
    expect(acts.at(1)).toEqual({ act: 'move', pan: 0.6, tilt: 0, zoom: 0.5 })
    expect(acts.at(2)).toEqual({ act: 'move', pan: 0, tilt: 0, zoom: 0.5 })
  })
  test('a window that loses the keys lets go, once', async () => {
    const { hand, acts, settle } = aGateway()
    hand.press('down')
    await settle()
    hand.releaseAll()
    await settle()
    hand.releaseAll()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(acts.map(({ act }) => act)).toEqual(['move', 'stop'])
  })
  test('a preset ends what was held', async () => {
    const { hand, acts, settle } = aGateway()
    hand.press('left')
    await settle()
    hand.preset('p1')
    await settle()
    hand.release('left')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(acts.slice(1)).toEqual([{ act: 'preset', token: 'p1' }])
  })
  test('a refusal is told once and not asked again and again', async () => {
    const { hand, acts, settle, failures, answers } = aGateway()
    hand.press('left')
    await settle(new Error('no'))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(failures).toHaveLength(1)
    expect(acts).toHaveLength(1)
    hand.press('left')
    await settle()
    expect(answers).toEqual([answer])
  })
  test('keys that repeat are one press', async () => {
    const { hand, acts, settle } = aGateway()
    hand.press('left')
    hand.press('left')
    await settle()
    expect(acts).toHaveLength(1)
  })
})

describe('what is held', () => {
  test('opposite keys cancel each other', () =>
    expect(velocityOf(new Set(['left', 'right', 'up']))).toEqual({
      act: 'move',
      pan: 0,
      tilt: 0.6,
      zoom: 0,
    }))
  test.each([
    ['ArrowLeft', 'left'],
    ['ArrowDown', 'down'],
    ['+', 'in'],
    ['=', 'in'],
    ['-', 'out'],
    ['a', null],
  ])('%s is %s', (key, direction) => expect(directionOf(key)).toBe(direction))
})
