import type {
  DecodeFailure,
  LogEntry,
  Observation,
  QuarantineReason,
} from '../domain/observation.ts'

/**
 * The observation log: the one order in which observations were accepted, and the truth that time
 * series, alarms and cases are derived from.
 */
export interface ObservationLog {
  /**
   * Appends and resolves after the commit reached the disk (fsync). Many callers share a commit.
   * Rejects with StoreError when nothing was stored. A second arrival of an observation is dropped
   * silently: `stored` counts the new ones.
   */
  append(observations: readonly Observation[]): Promise<{ stored: number }>
  /** Entries with seq > `after`, in order, at most `limit`. */
  read(after: number, limit: number): Promise<LogEntry[]>
  /** Seq of the newest entry, 0 when empty. */
  head(): Promise<number>
  /** Commits a mark of its own the way `append` does (fsync); nothing follows from it. */
  probe(at: number): Promise<void>
  /** Resolves at the next commit that stored something; several may wait. */
  changed(): Promise<void>
}

export type QuarantineState = 'waiting' | 'replayed' | 'discarded'

export interface QuarantineEntry {
  id: number
  /** The same message arriving again only raises this. */
  count: number
  firstAt: number
  lastAt: number
  topic: string
  village: string | null
  device: string | null
  payload: Uint8Array
  reason: QuarantineReason
  detail: string
  state: QuarantineState
}

export interface QuarantinedMessage {
  topic: string
  village: string | null
  device: string | null
  payload: Uint8Array
  receivedAt: number
  failure: DecodeFailure
}

export interface QuarantineFilter {
  state?: QuarantineState
  device?: string
  /** Place-code prefix of the asker; null sees also messages of no known village. */
  scope: string | null
  beforeId?: number
  limit: number
}

/** Messages that could not be accepted: durable before they are acknowledged, bounded per device. */
export interface QuarantineStore {
  /** Resolves after the commit, in the same group commit as the log. */
  put(message: QuarantinedMessage): Promise<void>
  list(filter: QuarantineFilter): Promise<QuarantineEntry[]>
  get(id: number): Promise<QuarantineEntry | undefined>
  /** How many wait; of the asker's places only, unless `scope` is null. */
  waiting(scope: string | null): Promise<number>
  setState(id: number, state: QuarantineState): Promise<void>
}
