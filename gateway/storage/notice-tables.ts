import type { Generated } from 'kysely'
import type { BodyTable } from './schema.ts'

/** Channels, the browsers that let themselves be told, and what is sent to whom. */

export interface NotifyChannelTable extends BodyTable {
  /** Address, key, secret: sealed JSON (see vault.ts). */
  secret: string | null
}

export interface PushSubscriptionTable {
  id: string
  user_id: string
  sealed: string
  at: number
}

/** One message to one target; its own queue keeps the order. */
export interface DeliveryTable {
  id: Generated<number>
  /** The entry of a case's timeline that it tells of. */
  history_id: number
  case_id: string
  rule: string
  channel: string
  target: string
  body: string
  /** `waiting`, `sent`, `failed`, `dropped`. */
  state: string
  attempts: number
  at: number
  next_at: number
  sent_at: number | null
  read_at: number | null
  read_by: string | null
  receipt: string | null
  error: string | null
  /** When the next channel or person is told, unless somebody acknowledges before. */
  fallback_at: number | null
}
