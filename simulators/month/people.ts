import type { Kysely } from 'kysely'
import type { Holder } from '../../gateway/domain/case.ts'
import type { Actor, Role } from '../../gateway/domain/person.ts'
import { isInScope } from '../../gateway/domain/place.ts'
import type { Tables } from '../../gateway/storage/schema.ts'
import type { Dice } from './dice.ts'

/** Those who work on cases: the town's own users, each in their role and place. */
export interface People {
  /** One of a role who may see the place. */
  of(role: Role, place: string): Actor
  /** Who acts for the holder of a case; the desk types in what a unit reports. */
  holding(holder: Holder | null, place: string): Actor
  teams: readonly string[]
}

export async function loadPeople(db: Kysely<Tables>, dice: Dice): Promise<People> {
  const rows = await db.selectFrom('user').selectAll().orderBy('username').execute()
  const actors = rows.map(
    ({ id, username, display_name, role, scope, team, unit }): Actor => ({
      id,
      username,
      displayName: display_name,
      role: role as Role,
      scope,
      team,
      unit,
    }),
  )

  function of(role: Role, place: string): Actor {
    return dice.pick(actors.filter((one) => one.role === role && isInScope(one.scope, place)))
  }

  return {
    of,
    holding(holder, place) {
      const own = actors.filter((one) => {
        if (!isInScope(one.scope, place)) return false
        return holder?.kind === 'user' ? one.id === holder.id : one.team === holder?.id
      })
      return own.length > 0 && holder?.kind !== 'unit' ? dice.pick(own) : of('operator', place)
    },
    teams: [...new Set(actors.flatMap(({ team }) => team ?? []))].sort(),
  }
}
