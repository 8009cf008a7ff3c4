import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Calibration, calibrate, calibrationAt } from '../../../gateway/domain/calibration.ts'
import { bucketEnd, type Resolution } from '../../../gateway/domain/resolution.ts'
import { instantOnDay } from '../../../gateway/domain/town-time.ts'
import { createSeriesDesk, type SeriesDesk } from '../../../gateway/pipeline/series-desk.ts'
import type { Calibrations } from '../../../gateway/ports/calibrations.ts'
import type {
  RolledUp,
  SeriesPart,
  SeriesPoint,
  SeriesReading,
} from '../../../gateway/ports/series-store.ts'

/** Against a store that keeps readings in a list and counts anew at each question. */

const zone = 'Asia/Shanghai'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** A town's midnight. */
const start = Date.UTC(2026, 5, 14, 16)
const dust = { device: 'v1-pm1', property: 'pm25' } as const
const other = { device: 'v1-pm2', property: 'pm25' } as const

function line(from: number, factor: number, offset = 0): Calibration {
  return { ...dust, from, factor, offset }
}

function known(all: readonly Calibration[]): Calibrations {
  const inOrder = all.toSorted((a, b) => a.from - b.from)
  return {
    of: (device) => (device === dust.device ? inOrder : []),
    ofDevice: (device) => (device === dust.device ? new Map([['pm25', inOrder]]) : undefined),
  }
}

type Rolled = Exclude<Resolution, 'raw'>

function bucketStart(at: number, resolution: Rolled): number {
  if (resolution === 'day') return instantOnDay(at, 0, 0, zone)
  return at - (at % (resolution === 'hour' ? hour : minute))
}

function pointsOf(
  readings: readonly (readonly [number, number])[],
  resolution: Resolution,
): SeriesPoint[] {
  if (resolution === 'raw') return readings.map(([at, value]) => [at, value])
  const buckets = Map.groupBy(readings, ([at]) => bucketStart(at, resolution))
  return Array.from(buckets, ([at, all]): SeriesPoint => {
    const values = all.map(([, value]) => value)
    const sum = values.reduce((a, b) => a + b, 0)
    return [at, Math.min(...values), sum / all.length, Math.max(...values), all.length]
  })
}

interface Kept {
  readings: readonly (readonly [number, number])[]
  /** Of these hours the single readings are gone. */
  gone?: (hourStart: number) => boolean
}

function storeOf({ readings, gone = () => false }: Kept): SeriesDesk & { reads: number[] } {
  const reads: number[] = []
  return {
    reads,
    query: async ({ series, from, to, resolution }) => {
      const asked = resolution === 'auto' ? 'hour' : resolution
      const first = asked === 'raw' ? from : bucketStart(from, asked)
      const last = asked === 'hour' || asked === 'day' ? bucketEnd(to - 1, asked, zone) : to
      const within = readings.filter(([at]) => at >= first && at < last)
      const points = pointsOf(within, asked).filter(([at]) => at < to)
      return {
        resolution: asked,
        points: series.map(({ device }) => (device === 'none' ? [] : points)),
      }
    },
    extents: async () => [{ ...dust, first: 1, last: 2, readings: 3 }],
    async *read(series, from, to) {
      reads.push(from)
      const within = readings.filter(([at]) => at >= from && at < to)
      const [lost, left] = [
        within.filter(([at]) => gone(bucketStart(at, 'hour'))),
        within.filter(([at]) => !gone(bucketStart(at, 'hour'))),
      ]
      if (lost.length > 0) {
        const buckets = pointsOf(lost, 'hour').map(([at, min, mean, max, count]): RolledUp => {
          const [sum, of] = [(mean as number) * (count as number), count as number]
          const range = { min, max: max as number }
          return { ...series, resolution: 'hour', at, ...range, sum, count: of }
        })
        yield { kind: 'rolledUp', buckets }
      }
      for (const [at, value] of left) {
        yield { kind: 'readings', readings: [{ ...series, at, value }] }
      }
    },
  }
}

function deskOf(kept: Kept, calibrations: readonly Calibration[]) {
  const store = storeOf(kept)
  return {
    store,
    desk: createSeriesDesk({ store, calibrations: known(calibrations), timeZone: zone }),
  }
}

async function partsOf(parts: AsyncIterable<SeriesPart>): Promise<SeriesPart[]> {
  const all: SeriesPart[] = []
  for await (const part of parts) all.push(part)
  return all
}

/** Every ten minutes of a day, counting. */
const tens = Array.from({ length: 144 }, (_, i): [number, number] => [start + i * 10 * minute, i])
const window = { from: start, to: start + day }

