import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProbe } from '../../../gateway/pipeline/probe.ts'

const start = 1_763_712_000_000
let lines: string[]

beforeEach(() => {
  vi.useFakeTimers({ now: start })
  lines = []
})
afterEach(() => {
  vi.useRealTimers()
})

function probeOf(send: (signal: AbortSignal) => Promise<void>) {
  return createProbe({
    send,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    log: { info: (text) => lines.push(text), warn: (text) => lines.push(text) },
  })
}

const never = (signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('beats at once and every ten seconds, and says when and how fast', async () => {
  const sent: number[] = []
  const probe = probeOf(async () => {
    sent.push(Date.now())
    await new Promise((resolve) => setTimeout(resolve, 12))
  })
  expect(probe.state()).toEqual({ lastOkAt: null, roundTripMs: null, failing: null })
  probe.start()
  await pass(25_000)
  expect(sent).toEqual([start, start + 10_000, start + 20_000])
  expect(probe.state()).toEqual({ lastOkAt: start + 20_012, roundTripMs: 12, failing: null })
  await probe.stop()
  await pass(60_000)
  expect(sent).toHaveLength(3)
})

describe('trouble', () => {
  test('after three misses and not before, told once; so is its end', async () => {
    let isAway = false
    const probe = probeOf(async () => {
      if (isAway) throw new Error('nobody listens')
    })
    probe.start()
    await pass(1_000)
    isAway = true
    await pass(20_000)
    expect(probe.state().failing).toBeNull()
    await pass(10_000)
    expect(probe.state()).toMatchObject({ lastOkAt: start, failing: /3 of .* \(nobody listens\)/ })
    await pass(50_000)
    expect(lines).toHaveLength(1)
    expect(probe.state().failing).toContain('8 of')
    isAway = false
    await pass(10_000)
    expect(probe.state().failing).toBeNull()
    expect(lines).toEqual([
      expect.stringContaining('nobody listens'),
      expect.stringContaining('again'),
    ])
    await probe.stop()
  })

  test('one that never answers is given up before the next', async () => {
    let underWay = 0
    let most = 0
    const probe = probeOf(async (signal) => {
      underWay += 1
      most = Math.max(most, underWay)
      await never(signal).finally(() => {
        underWay -= 1
      })
    })
    probe.start()
    await pass(30_000)
    expect(most).toBe(1)
    expect(probe.state().failing).toContain('8000 ms')
    await probe.stop()
  })

  test('one miss between two that come through is none', async () => {
    let turn = 0
    const probe = probeOf(async () => {
      turn += 1
      if (turn % 3 !== 0) throw new Error('lost')
    })
    probe.start()
    await pass(120_000)
    expect(lines).toEqual([])
    expect(probe.state().failing).toBeNull()
    await probe.stop()
  })
})

test('stop ends the one under way at once, and that counts as no miss', async () => {
  const probe = probeOf(never)
  probe.start()
  await pass(25_000)
  await probe.stop()
  expect(probe.state().failing).toBeNull()
  expect(lines).toEqual([])
})
