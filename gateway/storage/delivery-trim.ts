import { type Kysely, sql } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { Purgeable, Removed } from '../ports/retention.ts'
import type { Tables } from './schema.ts'

/**
 * Takes old messages off the front of the list of deliveries. What still waits, to be sent or to be
 * told to somebody else, stays whatever its age: the notifier ends it.
 */

const stepRows = 1000
const ended: ReadonlySet<string> = new Set(['sent', 'failed', 'dropped'])

export function createDeliveryTrim({ db, clock }: { db: Kysely<Tables>; clock: Clock }): Purgeable {
  async function rowsAfter(id: number) {
    return db
      .selectFrom('delivery')
      .select(['id', 'at', 'state', 'fallback_at'])
      .select(sql<number>`length(body) + length(target)`.as('bytes'))
      .where('id', '>', id)
      .orderBy('id')
      .limit(stepRows)
      .execute()
  }

  return {
    kind: 'deliveries',
    async *remove(before): AsyncIterable<Removed> {
      const now = clock.now()
      let looked = 0
      for (;;) {
        const rows = await rowsAfter(looked)
        const end = rows.findIndex(({ at }) => at >= before && at <= now)
        const old = end < 0 ? rows : rows.slice(0, end)
        const gone = old.filter((row) => ended.has(row.state) && row.fallback_at === null)
        const ids = JSON.stringify(gone.map(({ id }) => id))
        await db
          .deleteFrom('delivery')
          .where('id', 'in', sql<number>`(select value from json_each(${ids}))`)
          .execute()
        yield { removed: gone.length, bytes: gone.reduce((sum, row) => sum + row.bytes, 0) }
        const last = old.at(-1)
        if (end >= 0 || last === undefined) return
        looked = last.id
      }
    },
  }
}
