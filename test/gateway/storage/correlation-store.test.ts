import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../../gateway/ports/correlation-store.ts'
import { type CorrelationBench, correlationBench, noon } from '../pipeline/correlation-bench.ts'

let bench: CorrelationBench

beforeEach(async () => {
  bench = await correlationBench()
})

afterEach(() => bench.close())

const nothing = async () => undefined

function checkpoint(position: number, devices: number): Checkpoint {
  const ids = Array.from({ length: devices }, (_, i) => `d${String(i).padStart(5, '0')}`)
  return {
    position,
    logTime: noon + position,
    ruleStates: ids.map((device) => ({
      rule: 'smoke-high',
      device,
      state: { kind: 'latch', active: false, at: position, since: null },
    })),
    latest: ids.map((device) => ({ device, property: 'smoke', observedAt: position, value: 1.5 })),
    presence: ids.map((device) => ({ device, lastReceivedAt: position, online: null })),
  }
}

const byDevice = (a: { device: string }, b: { device: string }) => (a.device < b.device ? -1 : 1)

function sorted(read: Checkpoint): Checkpoint {
  for (const list of [read.ruleStates, read.latest, read.presence]) list.sort(byDevice)
  return read
}

describe('the checkpoint', () => {
  it('is empty at first', async () => {
    expect(await bench.store.load()).toEqual({
      position: 0,
      logTime: 0,
      ruleStates: [],
      latest: [],
      presence: [],
    })
  })

  it.each([1, 500, 501, 1700])('comes back as it was written (%i devices)', async (devices) => {
    await bench.store.commit(checkpoint(1, devices), nothing)
    await bench.store.commit(checkpoint(2, devices), nothing)
    expect(sorted(await bench.store.load())).toEqual(checkpoint(2, devices))
  })

  it('keeps what a later commit does not mention', async () => {
    await bench.store.commit(checkpoint(1, 3), nothing)
    await bench.store.commit(checkpoint(2, 1), nothing)
    const read = sorted(await bench.store.load())
    expect(read.position).toBe(2)
    expect(read.latest.map(({ observedAt }) => observedAt)).toEqual([2, 1, 1])
  })

  it('is not kept without its work, nor the work without it', async () => {
    await bench.store.commit(checkpoint(1, 2), nothing)
    const failing = bench.store.commit(checkpoint(2, 2), async (unit) => {
      expect(await unit.next('case-20261121')).toBe(1)
      throw new Error('disk full')
    })
    await expect(failing).rejects.toThrow('disk full')
    expect(sorted(await bench.store.load())).toEqual(checkpoint(1, 2))
    await bench.store.commit(checkpoint(3, 2), async (unit) => {
      // The number that was undone is given again: sequences have no gaps.
      expect(await unit.next('case-20261121')).toBe(1)
      expect(await unit.next('case-20261121')).toBe(2)
      expect(await unit.next('case-20261122')).toBe(1)
    })
    expect((await bench.store.load()).position).toBe(3)
  })
})
