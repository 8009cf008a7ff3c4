import type { Kysely, Transaction } from 'kysely'
import { NotFoundError } from '../domain/errors.ts'
import type { DutyStore, ListedDuty } from '../ports/duty-store.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

const mostListed = 10_000

function listing(db: Kysely<Tables>) {
  return db
    .selectFrom('duty')
    .innerJoin('user', 'user.id', 'duty.user_id')
    .select([
      'duty.id',
      'user.id as userId',
      'username',
      'display_name as name',
      'scope',
      'starts_at as startsAt',
      'ends_at as endsAt',
    ])
}

async function listedDuty(trx: Transaction<Tables>, id: string): Promise<ListedDuty> {
  const duty = await listing(trx).where('duty.id', '=', id).executeTakeFirst()
  if (duty === undefined) throw new NotFoundError('There is no such duty any more.')
  return duty
}

/** What keeps the person of `given` from taking `taken`, when they give theirs for it. */
function otherDuty(
  trx: Transaction<Tables>,
  given: ListedDuty,
  taken: ListedDuty,
): Promise<ListedDuty | undefined> {
  return listing(trx)
    .where('user_id', '=', given.userId)
    .where('duty.id', 'not in', [given.id, taken.id])
    .where('ends_at', '>', taken.startsAt)
    .where('starts_at', '<', taken.endsAt)
    .orderBy('starts_at')
    .executeTakeFirst()
}

export function createDutyStore(db: Kysely<Tables>): DutyStore {
  return {
    list({ startsAt, endsAt, scope }) {
      const [from, before] = scopeRange(scope)
      return listing(db)
        .where('ends_at', '>', startsAt)
        .where('starts_at', '<', endsAt)
        .where('scope', '>=', from)
        .where('scope', '<', before)
        .orderBy('starts_at')
        .orderBy('username')
        .limit(mostListed)
        .execute()
    },
    find: (id) => listing(db).where('duty.id', '=', id).executeTakeFirst(),
    add({ id, userId, startsAt, endsAt }) {
      return db.transaction().execute(async (trx) => {
        const other = await trx
          .selectFrom('duty')
          .select(['starts_at as startsAt', 'ends_at as endsAt'])
          .where('user_id', '=', userId)
          .where('ends_at', '>', startsAt)
          .where('starts_at', '<', endsAt)
          .orderBy('starts_at')
          .executeTakeFirst()
        if (other) return other
        const row = { id, user_id: userId, starts_at: startsAt, ends_at: endsAt }
        await trx.insertInto('duty').values(row).execute()
        return undefined
      })
    },
    swap: ([one, other]) =>
      db.transaction().execute(async (trx) => {
        const [a, b] = [await listedDuty(trx, one), await listedDuty(trx, other)]
        const busy = (await otherDuty(trx, a, b)) ?? (await otherDuty(trx, b, a))
        if (busy) return busy
        await trx.updateTable('duty').set({ user_id: b.userId }).where('id', '=', one).execute()
        await trx.updateTable('duty').set({ user_id: a.userId }).where('id', '=', other).execute()
        return undefined
      }),
    async remove(id) {
      const { numDeletedRows } = await db.deleteFrom('duty').where('id', '=', id).executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
