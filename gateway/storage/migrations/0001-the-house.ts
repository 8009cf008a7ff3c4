import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'

/** Types that SQLite and PostgreSQL both understand: text, bigint, double precision. */
export async function up(db: Kysely<Tables>): Promise<void> {
  const schema = db.schema

  await schema
    .createTable('place')
    .addColumn('code', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('parent', 'text')
    .addColumn('boundary', 'text', (c) => c.notNull())
    .execute()

  for (const table of ['hazard', 'rule', 'season', 'patrol_route'] as const) {
    await schema
      .createTable(table)
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute()
  }

  await schema
    .createTable('device')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('grid', 'text')
    .addColumn('lon', 'double precision', (c) => c.notNull())
    .addColumn('lat', 'double precision', (c) => c.notNull())
    .addColumn('adapter', 'text', (c) => c.notNull())
    .addColumn('address', 'text')
    .addColumn('heading_deg', 'double precision')
    .addColumn('field_of_view_deg', 'double precision')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('secret_hash', 'text')
    .execute()

  await schema
    .createTable('patrol_point')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('grid', 'text', (c) => c.notNull())
    .addColumn('lon', 'double precision', (c) => c.notNull())
    .addColumn('lat', 'double precision', (c) => c.notNull())
    .addColumn('radius_m', 'double precision', (c) => c.notNull())
    .addColumn('tag', 'text', (c) => c.notNull())
    .addColumn('tag_uid', 'text')
    .execute()

  await schema
    .createTable('user')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('username', 'text', (c) => c.notNull().unique())
    .addColumn('display_name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('session')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('incident')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hazard', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('cell', 'text', (c) => c.notNull())
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('grid', 'text')
    .addColumn('lon', 'double precision', (c) => c.notNull())
    .addColumn('lat', 'double precision', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('last_activity_at', 'bigint', (c) => c.notNull())
    .addColumn('closed_at', 'bigint')
    .execute()
  // The database, not luck, keeps two open incidents of one hazard from one anchor.
  await schema.createIndex('incident_opened').on('incident').columns(['opened_at', 'id']).execute()
  await schema
    .createIndex('incident_village')
    .on('incident')
    .columns(['village', 'opened_at', 'id'])
    .execute()
  await sql`create unique index incident_open on incident (hazard, cell) where closed_at is null`.execute(
    db,
  )

  await schema
    .createTable('alarm')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('hazard', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('grid', 'text')
    .addColumn('lon', 'double precision', (c) => c.notNull())
    .addColumn('lat', 'double precision', (c) => c.notNull())
    .addColumn('raised_at', 'bigint', (c) => c.notNull())
    .addColumn('cleared_at', 'bigint')
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('incident', 'text', (c) => c.references('incident.id'))
    .execute()
  await sql`create unique index alarm_open on alarm (rule, device) where cleared_at is null`.execute(
    db,
  )
  await schema
    .createIndex('alarm_incident')
    .on('alarm')
    .columns(['incident', 'raised_at', 'id'])
    .execute()
  for (const column of ['village', 'grid', 'device'] as const) {
    await schema
      .createIndex(`alarm_${column}`)
      .on('alarm')
      .columns([column, 'raised_at', 'id'])
      .execute()
  }
  for (const [name, states] of [
    ['unseen', sql`'activeUnacknowledged', 'clearedUnacknowledged'`],
    ['active', sql`'activeUnacknowledged', 'activeAcknowledged'`],
  ] as const) {
    await sql`create index ${sql.ref(`alarm_${name}`)} on alarm (raised_at, id) where state in (${states})`.execute(
      db,
    )
    await sql`create index ${sql.ref(`alarm_${name}_village`)} on alarm (village, raised_at, id) where state in (${states})`.execute(
      db,
    )
  }
  await sql`create index alarm_picture on alarm (json_extract(cause, '$.picture')) where json_extract(cause, '$.picture') is not null`.execute(
    db,
  )
  await schema.createIndex('alarm_raised').on('alarm').columns(['raised_at', 'id']).execute()

  await schema
    .createTable('case')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'text', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('tier', 'text', (c) => c.notNull())
    .addColumn('hazard', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('severity_rank', 'integer', (c) => c.notNull())
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('grid', 'text')
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('lon', 'double precision', (c) => c.notNull())
    .addColumn('lat', 'double precision', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('step_since', 'bigint', (c) => c.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('holder', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('incident', 'text', (c) => c.unique().references('incident.id'))
    .execute()
  await schema.createIndex('case_opened').on('case').columns(['opened_at', 'id']).execute()
  for (const column of ['village', 'grid', 'state', 'hazard', 'severity'] as const) {
    await schema
      .createIndex(`case_${column}`)
      .on('case')
      .columns([column, 'opened_at', 'id'])
      .execute()
  }
  // The queue is looked at all day, and nearly every case of the past is closed.
  for (const [name, columns] of [
    ['case_open', sql`opened_at, id`],
    ['case_open_village', sql`village, opened_at, id`],
  ] as const) {
    await sql`create index ${sql.ref(name)} on "case" (${columns}) where state not in ('closed', 'void', 'merged')`.execute(
      db,
    )
  }

  await schema
    .createTable('case_history')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('case_id', 'text', (c) => c.notNull().references('case.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('actor', 'text')
    .addColumn('from_state', 'text')
    .addColumn('to_state', 'text')
    .addColumn('text', 'text')
    .addColumn('alarm', 'text')
    .addColumn('detail', 'text')
    .execute()
  await schema
    .createIndex('case_history_case')
    .on('case_history')
    .columns(['case_id', 'id'])
    .execute()

  await schema
    .createTable('outbox')
    .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('topic', 'text', (c) => c.notNull())
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('consumer')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('rule_state')
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('rule_state_key', ['rule', 'device'])
    .execute()

  await schema
    .createTable('latest_reading')
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('property', 'text', (c) => c.notNull())
    .addColumn('observed_at', 'bigint', (c) => c.notNull())
    .addColumn('value', 'double precision', (c) => c.notNull())
    .addPrimaryKeyConstraint('latest_reading_key', ['device', 'property'])
    .execute()

  await schema
    .createTable('presence')
    .addColumn('device', 'text', (c) => c.primaryKey())
    .addColumn('last_received_at', 'bigint', (c) => c.notNull())
    .addColumn('online', 'integer')
    .execute()

  await schema
    .createTable('counter')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'integer', (c) => c.notNull())
    .execute()

  await schema
    .createTable('audit')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text')
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('detail', 'text')
    .execute()
}
