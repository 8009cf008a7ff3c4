import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'

/** Second factor, tokens, rotation and blocking of devices, the chained audit log, retention. */
export async function up(db: Kysely<Tables>): Promise<void> {
  const { schema } = db

  for (const [table, columns] of [
    ['user', ['totp_secret']],
    ['session', ['address', 'agent']],
    ['device', ['previous_secret_hash', 'blocked_reason']],
    ['audit', ['address', 'reason', 'hash']],
  ] as const) {
    for (const column of columns) {
      await schema.alterTable(table).addColumn(column, 'text').execute()
    }
  }
  for (const [table, columns] of [
    ['user', ['totp_last_step', 'disabled_at', 'password_changed_at']],
    ['device', ['previous_secret_until', 'blocked_at']],
  ] as const) {
    for (const column of columns) {
      await schema.alterTable(table).addColumn(column, 'bigint').execute()
    }
  }

  await schema
    .createTable('token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()

  await schema
    .createTable('setting')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('purge')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('before', 'bigint', (c) => c.notNull())
    .addColumn('removed', 'bigint', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('audit_anchor')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()

  for (const column of ['actor', 'act', 'subject'] as const) {
    await schema.createIndex(`audit_${column}`).on('audit').columns([column, 'id']).execute()
  }
  await schema.createIndex('audit_at').on('audit').column('at').execute()

  // Append-only: an entry may go only when the anchor, written before, has taken over its hash.
  await sql`create trigger audit_is_never_changed before update on audit
    begin select raise(abort, 'the audit log is append-only'); end`.execute(db)
  await sql`create trigger audit_is_never_removed before delete on audit
    when old.id > coalesce((select max(id) from audit_anchor), 0)
    begin select raise(abort, 'the audit log is append-only'); end`.execute(db)
}
