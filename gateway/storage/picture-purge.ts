import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import type { Purgeable } from '../ports/retention.ts'
import type { Tables } from './schema.ts'

/**
 * Old pictures go, unless they are evidence of something that is not over: an alarm that still
 * holds, or a case that still asks for work. An alarm whose picture went says since when.
 */

async function isEvidence(trx: Kysely<Tables>, sha256: string): Promise<boolean> {
  const row = await trx
    .selectFrom('alarm')
    .leftJoin('case', 'case.incident', 'alarm.incident')
    .select('alarm.id')
    .where(sql<SqlBool>`json_extract(alarm.cause, '$.picture') = ${sha256}`)
    .where((eb) =>
      eb.or([
        eb('alarm.cleared_at', 'is', null),
        eb('case.state', 'not in', ['closed', 'void', 'merged']),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export function createPicturePurge({
  db,
  pictures,
  clock,
}: {
  db: Kysely<Tables>
  pictures: PictureStore
  clock: Clock
}): Purgeable {
  async function isShown(sha256: string): Promise<boolean> {
    const row = await db
      .selectFrom('alarm')
      .select('id')
      .where(sql<SqlBool>`json_extract(cause, '$.picture') = ${sha256}`)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** Before the file goes: no alarm may show a picture that is not there. */
  async function release(sha256: string): Promise<boolean> {
    if (!(await isShown(sha256))) return true
    return await db.transaction().execute(async (trx) => {
      if (await isEvidence(trx, sha256)) return false
      const cause = sql<string>`json_set(json_remove(cause, '$.picture'), '$.pictureRemovedAt', ${clock.now()})`
      await trx
        .updateTable('alarm')
        .set({ cause })
        .where(sql<SqlBool>`json_extract(cause, '$.picture') = ${sha256}`)
        .execute()
      return true
    })
  }

  return {
    kind: 'pictures',
    async *remove(before) {
      for await (const old of pictures.older(before)) {
        const bytes = await old.removeIf(() => release(old.sha256))
        if (bytes > 0) yield { removed: 1, bytes }
      }
    },
  }
}
