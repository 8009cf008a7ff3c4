import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { InvalidError } from '../domain/errors.ts'

/**
 * Lists go on by the last row's own sort values, never by an offset: a page costs the same at the
 * start and after a million rows, and a new row shifts nothing.
 */

const cursorParts = z.array(z.union([z.number(), z.string()])).max(6)

export function encodeCursor(parts: readonly (number | string)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function refuse(): never {
  throw new InvalidError('cursor is not one this gateway gave; ask for the first page again')
}

/** The shape says what the list put in: `n` a number, `s` a text. */
export function decodeCursor(cursor: string, shape: string): (number | string)[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    refuse()
  }
  const parts = cursorParts.safeParse(parsed)
  if (!parts.success) refuse()
  const found = parts.data.map((part) => (typeof part === 'number' ? 'n' : 's')).join('')
  return found === shape ? parts.data : refuse()
}

/** Newest first over (time, id): the rows that come after the cursor. */
export function olderThan(column: string, cursor: string, idColumn = 'id'): RawBuilder<SqlBool> {
  const [at, id] = decodeCursor(cursor, 'ns')
  return sql<SqlBool>`(${sql.ref(column)}, ${sql.ref(idColumn)}) < (${at}, ${id})`
}

/**
 * Rows inside a scope, by their village and grid columns. Undefined: the scope is the whole town,
 * which needs no condition, so that lists keep to their time index. `filter`: by looking at each
 * row of an index that was chosen otherwise (SQLite takes no index for a column with a plus).
 */
export function withinScope(
  scope: string,
  town: string | undefined,
  by: 'index' | 'filter' = 'index',
): RawBuilder<SqlBool> | undefined {
  if (scope === town) return undefined
  const [grid, village] = ['grid', 'village'].map((column) =>
    sql.raw(by === 'index' ? column : `+${column}`),
  )
  if (scope.length === 15) return sql<SqlBool>`${grid} = ${scope}`
  if (scope.length === 12) return sql<SqlBool>`${village} = ${scope}`
  // ':' is the character after '9': all codes that begin with the scope.
  return sql<SqlBool>`(${village} >= ${scope} and ${village} < ${`${scope}:`})`
}

export function cut<Row>(rows: readonly Row[], limit: number): { page: Row[]; more: boolean } {
  return { page: rows.slice(0, limit), more: rows.length > limit }
}
