import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import type { SeriesName, SeriesPart, SeriesReading } from '../../../gateway/ports/series-store.ts'
import {
  type MigrationNotes,
  type MigrationParts,
  migrateSeries,
} from '../../../gateway/series/migrate.ts'
import { createMonths } from '../../../gateway/series/months.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'

const dayMs = 86_400_000
const zone = 'UTC'
const ever = { from: 0, to: 4_102_444_800_000 }

function createNotes(): MigrationNotes & { all(): number } {
  const known = new Map<string, number>()
  const keyOf = ({ device, property }: SeriesName, month: string) =>
    `${device} ${property} ${month}`
  return {
    readings: (series, month) => known.get(keyOf(series, month)),
    note: async (series, month, readings) => void known.set(keyOf(series, month), readings),
    all: () => known.size,
  }
}

/** One a day of two series. */
function days(count: number, value = 1): SeriesPart {
  const readings = Array.from({ length: count }, (_, i): SeriesReading[] => [
    { device: 'a', property: 'pm25', at: Date.UTC(2025, 0, 20) + i * dayMs, value: value + i },
    { device: 'b', property: 'tilt', at: Date.UTC(2025, 0, 20) + i * dayMs, value: -i },
  ])
  return { kind: 'readings', readings: readings.flat() }
}

function setUp(source: MemoryStore, more: Partial<MigrationParts> = {}) {
  const target = createMemoryStore()
  const notes = createNotes()
  const waits: number[] = []
  const parts: MigrationParts = {
    source,
    target,
    notes,
    monthsBetween: createMonths(zone),
    progress: () => {},
    wait: async (ms) => void waits.push(ms),
    ...more,
  }
  return { target, notes, waits, run: (span = ever) => migrateSeries(parts, span) }
}

describe('carrying readings over', () => {
  it('carries all once, and the next time what has come since', async () => {
    const source = createMemoryStore(days(60))
    const { target, notes, run } = setUp(source)
    const all = { series: 2, readings: 120, carried: 120, left: [], lacking: [], more: 0 }
    expect(await run()).toEqual(all)
    expect(target.all()).toEqual(source.all())
    expect(notes.all()).toBe(6)
    expect(await run()).toEqual({ ...all, carried: 0 })
    const late = { device: 'a', property: 'pm25', at: Date.UTC(2025, 0, 20, 5), value: 9 } as const
    await source.write({ kind: 'readings', readings: [late] })
    expect(await run()).toEqual({ ...all, readings: 121, carried: 13 })
    expect(target.all()).toEqual(source.all())
  })

  it('carries the days that were asked for', async () => {
    const source = createMemoryStore(days(60))
    const { target, run } = setUp(source)
    const span = { from: Date.UTC(2025, 0, 31), to: Date.UTC(2025, 1, 2) }
    expect(await run(span)).toMatchObject({ readings: 4, carried: 4, lacking: [] })
    expect(target.all().map(({ at }) => at)).toEqual(
      [0, dayMs, 0, dayMs].map((ms) => span.from + ms),
    )
  })

  it('carries nothing where there is nothing', async () => {
    const none = { series: 0, readings: 0, carried: 0, left: [], lacking: [], more: 0 }
    expect(await setUp(createMemoryStore()).run()).toEqual(none)
  })

  it('waits while a store is away, and gives up in the end', async () => {
    const { target, waits, run } = setUp(createMemoryStore(days(3)))
    target.failNext(3)
    expect(await run()).toMatchObject({ carried: 6 })
    expect(waits).toEqual([500, 1000, 2000])
    const other = setUp(createMemoryStore(days(3)))
    other.target.failNext(100)
    await expect(other.run()).rejects.toThrow('The store is away.')
    expect(other.notes.all()).toBe(0)
  })

  it('leaves what the target cannot take, and says so', async () => {
    const memory = createMemoryStore()
    const target = {
      ...memory,
      async write(part: SeriesPart) {
        const isB = part.kind === 'readings' && part.readings.some(({ device }) => device === 'b')
        if (isB) throw new StoreError('b has no number')
        return await memory.write(part)
      },
    }
    const { run } = setUp(createMemoryStore(days(3)), { target })
    const { left, lacking } = await run()
    const series = { device: 'b', property: 'tilt' }
    expect(left).toEqual([{ series, month: '2025-01', why: 'b has no number' }])
    expect(lacking).toEqual([{ ...series, month: '2025-01', source: 3, target: 0 }])
  })

  it('tells what the target lacks and has more, and carries the first anew', async () => {
    const source = createMemoryStore(days(3))
    const half = setUp(source)
    for (const series of [{ device: 'a', property: 'pm25' }] as const) {
      await half.notes.note(series, '2025-01', 3)
    }
    const own = { device: 'b', property: 'tilt', at: Date.UTC(2025, 0, 21, 5), value: 0 } as const
    await half.target.write({ kind: 'readings', readings: [own] })
    expect(await half.run()).toMatchObject({
      carried: 3,
      lacking: [{ device: 'a', property: 'pm25', month: '2025-01', source: 3, target: 0 }],
      more: 1,
    })
    expect(await half.run()).toMatchObject({ carried: 3, lacking: [] })
  })
})

it('broken off anywhere, any number of times, the next runs bring all of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { maxLength: 4 }), async (breaks) => {
      const source = createMemoryStore(days(45))
      const memory = createMemoryStore()
      let left = 0
      const target = {
        ...memory,
        async write(part: SeriesPart) {
          if (left-- === 0) throw new Error('killed')
          return await memory.write(part)
        },
      }
      const wait = () => Promise.reject(new Error('killed'))
      const { run } = setUp(source, { target, wait })
      for (const after of breaks) {
        left = after
        await run()
      }
      left = -1
      expect(await run()).toMatchObject({ readings: 90, left: [], lacking: [] })
      expect(memory.all()).toEqual(source.all())
    }),
    { numRuns: 30 },
  )
})

describe('months of the town', () => {
  it.each([
    ['Asia/Shanghai', '2025-01', Date.UTC(2024, 11, 31, 16), Date.UTC(2025, 0, 31, 16)],
    ['Europe/Berlin', '2025-01', Date.UTC(2024, 11, 31, 23), Date.UTC(2025, 0, 31, 23)],
    ['America/New_York', '2025-03', Date.UTC(2025, 2, 1, 5), Date.UTC(2025, 3, 1, 4)],
  ])('%s', (timeZone, name, from, to) => {
    const between = createMonths(timeZone)
    expect(between(from, to)).toEqual([{ name, from, to }])
    expect(between(from - 1, to + 1).map((month) => month.name)).toHaveLength(3)
    expect(between(from + 1, to - 1)).toEqual([{ name, from: from + 1, to: to - 1 }])
  })
})
