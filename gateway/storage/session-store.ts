import type { Kysely } from 'kysely'
import type { SessionStore } from '../ports/user-store.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Tables } from './schema.ts'
import { toActor } from './user-store.ts'

export function createSessionStore(db: Kysely<Tables>): SessionStore {
  // When a thousand phones come back in the same minute, all of them were seen just now.
  const together = createGroupCommit(db)
  return {
    async add({ id, userId, at, address, agent, passwordHash }) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('session')
        .columns(['id', 'user_id', 'created_at', 'last_seen_at', 'address', 'agent'])
        .expression((eb) =>
          eb
            .selectFrom('user')
            .select((one) => [
              one.val(id).as('id'),
              'user.id as user_id',
              one.val(at).as('created_at'),
              one.val(at).as('last_seen_at'),
              one.val(address).as('address'),
              one.val(agent).as('agent'),
            ])
            .where('user.id', '=', userId)
            .where('password_hash', '=', passwordHash)
            .where('disabled_at', 'is', null),
        )
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
    async find(id) {
      const row = await db
        .selectFrom('session')
        .innerJoin('user', 'user.id', 'session.user_id')
        .select(['user.id', 'username', 'display_name', 'role', 'scope', 'team', 'unit'])
        .select(['created_at', 'last_seen_at'])
        .where('session.id', '=', id)
        .where('disabled_at', 'is', null)
        .executeTakeFirst()
      if (!row) return undefined
      return { id, actor: toActor(row), createdAt: row.created_at, lastSeenAt: row.last_seen_at }
    },
    async of(userId) {
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('last_seen_at', 'desc')
        .execute()
      return rows.map(({ id, created_at, last_seen_at, address, agent }) => ({
        id,
        createdAt: created_at,
        lastSeenAt: last_seen_at,
        address,
        agent,
      }))
    },
    async touch(id, at) {
      await together((trx) =>
        trx.updateTable('session').set({ last_seen_at: at }).where('id', '=', id).execute(),
      )
    },
    async remove(id) {
      await db.deleteFrom('session').where('id', '=', id).execute()
    },
    async removeOf(userId, except = '') {
      const rows = await db
        .deleteFrom('session')
        .where('user_id', '=', userId)
        .where('id', '!=', except)
        .returning('id')
        .execute()
      return rows.map((row) => row.id)
    },
    async removeExpired(before) {
      await db
        .deleteFrom('session')
        .where((eb) =>
          eb.or([
            eb('created_at', '<', before.createdAt),
            eb('last_seen_at', '<', before.lastSeenAt),
          ]),
        )
        .execute()
    },
  }
}
