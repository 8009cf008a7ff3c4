import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { CaseCounts, CaseFilter, CaseView, Page } from '../ports/queries.ts'
import { isUnacknowledged } from './alarm-queries.ts'
import { isMine, type Mine, waysOfMine } from './case-mine.ts'
import { isFound, searchWords } from './case-search.ts'
import { type CaseQueryContext, toCaseViews } from './case-views.ts'
import { cut, decodeCursor, encodeCursor, olderThan, withinScope } from './keyset.ts'
import type { CaseRow } from './rows.ts'
import type { Tables } from './schema.ts'

/** Written out, not bound: the partial index of open cases is used only so. */
const isOpen = sql<SqlBool>`state not in ('closed', 'void', 'merged')`

/** 1 while any of its alarms has not been seen. */
const needsEyes = sql<number>`coalesce(incident in (
  select alarm.incident from alarm where alarm.${isUnacknowledged}), 0)`

/** The clocks say so within a second after the deadline; until then the deadline itself does. */
function isOverdue(now: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(overdue_since is not null or (due_at is not null and due_at < ${now}))`
}

function asksOpenOnly({ open, overdue, sort }: CaseFilter): boolean {
  return open === true || overdue === true || sort === 'urgency'
}

/**
 * `table`: an index of single columns is chosen. `filter`: the rows are chosen otherwise, by the
 * index of open cases, by whose they are or by their words, and each is looked at.
 */
function conditions(
  context: CaseQueryContext,
  filter: CaseFilter,
  by: 'table' | 'filter',
): RawBuilder<SqlBool>[] {
  const is = (column: 'state' | 'tier' | 'source' | 'village' | 'hazard' | 'severity') =>
    filter[column] &&
    sql<SqlBool>`${sql.raw(by === 'filter' ? `+${column}` : column)} = ${filter[column]}`
  const scopeBy = by === 'filter' ? 'filter' : 'index'
  const all = [
    withinScope(filter.scope, context.names.town(), scopeBy),
    asksOpenOnly(filter) ? isOpen : undefined,
    is('state'),
    is('tier'),
    is('source'),
    is('village'),
    is('hazard'),
    is('severity'),
    filter.overdue && isOverdue(context.clock.now()),
    filter.q && isFound(filter.q),
  ]
  return all.filter((condition) => typeof condition === 'object')
}

function newestPage(context: CaseQueryContext, filter: CaseFilter, by: 'table' | 'filter') {
  let query = context.db
    .selectFrom('case')
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  for (const condition of conditions(context, filter, by)) query = query.where(condition)
  return filter.cursor ? query.where(olderThan('opened_at', filter.cursor)) : query
}

async function byOpening(
  context: CaseQueryContext,
  rows: readonly CaseRow[],
  limit: number,
): Promise<Page<CaseView>> {
  const { page, more } = cut(rows, limit)
  const last = page.at(-1)
  return {
    items: await toCaseViews(context, page),
    nextCursor: more && last ? encodeCursor([last.opened_at, last.id]) : null,
  }
}

async function newestCases(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  let query = newestPage(context, filter, asksOpenOnly(filter) ? 'filter' : 'table').selectAll()
  if (filter.mine) query = query.where(isMine(filter.mine))
  return byOpening(context, await query.execute(), filter.limit)
}

/** Of all years: as many of each way as fill the page, so that no way is walked further. */
async function ownCases(
  context: CaseQueryContext,
  filter: CaseFilter,
  mine: Mine,
): Promise<Page<CaseView>> {
  const ways = waysOfMine(mine).map((way) => {
    const page = newestPage(context, filter, 'filter').where(way).select(['id', 'opened_at'])
    return sql`select * from (${page})`
  })
  const chosen = await sql<{ id: string }>`${sql.join(ways, sql` union `)}
    order by opened_at desc, id desc limit ${filter.limit + 1}`.execute(context.db)
  return byOpening(context, await casesById(context, chosen.rows), filter.limit)
}

function wordsOf(context: CaseQueryContext, filter: CaseFilter, q: string): string {
  const scope = filter.scope === context.names.town() ? '' : filter.scope
  return searchWords(q, { ...filter, scope, isOpenOnly: asksOpenOnly(filter) })
}

/** In the order in which they came into the queue, the newest first: that of the index itself. */
async function foundCases(
  context: CaseQueryContext,
  filter: CaseFilter,
  q: string,
): Promise<Page<CaseView>> {
  let query = context.db
    .selectFrom('case_search')
    // Keeps this order of the two, and with it the order of the rows.
    .crossJoin('case')
    .where(sql<SqlBool>`"case".rowid = case_search.rowid`)
    .where(sql<SqlBool>`case_search match ${wordsOf(context, filter, q)}`)
    .selectAll('case')
    .select('case_search.rowid as place')
    .orderBy('case_search.rowid', 'desc')
    .limit(filter.limit + 1)
  for (const condition of conditions(context, filter, 'filter')) query = query.where(condition)
  if (filter.mine) query = query.where(isMine(filter.mine))
  if (filter.cursor) {
    const [place] = decodeCursor(filter.cursor, 'n')
    query = query.where('case_search.rowid', '<', Number(place))
  }
  const { page, more } = cut(await query.execute(), filter.limit)
  const last = page.at(-1)
  return {
    items: await toCaseViews(context, page),
    nextCursor: more && last ? encodeCursor([last.place]) : null,
  }
}

async function casesById(
  { db }: CaseQueryContext,
  chosen: readonly { id: string }[],
): Promise<CaseRow[]> {
  if (chosen.length === 0) return []
  const ids = chosen.map(({ id }) => id)
  const rows = await db.selectFrom('case').selectAll().where('id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined)
}

/** Sorts all open cases of the scope: there are as many as people can work on, not a million. */
async function urgentFirst(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  let query = context.db
    .selectFrom('case')
    .select(['id', 'severity_rank', 'opened_at', needsEyes.as('unseen')])
    .orderBy('unseen', 'desc')
    .orderBy('severity_rank', 'desc')
    .orderBy('opened_at', 'asc')
    .orderBy('id', 'asc')
    .limit(filter.limit + 1)
  for (const condition of conditions(context, filter, 'filter')) query = query.where(condition)
  if (filter.mine) query = query.where(isMine(filter.mine))
  if (filter.q) {
    const words = wordsOf(context, filter, filter.q)
    query = query.where(
      sql<SqlBool>`"case".rowid in (select rowid from case_search where case_search match ${words})`,
    )
  }
  if (filter.cursor) {
    const [unseen, rank, openedAt, id] = decodeCursor(filter.cursor, 'nnns')
    query = query.where(
      sql<SqlBool>`(-${needsEyes}, -severity_rank, opened_at, id) > (${-Number(unseen)}, ${-Number(rank)}, ${openedAt}, ${id})`,
    )
  }
  const { page, more } = cut(await query.execute(), filter.limit)
  const last = page.at(-1)
  return {
    items: await toCaseViews(context, await casesById(context, page)),
    nextCursor:
      more && last
        ? encodeCursor([last.unseen, last.severity_rank, last.opened_at, last.id])
        : null,
  }
}

export function listCases(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  if (filter.sort === 'urgency') return urgentFirst(context, filter)
  if (filter.q) return foundCases(context, filter, filter.q)
  if (filter.mine && !asksOpenOnly(filter)) return ownCases(context, filter, filter.mine)
  return newestCases(context, filter)
}

export async function findCase(
  context: CaseQueryContext,
  id: string,
): Promise<CaseView | undefined> {
  const rows = await context.db.selectFrom('case').selectAll().where('id', '=', id).execute()
  return (await toCaseViews(context, rows))[0]
}

function openOf<O>(
  query: SelectQueryBuilder<Tables, 'case', O>,
  context: CaseQueryContext,
  scope: string,
): SelectQueryBuilder<Tables, 'case', O> {
  const within = withinScope(scope, context.names.town(), 'filter')
  return within === undefined ? query.where(isOpen) : query.where(isOpen).where(within)
}

export async function urgentCases(
  context: CaseQueryContext,
  scope: string,
  limit: number,
): Promise<CaseView[]> {
  const chosen = openOf(context.db.selectFrom('case'), context, scope)
    .select('id')
    // What is late comes first, however often its clock began again; what has no deadline last.
    .orderBy(sql`not ${isOverdue(context.clock.now())}`)
    .orderBy(sql`due_at is null`)
    .orderBy(sql`coalesce(overdue_since, due_at)`)
    .orderBy('id')
    .limit(limit)
  return toCaseViews(context, await casesById(context, await chosen.execute()))
}

export async function caseCounts(context: CaseQueryContext, scope: string): Promise<CaseCounts> {
  const row = await openOf(context.db.selectFrom('case'), context, scope)
    .select((eb) => [
      eb.fn.countAll<number>().as('open'),
      sql<number>`coalesce(sum(${isOverdue(context.clock.now())}), 0)`.as('overdue'),
    ])
    .executeTakeFirstOrThrow()
  return { open: row.open, overdue: row.overdue }
}
