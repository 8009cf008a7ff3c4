import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Holder } from '../domain/case.ts'
import type { Clock } from '../ports/clock.ts'
import type {
  AlarmView,
  CaseCounts,
  CaseFile,
  CaseFilter,
  CaseView,
  Page,
} from '../ports/queries.ts'
import {
  countAlarms,
  displayNames,
  isUnacknowledged,
  lastAlarms,
  type QueryContext,
  toAlarmViews,
} from './alarm-queries.ts'
import { cut, decodeCursor, encodeCursor, olderThan, withinScope } from './keyset.ts'
import { caseFromRow } from './rows.ts'
import type { Tables } from './schema.ts'

export interface CaseQueryContext extends QueryContext {
  clock: Clock
}

type CaseRow = Selectable<Tables['case']>

/** Written out, not bound: the partial indexes of open cases are used only so. */
const isOpen = sql<SqlBool>`state not in ('closed', 'void', 'merged')`

/** 1 while any of its alarms has not been seen. */
const needsEyes = sql<number>`exists (
  select 1 from alarm where alarm.incident = "case".incident and alarm.${isUnacknowledged})`

async function toCaseViews(
  context: CaseQueryContext,
  rows: readonly CaseRow[],
): Promise<CaseView[]> {
  const incidents = rows.map((row) => row.incident).filter((id) => id !== null)
  const holders = rows.map((row) =>
    row.holder === null ? null : (JSON.parse(row.holder) as Holder),
  )
  const counts = await countAlarms(context.db, incidents)
  const last = await lastAlarms(context, incidents)
  const people = await displayNames(context.db, [
    ...holders.map((holder) => (holder?.kind === 'user' ? holder.id : null)),
    ...rows.map((row) => row.claimed_by),
  ])
  const now = context.clock.now()
  return rows.map((row, index) => {
    const holder = holders[index]
    const count = row.incident === null ? undefined : counts.get(row.incident)
    const present = caseFromRow(row)
    return {
      ...present,
      claimed:
        present.claimedBy === null
          ? null
          : { name: people.get(present.claimedBy) ?? '', at: present.claimedAt ?? 0 },
      holder: holder ? { ...holder, name: people.get(holder.id) ?? holder.id } : null,
      overdue: row.overdue_since !== null || (row.due_at !== null && row.due_at < now),
      alarms: count?.alarms ?? 0,
      unacknowledged: count?.unacknowledged ?? 0,
      active: count?.active ?? 0,
      lastAlarm: (row.incident !== null && last.get(row.incident)) || null,
    }
  })
}

/** A number by its beginning, a title by any part; what people type is never a pattern. */
function matches(q: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(instr(title, ${q}) > 0 or substr(number, 1, ${q.length}) = ${q})`
}

function conditions(context: CaseQueryContext, filter: CaseFilter): RawBuilder<SqlBool>[] {
  const open = filter.open || filter.overdue || filter.sort === 'urgency'
  const all = [
    withinScope(filter.scope, context.names.town()),
    open ? isOpen : undefined,
    filter.state && sql<SqlBool>`state = ${filter.state}`,
    filter.village && sql<SqlBool>`village = ${filter.village}`,
    filter.hazard && sql<SqlBool>`hazard = ${filter.hazard}`,
    filter.severity && sql<SqlBool>`severity = ${filter.severity}`,
    filter.overdue && sql<SqlBool>`due_at < ${context.clock.now()}`,
    filter.q && matches(filter.q),
  ]
  return all.filter((condition) => typeof condition === 'object')
}

async function newestCases(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  let query = context.db
    .selectFrom('case')
    .selectAll()
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

/** Sorts all open cases of the scope: there are as many as people can work on, not a million. */
async function urgentFirst(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  let query = context.db
    .selectFrom('case')
    .selectAll()
    .select(needsEyes.as('unseen'))
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
    items: await toCaseViews(context, page),
    nextCursor:
      more && last
        ? encodeCursor([last.unseen, last.severity_rank, last.opened_at, last.id])
        : null,
  }
}

export function listCases(context: CaseQueryContext, filter: CaseFilter): Promise<Page<CaseView>> {
  return filter.sort === 'urgency' ? urgentFirst(context, filter) : newestCases(context, filter)
}

export async function findCase(
  context: CaseQueryContext,
  id: string,
): Promise<CaseView | undefined> {
  const rows = await context.db.selectFrom('case').selectAll().where('id', '=', id).execute()
  return (await toCaseViews(context, rows))[0]
}

export async function urgentCases(
  context: CaseQueryContext,
  scope: string,
  limit: number,
): Promise<CaseView[]> {
  const within = withinScope(scope, context.names.town())
  const rows = await context.db
    .selectFrom('case')
    .selectAll()
    .where(isOpen)
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    // What has no deadline comes last; an overdue one has the earliest of all.
    .orderBy(sql`due_at is null`)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return toCaseViews(context, rows)
}

export async function caseCounts(context: CaseQueryContext, scope: string): Promise<CaseCounts> {
  const within = withinScope(scope, context.names.town())
  const row = await context.db
    .selectFrom('case')
    .select((eb) => [
      eb.fn.countAll<number>().as('open'),
      sql<number>`coalesce(sum(due_at < ${context.clock.now()}), 0)`.as('overdue'),
    ])
    .where(isOpen)
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .executeTakeFirstOrThrow()
  return { open: row.open, overdue: row.overdue }
}

const evidenceLimit = 200
const timelineLimit = 500

async function timelineOf(context: CaseQueryContext, caseId: string) {
  const newestFirst = await context.db
    .selectFrom('case_history')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('id', 'desc')
    .limit(timelineLimit)
    .execute()
  return newestFirst.toReversed()
}

async function alarmsById(
  context: CaseQueryContext,
  ids: readonly string[],
): Promise<Map<string, AlarmView>> {
  if (ids.length === 0) return new Map()
  const rows = await context.db.selectFrom('alarm').selectAll().where('id', 'in', ids).execute()
  return new Map((await toAlarmViews(context, rows)).map((view) => [view.id, view]))
}

export async function findCaseFile(
  context: CaseQueryContext,
  id: string,
): Promise<CaseFile | undefined> {
  const found = await findCase(context, id)
  if (!found) return undefined
  const evidence = found.incident
    ? await context.db
        .selectFrom('alarm')
        .selectAll()
        .where('incident', '=', found.incident)
        .orderBy('raised_at', 'desc')
        .orderBy('id', 'desc')
        .limit(evidenceLimit)
        .execute()
    : []
  const history = await timelineOf(context, id)
  const alarms = await alarmsById(context, [
    ...new Set(history.map((row) => row.alarm).filter((alarm) => alarm !== null)),
  ])
  const people = await displayNames(
    context.db,
    history.map((row) => row.actor),
  )
  return {
    case: found,
    evidence: await toAlarmViews(context, evidence),
    pictures: [],
    merged: [],
    mergedInto: null,
    splitFrom: null,
    timeline: history.map((row) => ({
      id: row.id,
      at: row.at,
      act: row.act,
      actor: row.actor && (people.get(row.actor) ?? row.actor),
      fromState: row.from_state,
      toState: row.to_state,
      text: row.text,
      alarm: (row.alarm !== null && alarms.get(row.alarm)) || null,
      pictures: [],
      facts: {},
    })),
  }
}
