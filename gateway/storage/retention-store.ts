import type { Kysely } from 'kysely'
import {
  type PurgedKind,
  type Retention,
  retentionOf,
  type StoredRetention,
} from '../domain/retention.ts'
import type { RetentionStore } from '../ports/retention.ts'
import { cut, decodeCursor, encodeCursor } from './keyset.ts'
import type { Tables } from './schema.ts'

const retentionName = 'retention'
const roundName = 'purge-round'
/** More than ten years of daily purges of every kind. */
const keptPurges = 30_000

async function readSetting(db: Kysely<Tables>, name: string): Promise<unknown> {
  const row = await db
    .selectFrom('setting')
    .select('body')
    .where('name', '=', name)
    .executeTakeFirst()
  return row && (JSON.parse(row.body) as unknown)
}

async function writeSetting(db: Kysely<Tables>, name: string, value: unknown): Promise<void> {
  const body = JSON.stringify(value)
  await db
    .insertInto('setting')
    .values({ name, body })
    .onConflict((oc) => oc.column('name').doUpdateSet({ body }))
    .execute()
}

async function readRetention(db: Kysely<Tables>): Promise<Retention> {
  return retentionOf((await readSetting(db, retentionName)) as StoredRetention | undefined)
}

export function createRetentionStore(db: Kysely<Tables>): RetentionStore {
  return {
    read: () => readRetention(db),
    write: (retention) =>
      db.transaction().execute(async (trx) => {
        const before = await readRetention(trx)
        await writeSetting(trx, retentionName, retention)
        return before
      }),
    async lastRoundAt() {
      return ((await readSetting(db, roundName)) as number | undefined) ?? null
    },
    roundEnded: (at) => writeSetting(db, roundName, at),
    async addPurge(purge) {
      await db.transaction().execute(async (trx) => {
        const { insertId } = await trx.insertInto('purge').values(purge).executeTakeFirstOrThrow()
        await trx
          .deleteFrom('purge')
          .where('id', '<=', Number(insertId) - keptPurges)
          .execute()
      })
    },
    async purges({ limit, cursor }) {
      let query = db
        .selectFrom('purge')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (cursor) query = query.where('id', '<', decodeCursor(cursor, 'n')[0] as number)
      const { page, more } = cut(await query.execute(), limit)
      const last = page.at(-1)
      return {
        items: page.map((row) => ({ ...row, kind: row.kind as PurgedKind })),
        nextCursor: more && last ? encodeCursor([last.id]) : null,
      }
    },
  }
}
