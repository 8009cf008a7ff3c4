import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'

/** Rounds, check-ins, what phones upload piece by piece, voice notes, tasks of verification. */
export async function up(db: Kysely<Tables>): Promise<void> {
  const { schema } = db

  for (const column of ['hint', 'reader'] as const) {
    await schema.alterTable('patrol_point').addColumn(column, 'text').execute()
  }
  await schema
    .alterTable('patrol_point')
    .addColumn('checklist', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()

  await schema
    .createTable('patrol_round')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('team', 'text', (c) => c.notNull())
    /** When its shift says it begins, before chance moved it: planned once, whatever chance says. */
    .addColumn('slot_at', 'bigint', (c) => c.notNull())
    .addColumn('due_from', 'bigint', (c) => c.notNull())
    .addColumn('due_until', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('excused_reason', 'text')
    .addColumn('excused_by', 'text')
    /** When it was told that nobody came, and that it was missed; null: not told. */
    .addColumn('late_at', 'bigint')
    .addColumn('missed_at', 'bigint')
    /** Its end was judged. */
    .addColumn('settled_at', 'bigint')
    .addUniqueConstraint('patrol_round_once', ['route', 'slot_at'])
    .execute()
  await schema
    .createIndex('patrol_round_due')
    .on('patrol_round')
    .columns(['due_until', 'due_from'])
    .execute()
  await sql`create index patrol_round_open on patrol_round (due_from) where settled_at is null`.execute(
    db,
  )
  await schema
    .createIndex('patrol_round_day')
    .on('patrol_round')
    .columns(['due_from', 'village'])
    .execute()
  await sql`create index patrol_round_told on patrol_round (route) where missed_at is not null`.execute(
    db,
  )

  await schema
    .createTable('checkin')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('refusal', 'text')
    /** What was wrong with what was sent, and that as it came. */
    .addColumn('problem', 'text')
    .addColumn('sent', 'text')
    .addColumn('grade', 'text', (c) => c.notNull())
    .addColumn('marks', 'text', (c) => c.notNull())
    .addColumn('point', 'text')
    .addColumn('round', 'text')
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('grid', 'text')
    .addColumn('patroller', 'text')
    .addColumn('team', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('said_at', 'bigint', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('monotonic_ms', 'double precision')
    .addColumn('clock', 'text')
    .addColumn('lon', 'double precision')
    .addColumn('lat', 'double precision')
    .addColumn('accuracy_m', 'double precision')
    .addColumn('phone', 'text')
    .addColumn('photo', 'text')
    /** The photo as it is kept, once it came. */
    .addColumn('picture', 'text')
    .addColumn('findings', 'text', (c) => c.notNull())
    .addColumn('note', 'text')
    .addColumn('hash', 'text')
    .addColumn('previous_hash', 'text')
    .addColumn('task', 'text')
    .addColumn('verdict', 'text')
    .addColumn('review', 'text')
    .addColumn('reviewed_by', 'text')
    .addColumn('reviewed_at', 'bigint')
    .addColumn('review_text', 'text')
    .execute()
  await schema.createIndex('checkin_patroller').on('checkin').columns(['patroller', 'at']).execute()
  await schema.createIndex('checkin_point').on('checkin').columns(['point', 'at']).execute()
  await schema.createIndex('checkin_at').on('checkin').columns(['at', 'id']).execute()
  await sql`create index checkin_picture on checkin (picture) where picture is not null`.execute(db)
  await sql`create index checkin_round on checkin (round, point) where round is not null`.execute(
    db,
  )
  await sql`create index checkin_photo on checkin (photo) where photo is not null`.execute(db)
  await sql`create index checkin_task on checkin (task) where task is not null`.execute(db)
  await sql`create index checkin_phone on checkin (phone, at) where phone is not null`.execute(db)
  // What counts as a visit, for figures over months; see patrol-coverage.ts.
  await sql`create index checkin_visit on checkin (round, point, grade)
    where round is not null
      and (review = 'counts' or (review is null and status = 'accepted'))`.execute(db)
  await sql`create index checkin_free on checkin (at)
    where round is null and point is not null
      and (review = 'counts' or (review is null and status = 'accepted'))`.execute(db)
  await sql`create index checkin_waiting on checkin (at, id)
    where review is null and (marks <> '[]' or status = 'refused')`.execute(db)

  /** Taps that counted. None ever goes, so that none ever counts again; nobody is named. */
  await schema
    .createTable('tag_tap')
    .addColumn('uid', 'text', (c) => c.notNull())
    .addColumn('counter', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('tag_tap_key', ['uid', 'counter'])
    .execute()

  /** Uses of rotating codes; old ones go. */
  await schema
    .createTable('tag_step')
    .addColumn('patroller', 'text', (c) => c.notNull())
    .addColumn('point', 'text', (c) => c.notNull())
    .addColumn('step', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('tag_step_key', ['patroller', 'point', 'step'])
    .execute()

  /** What a phone announced and sends in pieces; the pieces are a file beside the database. */
  await schema
    .createTable('patrol_upload')
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    /** `photo` or `voice`. */
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    /** Its name where it is kept, once it is whole, and its media type there. */
    .addColumn('stored', 'text')
    .addColumn('type', 'text')
    /** Why it is not kept although it is whole. */
    .addColumn('refused', 'text')
    .addPrimaryKeyConstraint('patrol_upload_key', ['sha256', 'by'])
    .execute()
  await schema.createIndex('patrol_upload_by').on('patrol_upload').columns(['by', 'at']).execute()
  await schema.createIndex('patrol_upload_stored').on('patrol_upload').column('stored').execute()

  /** What of an upload belongs to which report; attached to the case when it is whole. */
  await schema
    .createTable('patrol_report')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('case_id', 'text', (c) => c.notNull().references('case.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('patrol_report_key', ['by', 'id'])
    .execute()

  await schema
    .createTable('case_voice')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case.id'))
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('case_voice_key', ['case_id', 'sha256'])
    .execute()

  await schema
    .createTable('patrol_task')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('case_id', 'text', (c) => c.notNull().references('case.id'))
    .addColumn('team', 'text', (c) => c.notNull())
    .addColumn('point', 'text')
    .addColumn('village', 'text', (c) => c.notNull())
    .addColumn('grid', 'text')
    .addColumn('lon', 'double precision', (c) => c.notNull())
    .addColumn('lat', 'double precision', (c) => c.notNull())
    .addColumn('radius_m', 'double precision', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('done_at', 'bigint')
    .addColumn('checkin', 'text')
    .addColumn('verdict', 'text')
    .execute()
  await schema.createIndex('patrol_task_case').on('patrol_task').columns(['case_id']).execute()
  await sql`create index patrol_task_open on patrol_task (team) where done_at is null`.execute(db)

  await schema
    .createTable('patrol_screen')
    .addColumn('point', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('made_at', 'bigint', (c) => c.notNull())
    .addColumn('made_by', 'text', (c) => c.notNull())
    .execute()
}
