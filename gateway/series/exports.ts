import type {
  ExportFormat,
  ExportOrder,
  ExportSize,
  SeriesExports,
} from '../ports/series-exchange.ts'
import type { SeriesStore } from '../ports/series-store.ts'
import { linesOf } from '../storage/influx/lines.ts'
import { csvHead, csvText } from './csv-format.ts'
import {
  type ExportedSeries,
  type ExportSource,
  exportedParts,
  exportedSeries,
  readingsIn,
  rowsOf,
} from './export-rows.ts'
import { parquetFile } from './parquet-format.ts'
import { createTownText } from './town-text.ts'

/** Writes series into files, piece by piece as they are taken. */

export interface ExportParts extends ExportSource {
  store: Pick<SeriesStore, 'extents' | 'read' | 'query'>
  timeZone: string
}

/** As many series are counted in one question, so that no answer holds too many days. */
const countedTogether = 10

/** What a reading takes; measured with readings of two decimals, see bench/series-files.ts. */
const parquetBytes = 6
const csvNumbers = 48
const lineNumbers = 24

function bytesOf({ device, name, village, property, unit }: ExportedSeries, format: ExportFormat) {
  if (format === 'parquet') return parquetBytes
  const texts = format === 'csv' ? [device, name, village, property, unit] : [device, property]
  const fixed = format === 'csv' ? csvNumbers : lineNumbers
  return Buffer.byteLength(texts.join(',')) + fixed
}

export function createSeriesExports(parts: ExportParts): SeriesExports {
  const town = createTownText(parts.timeZone)

  async function count(
    series: readonly ExportedSeries[],
    { from, to }: ExportOrder,
  ): Promise<number[]> {
    const counts: number[] = []
    for (let i = 0; i < series.length; i += countedTogether) {
      const names = series
        .slice(i, i + countedTogether)
        .map(({ device, property }) => ({ device, property }))
      const { points } = await parts.store.query({ series: names, from, to, resolution: 'day' })
      for (const days of points) counts.push(days.reduce((sum, day) => sum + (day[4] ?? 0), 0))
    }
    return counts
  }

  async function* tableParts(order: ExportOrder, onReadings: (readings: number) => void) {
    for await (const { series, part } of exportedParts(parts, order)) {
      yield { series, rows: rowsOf(series, part) }
      onReadings(readingsIn(part))
    }
  }

  async function* csv(order: ExportOrder, onReadings: (readings: number) => void) {
    yield Buffer.from(csvHead)
    for await (const { series, rows } of tableParts(order, onReadings)) {
      if (rows.length > 0) yield Buffer.from(csvText(series, rows, town))
    }
  }

  async function* lines(order: ExportOrder, onReadings: (readings: number) => void) {
    for await (const { part } of exportedParts(parts, order)) {
      const text = linesOf(part)
        .map((line) => `${line}\n`)
        .join('')
      if (text !== '') yield Buffer.from(text)
      onReadings(readingsIn(part))
    }
  }

  return {
    async size(order, format): Promise<ExportSize> {
      const series = await exportedSeries(parts, order)
      const counts = await count(series, order)
      const bytes = series.reduce((sum, one, i) => sum + (counts[i] ?? 0) * bytesOf(one, format), 0)
      return {
        series: series.length,
        readings: counts.reduce((sum, one) => sum + one, 0),
        bytes: bytes + 1000,
      }
    },
    write(order, format, onReadings = () => {}) {
      if (format === 'csv') return csv(order, onReadings)
      if (format === 'line') return lines(order, onReadings)
      return parquetFile(tableParts(order, onReadings))
    },
  }
}
