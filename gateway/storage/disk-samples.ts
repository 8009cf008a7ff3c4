import { type Kysely, sql } from 'kysely'
import type { DiskSamples } from '../ports/disk-samples.ts'
import type { Tables } from './schema.ts'

const dayMs = 86_400_000
const hourlyMs = 14 * dayMs
const dailyMs = 400 * dayMs

export function createDiskSamples(db: Kysely<Tables>): DiskSamples {
  return {
    add: ({ at, freeBytes, seriesBytes }) =>
      db.transaction().execute(async (trx) => {
        const row = { free_bytes: freeBytes, series_bytes: seriesBytes }
        await trx
          .insertInto('disk_sample')
          .values({ at, ...row })
          .onConflict((oc) => oc.column('at').doUpdateSet(row))
          .execute()
        await trx
          .deleteFrom('disk_sample')
          .where('at', '<', at - dailyMs)
          .execute()
        // Of days that are two weeks old the first sample stays.
        await trx
          .deleteFrom('disk_sample')
          .where('at', '<', at - hourlyMs)
          .where('at', 'not in', (eb) =>
            eb
              .selectFrom('disk_sample')
              .select((e) => e.fn.min('at').as('first'))
              .groupBy(sql`at / ${sql.lit(dayMs)}`),
          )
          .execute()
      }),
    async since(from) {
      const rows = await db
        .selectFrom('disk_sample')
        .selectAll()
        .where('at', '>=', from)
        .orderBy('at')
        .execute()
      return rows.map(({ at, free_bytes: freeBytes, series_bytes: seriesBytes }) => ({
        at,
        freeBytes,
        seriesBytes,
      }))
    },
  }
}
