import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { ConflictError } from '../domain/errors.ts'
import { type Actor, isLastAdministrator, type Role } from '../domain/person.ts'
import type { NewId } from '../ports/clock.ts'
import type {
  Expiry,
  ListedUser,
  NewUser,
  User,
  UserChange,
  UserStore,
} from '../ports/user-store.ts'
import { cut, decodeCursor, encodeCursor } from './keyset.ts'
import type { Tables } from './schema.ts'

/** More than any town has. */
const mostInService = 5000

type UserRow = Selectable<Tables['user']>

export function toActor(
  row: Pick<UserRow, 'id' | 'username' | 'display_name' | 'role' | 'scope' | 'team' | 'unit'>,
): Actor {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role as Role,
    scope: row.scope,
    team: row.team,
    unit: row.unit,
  }
}

function toUser(row: UserRow): User {
  const secondFactor =
    row.totp_secret === null ? null : { sealed: row.totp_secret, lastStep: row.totp_last_step }
  return {
    ...toActor(row),
    passwordHash: row.password_hash,
    secondFactor,
    disabledAt: row.disabled_at,
    passwordChangedAt: row.password_changed_at,
  }
}

function toRow(id: string, user: NewUser) {
  return {
    id,
    username: user.username,
    display_name: user.displayName,
    role: user.role,
    scope: user.scope,
    team: user.team ?? null,
    unit: user.unit ?? null,
    password_hash: user.passwordHash,
  }
}

/** All codes of places that begin with the scope: ':' is the character after '9'. */
export function scopeRange(scope: string): [from: string, before: string] {
  return [scope, `${scope}:`]
}

function listing(db: Kysely<Tables>, expiry: Expiry) {
  return db
    .selectFrom('user')
    .leftJoin('session', (join) =>
      join
        .onRef('session.user_id', '=', 'user.id')
        .on('session.created_at', '>=', expiry.createdAt)
        .on('session.last_seen_at', '>=', expiry.lastSeenAt),
    )
    .select(['user.id', 'username', 'display_name', 'role', 'scope', 'team', 'unit'])
    .select(['totp_last_step', 'totp_secret', 'disabled_at'])
    .select((eb) => [
      eb.fn.count<number>('session.id').as('sessions'),
      eb.fn.max<number | null>('last_seen_at').as('seen_at'),
    ])
    .groupBy('user.id')
    .orderBy('username')
}

function toListed(row: Awaited<ReturnType<ReturnType<typeof listing>['execute']>>[number]) {
  const listed: ListedUser = {
    ...toActor(row),
    team: row.team,
    unit: row.unit,
    secondFactor: row.totp_secret !== null && row.totp_last_step !== null,
    disabled: row.disabled_at !== null,
    lastSeenAt: row.seen_at,
    sessions: row.sessions,
  }
  return listed
}

async function teamsOf(db: Kysely<Tables>, scope: string): Promise<string[]> {
  const [from, before] = scopeRange(scope)
  const village = sql<string>`json_extract(body, '$.village')`
  const rows = await db
    .selectFrom('user')
    .select('team')
    .where('scope', '>=', from)
    .where('scope', '<', before)
    .where('team', 'is not', null)
    .union(
      db
        .selectFrom('patrol_route')
        .select(sql<string | null>`json_extract(body, '$.team')`.as('team'))
        .where(village, '>=', from)
        .where(village, '<', before),
    )
    .execute()
  return rows
    .map(({ team }) => team)
    .filter((team) => team !== null)
    .toSorted((a, b) => a.localeCompare(b, 'zh'))
}

/** Inside the transaction of the change, so that two administrators cannot demote each other. */
async function keepAnAdministrator(
  trx: Transaction<Tables>,
  before: UserRow,
  after: UserRow,
): Promise<void> {
  if (before.disabled_at !== null) return
  const others = await trx
    .selectFrom('user')
    .selectAll()
    .where('role', '=', 'townAdmin')
    .where('disabled_at', 'is', null)
    .where('id', '!=', before.id)
    .execute()
  const left = after.disabled_at === null ? [...others, after] : others
  if (isLastAdministrator(toActor(before), left.map(toActor))) {
    const text = `${before.username} is the last administrator here. Make somebody else administrator first.`
    throw new ConflictError(text, before.username)
  }
}

async function changeUser(trx: Transaction<Tables>, id: string, change: UserChange): Promise<void> {
  const before = await trx
    .selectFrom('user')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const after: UserRow = {
    ...before,
    display_name: change.displayName ?? before.display_name,
    role: change.role ?? before.role,
    scope: change.scope ?? before.scope,
    team: change.team === undefined ? before.team : change.team,
    unit: change.unit === undefined ? before.unit : change.unit,
    disabled_at: change.disabledAt === undefined ? before.disabled_at : change.disabledAt,
  }
  await keepAnAdministrator(trx, before, after)
  const { display_name, role, scope, team, unit, disabled_at } = after
  await trx
    .updateTable('user')
    .set({ display_name, role, scope, team, unit, disabled_at })
    .where('id', '=', id)
    .execute()
}

export function createUserStore({ db, newId }: { db: Kysely<Tables>; newId: NewId }): UserStore {
  return {
    async find(username) {
      const row = await db
        .selectFrom('user')
        .selectAll()
        .where('username', '=', username)
        .executeTakeFirst()
      return row && toUser(row)
    },
    async list({ scope, limit, cursor, expiry }) {
      const [from, before] = scopeRange(scope)
      const after = cursor === undefined ? '' : (decodeCursor(cursor, 's')[0] as string)
      const rows = await listing(db, expiry)
        .where('scope', '>=', from)
        .where('scope', '<', before)
        .where('username', '>', after)
        .limit(limit + 1)
        .execute()
      const { page, more } = cut(rows, limit)
      const last = page.at(-1)
      return {
        items: page.map(toListed),
        nextCursor: more && last ? encodeCursor([last.username]) : null,
      }
    },
    async listed(username, expiry) {
      const row = await listing(db, expiry).where('username', '=', username).executeTakeFirst()
      return row && toListed(row)
    },
    async inService(scope) {
      const [from, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('user')
        .select(['id', 'username', 'display_name', 'role', 'scope', 'team', 'unit'])
        .where('scope', '>=', from)
        .where('scope', '<', before)
        .where('disabled_at', 'is', null)
        .orderBy('username')
        .limit(mostInService)
        .execute()
      return rows.map(toActor)
    },
    teams: (scope) => teamsOf(db, scope),
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
    change: (id, change) => db.transaction().execute((trx) => changeUser(trx, id, change)),
    async setPassword(id, passwordHash, at) {
      await db
        .updateTable('user')
        .set({ password_hash: passwordHash, password_changed_at: at })
        .where('id', '=', id)
        .execute()
    },
    async setSecondFactor(id, sealed) {
      await db
        .updateTable('user')
        .set({ totp_secret: sealed, totp_last_step: null })
        .where('id', '=', id)
        .execute()
    },
    async useStep(id, { sealed }, step) {
      const { numUpdatedRows } = await db
        .updateTable('user')
        .set({ totp_last_step: step })
        .where('id', '=', id)
        .where('totp_secret', '=', sealed)
        .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}
