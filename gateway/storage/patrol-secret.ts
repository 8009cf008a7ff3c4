import type { Kysely } from 'kysely'
import type { Vault } from '../ports/vault.ts'
import type { Tables } from './schema.ts'

const name = 'patrol-key'

export interface PatrolSecretParts {
  db: Kysely<Tables>
  vault: Vault
  generate: () => Uint8Array
}

/** The secret that all keys of patrols come from: made when it is first asked for, kept sealed. */
export async function loadPatrolSecret(parts: PatrolSecretParts): Promise<Uint8Array> {
  const { db, vault, generate } = parts
  async function stored(): Promise<Uint8Array | undefined> {
    const row = await db
      .selectFrom('setting')
      .select('body')
      .where('name', '=', name)
      .executeTakeFirst()
    if (!row) return undefined
    const { sealed } = JSON.parse(row.body) as { sealed: string }
    return Buffer.from(vault.open(sealed, name), 'base64url')
  }

  const known = await stored()
  if (known) return known
  const sealed = vault.seal(Buffer.from(generate()).toString('base64url'), name)
  await db
    .insertInto('setting')
    .values({ name, body: JSON.stringify({ sealed }) })
    .onConflict((oc) => oc.column('name').doNothing())
    .execute()
  // Of two who came first, one wrote.
  return (await stored()) as Uint8Array
}
