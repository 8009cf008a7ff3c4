import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test, vi } from 'vitest'
import { createFollower, type Follower } from '../../../gateway/http/follow.ts'

/** A log that grows by hand. */
function source() {
  const rows: number[] = []
  const handled: number[] = []
  const failures: string[] = []
  let grown = Promise.withResolvers<void>()
  let failing = false
  let reads = 0
  return {
    handled,
    failures,
    reads: () => reads,
    fail: (yes: boolean) => {
      failing = yes
    },
    /** What the waiters' promise resolves with is nobody's business; here it weighs something. */
    grow(row: number, weight: object = {}) {
      rows.push(row)
      const { resolve } = grown
      grown = Promise.withResolvers<void>()
      resolve(weight as never)
    },
    parts: {
      changed: () => grown.promise,
      async next() {
        reads += 1
        if (failing) throw new Error('database is locked')
        return rows.splice(0)
      },
      handle: (some: number[]) => void handled.push(...some),
      failed: (error: unknown) => void failures.push((error as Error).message),
    },
  }
}

let follower: Follower | undefined

afterEach(async () => {
  vi.useRealTimers()
  await follower?.stop()
})

const until = (what: () => boolean) =>
  vi.waitFor(() => expect(what()).toBe(true), { interval: 1, timeout: 15_000 })

test('takes what was there, and then each growth once, in order', async () => {
  const log = source()
  log.grow(1)
  follower = createFollower(log.parts)
  follower.start()
  await until(() => log.handled.length === 1)
  for (let row = 2; row <= 50; row++) {
    log.grow(row)
    await until(() => log.handled.length === row)
  }
  expect(log.handled).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
})

test('keeps nothing of the wakes that are over', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const log = source()
  follower = createFollower(log.parts)
  follower.start()
  const weights: WeakRef<object>[] = []
  for (let row = 1; row <= 100; row++) {
    const before = log.reads()
    // It waits when it has read once more than it has found.
    await until(() => log.reads() >= before && log.handled.length === row - 1)
    const weight = { text: 'x'.repeat(100) }
    weights.push(new WeakRef(weight))
    log.grow(row, weight)
    await until(() => log.handled.length === row)
  }
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  const kept = weights.filter((weight) => weight.deref() !== undefined)
  expect(kept.length).toBeLessThanOrEqual(3)
})

test('after a failure it goes on by itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const log = source()
  log.fail(true)
  follower = createFollower(log.parts)
  follower.start()
  while (log.failures.length === 0) await Promise.resolve()
  log.fail(false)
  log.grow(1)
  while (log.handled.length === 0) await vi.advanceTimersByTimeAsync(100)
  expect(log.failures).toEqual(['database is locked'])
})

test.each(['waits', 'pauses after a failure'])('stop ends at once while it %s', async (state) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const log = source()
  log.fail(state !== 'waits')
  follower = createFollower(log.parts)
  follower.start()
  while (log.reads() === 0) await Promise.resolve()
  await follower.stop()
  expect(vi.getTimerCount()).toBe(0)
  const reads = log.reads()
  log.grow(1)
  await Promise.resolve()
  expect(log.reads()).toBe(reads)
})
