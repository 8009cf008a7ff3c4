import { meanOf } from '../../gateway/domain/significant.ts'
import { instantOnDay } from '../../gateway/domain/town-time.ts'
import type { SeriesExtent, SeriesPoint, SeriesReading } from '../../gateway/ports/series-store.ts'

/**
 * Time series as they must come out: what stands of each device's readings, and every answer
 * computed anew from it. For zones whose hours are whole ones of UTC.
 */
export interface SeriesModel {
  /** What the log has already of that time it takes no second time; a write always stands. */
  put(reading: SeriesReading, way: 'log' | 'write'): void
  points(device: string, resolution: 'raw' | 'minute' | 'hour' | 'day'): SeriesPoint[]
  extent(device: string): SeriesExtent[]
}

const minuteMs = 60_000
const hourMs = 3_600_000

export function createSeriesModel(timeZone: string): SeriesModel {
  const standing = new Map<string, Map<number, number>>()
  const logged = new Set<string>()

  const raw = (device: string) => [...(standing.get(device) ?? [])].toSorted(([a], [b]) => a - b)

  const startOf = {
    minute: (at: number) => at - (at % minuteMs),
    hour: (at: number) => at - (at % hourMs),
    day: (at: number) => instantOnDay(at, 0, 0, timeZone),
  }

  return {
    put({ device, at, value }, way) {
      if (way === 'log') {
        if (logged.has(`${device} ${at}`)) return
        logged.add(`${device} ${at}`)
      }
      const ofDevice = standing.get(device) ?? new Map<number, number>()
      standing.set(device, ofDevice.set(at, value))
    },
    points(device, resolution) {
      if (resolution === 'raw') return raw(device)
      const buckets = Map.groupBy(raw(device), ([at]) => startOf[resolution](at))
      return [...buckets].map(([start, all]): SeriesPoint => {
        const values = all.map(([, value]) => value)
        const [min, max] = [Math.min(...values), Math.max(...values)]
        const sum = values.reduce((a, b) => a + b, 0)
        return [start, min, meanOf({ min, max, sum, count: values.length }), max, values.length]
      })
    },
    extent(device) {
      const all = raw(device)
      const [first, last] = [all[0], all.at(-1)]
      if (!first || !last) return []
      return [{ device, property: 'pm25', first: first[0], last: last[0], readings: all.length }]
    },
  }
}
