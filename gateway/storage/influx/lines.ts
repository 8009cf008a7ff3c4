import { escape } from '@influxdata/influxdb-client'
import type { RolledUp, SeriesPart, SeriesReading } from '../../ports/series-store.ts'

/**
 * How readings lie in an InfluxDB, for people who look at it with other programs too
 * (docs/series.md): single ones in `reading`, told apart by the device alone, because it may move
 * to another village; hours and days whose single ones are gone in measurements of their own.
 */

export const readingMeasurement = 'reading'

export function rolledMeasurement(resolution: RolledUp['resolution']): string {
  return `${readingMeasurement}_${resolution}`
}

/** Times are in ms. A whole number is a float here as well, as long as no `i` follows it. */
export function readingLine({ device, property, at, value }: SeriesReading): string {
  return `${readingMeasurement},device=${escape.tag(device)} ${property}=${value} ${at}`
}

function rolledLine(bucket: RolledUp): string {
  const { device, property, resolution, at, min, max, sum, count } = bucket
  const tags = `device=${escape.tag(device)},property=${property}`
  return `${rolledMeasurement(resolution)},${tags} min=${min},max=${max},sum=${sum},count=${count} ${at}`
}

export function linesOf(part: SeriesPart): string[] {
  return part.kind === 'readings' ? part.readings.map(readingLine) : part.buckets.map(rolledLine)
}
