import type { PurgedKind, Retention } from '../domain/retention.ts'
import type { SeriesBounds } from './series-store.ts'

export interface Removed {
  removed: number
  /** Of what was in it; files give their space back, tables fill it again. */
  bytes: number
}

/** Something that grows, and from which the old can be taken. */
export interface Purgeable {
  kind: PurgedKind
  /**
   * Removes what is older, little by little: whoever reads and writes meanwhile waits for one step
   * at most, and the caller may stop between two. Called by one caller at a time.
   */
  remove(before: number): AsyncIterable<Removed>
}

/** Readings, which go class by class; like `remove` for the rest. */
export interface PurgeableSeries {
  kind: 'observations'
  compact(bounds: SeriesBounds): AsyncIterable<Removed>
}

interface Purge extends Removed {
  id: number
  at: number
  kind: PurgedKind
  /** All that was older than this went. */
  before: number
}

export interface RetentionStore {
  read(): Promise<Retention>
  /** Resolves with what stood there before. */
  write(retention: Retention): Promise<Retention>
  /** When the last daily round ended; null: never. */
  lastRoundAt(): Promise<number | null>
  roundEnded(at: number): Promise<void>
  addPurge(purge: Omit<Purge, 'id'>): Promise<void>
  /** Newest first. */
  purges(asked: {
    limit: number
    cursor: string | undefined
  }): Promise<{ items: Purge[]; nextCursor: string | null }>
}
