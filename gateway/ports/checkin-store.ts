import type {
  CheckinGrade,
  CheckinMark,
  CheckinRefusal,
  CheckinStatus,
  ReviewVerdict,
} from '../domain/checkin.ts'
import type { OpenRound } from '../domain/checkin-round.ts'
import type { Tap, TapNeighbours } from '../domain/tag-tap.ts'
import type { OutboxEvent } from './outbox.ts'

/** A check-in as it is written. */
export interface NewKeptCheckin {
  id: string
  status: CheckinStatus
  refusal: CheckinRefusal | null
  /** What was wrong with what was sent; null: it could be read. */
  problem: string | null
  /** As it was sent, where it could not be read. */
  sent: string | null
  grade: CheckinGrade
  marks: CheckinMark[]
  point: string | null
  round: string | null
  village: string
  grid: string | null
  patroller: string | null
  team: string | null
  at: number
  saidAt: number
  receivedAt: number
  monotonicMs: number | null
  clock: string | null
  lon: number | null
  lat: number | null
  accuracyM: number | null
  phone: string | null
  photo: string | null
  findings: string[]
  note: string | null
  hash: string | null
  previousHash: string | null
  task: string | null
  verdict: 'settled' | 'unsettled' | null
}

/** What was answered to whoever sent it. */
export type BookedCheckin = Pick<
  NewKeptCheckin,
  | 'id'
  | 'status'
  | 'refusal'
  | 'problem'
  | 'grade'
  | 'marks'
  | 'point'
  | 'round'
  | 'patroller'
  | 'at'
>

/** Of an accepted check-in, for judging others by it. */
export interface RecentCheckin {
  patroller: string | null
  phone: string | null
  /** Null: of no point that is still there. */
  point: string | null
  lon: number | null
  lat: number | null
  at: number
  saidAt: number
  monotonicMs: number | null
  clock: string | null
}

/** Both ends included, epoch ms. */
export interface Span {
  from: number
  to: number
}

/** Of one patroller or phone. */
export interface SpanOf extends Span {
  id: string
}

export interface TaskPlace {
  village: string
  grid: string | null
}

export interface KnownPoint {
  id: string
  grid: string
  lon: number
  lat: number
  radiusM: number
}

/** Reads and writes inside one transaction: all of it is kept, or none. */
export interface CheckinUnit {
  booked(ids: readonly string[]): Promise<BookedCheckin[]>
  /** Those whose window touches one of the spans. */
  rounds(spans: readonly Span[]): Promise<OpenRound[]>
  /** Points of all routes that have shifts. */
  routePoints(): Promise<ReadonlySet<string>>
  points(ids: readonly string[]): Promise<Map<string, KnownPoint>>
  /** Accepted ones of these patrollers, and those by these phones. */
  recent(asked: {
    patrollers: readonly SpanOf[]
    phones: readonly SpanOf[]
  }): Promise<RecentCheckin[]>
  /** Points visited, by round. */
  visited(rounds: readonly string[]): Promise<Map<string, Set<string>>>
  /** Where these tasks of verification are, done or not. */
  tasks(ids: readonly string[]): Promise<ReadonlyMap<string, TaskPlace>>
  /** Taps of the tag that counted, next to this counter. */
  tapsBeside(uid: string, counter: number): Promise<TapNeighbours>
  /** It counts from now on. */
  addTap(uid: string, tap: Tap): Promise<void>
  /** False: this patroller used the step at this point before. */
  useStep(use: { patroller: string; point: string; step: number }): Promise<boolean>
  add(checkins: readonly NewKeptCheckin[]): Promise<void>
  emit(event: OutboxEvent): Promise<void>
  /** Up to where the log of observations was read. */
  savePosition(position: number): Promise<void>
}

export interface CheckinFilter {
  /** Place code; null: of one's own, wherever. */
  scope: string | null
  /** Only those of this village, as far as they lie in the scope. */
  village?: string | undefined
  team?: string | undefined
  mark?: CheckinMark | undefined
  point?: string | undefined
  round?: string | undefined
  /** User id, or user name. */
  patroller?: string | undefined
  /** With marks, or refused. */
  marked?: boolean | undefined
  /** With marks or refused, and nobody looked at it. */
  waiting?: boolean | undefined
  from?: number | undefined
  to?: number | undefined
  limit: number
  cursor?: string | undefined
}

/** With what people want to see beside it. */
export interface ListedCheckin {
  id: string
  status: CheckinStatus
  refusal: CheckinRefusal | null
  problem: string | null
  grade: CheckinGrade
  marks: CheckinMark[]
  point: { id: string; name: string; lon: number; lat: number; radiusM: number } | null
  round: string | null
  village: string
  grid: string | null
  patrollerId: string | null
  /** Display name. */
  patroller: string | null
  team: string | null
  at: number
  saidAt: number
  receivedAt: number
  lon: number | null
  lat: number | null
  accuracyM: number | null
  findings: string[]
  note: string | null
  photo: string | null
  picture: string | null
  chain: 'first' | 'joined' | 'broken'
  before: { point: string; lon: number; lat: number; at: number } | null
  review: { verdict: ReviewVerdict; by: string; at: number; text: string | null } | null
}

export interface NewReview {
  verdict: ReviewVerdict
  text: string | null
  /** User id. */
  by: string
  at: number
}

export interface CheckinStore {
  /** Runs `work` as the only writer; a throw undoes all of it. */
  book<T>(work: (unit: CheckinUnit) => Promise<T>): Promise<T>
  /** Up to where the log of observations was read; null: never. */
  position(): Promise<number | null>
  /** The point where this device stands. */
  pointOfReader(device: string): Promise<string | null>
  /** Newest first. */
  list(filter: CheckinFilter): Promise<{ items: ListedCheckin[]; nextCursor: string | null }>
  find(id: string): Promise<ListedCheckin | undefined>
  review(id: string, review: NewReview): Promise<void>
  /** False: it is not this patroller's. */
  addWord(id: string, patroller: string, text: string): Promise<boolean>
}
