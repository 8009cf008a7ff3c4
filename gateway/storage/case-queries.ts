import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { isEnded } from '../domain/case-states.ts'
import type { CaseCounts, CaseFilter, CaseView, Page } from '../ports/queries.ts'
import { isUnacknowledged } from './alarm-queries.ts'
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

type Mine = NonNullable<CaseFilter['mine']>

function isHeld({ id, username, team, unit }: Mine, holder: 'holder' | '+holder') {
  const held = sql<string>`json_extract(${sql.raw(holder)}, '$.id')`
  const kind = sql<string>`json_extract(${sql.raw(holder)}, '$.kind')`
  return sql<SqlBool>`holder is not null
    and ${held} in (${id}, ${username}, ${team ?? ''}, ${unit ?? ''})
    and ((${kind} = 'user' and ${held} in (${id}, ${username}))
      or (${kind} = 'team' and ${held} = ${team ?? ''})
      or (${kind} = 'unit' and ${held} = ${unit ?? ''}))`
}

/** Of all years by two indexes: else they would be walked from the newest for one person's few. */
function isMine(mine: Mine, isOpenOnly: boolean): RawBuilder<SqlBool> {
  if (isOpenOnly) return sql<SqlBool>`((${isHeld(mine, '+holder')}) or +claimed_by = ${mine.id})`
  return sql<SqlBool>`"case".id in (
    select id from "case" where ${isHeld(mine, 'holder')}
    union
    select id from "case" where claimed_by = ${mine.id})`
}

function asksOpenOnly({ open, overdue, sort }: CaseFilter): boolean {
  return open === true || overdue === true || sort === 'urgency'
}

/** Of open cases one index holds all that is asked; those of single columns hold the years. */
function conditions(context: CaseQueryContext, filter: CaseFilter): RawBuilder<SqlBool>[] {
  const isOpenOnly = asksOpenOnly(filter)
  const is = (column: 'state' | 'tier' | 'source' | 'village' | 'hazard' | 'severity') =>
    filter[column] &&
    sql<SqlBool>`${sql.raw(isOpenOnly ? `+${column}` : column)} = ${filter[column]}`
  const all = [
    withinScope(filter.scope, context.names.town(), isOpenOnly ? 'filter' : 'index'),
    isOpenOnly ? isOpen : undefined,
    is('state'),
    is('tier'),
    is('source'),
    is('village'),
    is('hazard'),
    is('severity'),
    filter.overdue && isOverdue(context.clock.now()),
    filter.mine && isMine(filter.mine, isOpenOnly),
    filter.q && isFound(filter.q),
  ]
  return all.filter((condition) => typeof condition === 'object')
}

async function newestCases(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  let query = context.db
    .selectFrom('case')
    .selectAll('case')
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  for (const condition of conditions(context, filter)) query = query.where(condition)
  if (filter.cursor) query = query.where(olderThan('opened_at', filter.cursor))
  const { page, more } = cut(await query.execute(), filter.limit)
  const last = page.at(-1)
  return {
    items: await toCaseViews(context, page),
    nextCursor: more && last ? encodeCursor([last.opened_at, last.id]) : null,
  }
}

/** Of open cases and of one's own there are so few that each may be read. */
function needsIndex({ q, state, mine, ...filter }: CaseFilter): boolean {
  const isFewOnly = mine !== undefined || (state !== undefined && !isEnded(state))
  return q !== undefined && q !== '' && !isFewOnly && !asksOpenOnly(filter)
}

/** In the order in which they came into the queue, the newest first: that of the index itself. */
async function foundCases(
  context: CaseQueryContext,
  filter: CaseFilter,
  q: string,
): Promise<Page<CaseView>> {
  const town = context.names.town()
  const scope = filter.scope === town ? '' : filter.scope
  const words = searchWords(q, { ...filter, scope })
  let query = context.db
    .selectFrom('case_search')
    // Keeps this order of the two, and with it the order of the rows.
    .crossJoin('case')
    .where(sql<SqlBool>`"case".rowid = case_search.rowid`)
    .where(sql<SqlBool>`case_search match ${words}`)
    .selectAll('case')
    .select('case_search.rowid as place')
    .orderBy('case_search.rowid', 'desc')
    .limit(filter.limit + 1)
  for (const condition of conditions(context, filter)) query = query.where(condition)
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
  for (const condition of conditions(context, filter)) query = query.where(condition)
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
  if (needsIndex(filter)) return foundCases(context, filter, filter.q ?? '')
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
