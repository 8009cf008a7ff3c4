import type { Clock } from '../../gateway/ports/clock.ts'
import type { SeriesStore } from '../../gateway/ports/series-store.ts'
import {
  createObservationStore,
  type ObservationStore,
  type ObservationStoreOptions,
} from '../../gateway/storage/observation-store.ts'
import { createSeriesFileStore } from '../../gateway/storage/series-store.ts'

/** A log with its time series in files, as the gateway has them. */

export interface SeriesHouse extends ObservationStore {
  series: SeriesStore
}

interface SeriesHouseOptions extends ObservationStoreOptions {
  timeZone?: string
  settleEveryMs?: number
  clock: Clock
}

export function createSeriesHouse(options: SeriesHouseOptions): SeriesHouse {
  const observations = createObservationStore(options)
  const series = createSeriesFileStore({
    timeZone: 'Asia/Shanghai',
    ...options,
    logged: observations.loggedSeries,
  })
  return {
    ...observations,
    series,
    async start() {
      await observations.start()
      await series.start()
    },
    async stop() {
      await series.stop()
      await observations.stop()
    },
  }
}
