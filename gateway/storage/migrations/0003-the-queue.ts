import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { createCaseSearch } from './case-search.ts'

/** Facts beside a case's state, reports and their pictures, teams and duty, what is sent to whom. */
export async function up(db: Kysely<Tables>): Promise<void> {
  const { schema } = db

  for (const [table, columns] of [
    ['case', ['claimed_by', 'extension', 'supervision', 'text', 'reported_by', 'external_id']],
    ['case', ['merged_into', 'split_from', 'planned_event']],
    ['user', ['team', 'unit']],
    ['token', ['unit']],
  ] as const) {
    for (const column of columns) {
      await schema.alterTable(table).addColumn(column, 'text').execute()
    }
  }
  for (const column of [
    'claimed_at',
    'remind_at',
    'overdue_since',
    'remaining_ms',
    'next_timer_at',
    'closed_at',
  ] as const) {
    await schema.alterTable('case').addColumn(column, 'bigint').execute()
  }
  for (const column of ['reminders', 'supervisions', 'is_false_alarm'] as const) {
    await schema
      .alterTable('case')
      .addColumn(column, 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  }
  await schema
    .alterTable('case')
    .addColumn('source', 'text', (c) => c.notNull().defaultTo('alarm'))
    .execute()
  await sql`create index case_timer on "case" (next_timer_at) where next_timer_at is not null`.execute(
    db,
  )
  await sql`create unique index case_external on "case" (reported_by, external_id) where external_id is not null`.execute(
    db,
  )
  // What was open before this version has its timers looked at once.
  await sql`update "case" set next_timer_at = due_at where due_at is not null`.execute(db)

  // An old happening that arrived late is shown and pages nobody.
  await schema
    .alterTable('case_history')
    .addColumn('quiet', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()

  await schema
    .createTable('case_picture')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case.id'))
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('history_id', 'integer')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text')
    .execute()
  // The same picture may come again with a later step; the report itself has none.
  await sql`create unique index case_picture_key on case_picture (case_id, sha256, coalesce(history_id, 0))`.execute(
    db,
  )
  await schema.createIndex('case_picture_sha').on('case_picture').columns(['sha256']).execute()

  /** Uploaded, and not yet part of a case: only its sender may use it. */
  await schema
    .createTable('picture_upload')
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('picture_upload_key', ['sha256', 'by'])
    .execute()

  await schema
    .createTable('duty')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('starts_at', 'bigint', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('duty_time').on('duty').columns(['ends_at', 'starts_at']).execute()

  await schema
    .createTable('planned_event')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('hazards', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('lon', 'double precision')
    .addColumn('lat', 'double precision')
    .addColumn('radius_m', 'integer')
    .addColumn('starts_at', 'bigint', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addColumn('unit', 'text')
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('registered_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('planned_event_time')
    .on('planned_event')
    .columns(['ends_at', 'starts_at'])
    .execute()
  await schema
    .createIndex('planned_event_order')
    .on('planned_event')
    .columns(['starts_at', 'id'])
    .execute()

  for (const table of ['notify_rule', 'notify_channel'] as const) {
    await schema
      .createTable(table)
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute()
  }
  await schema.alterTable('notify_channel').addColumn('secret', 'text').execute()

  await schema
    .createTable('push_subscription')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('delivery')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('history_id', 'integer', (c) => c.notNull())
    .addColumn('case_id', 'text', (c) => c.notNull())
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('next_at', 'bigint', (c) => c.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('read_at', 'bigint')
    .addColumn('read_by', 'text')
    .addColumn('receipt', 'text')
    .addColumn('error', 'text')
    .addColumn('fallback_at', 'bigint')
    .addUniqueConstraint('delivery_once', ['history_id', 'channel', 'target'])
    .execute()
  await sql`create index delivery_waiting on delivery (channel, target, id) where state = 'waiting'`.execute(
    db,
  )
  await sql`create index delivery_postponed on delivery (next_at, id) where state = 'postponed'`.execute(
    db,
  )
  await sql`create index delivery_fallback on delivery (fallback_at) where fallback_at is not null`.execute(
    db,
  )
  await schema.createIndex('delivery_channel').on('delivery').columns(['channel', 'id']).execute()
  await schema.createIndex('delivery_case').on('delivery').columns(['case_id', 'id']).execute()

  await indexOpenCases(db)
  await createCaseSearch(db)
}

/**
 * What the queue and the board ask of open cases is answered out of one index: there are thousands
 * of them, and hundreds of thousands of the others.
 */
async function indexOpenCases(db: Kysely<Tables>): Promise<void> {
  await sql`drop index case_open`.execute(db)
  await sql`drop index case_open_village`.execute(db)
  await sql`create index case_open on "case" (opened_at, id, state, village, grid, hazard, severity,
    severity_rank, tier, source, due_at, overdue_since, incident, holder, claimed_by)
    where state not in ('closed', 'void', 'merged')`.execute(db)
  await sql`create index alarm_unseen_incident on alarm (incident, state)
    where state in ('activeUnacknowledged', 'clearedUnacknowledged')`.execute(db)
  // One's own of all years, newest first; what the list is narrowed by is answered out of the index.
  await sql`create index case_held on "case" (json_extract(holder, '$.kind'),
    json_extract(holder, '$.id'), opened_at, id, state, tier, source, village, grid, hazard, severity,
    due_at, overdue_since)`.execute(db)
  await sql`create index case_claimed on "case" (claimed_by, opened_at, id)
    where claimed_by is not null`.execute(db)
  await sql`create index case_merged on "case" (merged_into) where merged_into is not null`.execute(
    db,
  )
}