describe('a calibrated answer', () => {
  it('is the store’s own where nothing is calibrated', async () => {
    const { desk, store } = deskOf({ readings: tens }, [line(start, 2)])
    const asked = { series: [other], ...window, resolution: 'hour' } as const
    expect(await desk.query(asked)).toEqual(await store.query(asked))
    expect(store.reads).toEqual([])
  })

  it('has each series by its own calibrations, in the order asked for', async () => {
    const { desk } = deskOf({ readings: tens.slice(0, 2) }, [line(0, 2, 1)])
    const { points } = await desk.query({
      series: [other, dust, { device: 'none', property: 'pm25' }],
      ...window,
      resolution: 'raw',
    })
    expect(points.map((one) => one.map(([, value]) => value))).toEqual([[0, 1], [1, 3], []])
  })

  it('maps a bucket without its readings where one calibration holds for all of it', async () => {
    const { desk, store } = deskOf({ readings: tens }, [line(start + 3 * hour, -1, 100)])
    const { points } = await desk.query({ series: [dust], ...window, resolution: 'hour' })
    expect(points[0]?.[2]).toEqual([start + 2 * hour, 12, 14.5, 17, 6])
    expect(points[0]?.[3]).toEqual([start + 3 * hour, 77, 79.5, 82, 6])
    expect(store.reads).toEqual([])
  })

  it('makes a bucket anew that a calibration begins in, and only that one', async () => {
    const { desk, store } = deskOf({ readings: tens }, [line(start + 3 * hour + 30 * minute, 10)])
    const { points } = await desk.query({ series: [dust], ...window, resolution: 'hour' })
    expect(points[0]?.slice(2, 5)).toEqual([
      [start + 2 * hour, 12, 14.5, 17, 6],
      [start + 3 * hour, 18, 119.5, 230, 6],
      [start + 4 * hour, 240, 265, 290, 6],
    ])
    expect(store.reads).toEqual([start + 3 * hour])
  })

  it('takes the calibration of the start for a bucket whose readings are gone', async () => {
    const gone = () => true
    const { desk } = deskOf({ readings: tens, gone }, [
      line(start, 2),
      line(start + 3 * hour + 30 * minute, 10),
    ])
    const { points } = await desk.query({ series: [dust], ...window, resolution: 'hour' })
    expect(points[0]?.[3]).toEqual([start + 3 * hour, 36, 41, 46, 6])
    expect(points[0]?.[4]).toEqual([start + 4 * hour, 240, 265, 290, 6])
  })

  it('cuts the last minute off where the question ends', async () => {
    const readings: [number, number][] = [
      [start, 1],
      [start + 20_000, 2],
      [start + 40_000, 3],
    ]
    const { desk } = deskOf({ readings }, [line(start + 10_000, 10)])
    const asked = { series: [dust], from: start, resolution: 'minute' } as const
    const cut = await desk.query({ ...asked, to: start + 30_000 })
    expect(cut.points[0]).toEqual([[start, 1, 10.5, 20, 2]])
    const whole = await desk.query({ ...asked, to: start + minute })
    expect(whole.points[0]).toEqual([[start, 1, 17, 30, 3]])
  })

  it('is by the resolution that the store chose', async () => {
    const { desk } = deskOf({ readings: tens }, [line(start + 10 * minute, 10)])
    const { resolution, points } = await desk.query({
      series: [dust],
      ...window,
      resolution: 'auto',
    })
    expect(resolution).toBe('hour')
    expect(points[0]?.[0]).toEqual([start, 0, 25, 50, 6])
  })

  it('is what calibrating each reading and counting afterwards gives', async () => {
    const someReadings = fc
      .uniqueArray(fc.integer({ min: 0, max: 3 * day - 1 }), { maxLength: 60 })
      .map((times) =>
        times.toSorted((a, b) => a - b).map((at): [number, number] => [start + at, at % 997]),
      )
    const someLines = fc.uniqueArray(
      fc.record({
        from: fc.integer({ min: -day, max: 4 * day }).map((at) => start + at),
        factor: fc.constantFrom(-2, -0.5, 0.9, 1, 1.25, 3),
        offset: fc.integer({ min: -50, max: 50 }),
      }),
      { maxLength: 5, selector: ({ from }) => from },
    )
    const resolution = fc.constantFrom<Resolution>('raw', 'minute', 'hour', 'day')
    await fc.assert(
      fc.asyncProperty(someReadings, someLines, resolution, async (readings, lines, asked) => {
        const all = lines.map((one) => ({ ...dust, ...one }))
        const inOrder = all.toSorted((a, b) => a.from - b.from)
        const { desk } = deskOf({ readings }, all)
        const span = { from: start, to: start + 3 * day }
        const { points } = await desk.query({ series: [dust], ...span, resolution: asked })
        const calibrated = readings.map(
          ([at, value]) => [at, calibrate(calibrationAt(inOrder, at), value)] as const,
        )
        const expected = pointsOf(calibrated, asked)
        expect(points[0]).toEqual(
          expected.map((point) => point.map((figure) => expect.closeTo(figure, 6))),
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('all that is kept of a series', () => {
  const readings = tens.slice(0, 12)
  const lines = [line(start + hour, -1, 10)]

  it('comes calibrated, in the parts that the store gives', async () => {
    const { desk } = deskOf({ readings }, lines)
    const parts = await partsOf(desk.read(dust, start, start + 2 * hour))
    expect(parts).toHaveLength(12)
    const values = parts.flatMap((part) =>
      part.kind === 'readings' ? part.readings.map(({ value }) => value) : [],
    )
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0, -1])
  })

  it('rolled-up ones too, with sums that fit', async () => {
    const { desk } = deskOf({ readings, gone: () => true }, lines)
    const [part] = await partsOf(desk.read(dust, start, start + 2 * hour))
    expect(part).toEqual({
      kind: 'rolledUp',
      buckets: [
        expect.objectContaining({ at: start, min: 0, max: 5, sum: 15, count: 6 }),
        expect.objectContaining({ at: start + hour, min: -1, max: 4, sum: 9, count: 6 }),
      ],
    })
  })

  it('of another is as it was measured', async () => {
    const { desk } = deskOf({ readings }, lines)
    const parts = await partsOf(desk.read(other, start, start + 2 * hour))
    const values = parts.flatMap((part): SeriesReading[] =>
      part.kind === 'readings' ? part.readings : [],
    )
    expect(values.map(({ value }) => value)).toEqual(readings.map(([, value]) => value))
  })

  it('reaches as far as the store says', async () => {
    const { desk } = deskOf({ readings }, lines)
    expect(await desk.extents(['v1-pm1'])).toEqual([{ ...dust, first: 1, last: 2, readings: 3 }])
  })
})
