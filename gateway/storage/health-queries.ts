import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/** Counts for the health page. */
export function createHealthQueries(db: Kysely<Tables>) {
  return {
    /** Devices in service that the rules hold for silent, of how many. */
    async devices(): Promise<{ offline: number; all: number }> {
      const row = await db
        .selectFrom('device')
        .leftJoin('presence', 'presence.device', 'device.id')
        .select((e) => [
          e.fn.countAll<number>().as('all'),
          e.fn.countAll<number>().filterWhere('presence.online', '=', 0).as('offline'),
        ])
        .where('device.state', '=', 'active')
        .executeTakeFirstOrThrow()
      return { all: row.all, offline: row.offline }
    },
    /** Null while there is no administrator at all. */
    async administratorsWithOneFactor(): Promise<number | null> {
      const row = await db
        .selectFrom('user')
        .select((e) => [
          e.fn.countAll<number>().as('all'),
          e.fn.countAll<number>().filterWhere('totp_last_step', 'is', null).as('single'),
        ])
        .where('role', '=', 'townAdmin')
        .where('disabled_at', 'is', null)
        .executeTakeFirstOrThrow()
      return row.all === 0 ? null : row.single
    },
  }
}
