import type { Kysely } from 'kysely'
import type { Role } from '../domain/person.ts'
import type { NewId } from '../ports/clock.ts'
import type { StoredToken, TokenStore, UsableToken } from '../ports/token-store.ts'
import { cut, encodeCursor, olderThan } from './keyset.ts'
import type { Tables } from './schema.ts'
import { hashSecret } from './secrets.ts'
import { scopeRange } from './user-store.ts'

export interface TokenStoreOptions {
  db: Kysely<Tables>
  /** The installation's key, under which the secrets are hashed. */
  key: Uint8Array
  newId: NewId
}

function tokens(db: Kysely<Tables>) {
  return db
    .selectFrom('token')
    .leftJoin('user', 'user.id', 'token.created_by')
    .selectAll('token')
    .select([
      'user.id as maker_id',
      'user.username as maker',
      'user.role as maker_role',
      'user.scope as maker_scope',
      'user.disabled_at as maker_disabled_at',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof tokens>['execute']>>[number]

function toToken(row: Row): StoredToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    scope: row.scope,
    unit: row.unit,
    createdBy: row.maker ?? row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}

function toUsable(row: Row): UsableToken {
  if (row.created_by === null) return { ...toToken(row), maker: null }
  const { maker_role, maker_scope, maker_disabled_at } = row
  // A maker who is not there any more hands on nothing.
  const isGone = maker_role === null || maker_scope === null
  const maker = isGone
    ? { role: 'viewer' as const, scope: row.scope, disabled: true }
    : { role: maker_role as Role, scope: maker_scope, disabled: maker_disabled_at !== null }
  return { ...toToken(row), maker }
}

export function createTokenStore({ db, key, newId }: TokenStoreOptions): TokenStore {
  return {
    async add({ name, role, scope, unit, createdBy, createdAt, expiresAt }, secret) {
      const id = newId()
      await db
        .insertInto('token')
        .values({
          id,
          name,
          hash: hashSecret(key, secret),
          role,
          scope,
          unit,
          created_by: createdBy,
          created_at: createdAt,
          expires_at: expiresAt,
        })
        .execute()
      return toToken(await tokens(db).where('token.id', '=', id).executeTakeFirstOrThrow())
    },
    async find(secret) {
      const row = await tokens(db)
        .where('token.hash', '=', hashSecret(key, secret))
        .executeTakeFirst()
      return row && toUsable(row)
    },
    async get(id) {
      const row = await tokens(db).where('token.id', '=', id).executeTakeFirst()
      return row && toUsable(row)
    },
    async list({ scope, limit, cursor }) {
      const [from, before] = scopeRange(scope)
      const rows = await tokens(db)
        .where('token.scope', '>=', from)
        .where('token.scope', '<', before)
        .$if(cursor !== undefined, (query) =>
          query.where(olderThan('token.created_at', cursor as string, 'token.id')),
        )
        .orderBy('token.created_at', 'desc')
        .orderBy('token.id', 'desc')
        .limit(limit + 1)
        .execute()
      const { page, more } = cut(rows, limit)
      const last = page.at(-1)
      return {
        items: page.map(toToken),
        nextCursor: more && last ? encodeCursor([last.created_at, last.id]) : null,
      }
    },
    async touch(id, at) {
      await db.updateTable('token').set({ last_used_at: at }).where('id', '=', id).execute()
    },
    async revoke(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('token')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}
