import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import type { AuditFilter, AuditLog, ListedAuditEntry } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import { type AuditRow, createAuditChain } from './audit-chain.ts'
import { verifyChain } from './audit-verify.ts'
import { cut, decodeCursor, encodeCursor } from './keyset.ts'
import type { Tables } from './schema.ts'

/** Ids under which a name stands in the log; the name itself where nobody bears it. */
async function idsOf(db: Kysely<Tables>, name: string): Promise<string[]> {
  if (name.startsWith('token:')) {
    const tokens = await db
      .selectFrom('token')
      .select('id')
      .where('name', '=', name.slice('token:'.length))
      .execute()
    return [name, ...tokens.map(({ id }) => `token:${id}`)]
  }
  const user = await db
    .selectFrom('user')
    .select('id')
    .where('username', '=', name)
    .executeTakeFirst()
  return user ? [name, user.id] : [name]
}

/** What people read instead of ids; who is gone keeps the id. */
async function namesOf(db: Kysely<Tables>, actors: readonly (string | null)[]) {
  const ids = [...new Set(actors)].filter((id) => id !== null)
  const tokens = ids.filter((id) => id.startsWith('token:')).map((id) => id.slice('token:'.length))
  const names = new Map<string, string>()
  if (ids.length > 0) {
    const users = await db
      .selectFrom('user')
      .select(['id', 'username'])
      .where('id', 'in', ids)
      .execute()
    for (const { id, username } of users) names.set(id, username)
  }
  if (tokens.length > 0) {
    const found = await db
      .selectFrom('token')
      .select(['id', 'name'])
      .where('id', 'in', tokens)
      .execute()
    for (const { id, name } of found) names.set(`token:${id}`, `token:${name}`)
  }
  return names
}

async function conditionsOf(db: Kysely<Tables>, filter: AuditFilter) {
  const { actor, act, subject, from, to, cursor } = filter
  const all: Expression<SqlBool>[] = []
  if (actor !== undefined) {
    const ids = JSON.stringify(await idsOf(db, actor))
    all.push(sql<SqlBool>`actor in (select value from json_each(${ids}))`)
  }
  if (act !== undefined) all.push(sql<SqlBool>`act = ${act}`)
  if (subject?.endsWith(':')) {
    // ';' is the character after ':': all subjects of the kind.
    const end = `${subject.slice(0, -1)};`
    all.push(sql<SqlBool>`(subject >= ${subject} and subject < ${end})`)
  } else if (subject !== undefined) all.push(sql<SqlBool>`subject = ${subject}`)
  if (from !== undefined) all.push(sql<SqlBool>`at >= ${from}`)
  if (to !== undefined) all.push(sql<SqlBool>`at < ${to}`)
  if (cursor !== undefined) all.push(sql<SqlBool>`id < ${decodeCursor(cursor, 'n')[0]}`)
  return all
}

async function toListed(
  db: Kysely<Tables>,
  rows: readonly AuditRow[],
): Promise<ListedAuditEntry[]> {
  const names = await namesOf(
    db,
    rows.map(({ actor }) => actor),
  )
  return rows.map(({ id, at, actor, act, subject, address, reason, detail }) => {
    const name = actor === null ? null : (names.get(actor) ?? actor)
    return { id, at, actor: name, act, subject, address, reason, detail }
  })
}

export function createAuditLog({
  db,
  key,
  clock,
}: {
  db: Kysely<Tables>
  /** The installation's. */
  key: Uint8Array
  clock: Clock
}): AuditLog {
  const chain = createAuditChain({ key, clock })
  return {
    async write(entry) {
      await db.transaction().execute((trx) => chain.append(trx, entry))
    },
    async list(filter) {
      let query = db
        .selectFrom('audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(filter.limit + 1)
      for (const condition of await conditionsOf(db, filter)) query = query.where(condition)
      const { page, more } = cut(await query.execute(), filter.limit)
      const last = page.at(-1)
      return {
        items: await toListed(db, page),
        nextCursor: more && last ? encodeCursor([last.id]) : null,
      }
    },
    verify: (check) => verifyChain(db, chain, check),
    async head() {
      const head = await chain.readHead(db)
      return head === null || head === 'forged' ? null : { id: head.id, hash: head.hash }
    },
  }
}
