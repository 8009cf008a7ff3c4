import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/** Which points there are, for who judges their tags. */
export function createTagPoints(db: Kysely<Tables>) {
  return {
    async has(id: string): Promise<boolean> {
      const row = await db
        .selectFrom('patrol_point')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst()
      return row !== undefined
    },
    async byUid(uid: string): Promise<string | undefined> {
      const row = await db
        .selectFrom('patrol_point')
        .select('id')
        .where('tag_uid', '=', uid)
        .orderBy('id')
        .executeTakeFirst()
      return row?.id
    },
  }
}
