import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Holder } from '../domain/case.ts'
import type { CaseFilter } from '../ports/queries.ts'

/** Cases that are one's own: held by the person, their team or their unit, or claimed by them. */

export type Mine = NonNullable<CaseFilter['mine']>

export function holdersOf({ id, username, team, unit }: Mine): Holder[] {
  const people = [...new Set([id, username])].map((name) => ({ kind: 'user' as const, id: name }))
  return [
    ...people,
    ...(team ? [{ kind: 'team' as const, id: team }] : []),
    ...(unit ? [{ kind: 'unit' as const, id: unit }] : []),
  ]
}

/** The plus keeps SQLite from an index: for looking at each row of what was chosen otherwise. */
function isHeldBy({ kind, id }: Holder, holder: 'holder' | '+holder'): RawBuilder<SqlBool> {
  const column = sql.raw(holder)
  return sql<SqlBool>`(json_extract(${column}, '$.kind') = ${kind}
    and json_extract(${column}, '$.id') = ${id})`
}

export function isMine(mine: Mine): RawBuilder<SqlBool> {
  const held = holdersOf(mine).map((holder) => isHeldBy(holder, '+holder'))
  return sql<SqlBool>`(${sql.join([...held, sql`+claimed_by = ${mine.id}`], sql` or `)})`
}

/** One for each index range that holds some of them, newest first; a case may lie in several. */
export function waysOfMine(mine: Mine): RawBuilder<SqlBool>[] {
  const held = holdersOf(mine).map((holder) => isHeldBy(holder, 'holder'))
  return [...held, sql<SqlBool>`claimed_by = ${mine.id}`]
}
