import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { PushKeys, PushStore, PushSubscriptionKeys } from '../ports/notices.ts'
import type { Vault } from '../ports/vault.ts'
import type { Tables } from './schema.ts'

/**
 * Browsers that let themselves be told. Whoever knows endpoint and keys can write to a person's
 * screen, so both are sealed; the id is a hash of the endpoint, by which the same browser is found
 * again.
 */

const keysName = 'push-keys'
/** A person with more has long forgotten the first ones. */
const maxPerPerson = 20

export interface PushStoreOptions {
  db: Kysely<Tables>
  vault: Vault
  generateKeys: () => PushKeys
}

function idOf(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('base64url').slice(0, 22)
}

const placeOf = (id: string) => `push:${id}`

export function createPushStore({ db, vault, generateKeys }: PushStoreOptions): PushStore {
  async function storedKeys(): Promise<PushKeys | undefined> {
    const row = await db
      .selectFrom('setting')
      .select('body')
      .where('name', '=', keysName)
      .executeTakeFirst()
    if (!row) return undefined
    const { publicKey, sealed } = JSON.parse(row.body) as { publicKey: string; sealed: string }
    return { publicKey, privateKey: vault.open(sealed, keysName) }
  }

  return {
    async keys() {
      const known = await storedKeys()
      if (known) return known
      const { publicKey, privateKey } = generateKeys()
      const body = JSON.stringify({ publicKey, sealed: vault.seal(privateKey, keysName) })
      await db
        .insertInto('setting')
        .values({ name: keysName, body })
        .onConflict((oc) => oc.column('name').doNothing())
        .execute()
      // Of two who came first, one wrote.
      return (await storedKeys()) as PushKeys
    },
    async add(userId, subscription, at) {
      const id = idOf(subscription.endpoint)
      const sealed = vault.seal(JSON.stringify(subscription), placeOf(id))
      const row = { user_id: userId, sealed, at }
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('push_subscription')
          .values({ id, ...row })
          .onConflict((oc) => oc.column('id').doUpdateSet(row))
          .execute()
        await dropOldest(trx, userId)
      })
    },
    async get(id) {
      const row = await db
        .selectFrom('push_subscription')
        .select('sealed')
        .where('id', '=', id)
        .executeTakeFirst()
      return row && (JSON.parse(vault.open(row.sealed, placeOf(id))) as PushSubscriptionKeys)
    },
    async of(userId) {
      const rows = await db
        .selectFrom('push_subscription')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('at')
        .execute()
      return rows.map(({ id }) => id)
    },
    async remove(id) {
      await db.deleteFrom('push_subscription').where('id', '=', id).execute()
    },
    async removeEndpoint(userId, endpoint) {
      await db
        .deleteFrom('push_subscription')
        .where('id', '=', idOf(endpoint))
        .where('user_id', '=', userId)
        .execute()
    },
  }
}

async function dropOldest(trx: Kysely<Tables>, userId: string): Promise<void> {
  const rows = await trx
    .selectFrom('push_subscription')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('at', 'desc')
    .orderBy('id')
    .offset(maxPerPerson)
    .limit(1000)
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) await trx.deleteFrom('push_subscription').where('id', 'in', ids).execute()
}
