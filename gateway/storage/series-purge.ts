import type { PurgeableSeries } from '../ports/retention.ts'
import type { SeriesStore } from '../ports/series-store.ts'

/** What retention may take from the time series, one month a step, class by class. */
export function createSeriesPurge(series: Pick<SeriesStore, 'compact'>): PurgeableSeries {
  return { kind: 'observations', compact: (bounds) => series.compact(bounds) }
}
