import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

/** Cameras with their logins, what their events mean, stills and rounds. */
export async function up(db: Kysely<Tables>): Promise<void> {
  const { schema } = db

  await schema
    .createTable('camera')
    .addColumn('device', 'text', (c) => c.primaryKey().references('device.id').onDelete('cascade'))
    .addColumn('username', 'text', (c) => c.notNull())
    .addColumn('password_sealed', 'text', (c) => c.notNull())
    .addColumn('abilities', 'text')
    .addColumn('masks', 'text', (c) => c.notNull())
    .addColumn('held', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()

  await schema
    .createTable('camera_event_mapping')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('camera_topic')
    .addColumn('topic', 'text', (c) => c.primaryKey())
    .addColumn('items', 'text', (c) => c.notNull())
    .addColumn('devices', 'text', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .execute()

  /** What a camera showed at one time: of an alarm, of a round, or just so (`idle`, one a camera). */
  await schema
    .createTable('camera_still')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('case_id', 'text', (c) => c.references('case.id'))
    .addColumn('history_id', 'integer')
    .execute()
  await schema
    .createIndex('camera_still_device')
    .on('camera_still')
    .columns(['device', 'at'])
    .execute()
  await schema.createIndex('camera_still_case').on('camera_still').columns(['case_id']).execute()
  await schema.createIndex('camera_still_sha').on('camera_still').columns(['sha256']).execute()

  /** Small pictures of what a camera ought to see, as perceptual hashes. */
  await schema
    .createTable('camera_view')
    .addColumn('device', 'text', (c) => c.primaryKey().references('device.id').onDelete('cascade'))
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('video_plan')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('video_round')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('plan', 'text', (c) => c.notNull())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('due_from', 'bigint', (c) => c.notNull())
    .addColumn('due_until', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('signed_at', 'bigint')
    .addColumn('signed_by', 'text')
    .addColumn('excused_reason', 'text')
    /** Set once its end was judged: missed rounds are told once. */
    .addColumn('settled_at', 'bigint')
    .addUniqueConstraint('video_round_once', ['plan', 'due_from'])
    .execute()
  await schema
    .createIndex('video_round_due')
    .on('video_round')
    .columns(['due_from', 'id'])
    .execute()

  await schema
    .createTable('video_look')
    .addColumn('round', 'text', (c) => c.notNull().references('video_round.id').onDelete('cascade'))
    .addColumn('camera', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('video_look_key', ['round', 'camera'])
    .execute()
  await schema.createIndex('video_look_camera').on('video_look').columns(['camera', 'at']).execute()
}
