import { beforeEach, describe, expect, it } from 'vitest'
import { createDiskWatch, type DiskWatch } from '../../../gateway/pipeline/disk-watch.ts'
import type { DiskSample, DiskSamples } from '../../../gateway/ports/disk-samples.ts'

/** What the gateway remembers of its disk and says of it; the disk and the clock are the test's. */

const hour = 3_600_000
const day = 24 * hour
const gib = 1024 ** 3

let now: number
let monotonic: number
let free: number
let kept: DiskSample[]
let said: string[]
let trouble: { samples?: string; say?: string; series?: string }
let warnings: string[]

beforeEach(() => {
  now = Date.UTC(2026, 10, 22)
  monotonic = 0
  free = 100 * gib
  kept = []
  said = []
  trouble = {}
  warnings = []
})

const samples: DiskSamples = {
  async add(sample) {
    if (trouble.samples) throw new Error(trouble.samples)
    kept.push(sample)
  },
  since: async (at) => kept.filter((one) => one.at >= at),
}

function open(): DiskWatch {
  return createDiskWatch({
    samples,
    measure: async () => ({ freeBytes: free, totalBytes: 1000 * gib }),
    async seriesBytes() {
      if (trouble.series) throw new Error(trouble.series)
      return 500 * gib - free
    },
    async say({ type, state }) {
      if (trouble.say) throw new Error(trouble.say)
      said.push(`${type} ${state}`)
    },
    clock: { now: () => now, monotonic: () => monotonic },
    logger: { warn: (text) => warnings.push(text) },
    // Looks are the test's.
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
  })
}

/** Hours pass, and so much is used up in each of them. */
async function pass(watch: DiskWatch, hours: number, usedPerHour = 0): Promise<void> {
  for (let i = 0; i < hours; i++) {
    now += hour
    monotonic += hour
    free -= usedPerHour
    await watch.look()
  }
}

const daysLeft = (watch: DiskWatch) =>
  watch.forecast({ freeBytes: free, totalBytes: 1000 * gib }).daysLeft

describe('the samples', () => {
  it('are one an hour, however often it looks, and say what the series take', async () => {
    const watch = open()
    await watch.look()
    for (let i = 0; i < 20; i++) {
      now += 5000
      monotonic += 5000
      await watch.look()
    }
    expect(kept).toEqual([
      { at: Date.UTC(2026, 10, 22), freeBytes: 100 * gib, seriesBytes: 400 * gib },
    ])
    await pass(watch, 2)
    expect(kept).toHaveLength(3)
  })

  it('go on after a restart where they were: the forecast is there at once', async () => {
    const before = open()
    await pass(before, 60, gib / 24)
    expect(daysLeft(before)).toBe(97)
    expect(Math.round((before.seriesPerDay() ?? 0) / gib)).toBe(1)
    now += 5 * 60_000
    monotonic = 7
    const after = open()
    await after.start()
    expect(daysLeft(after)).toBe(97)
    await after.look()
    expect(kept).toHaveLength(60)
    await after.stop()
  })

  it('without a word of the series are kept all the same', async () => {
    trouble.series = 'InfluxDB is away'
    const watch = open()
    await pass(watch, 40, gib / 24)
    expect(kept.every(({ seriesBytes }) => seriesBytes === null)).toBe(true)
    expect([daysLeft(watch), watch.seriesPerDay()]).toEqual([98, null])
  })

  it('that the table does not take count as long as the gateway runs, and it is said', async () => {
    trouble.samples = 'database or disk is full'
    const watch = open()
    for (let i = 0; i < 40; i++) await pass(watch, 1, gib / 24).catch(() => {})
    expect([kept.length, daysLeft(watch)]).toEqual([0, 98])
  })

  it('by a clock that was wrong for an hour do no harm', async () => {
    const watch = open()
    await pass(watch, 60, gib / 24)
    now += 365 * day
    await pass(watch, 1, gib / 24)
    now -= 365 * day
    await pass(watch, 40, gib / 24)
    expect(daysLeft(watch)).toBe(95)
  })
})

describe('what the gateway says', () => {
  it('is that all is well, once, when it knows', async () => {
    const watch = open()
    await watch.look()
    expect(said).toEqual([])
    await pass(watch, 100)
    expect(said).toEqual(['diskNearlyFull clear', 'diskFilling clear'])
  })

  it('is the last month and the last week, each once in the beginning, and that there is room again', async () => {
    const watch = open()
    await pass(watch, 40, (4 * gib) / 24)
    expect(daysLeft(watch)).toBe(23)
    expect([...new Set(said)]).toEqual(['diskNearlyFull clear', 'diskFilling active'])
    said = []
    free = 20 * gib
    await watch.look()
    expect(said).toEqual(['diskNearlyFull active'])
    said = []
    free = 900 * gib
    await watch.look()
    expect(said).toEqual(['diskNearlyFull clear', 'diskFilling clear'])
  })

  it('is said again each hour as long as it holds, for whoever did not hear it', async () => {
    free = 10 * gib
    const watch = open()
    for (let i = 0; i < 12 * 60; i++) {
      now += 5000
      monotonic += 5000
      await watch.look()
    }
    expect(said).toEqual(['diskNearlyFull active'])
    for (let i = 0; i < 2; i++) {
      now += 5000
      monotonic += 5000
      await watch.look()
    }
    expect(said).toEqual(['diskNearlyFull active', 'diskNearlyFull active'])
  })

  it('that could not be written down is said as soon as it can', async () => {
    free = 1 * gib
    trouble.say = 'database or disk is full'
    const watch = open()
    await expect(watch.look()).rejects.toThrow('disk is full')
    trouble = {}
    await watch.look()
    await watch.look()
    expect(said).toEqual(['diskNearlyFull active'])
  })

  it('is not changed by a purge, nor by a file that somebody left there', async () => {
    free = 300 * gib
    const watch = open()
    await pass(watch, 14 * 24, gib / 24)
    const before = said.length
    free += 200 * gib
    await pass(watch, 30, gib / 24)
    free -= 220 * gib
    await pass(watch, 30, gib / 24)
    expect(said.slice(before)).toEqual([])
    expect(daysLeft(watch)).toBeGreaterThan(250)
  })
})

it('looks made at the same time are one, and a stop waits for it', async () => {
  const watch = open()
  await Promise.all([watch.look(), watch.look(), watch.look()])
  expect(kept).toHaveLength(1)
  await watch.start()
  await watch.stop()
  expect(warnings).toEqual([])
})
