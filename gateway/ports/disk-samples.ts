/** How full the disk was. */
export interface DiskSample {
  /** Epoch ms. */
  at: number
  freeBytes: number
  /** What the time series took of it; null: not known. */
  seriesBytes: number | null
}

/** One an hour for two weeks, one a day for a year, so that a forecast outlives a restart. */
export interface DiskSamples {
  /** Adds one, and lets go what is too old or too close. */
  add(sample: DiskSample): Promise<void>
  /** Oldest first. */
  since(at: number): Promise<DiskSample[]>
}
