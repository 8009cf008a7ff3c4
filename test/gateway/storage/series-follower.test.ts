import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSeriesFollower } from '../../../gateway/storage/series-follower.ts'

/** Goes after the log by itself; the log and the thread are played. */

let newest = 0
let now = 1000
let asked: [upTo: number, settle: boolean][] = []
let kept = 0
let answer: (upTo: number) => Promise<{ followed: number; kept: number }>

function follower() {
  return createSeriesFollower({
    follow: (upTo, settle) => {
      asked.push([upTo, settle])
      if (settle) kept = upTo
      return answer(upTo)
    },
    newest: () => newest,
    clock: { now: () => now, monotonic: () => 0 },
    settleEveryMs: 2000,
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  newest = 0
  now = 1000
  asked = []
  kept = 0
  answer = async (followed) => ({ followed, kept })
})
afterEach(() => vi.useRealTimers())

const look = (times = 1) => vi.advanceTimersByTimeAsync(500 * times)

describe('the follower of the log', () => {
  it('goes where the log has got to, and asks nothing while it stands still', async () => {
    const after = follower()
    after.start()
    await look()
    expect(asked).toEqual([])
    newest = 5
    await look()
    newest = 9
    await look()
    expect(asked).toEqual([
      [5, false],
      [9, false],
    ])
    expect(after.followed()).toBe(9)
    expect(after.waitingSince()).toBeNull()
    await after.stop()
  })

  it('lets what was gathered be written now and then, also when nothing comes any more', async () => {
    const after = follower()
    after.start()
    newest = 5
    await look(3)
    expect([after.followed(), after.kept()]).toEqual([5, 0])
    await look()
    expect(asked).toEqual([
      [5, false],
      [5, true],
    ])
    expect(after.kept()).toBe(5)
    await look(20)
    expect(asked).toHaveLength(2)
    await after.stop()
  })

  it('says since when and why it lags, and goes on by itself', async () => {
    const after = follower()
    after.start()
    answer = () => Promise.reject(new Error('the disk is full'))
    newest = 5
    await look()
    now = 2000
    newest = 7
    await look()
    expect(after.trouble()).toBe('the disk is full')
    expect([after.followed(), after.waitingSince()]).toEqual([0, 1000])
    answer = async (followed) => ({ followed, kept })
    await look()
    expect([after.trouble(), after.followed(), after.waitingSince()]).toEqual([null, 7, null])
    await after.stop()
  })

  it('asks once at a time, and stops when all is written', async () => {
    const after = follower()
    after.start()
    const slow = Promise.withResolvers<{ followed: number; kept: number }>()
    answer = () => slow.promise
    newest = 5
    await look(3)
    expect(asked).toEqual([[5, false]])
    newest = 8
    let stopped = false
    const end = after.stop().then(() => (stopped = true))
    await look()
    expect(stopped).toBe(false)
    answer = async (followed) => ({ followed, kept })
    slow.resolve({ followed: 5, kept: 0 })
    await end
    expect(asked.at(-1)).toEqual([8, false])
    expect(after.followed()).toBe(8)
    await look(9)
    expect(asked).toHaveLength(2)
  })
})
