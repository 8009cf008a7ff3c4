/** Tables around the time series, which have files or a server of their own. */
export interface SeriesTables {
  calibration: CalibrationTable
  series_refused: SeriesRefusedTable
  series_import: SeriesImportTable
  disk_sample: DiskSampleTable
}

interface CalibrationTable {
  device: string
  property: string
  from_at: number
  factor: number
  offset: number
  reason: string
  by: string
  at: number
}

/** Readings that the server of the time series would never take. */
interface SeriesRefusedTable {
  device: string
  property: string
  observed_at: number
  value: number
  reason: string
  at: number
}

/** A file of readings that somebody sent; `body` is JSON, see series-imports.ts. */
interface SeriesImportTable {
  id: string
  name: string
  by: string
  at: number
  state: string
  body: string
}

/** How full the disk was, once an hour at most. */
interface DiskSampleTable {
  at: number
  free_bytes: number
  /** Null: not known. */
  series_bytes: number | null
}
