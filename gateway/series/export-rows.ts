import {
  type Calibration,
  calibrate,
  calibrateRange,
  calibrationAt,
} from '../domain/calibration.ts'
import { type ObservedProperty, observedProperties } from '../domain/observation.ts'
import { significant } from '../domain/significant.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import type { ExportOrder } from '../ports/series-exchange.ts'
import type { SeriesPart, SeriesStore } from '../ports/series-store.ts'

/**
 * What goes into a file, series by series, each in order of time. Where retention left hours and
 * days only, tables hold the hours, each with its mean, smallest, largest and number.
 */

export const exportColumns = [
  'time',
  'device',
  'name',
  'village',
  'property',
  'unit',
  'value',
  'measured',
  'min',
  'max',
  'readings',
] as const

export interface ExportedSeries {
  device: string
  name: string
  village: string
  property: ObservedProperty
  unit: string
  history: readonly Calibration[]
}

export interface ExportedRow {
  at: number
  /** Calibrated. */
  value: number
  /** As it came. */
  measured: number
  /** Null: it is a single reading. */
  hour: { min: number; max: number; readings: number } | null
}

export interface ExportSource {
  store: Pick<SeriesStore, 'extents' | 'read'>
  calibrations: Calibrations
}

/** The series of the order that have something in its time. */
export async function exportedSeries(
  { store, calibrations }: ExportSource,
  { devices, properties, from, to }: ExportOrder,
): Promise<ExportedSeries[]> {
  if (devices.length === 0 || from >= to) return []
  const extents = await store.extents(devices.map(({ id }) => id))
  const asked = extents.filter(
    ({ property, first, last }) =>
      (properties === undefined || properties.includes(property)) && first < to && last >= from,
  )
  const byDevice = Map.groupBy(asked, ({ device }) => device)
  return devices.flatMap(({ id, name, village }) =>
    (byDevice.get(id) ?? [])
      .map(({ property }) => ({
        device: id,
        name,
        village,
        property,
        unit: observedProperties[property].unit,
        history: calibrations.of(id, property),
      }))
      .toSorted((a, b) => (a.property < b.property ? -1 : 1)),
  )
}

export function rowsOf({ history }: ExportedSeries, part: SeriesPart): ExportedRow[] {
  if (part.kind === 'readings') {
    return part.readings.map(({ at, value }) => ({
      at,
      value: calibrate(calibrationAt(history, at), value),
      measured: value,
      hour: null,
    }))
  }
  const hours = part.buckets.filter(({ resolution }) => resolution === 'hour')
  return hours.map(({ at, min, max, sum, count }) => {
    const line = calibrationAt(history, at)
    const [low, high] = calibrateRange(line, min, max)
    const mean = significant(sum / count)
    const hour = { min: low, max: high, readings: count }
    return { at, value: calibrate(line, mean), measured: mean, hour }
  })
}

export function readingsIn(part: SeriesPart): number {
  if (part.kind === 'readings') return part.readings.length
  return part.buckets.reduce(
    (sum, { resolution, count }) => sum + (resolution === 'hour' ? count : 0),
    0,
  )
}

/** All parts of the order; each is asked for when the one before has been taken. */
export async function* exportedParts(
  source: ExportSource,
  order: ExportOrder,
): AsyncGenerator<{ series: ExportedSeries; part: SeriesPart }> {
  for (const series of await exportedSeries(source, order)) {
    for await (const part of source.store.read(series, order.from, order.to)) {
      yield { series, part }
    }
  }
}
