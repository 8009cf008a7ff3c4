import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createThrottles } from '../../../adapters/mqtt/throttles.ts'

const size = { ratePerS: 50, burst: 500 }
let lines: string[]
let heldBack: number

beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  heldBack = 0
})
afterEach(() => {
  vi.useRealTimers()
})

function throttles() {
  return createThrottles(size, {
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    meter: {
      count: (name, by = 1) => {
        if (name === 'heldBack') heldBack += by
      },
    },
    log: { info: (text) => lines.push(text), warn: (text) => lines.push(text) },
  })
}

test('within its burst a device is read in whole chunks and nobody speaks of it', () => {
  const all = throttles()
  const gate = all.gate('a', () => {})
  expect(gate.allowance()).toBe(500 * 64)
  gate.took(499)
  expect(gate.allowance()).toBe(512)
  expect(all.held().size).toBe(0)
  expect(lines).toEqual([])
})

test('beyond it the device is not read, and woken when there is room', () => {
  const all = throttles()
  let woken = 0
  const gate = all.gate('a', () => {
    woken += 1
  })
  gate.took(520)
  expect(gate.allowance()).toBe(0)
  vi.advanceTimersByTime(499)
  expect(woken).toBe(0)
  vi.advanceTimersByTime(2)
  expect(woken).toBe(1)
  expect(gate.allowance()).toBeGreaterThan(0)
})

test('after a long wait the device is looked at each second, so that it does not count as silent', () => {
  const gate = throttles().gate('a', () => {
    woken += 1
    gate.allowance()
  })
  let woken = 0
  gate.took(1_000)
  gate.allowance()
  vi.advanceTimersByTime(5_000)
  expect(woken).toBe(5)
})

test('a flood is told once at its begin and once at its end, with what came late', () => {
  const all = throttles()
  const begun = Date.now()
  const gate = all.gate('a', () => {})
  gate.took(600)
  for (let second = 0; second < 20; second++) {
    vi.advanceTimersByTime(1_000)
    while (gate.allowance() > 0) gate.took(40)
  }
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('a sends more than 50 messages a second')
  const { since, messages } = all.held().get('a') ?? {}
  expect(since).toBeGreaterThanOrEqual(begun)
  expect(messages).toBeGreaterThan(500)
  expect(messages).toBe(heldBack)
  vi.advanceTimersByTime(9_000)
  expect(all.held().size).toBe(1)
  vi.advanceTimersByTime(3_000)
  expect(all.held().size).toBe(0)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(`${messages} messages came late`)
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
})

test('all connections of a device share its bucket, and coming again gives no new one', () => {
  const all = throttles()
  const first = all.gate('a', () => {})
  const second = all.gate('a', () => {})
  first.took(510)
  expect(second.allowance()).toBe(0)
  first.close()
  second.close()
  expect(all.gate('a', () => {}).allowance()).toBe(0)
  expect(all.gate('b', () => {}).allowance()).toBeGreaterThan(0)
})

test('what is closed is not woken, and what has stopped keeps nobody awake', () => {
  const all = throttles()
  let woken = 0
  const gate = all.gate('a', () => {
    woken += 1
  })
  gate.took(510)
  gate.allowance()
  gate.close()
  all.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(60_000)
  expect(woken).toBe(0)
  expect(all.held().size).toBe(0)
})

describe('many devices', () => {
  test('full buckets are forgotten beyond a bound, debts are not', () => {
    const all = throttles()
    all.gate('debtor', () => {}).took(100_000)
    for (let i = 0; i < 20_050; i++) all.gate(`d${i}`, () => {})
    expect(all.gate('debtor', () => {}).allowance()).toBe(0)
    all.stop()
  })
})
