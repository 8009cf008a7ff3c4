import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObservedProperty } from '../../gateway/domain/observation.ts'
import { openDatabase } from '../../gateway/storage/database.ts'
import { createSeriesHouse } from '../support/series-house.ts'

/** Half a year of readings, and a disk that they fill: what the retention page has to tell of. */

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const seen: Record<string, readonly [ObservedProperty, minutes: number, usual: number][]> = {
  'v1-pm1': [['pm25', 10, 35]],
  'v2-pm4': [
    ['pm25', 10, 40],
    ['temperature', 20, 18],
  ],
  'v3-wx1': [
    ['temperature', 30, 17],
    ['humidity', 30, 70],
    ['wind', 30, 2],
  ],
  'v4-lvl1': [['waterLevel', 60, 1.2]],
  'v5-tilt1': [
    ['tilt', 120, 0.4],
    ['battery', 240, 88],
  ],
}
const days = 190

export async function writePastReadings(dataDir: string): Promise<void> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const house = createSeriesHouse({ directory: dataDir, clock })
  await house.start()
  const until = Date.now() - hourMs
  for (const [device, kinds] of Object.entries(seen)) {
    for (const [property, minutes, usual] of kinds) {
      const count = Math.floor((days * dayMs) / (minutes * 60_000))
      const readings = Array.from({ length: count }, (_, i) => {
        const at = until - (count - i) * minutes * 60_000
        return { device, property, at, value: usual * (1 + Math.sin(at / dayMs) / 5) }
      })
      await house.series.write({ kind: 'readings', readings })
    }
  }
  await house.stop()
  await writePastDisk(dataDir)
}

/** As if the disk were full in about 214 days. */
async function writePastDisk(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const db = await openDatabase(join(dataDir, 'lianxun.db'))
  try {
    const rows = Array.from({ length: 13 * 24 }, (_, i) => ({
      at: Date.now() - (i + 1) * hourMs,
      free_bytes: Math.round(free * (1 + (i + 1) / 24 / 214)),
      series_bytes: 60_000_000 - i * 4000,
    }))
    await db.insertInto('disk_sample').values(rows).execute()
  } finally {
    await db.destroy()
  }
}
