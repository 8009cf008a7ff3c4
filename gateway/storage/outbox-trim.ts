import { type Kysely, sql } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { Purgeable, Removed } from '../ports/retention.ts'
import type { Tables } from './schema.ts'

/**
 * Takes old news off the front of the outbox, once every consumer with a position of its own is
 * past it. The newest row stays whatever its age: it holds the number that the next one follows.
 */

const stepRows = 1000
/** Names in the table `consumer` of those that follow the outbox. */
const consumerPrefix = 'outbox:'

export function createOutboxTrim({ db, clock }: { db: Kysely<Tables>; clock: Clock }): Purgeable {
  async function passed(): Promise<number> {
    const row = await db
      .selectFrom('consumer')
      .select((eb) => eb.fn.min('position').as('position'))
      .where('name', 'like', `${consumerPrefix}%`)
      .executeTakeFirst()
    return row?.position ?? Number.MAX_SAFE_INTEGER
  }

  async function step(before: number): Promise<Removed> {
    const now = clock.now()
    const rows = await db
      .selectFrom('outbox')
      .select(['seq', 'at', sql<number>`length(body) + length(place)`.as('bytes')])
      .where('seq', '<', (eb) =>
        eb.selectFrom('outbox').select((one) => one.fn.max('seq').as('seq')),
      )
      .where('seq', '<=', await passed())
      .orderBy('seq')
      .limit(stepRows)
      .execute()
    const end = rows.findIndex(({ at }) => at >= before && at <= now)
    const old = end < 0 ? rows : rows.slice(0, end)
    const last = old.at(-1)
    if (last) await db.deleteFrom('outbox').where('seq', '<=', last.seq).execute()
    return { removed: old.length, bytes: old.reduce((sum, row) => sum + row.bytes, 0) }
  }

  return {
    kind: 'outbox',
    async *remove(before) {
      for (;;) {
        const removed = await step(before)
        if (removed.removed === 0) return
        yield removed
      }
    },
  }
}
