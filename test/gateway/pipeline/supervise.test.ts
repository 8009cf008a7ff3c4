import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RejectedError, UnavailableError } from '../../../gateway/domain/errors.ts'
import { supervise } from '../../../gateway/pipeline/supervise.ts'
import type { Adapter } from '../../../gateway/ports/adapter.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** An adapter whose starts fail with these errors, one after the other, and then succeed. */
function adapterThatFails(...errors: Error[]) {
  const starts: number[] = []
  let stops = 0
  const adapter: Adapter = {
    name: 'mqtt',
    async start() {
      starts.push(Date.now())
      const error = errors.shift()
      if (error) throw error
    },
    async stop() {
      stops += 1
    },
    decode: async () => [],
    connected: () => true,
  }
  const said: string[] = []
  const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(text) }
  return { way: supervise(adapter, { log, random: () => 1 }), starts, said, stops: () => stops }
}

function away(): UnavailableError {
  return new UnavailableError('the broker is away')
}

describe('a supervised adapter', () => {
  it('that starts is no trouble', async () => {
    const { way, said } = adapterThatFails()
    expect(way.trouble()).not.toBeNull()
    expect(await way.start()).toBe(true)
    expect(way.trouble()).toBeNull()
    expect(said).toEqual([])
  })

  it('is tried again with growing pauses; the outage is said once and its end once', async () => {
    const { way, starts, said } = adapterThatFails(away(), away(), away())
    expect(await way.start()).toBe(false)
    expect(way.trouble()).toBe('the broker is away')
    await vi.advanceTimersByTimeAsync(60_000)
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] as number))
    expect(pauses).toEqual([500, 1000, 2000])
    expect(said).toEqual(['mqtt: the broker is away', 'mqtt runs again'])
    expect(way.trouble()).toBeNull()
  })

  it('pauses no longer than half a minute', async () => {
    const errors = Array.from({ length: 30 }, () => new UnavailableError('away'))
    const { way, starts } = adapterThatFails(...errors)
    await way.start()
    await vi.advanceTimersByTimeAsync(600_000)
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] as number))
    expect(Math.max(...pauses)).toBe(30_000)
    await way.stop()
  })

  it('that was refused waits for other settings', async () => {
    const { way, starts } = adapterThatFails(new RejectedError('wrong password'))
    expect(await way.start()).toBe(false)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(starts).toHaveLength(1)
    expect(way.trouble()).toBe('wrong password')
  })

  it('is not tried again after stop', async () => {
    const { way, starts, stops } = adapterThatFails(new UnavailableError('away'))
    await way.start()
    await way.stop()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(starts).toHaveLength(1)
    expect(stops()).toBe(1)
  })
})
