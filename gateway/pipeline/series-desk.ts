import {
  type Bucket,
  bucketOf,
  type Calibration,
  calibrate,
  calibrateBucket,
  calibrateRange,
  calibrateSingles,
  calibrateSum,
  calibrationAt,
  splitBuckets,
} from '../domain/calibration.ts'
import { bucketEnd, type Resolution } from '../domain/resolution.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import type {
  RolledUp,
  SeriesName,
  SeriesPart,
  SeriesPoint,
  SeriesStore,
} from '../ports/series-store.ts'

/**
 * Time series as people see them: calibrated. The store keeps what was measured, so a calibration
 * that comes later, or turns out to be wrong, costs nothing but the next look. Roll-ups are mapped
 * as they are; where a calibration begins within a bucket, that bucket is made of its single
 * readings, and if they are gone, the calibration of its start holds for all of it.
 */
export type SeriesDesk = Pick<SeriesStore, 'query' | 'extents' | 'read'>

export interface SeriesDeskParts {
  store: SeriesDesk
  calibrations: Calibrations
  timeZone: string
}

interface Asked extends SeriesName {
  history: readonly Calibration[]
  resolution: Exclude<Resolution, 'raw'>
  /** Minutes are cut off there, hours and days are whole. */
  to: number
}

export function createSeriesDesk({ store, calibrations, timeZone }: SeriesDeskParts): SeriesDesk {
  /** All values between two times, calibrated; undefined: single readings are not there any more. */
  async function valuesOf({ device, property, history }: Asked, from: number, to: number) {
    const values: number[] = []
    for await (const part of store.read({ device, property }, from, to)) {
      if (part.kind === 'rolledUp') return undefined
      for (const { at, value } of part.readings) {
        values.push(calibrate(calibrationAt(history, at), value))
      }
    }
    return values
  }

  async function rolledUp(asked: Asked, buckets: readonly Bucket[]): Promise<Bucket[]> {
    const { history, resolution, to } = asked
    const endOf = (start: number) => bucketEnd(start, resolution, timeZone)
    const starts = buckets.map(([at]) => at)
    const points = buckets.map((bucket) =>
      calibrateBucket(calibrationAt(history, bucket[0]), bucket),
    )
    for (const index of splitBuckets(history, starts, endOf)) {
      const start = starts[index] as number
      const end = resolution === 'minute' ? Math.min(to, endOf(start)) : endOf(start)
      const values = await valuesOf(asked, start, end)
      const made = values && bucketOf(start, values)
      if (made) points[index] = made
    }
    return points
  }

  async function calibrated(
    series: SeriesName,
    points: SeriesPoint[],
    { resolution, to }: { resolution: Resolution; to: number },
  ): Promise<SeriesPoint[]> {
    const history = calibrations.of(series.device, series.property)
    if (history.length === 0 || points.length === 0) return points
    if (resolution === 'raw') return calibrateSingles(history, points as [number, number][])
    return await rolledUp({ ...series, history, resolution, to }, points as Bucket[])
  }

  return {
    extents: (devices) => store.extents(devices),
    async query(query) {
      const { resolution, points } = await store.query(query)
      const at = { resolution, to: query.to }
      const answers = query.series.map((series, i) => calibrated(series, points[i] ?? [], at))
      return { resolution, points: await Promise.all(answers) }
    },
    async *read(series, from, to) {
      const history = calibrations.of(series.device, series.property)
      for await (const part of store.read(series, from, to)) yield calibratedPart(history, part)
    },
  }
}

function calibratedPart(history: readonly Calibration[], part: SeriesPart): SeriesPart {
  if (history.length === 0) return part
  if (part.kind === 'rolledUp') {
    return { kind: 'rolledUp', buckets: part.buckets.map((one) => calibratedRollUp(history, one)) }
  }
  const readings = part.readings.map((reading) => {
    const value = calibrate(calibrationAt(history, reading.at), reading.value)
    return { ...reading, value }
  })
  return { kind: 'readings', readings }
}

function calibratedRollUp(history: readonly Calibration[], one: RolledUp): RolledUp {
  const line = calibrationAt(history, one.at)
  if (line === undefined) return one
  const [min, max] = calibrateRange(line, one.min, one.max)
  const sum = calibrateSum(line, one.sum, one.count)
  return { ...one, min, max, sum }
}
