import type { Kysely } from 'kysely'
import type { Outbox, OutboxBody, OutboxEvent, OutboxRow, OutboxTopic } from '../ports/outbox.ts'
import { onCommit } from './database.ts'
import type { Tables } from './schema.ts'

/** Writes one row inside the caller's transaction. */
export async function writeOutbox(db: Kysely<Tables>, event: OutboxEvent): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ ...event, body: JSON.stringify(event.body) })
    .execute()
}

export function createOutbox(db: Kysely<Tables>): Outbox {
  let waiting: PromiseWithResolvers<void> | undefined
  /** Head when somebody began to wait; commits that wrote no row wake nobody. */
  let seen = 0
  let unsubscribe: (() => void) | undefined

  async function head(): Promise<number> {
    const row = await db
      .selectFrom('outbox')
      .select((e) => e.fn.max('seq').as('seq'))
      .executeTakeFirst()
    return row?.seq ?? 0
  }

  async function oldest(): Promise<number> {
    const row = await db
      .selectFrom('outbox')
      .select((e) => e.fn.min('seq').as('seq'))
      .executeTakeFirst()
    return row?.seq ?? 0
  }

  async function wakeIfGrown(): Promise<void> {
    const present = await head()
    if (present <= seen) return
    seen = present
    const woken = waiting
    waiting = undefined
    woken?.resolve()
  }

  return {
    head,
    oldest,
    async after(seq, limit) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    changed() {
      unsubscribe ??= onCommit(db, () => {
        wakeIfGrown().catch(() => waiting?.resolve())
      })
      waiting ??= Promise.withResolvers<void>()
      return waiting.promise
    },
  }
}

function fromRow(row: {
  seq: number
  at: number
  topic: string
  village: string
  place: string
  body: string
}): OutboxRow {
  return {
    seq: row.seq,
    at: row.at,
    topic: row.topic as OutboxTopic,
    village: row.village,
    place: row.place,
    body: JSON.parse(row.body) as OutboxBody,
  }
}
