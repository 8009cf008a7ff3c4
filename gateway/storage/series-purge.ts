import { propertyClassNames } from '../domain/property-class.ts'
import type { Purgeable } from '../ports/retention.ts'
import type { SeriesBounds, SeriesStore } from '../ports/series-store.ts'

/** What retention takes from the time series: single readings of months that are past. */
export function createSeriesPurge(series: Pick<SeriesStore, 'compact'>): Purgeable {
  return {
    kind: 'observations',
    remove(raw) {
      const kept = { raw, rolledUp: Number.NEGATIVE_INFINITY }
      const bounds = Object.fromEntries(propertyClassNames.map((name) => [name, kept]))
      return series.compact(bounds as SeriesBounds)
    },
  }
}
