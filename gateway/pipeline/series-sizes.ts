import type { DiskSpace } from '../domain/disk.ts'
import type { PropertyClass } from '../domain/property-class.ts'
import { dayMs, eachClass } from '../domain/retention.ts'
import { settledBytes } from '../domain/series-size.ts'
import type { Clock } from '../ports/clock.ts'
import type { RetentionStore } from '../ports/retention.ts'
import type { MonthSize, SeriesStore } from '../ports/series-store.ts'

/** What the series take on the disk, and how that goes on. */
export interface SeriesSizes {
  store: 'files' | 'influx'
  /** Null: the store does not tell. */
  months: MonthSize[] | null
  bytes: number
  bytesPerDay: number | null
  settledBytes: number | null
  disk: DiskSpace | null
}

export interface SeriesSizesParts {
  series: Pick<SeriesStore, 'sizes'>
  retention: Pick<RetentionStore, 'read'>
  /** Bytes in a day, of late; null: not known yet. */
  perDay: () => number | null
  activeSeries: (since: number) => Promise<Record<PropertyClass, number>>
  disk: () => Promise<DiskSpace>
  clock: Clock
}

/** A series that was silent for longer adds no hours and days. */
const activeMs = 30 * dayMs
/** The present one may have begun today. */
const lookedAtMonths = 2

export function createSeriesSizes(parts: SeriesSizesParts): () => Promise<SeriesSizes> {
  const { series, retention, clock } = parts

  async function settled(months: MonthSize[], bytesPerDay: number): Promise<number | null> {
    const lately = months.slice(0, lookedAtMonths)
    const readings = eachClass((name) =>
      lately.reduce((count, month) => count + month.readings[name], 0),
    )
    const active = await parts.activeSeries(clock.now() - activeMs)
    const { series: days } = await retention.read()
    return settledBytes({ readings, series: active, bytesPerDay }, days)
  }

  return async () => {
    const months = await series.sizes()
    const disk = await parts.disk().catch(() => null)
    if (months === null) {
      return { store: 'influx', months, bytes: 0, bytesPerDay: null, settledBytes: null, disk }
    }
    const pace = parts.perDay()
    const bytesPerDay = pace === null ? null : Math.max(0, Math.round(pace))
    return {
      store: 'files',
      months,
      bytes: months.reduce((total, month) => total + month.bytes, 0),
      bytesPerDay,
      settledBytes: bytesPerDay === null ? null : await settled(months, bytesPerDay),
      disk,
    }
  }
}
