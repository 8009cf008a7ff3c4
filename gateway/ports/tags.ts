import type { CheckinGrade, CheckinRefusal } from '../domain/checkin.ts'

/** What a tag, code or word says, before it is known whether it was said before. */
export type TagReading =
  | {
      kind: 'genuine'
      point: string
      grade: CheckinGrade
      /** What may count once only; null: it can be shown again and again. */
      once: OnceOnly | null
    }
  | { kind: 'refused'; refusal: CheckinRefusal; point: string | null }

/**
 * `counter`: of a tag by its UID, must be higher than any before. `step`: of a rotating code, one
 * use for each patroller and point.
 */
type OnceOnly =
  | { kind: 'counter'; uid: string; counter: number }
  | { kind: 'step'; point: string; step: number }

export interface ShownTag {
  /** UID in hex, `manual`, or the kind of tag that `url` came from. */
  tag: string
  /** What was scanned or opened, whole. */
  url?: string | undefined
  /** The point that the patroller named, for `manual`. */
  point?: string | undefined
  /** When it was shown, epoch ms: rotating codes hold for their time. */
  at: number
}

/**
 * Judges tags by the keys of this installation; nothing is kept by it. It reads the tables, so not
 * from within a transaction.
 */
export interface TagBook {
  read(shown: ShownTag): Promise<TagReading>
  /** Whether the reader itself signed it; that its counter rose, others must ask. */
  isSignedByReader(message: ReaderMessage, mac: string): Promise<boolean>
}

export interface ReaderMessage {
  device: string
  /** Epoch ms. */
  ts: number
  tag: string
  counter: number
  /** Whose badge it is, as the reader says; empty: it does not. */
  patroller: string
}
