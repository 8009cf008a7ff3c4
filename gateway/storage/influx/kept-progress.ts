import type { Kysely } from 'kysely'
import type { SeriesReading } from '../../ports/series-store.ts'
import type { Tables } from '../schema.ts'

/**
 * What of the writing must outlast the process: up to where the log is written, and the readings
 * that the server would not take, with what it said.
 */

export interface RefusedReading {
  reading: SeriesReading
  reason: string
}

export interface KeptProgress {
  /** Null: nothing was ever written. */
  position(): Promise<number | null>
  /**
   * Both at once, so that no reading is passed and kept nowhere. Resolves with how many of the oldest
   * had to make room.
   */
  keep(position: number | null, refused: readonly RefusedReading[]): Promise<number>
  /** Oldest first. */
  refused(): Promise<SeriesReading[]>
  refusedCount(): Promise<number>
  /** They were taken after all. */
  settle(readings: readonly SeriesReading[]): Promise<void>
}

const consumerName = 'influx'
/** Beyond it the oldest go: by then somebody must have seen what is wrong. */
const mostRefused = 10_000
const rowsPerStatement = 500

export function createKeptProgress(db: Kysely<Tables>, now: () => number): KeptProgress {
  return {
    async position() {
      const row = await db
        .selectFrom('consumer')
        .select('position')
        .where('name', '=', consumerName)
        .executeTakeFirst()
      return row?.position ?? null
    },
    keep: (position, refused) =>
      db.transaction().execute(async (trx) => {
        const forgotten = await addRefused(trx, refused, now())
        if (position !== null) await savePosition(trx, position)
        return forgotten
      }),
    async refused() {
      const rows = await db.selectFrom('series_refused').selectAll().orderBy('at').execute()
      return rows.map(({ device, property, observed_at: at, value }) => ({
        device,
        property: property as SeriesReading['property'],
        at,
        value,
      }))
    },
    async refusedCount() {
      return await countRefused(db)
    },
    settle: (readings) =>
      db.transaction().execute(async (trx) => {
        for (const { device, property, at } of readings) {
          await trx
            .deleteFrom('series_refused')
            .where('device', '=', device)
            .where('property', '=', property)
            .where('observed_at', '=', at)
            .execute()
        }
      }),
  }
}

async function savePosition(db: Kysely<Tables>, position: number): Promise<void> {
  await db
    .insertInto('consumer')
    .values({ name: consumerName, position })
    .onConflict((c) => c.column('name').doUpdateSet({ position }))
    .execute()
}

async function countRefused(db: Kysely<Tables>): Promise<number> {
  const { count } = await db
    .selectFrom('series_refused')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

async function addRefused(
  db: Kysely<Tables>,
  refused: readonly RefusedReading[],
  at: number,
): Promise<number> {
  if (refused.length === 0) return 0
  for (let i = 0; i < refused.length; i += rowsPerStatement) {
    const rows = refused.slice(i, i + rowsPerStatement).map(({ reading, reason }) => ({
      device: reading.device,
      property: reading.property,
      observed_at: reading.at,
      value: reading.value,
      reason,
      at,
    }))
    await db
      .insertInto('series_refused')
      .values(rows)
      .onConflict((c) =>
        c.columns(['device', 'property', 'observed_at']).doUpdateSet((e) => ({
          value: e.ref('excluded.value'),
          reason: e.ref('excluded.reason'),
          at: e.ref('excluded.at'),
        })),
      )
      .execute()
  }
  return await forgetOldest(db)
}

async function forgetOldest(db: Kysely<Tables>): Promise<number> {
  const over = (await countRefused(db)) - mostRefused
  if (over <= 0) return 0
  const oldest = await db
    .selectFrom('series_refused')
    .select(['device', 'property', 'observed_at'])
    .orderBy('at')
    .orderBy('observed_at')
    .limit(over)
    .execute()
  for (const { device, property, observed_at: at } of oldest) {
    await db
      .deleteFrom('series_refused')
      .where('device', '=', device)
      .where('property', '=', property)
      .where('observed_at', '=', at)
      .execute()
  }
  return oldest.length
}
