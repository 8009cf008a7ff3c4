import type { Kysely, Selectable } from 'kysely'
import { ConflictError } from '../domain/errors.ts'
import type { Actor, Role } from '../domain/person.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { AuditLog, NewUser, SessionStore, UserStore } from '../ports/user-store.ts'
import type { Tables } from './schema.ts'

function toActor(
  row: Pick<Selectable<Tables['user']>, 'username' | 'display_name' | 'role' | 'scope'> & {
    id: string
  },
): Actor {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role as Role,
    scope: row.scope,
  }
}

function toRow(id: string, user: NewUser) {
  return {
    id,
    username: user.username,
    display_name: user.displayName,
    role: user.role,
    scope: user.scope,
    password_hash: user.passwordHash,
  }
}

export function createUserStore({ db, newId }: { db: Kysely<Tables>; newId: NewId }): UserStore {
  return {
    async find(username) {
      const row = await db
        .selectFrom('user')
        .selectAll()
        .where('username', '=', username)
        .executeTakeFirst()
      return row && { ...toActor(row), passwordHash: row.password_hash }
    },
    async count() {
      const row = await db
        .selectFrom('user')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return row.count
    },
    async add(user) {
      const row = toRow(newId(), user)
      const result = await db
        .insertInto('user')
        .values(row)
        .onConflict((oc) => oc.column('username').doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new ConflictError(`There is a user ${user.username} already.`, user.username)
      }
      return toActor(row)
    },
    addOnce(mark, user) {
      return db.transaction().execute(async (trx) => {
        const marked = await trx
          .insertInto('counter')
          .values({ name: mark, value: 1 })
          .onConflict((oc) => oc.column('name').doNothing())
          .executeTakeFirst()
        if (marked.numInsertedOrUpdatedRows === 0n) return false
        const added = await trx
          .insertInto('user')
          .values(toRow(newId(), user))
          .onConflict((oc) => oc.column('username').doNothing())
          .executeTakeFirst()
        return added.numInsertedOrUpdatedRows === 1n
      })
    },
  }
}

export function createSessionStore(db: Kysely<Tables>): SessionStore {
  return {
    async add({ id, userId, at }) {
      await db
        .insertInto('session')
        .values({ id, user_id: userId, created_at: at, last_seen_at: at })
        .execute()
    },
    async find(id) {
      const row = await db
        .selectFrom('session')
        .innerJoin('user', 'user.id', 'session.user_id')
        .select(['user.id', 'username', 'display_name', 'role', 'scope'])
        .select(['created_at', 'last_seen_at'])
        .where('session.id', '=', id)
        .executeTakeFirst()
      if (!row) return undefined
      return { id, actor: toActor(row), createdAt: row.created_at, lastSeenAt: row.last_seen_at }
    },
    async touch(id, at) {
      await db.updateTable('session').set({ last_seen_at: at }).where('id', '=', id).execute()
    },
    async remove(id) {
      await db.deleteFrom('session').where('id', '=', id).execute()
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

export function createAuditLog({ db, clock }: { db: Kysely<Tables>; clock: Clock }): AuditLog {
  return {
    async write({ actor, act, subject, detail }) {
      await db
        .insertInto('audit')
        .values({ at: clock.now(), actor, act, subject, detail: detail ?? null })
        .execute()
    },
  }
}
