import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

/** Calibrations, what an InfluxDB refused, files that were read in, and how full the disk was. */
export async function up(db: Kysely<Tables>): Promise<void> {
  const { schema } = db

  await schema
    .createTable('calibration')
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('property', 'text', (c) => c.notNull())
    /** By the reading's own time. */
    .addColumn('from_at', 'bigint', (c) => c.notNull())
    .addColumn('factor', 'double precision', (c) => c.notNull())
    .addColumn('offset', 'double precision', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('calibration_key', ['device', 'property', 'from_at'])
    .execute()

  await schema
    .createTable('series_refused')
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('property', 'text', (c) => c.notNull())
    .addColumn('observed_at', 'bigint', (c) => c.notNull())
    .addColumn('value', 'double precision', (c) => c.notNull())
    /** What the server said. */
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('series_refused_key', ['device', 'property', 'observed_at'])
    .execute()

  await schema
    .createTable('series_import')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('disk_sample')
    .addColumn('at', 'bigint', (c) => c.primaryKey())
    .addColumn('free_bytes', 'bigint', (c) => c.notNull())
    .addColumn('series_bytes', 'bigint')
    .execute()
}
