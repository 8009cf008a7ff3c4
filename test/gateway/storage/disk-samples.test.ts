import { describe, expect, it } from 'vitest'
import { createDiskSamples } from '../../../gateway/storage/disk-samples.ts'
import { useHouseTables } from './house-tables.ts'

/** How full the disk was: close together lately, far apart long ago, and never too many. */

const house = useHouseTables()
const hour = 3_600_000
const day = 24 * hour
const begin = Date.UTC(2026, 0, 1)
const sampleAt = (at: number) => ({ at, freeBytes: at / 1000, seriesBytes: 5 })

describe('samples of the disk', () => {
  it('come back as they were, also what nobody knew, and after another opened the file', async () => {
    const samples = createDiskSamples(house.db)
    await samples.add({ at: begin + 1, freeBytes: 7e12, seriesBytes: null })
    await samples.add({ at: begin, freeBytes: 8e12, seriesBytes: 9e11 })
    const again = createDiskSamples(house.db)
    expect(await again.since(begin)).toEqual([
      { at: begin, freeBytes: 8e12, seriesBytes: 9e11 },
      { at: begin + 1, freeBytes: 7e12, seriesBytes: null },
    ])
    expect(await again.since(begin + 1)).toHaveLength(1)
  })

  it('of the same millisecond the last one stays', async () => {
    const samples = createDiskSamples(house.db)
    await samples.add({ at: begin, freeBytes: 1, seriesBytes: null })
    await samples.add({ at: begin, freeBytes: 2, seriesBytes: 3 })
    expect(await samples.since(0)).toEqual([{ at: begin, freeBytes: 2, seriesBytes: 3 }])
  })

  it('thin out to one a day after two weeks, and are gone after 400 days', async () => {
    const rows = Array.from({ length: 420 * 24 }, (_, i) => ({
      at: begin + i * hour,
      free_bytes: i,
      series_bytes: i,
    }))
    for (let i = 0; i < rows.length; i += 500) {
      await house.db
        .insertInto('disk_sample')
        .values(rows.slice(i, i + 500))
        .execute()
    }
    const now = begin + 420 * day
    const samples = createDiskSamples(house.db)
    await samples.add(sampleAt(now))
    const kept = (await samples.since(0)).map(({ at }) => at)
    const lately = kept.filter((at) => at >= now - 14 * day)
    const before = kept.filter((at) => at < now - 14 * day)
    expect(lately).toHaveLength(14 * 24 + 1)
    expect(before).toEqual(Array.from({ length: 386 }, (_, i) => begin + (20 + i) * day))
    await samples.add(sampleAt(now + hour))
    expect(await samples.since(0)).toHaveLength(kept.length)
  })
})
