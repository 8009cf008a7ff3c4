import type { Kysely } from 'kysely'
import type { AuditRow } from './audit-chain.ts'
import type { Tables } from './schema.ts'

const pageRows = 1000

/** The next entries of the log after an id, oldest first. */
export function auditAfter(db: Kysely<Tables>, id: number): Promise<AuditRow[]> {
  return db
    .selectFrom('audit')
    .selectAll()
    .where('id', '>', id)
    .orderBy('id')
    .limit(pageRows)
    .execute()
}

export async function* auditPages(db: Kysely<Tables>): AsyncIterable<AuditRow[]> {
  let last = 0
  for (;;) {
    const rows = await auditAfter(db, last)
    const end = rows.at(-1)
    if (!end) return
    yield rows
    last = end.id
  }
}
