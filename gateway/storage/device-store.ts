import type { Kysely, Transaction, Updateable } from 'kysely'
import { NotFoundError } from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceStore } from '../ports/device-registry.ts'
import type { Tables } from './schema.ts'
import { raiseRevision } from './town-repository.ts'

/** Secrets and blocks of devices, in the device table; other processes see that it changed. */

type SecretColumns = Pick<
  Tables['device'],
  'secret_hash' | 'previous_secret_hash' | 'previous_secret_until'
>

/**
 * The secret that the device has: a second rotation before the new secret was used must not drop
 * the one that still opens.
 */
function secretInUse(row: SecretColumns, now: number): string | null {
  const isOldGood = row.previous_secret_until !== null && row.previous_secret_until > now
  return isOldGood ? row.previous_secret_hash : row.secret_hash
}

export function createDeviceStore({
  db,
  clock,
}: {
  db: Kysely<Tables>
  clock: Clock
}): DeviceStore {
  function change<T>(
    id: string,
    work: (trx: Transaction<Tables>, row: SecretColumns) => Promise<T>,
  ): Promise<T> {
    return db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('device')
        .select(['secret_hash', 'previous_secret_hash', 'previous_secret_until'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new NotFoundError(`There is no device ${id}.`)
      const result = await work(trx, row)
      await raiseRevision(trx)
      return result
    })
  }

  function set(id: string, columns: Updateable<Tables['device']>): Promise<void> {
    return change(id, async (trx) => {
      await trx.updateTable('device').set(columns).where('id', '=', id).execute()
    })
  }

  return {
    rotate: (id, { secretHash, oldUntil }) =>
      change(id, async (trx, row) => {
        const old = oldUntil === null ? null : secretInUse(row, clock.now())
        const until = old === null ? null : oldUntil
        await trx
          .updateTable('device')
          .set({
            secret_hash: secretHash,
            previous_secret_hash: old,
            previous_secret_until: until,
          })
          .where('id', '=', id)
          .execute()
        return until
      }),
    block: (id, { at, reason }) => set(id, { blocked_at: at, blocked_reason: reason }),
    unblock: (id) => set(id, { blocked_at: null, blocked_reason: null }),
    place: (id, { address, headingDeg, fieldOfViewDeg }) =>
      change(id, async (trx) => {
        const columns = {
          ...(address !== undefined && { address }),
          ...(headingDeg !== undefined && { heading_deg: headingDeg }),
          ...(fieldOfViewDeg !== undefined && { field_of_view_deg: fieldOfViewDeg }),
        }
        if (Object.keys(columns).length === 0) return
        await trx.updateTable('device').set(columns).where('id', '=', id).execute()
      }),
  }
}
