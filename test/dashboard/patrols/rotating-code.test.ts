import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RotatingCode } from '../../../dashboard/src/api/types.ts'
import { createCodeKeeper, type Shown } from '../../../dashboard/src/patrols/rotating-code.ts'

const step = 30_000

interface House {
  shown: Shown[]
  asked: () => number
  isAway: boolean
  isRefusal: boolean
}

/** A gateway whose codes hold to the end of their half minute. */
function house(): House & { keeper: ReturnType<typeof createCodeKeeper> } {
  const state: House = { shown: [], asked: () => asked, isAway: false, isRefusal: false }
  let asked = 0
  const keeper = createCodeKeeper({
    async ask(): Promise<RotatingCode> {
      asked += 1
      if (state.isAway || state.isRefusal) throw new Error('away')
      const until = (Math.floor(Date.now() / step) + 1) * step
      return { url: `http://x/c/p1.t.${until / step}`, until }
    },
    isRefusal: () => state.isRefusal,
    now: () => Date.now(),
    show: (one) => state.shown.push(one),
  })
  return Object.assign(state, { keeper })
}

const last = ({ shown }: House) => shown.at(-1)

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

describe('the code on a screen', () => {
  test('renews itself before it ends, for days', async () => {
    const one = house()
    one.keeper.start()
    for (let minutes = 0; minutes < 3 * 1440; minutes++) {
      await vi.advanceTimersByTimeAsync(60_000)
      expect(last(one)?.code?.until).toBeGreaterThan(Date.now())
    }
    // Asked for a few times in each half minute at most.
    expect(one.asked()).toBeLessThan(((3 * 86_400_000) / step) * 5)
    one.keeper.stop()
  })
  test('is taken away when its time is over and nobody answers, and says since when', async () => {
    const one = house()
    one.keeper.start()
    await vi.advanceTimersByTimeAsync(10_000)
    one.isAway = true
    await vi.advanceTimersByTimeAsync(step * 3)
    expect(last(one)).toMatchObject({ code: null, isRefused: false })
    const since = last(one)?.awaySince ?? 0
    expect(since).toBeGreaterThan(0)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(last(one)?.awaySince).toBe(since)
    one.isAway = false
    await vi.advanceTimersByTimeAsync(30_000)
    expect(last(one)).toMatchObject({ awaySince: null, code: { url: expect.any(String) } })
    one.keeper.stop()
  })
  test('asks a gateway that is away less and less often', async () => {
    const one = house()
    one.isAway = true
    one.keeper.start()
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(one.asked()).toBeGreaterThan(100)
    expect(one.asked()).toBeLessThan(140)
    one.keeper.stop()
  })
  test('a point without such a code is said to be none', async () => {
    const one = house()
    one.isRefusal = true
    one.keeper.start()
    await vi.advanceTimersByTimeAsync(1)
    expect(last(one)?.isRefused).toBe(true)
    one.keeper.stop()
  })
  test('after the end nothing is asked or shown', async () => {
    const one = house()
    one.keeper.start()
    one.keeper.stop()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(one.asked()).toBe(1)
    expect(one.shown).toEqual([])
  })
})
