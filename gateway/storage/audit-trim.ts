import type { Kysely } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { Purgeable, Removed } from '../ports/retention.ts'
import { createAuditChain, noHash } from './audit-chain.ts'
import { removalMark } from './audit-verify.ts'
import type { Tables } from './schema.ts'

/**
 * Takes the old end off the audit log. The anchor takes over the last removed hash, from which the
 * chain goes on, and the removal is an entry of the chain itself: without it an anchor counts for
 * nothing.
 */

const stepRows = 5000

function bytesOf(row: object): number {
  return Object.values(row).join('').length
}

export function createAuditTrim({
  db,
  key,
  clock,
}: {
  db: Kysely<Tables>
  key: Uint8Array
  clock: Clock
}): Purgeable {
  const chain = createAuditChain({ key, clock })

  async function step(trx: Kysely<Tables>, before: number): Promise<Removed> {
    const now = clock.now()
    const rows = await trx.selectFrom('audit').selectAll().orderBy('id').limit(stepRows).execute()
    // A clock that ran far ahead must not keep what came before it for ever.
    const end = rows.findIndex(({ at }) => at >= before && at <= now)
    const old = end < 0 ? rows : rows.slice(0, end)
    const last = old.at(-1)
    if (!last) return { removed: 0, bytes: 0 }
    const anchor = { id: last.id, hash: last.hash ?? noHash }
    await trx.insertInto('audit_anchor').values(anchor).execute()
    await trx.deleteFrom('audit_anchor').where('id', '<', anchor.id).execute()
    await chain.append(trx, { actor: null, ...removalMark(anchor) })
    await trx.deleteFrom('audit').where('id', '<=', anchor.id).execute()
    return { removed: old.length, bytes: old.reduce((sum, row) => sum + bytesOf(row), 0) }
  }

  return {
    kind: 'audit',
    async *remove(before) {
      for (;;) {
        const removed = await db.transaction().execute((trx) => step(trx, before))
        if (removed.removed === 0) return
        yield removed
      }
    },
  }
}
