import type { Kysely } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { PointScreens } from '../ports/point-screens.ts'
import type { Tables } from './schema.ts'
import { hashSecret, newSecret, verifyHash } from './secrets.ts'

/** Scanners of code and logs recognise a leaked one by it. */
const prefix = 'lxs_'

interface PointScreenParts {
  db: Kysely<Tables>
  /** The installation's key, under which the secrets are hashed. */
  key: Uint8Array
  clock: Clock
}

export function createPointScreens({ db, key, clock }: PointScreenParts): PointScreens {
  return {
    async make(point, by) {
      const secret = prefix + newSecret()
      const row = { hash: hashSecret(key, secret), made_at: clock.now(), made_by: by }
      await db
        .insertInto('patrol_screen')
        .values({ point, ...row })
        .onConflict((oc) => oc.column('point').doUpdateSet(row))
        .execute()
      return secret
    },
    find: (point) =>
      db
        .selectFrom('patrol_screen')
        .leftJoin('user', 'user.id', 'patrol_screen.made_by')
        .select((e) => [
          'made_at as madeAt',
          e.fn.coalesce('user.display_name', 'patrol_screen.made_by').as('madeBy'),
        ])
        .where('point', '=', point)
        .executeTakeFirst(),
    async withdraw(point) {
      const { numDeletedRows } = await db
        .deleteFrom('patrol_screen')
        .where('point', '=', point)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
    async isOpenedBy(point, secret) {
      const row = await db
        .selectFrom('patrol_screen')
        .select('hash')
        .where('point', '=', point)
        .executeTakeFirst()
      return verifyHash(key, secret, row?.hash)
    },
  }
}
