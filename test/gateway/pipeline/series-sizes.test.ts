import { beforeEach, describe, expect, it } from 'vitest'
import { eachClass, retentionDefaults } from '../../../gateway/domain/retention.ts'
import { seriesSizeSchema } from '../../../gateway/http/schemas/series.ts'
import { createSeriesSizes, type SeriesSizesParts } from '../../../gateway/pipeline/series-sizes.ts'
import type { MonthSize } from '../../../gateway/ports/series-store.ts'
import { activeSeries } from '../../../gateway/storage/active-series.ts'
import { useHouseTables } from '../storage/house-tables.ts'

/** What the retention page is told of the disk. */

const none = eachClass(() => 0)
const disk = { freeBytes: 50, totalBytes: 100, daysLeft: 214 }
const now = Date.UTC(2026, 10, 22)
const day = 86_400_000

const month = (name: string, bytes: number, air: number): MonthSize => ({
  month: name,
  bytes,
  readings: { ...none, air },
})

let parts: SeriesSizesParts
let asked: number[]

beforeEach(() => {
  asked = []
  parts = {
    series: { sizes: async () => [month('2026-11', 30, 9), month('2026-10', 60, 9)] },
    retention: { read: async () => retentionDefaults },
    perDay: () => 2,
    async activeSeries(since) {
      asked.push(since)
      return none
    },
    disk: async () => disk,
    clock: { now: () => now, monotonic: () => 0 },
  }
})

describe('sizes', () => {
  it('of files: each month, all, a day, and where that ends', async () => {
    const sizes = await createSeriesSizes(parts)()
    expect(sizes).toMatchObject({ store: 'files', bytes: 90, bytesPerDay: 2, disk })
    expect(sizes.settledBytes).toBe(2 * 431)
    expect(asked).toEqual([now - 30 * day])
    expect(seriesSizeSchema.parse(sizes)).toEqual(sizes)
  })

  it('of files whose pace is not known yet end nowhere that anybody knows', async () => {
    const sizes = await createSeriesSizes({ ...parts, perDay: () => null })()
    expect(sizes).toMatchObject({ bytes: 90, bytesPerDay: null, settledBytes: null })
  })

  it('do not grow by less than nothing', async () => {
    const sizes = await createSeriesSizes({ ...parts, perDay: () => -2.6 })()
    expect(sizes).toMatchObject({ bytesPerDay: 0, settledBytes: null })
  })

  it('go by the classes of the last two months: what was long ago tells nothing', async () => {
    const sensors = month('2025-01', 9e9, 0)
    sensors.readings.device = 1e9
    const months = [month('2026-11', 30, 9), month('2026-10', 60, 9), sensors]
    const retention = {
      ...retentionDefaults,
      series: { ...retentionDefaults.series, device: { raw: 30, rolledUp: 30 } },
    }
    const series = { sizes: async () => months }
    const read = async () => retention
    const sizes = await createSeriesSizes({ ...parts, series, retention: { read } })()
    expect(sizes.settledBytes).toBe(2 * 431)
  })

  it('of an InfluxDB nobody knows; the disk is there all the same', async () => {
    const sizes = await createSeriesSizes({ ...parts, series: { sizes: async () => null } })()
    expect(sizes).toEqual({
      store: 'influx',
      months: null,
      bytes: 0,
      bytesPerDay: null,
      settledBytes: null,
      disk,
    })
    expect(seriesSizeSchema.parse(sizes)).toEqual(sizes)
  })

  it('are told without the disk that does not answer', async () => {
    const away = async () => Promise.reject(new Error('EIO'))
    expect((await createSeriesSizes({ ...parts, disk: away })()).disk).toBeNull()
  })
})

describe('series that are active', () => {
  const house = useHouseTables()

  it('are counted by class, as far as something came of late', async () => {
    const rows = [
      ['a', 'pm25', 10],
      ['b', 'pm25', 11],
      ['b', 'smoke', 12],
      ['b', 'battery', 12],
      ['c', 'tilt', 9],
      ['c', 'unheardOf', 12],
    ] as const
    await house.db
      .insertInto('latest_reading')
      .values(
        rows.map(([device, property, observed_at]) => ({
          device,
          property,
          observed_at,
          value: 1,
        })),
      )
      .execute()
    expect(await activeSeries(house.db, 10)).toEqual({ ...none, air: 3, device: 1 })
  })
})
