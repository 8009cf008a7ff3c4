import { type Kysely, type SqlBool, sql } from 'kysely'
import type { CaseState } from '../domain/case.ts'
import type { DuePostponed } from '../ports/notices.ts'
import type { Tables } from './schema.ts'

/** Deliveries that wait for the end of quiet hours, beside the queues of what is sent. */

/** Quiet hours end within a day; what waits for longer waits for a clock that was set back. */
const longestMs = 86_400_000

export async function nextPostponedAt(db: Kysely<Tables>): Promise<number | null> {
  const row = await db
    .selectFrom('delivery')
    .select((e) => e.fn.min('next_at').as('at'))
    .where('state', '=', 'postponed')
    .executeTakeFirst()
  return row?.at ?? null
}

export async function duePostponed(
  db: Kysely<Tables>,
  now: number,
  limit: number,
): Promise<DuePostponed[]> {
  const rows = await db
    .selectFrom('delivery')
    .innerJoin('case', 'case.id', 'delivery.case_id')
    .innerJoin('case_history', 'case_history.id', 'delivery.history_id')
    .select(['delivery.id', 'delivery.history_id', 'delivery.case_id'])
    .select(['case.state as case_state', 'case_history.act'])
    .where('delivery.state', '=', 'postponed')
    .where((e) =>
      e.or([e('delivery.next_at', '<=', now), e('delivery.next_at', '>', now + longestMs)]),
    )
    .orderBy('delivery.id')
    .limit(limit)
    .execute()
  const due: DuePostponed[] = []
  for (const row of rows) {
    const later = await laterOf(db, row.case_id, row.history_id)
    due.push({ id: row.id, act: row.act, state: row.case_state as CaseState, later })
  }
  return due
}

async function laterOf(db: Kysely<Tables>, caseId: string, historyId: number) {
  const rows = await db
    .selectFrom('case_history')
    .select('act')
    .select(sql<SqlBool>`coalesce(from_state <> to_state, 0)`.as('is_move'))
    .where('case_id', '=', caseId)
    .where('id', '>', historyId)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map(({ act, is_move }) => ({ act, isMove: Boolean(is_move) }))
}

export async function release(
  trx: Kysely<Tables>,
  ends: readonly { id: number; dropped: string | null }[],
  at: number,
): Promise<void> {
  for (const { id, dropped } of ends) {
    const gone = { state: 'dropped', error: dropped, fallback_at: null }
    await trx
      .updateTable('delivery')
      .set(dropped === null ? { state: 'waiting', next_at: at } : gone)
      .where('id', '=', id)
      .where('state', '=', 'postponed')
      .execute()
  }
}
