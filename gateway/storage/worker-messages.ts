import type { QuarantineReason } from '../domain/observation.ts'
import type { Resolution } from '../domain/resolution.ts'
import type {
  QuarantineEntry,
  QuarantineFilter,
  QuarantineState,
} from '../ports/observation-store.ts'
import type { MonthSize, SeriesBounds } from '../ports/series-store.ts'
import type { PackedPoints } from './series-points.ts'

/**
 * What the main thread and the two storage threads say to each other. Numbers travel as one
 * transferred Float64Array, because cloning an object per observation costs more than storing it.
 */

/** A series is whatever can be observed once at a time: a property, an event in a state, a status. */
export interface SeriesKey {
  id: number
  device: string
  kind: 'reading' | 'event' | 'status'
  name: string
}

/** Numbers of one observation in `CommitRequest.numbers`: series, observedAt, receivedAt, value or NaN. */
export const numbersPerRow = 4

/** What an observation holds beside its numbers; only events have it. */
export interface RowText {
  row: number
  body: string
  senderId: string | null
}

export interface QuarantineRow {
  topic: string
  village: string | null
  device: string | null
  payload: Uint8Array
  receivedAt: number
  reason: QuarantineReason
  detail: string
}

export interface CommitRequest {
  type: 'commit'
  numbers: Float64Array
  texts: RowText[]
  newSeries: SeriesKey[]
  quarantine: QuarantineRow[]
  /** When a probe came; it overwrites the one before, so that a commit is more than a word. */
  probedAt: number | null
}

export interface CommitAnswer {
  head: number
  stored: number
  /** One byte a row, 1 where it was new; null when all were. */
  fresh: Uint8Array | null
}

/** seq, series, observedAt, receivedAt, value, body, senderId */
export type LogRow = [number, number, number, number, number | null, string | null, string | null]

/** Old entries off the front of the log, up to a seq that everybody has read. */
export interface TrimLogRequest {
  type: 'trimLog'
  before: number
  now: number
  upTo: number
}

export interface Trimmed {
  removed: number
  bytes: number
}

/** Each request of the log's thread with the answer it gets. */
export type LogRequests = {
  commit: { request: CommitRequest; answer: CommitAnswer }
  read: { request: { type: 'read'; after: number; limit: number }; answer: LogRow[] }
  list: { request: { type: 'list'; filter: QuarantineFilter }; answer: QuarantineEntry[] }
  get: { request: { type: 'get'; id: number }; answer: QuarantineEntry | undefined }
  waiting: { request: { type: 'waiting'; scope: string | null }; answer: number }
  setState: {
    request: { type: 'setState'; id: number; state: QuarantineState }
    answer: undefined
  }
  trimLog: { request: TrimLogRequest; answer: Trimmed }
  trimSettled: { request: { type: 'trimSettled'; before: number }; answer: Trimmed }
  trimWaiting: {
    request: { type: 'trimWaiting'; most: { rows: number; bytes: number } }
    answer: Trimmed
  }
}

export interface SeriesQueryRequest {
  type: 'query'
  /** Their numbers; 0: there is no such series. */
  series: number[]
  from: number
  to: number
  resolution: Resolution | 'auto'
  /** The log must have been followed up to here before the answer is made. */
  upTo: number
}

export interface SeriesQueryAnswer extends PackedPoints {
  resolution: Resolution
}

/** The next part of one series: what its single readings are, and its other buckets, from there on. */
export interface SeriesReadRequest {
  type: 'read'
  series: number
  readingsFrom: number
  bucketsFrom: number
  to: number
  upTo: number
}

export interface SeriesReadAnswer {
  /** Of readings two numbers each, at and value; of buckets six: 1 for a day, at, min, max, sum, count. */
  kind: 'readings' | 'rolledUp'
  numbers: Float64Array
}

/** As `SeriesReadAnswer`, each with the number of its series before. */
export interface SeriesWriteRequest {
  type: 'write'
  kind: 'readings' | 'rolledUp'
  numbers: Float64Array
  upTo: number
}

export interface NumberedExtent {
  series: number
  first: number
  last: number
  readings: number
}

export type SeriesRequests = {
  follow: {
    request: { type: 'follow'; upTo: number; settle: boolean }
    /** How far it got, and up to where the log is not needed any more. */
    answer: { followed: number; kept: number }
  }
  query: { request: SeriesQueryRequest; answer: SeriesQueryAnswer }
  read: { request: SeriesReadRequest; answer: SeriesReadAnswer | null }
  /** How many single readings it does not take any more. */
  write: { request: SeriesWriteRequest; answer: number }
  extents: {
    request: { type: 'extents'; series: number[]; upTo: number }
    answer: NumberedExtent[]
  }
  compact: { request: { type: 'compact'; bounds: SeriesBounds }; answer: Trimmed }
  months: { request: { type: 'months' }; answer: string[] }
  size: { request: { type: 'size'; month: string }; answer: MonthSize | null }
}

export interface LogReady {
  head: number
  series: SeriesKey[]
}

/** What a thread posts: `ready` once, then answers or failures of the requests, in order. */
export type FromThread =
  | { type: 'ready'; ready: unknown }
  | { type: 'answers'; ids: number[]; answers: unknown[] }
  /** No ids: the thread could not open. */
  | { type: 'failure'; ids: number[]; message: string; invalid: boolean }

export interface ToThread {
  id: number
  request: { type: string }
}
