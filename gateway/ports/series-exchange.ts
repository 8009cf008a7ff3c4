import type { Device } from '../domain/device.ts'
import type { ObservedProperty } from '../domain/observation.ts'
import type { Precision } from '../domain/precision.ts'

/** Readings that leave the house in files, and come in from files. */

export type ExportFormat = 'csv' | 'parquet' | 'line'

export interface ExportOrder {
  /** Those that the asker may see, in the order of the file. */
  devices: readonly Pick<Device, 'id' | 'name' | 'village'>[]
  /** Undefined: all. */
  properties: readonly ObservedProperty[] | undefined
  /** Epoch ms, from included, to excluded. */
  from: number
  to: number
}

export interface ExportSize {
  series: number
  readings: number
  /** About. */
  bytes: number
}

export interface SeriesExports {
  size(order: ExportOrder, format: ExportFormat): Promise<ExportSize>
  /**
   * The file, piece by piece; nothing is read ahead of who takes the pieces. `onReadings` is told
   * how many readings went by.
   */
  write(
    order: ExportOrder,
    format: ExportFormat,
    onReadings?: (readings: number) => void,
  ): AsyncGenerator<Uint8Array>
}

export interface RowError {
  /** As an editor counts lines; the first row of values in Parquet is 1. */
  row: number
  column: string | null
  text: string
}

export interface SeriesImportRecord {
  id: string
  name: string
  at: number
  /** A name that people know; in `add` and `unfinished` the id of the person or program. */
  by: string
  state: 'checking' | 'writing' | 'done' | 'refused' | 'failed'
  /** 0…1 of the step that is under way. */
  progress: number
  readings: number
  /** Rows of hours whose single readings are gone: they are no readings. */
  leftOut: number
  /** Readings of a time that is kept as hours and days only; they were left out. */
  tooOld: number
  /** The first hundred. */
  errors: RowError[]
  errorCount: number
  problem: string | null
}

interface ImportOrder {
  name: string
  by: string
  precision: Precision
}

export interface SeriesImports {
  /** Newest first. */
  list(): Promise<SeriesImportRecord[]>
  get(id: string): Promise<SeriesImportRecord | undefined>
  /**
   * Resolves when all of the file is here; it is checked and written after that. Rejects with
   * ConflictError while another is under way; what `body` throws is passed on, and nothing stays.
   */
  begin(order: ImportOrder, body: AsyncIterable<Uint8Array>): Promise<SeriesImportRecord>
}

/** Where the records are kept. */
export interface SeriesImportStore {
  list(): Promise<SeriesImportRecord[]>
  get(id: string): Promise<SeriesImportRecord | undefined>
  /** Those that are neither done nor given up, oldest first. */
  unfinished(): Promise<WaitingImport[]>
  /** The oldest beyond the last two hundred go. */
  add(record: SeriesImportRecord, precision: Precision): Promise<void>
  save(record: SeriesImportRecord): Promise<void>
}

export interface WaitingImport extends SeriesImportRecord {
  precision: Precision
}
