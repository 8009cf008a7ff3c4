import { setImmediate } from 'node:timers/promises'
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AlarmCause } from '../domain/alarm.ts'
import type { CaseState, Holder } from '../domain/case.ts'
import type { Facts } from '../domain/case-acts.ts'
import { InvalidError } from '../domain/errors.ts'
import { type EvaluatedAlarm, faultHazard, type Month } from '../domain/evaluation-days.ts'
import type { EvaluatedCase, TimelineRow } from '../domain/evaluation-steps.ts'
import type { CaseEvent } from '../domain/planned-event.ts'
import type { EvaluationRecords } from '../ports/evaluation.ts'
import { withinScope } from './keyset.ts'
import type { Tables } from './schema.ts'

/**
 * One month of cases and alarms, a page after the other along the time indexes. Between two pages
 * everything else has its turn: statements run in the gateway's own thread.
 */

export interface EvaluationQueryOptions {
  db: Kysely<Tables>
  /** Code of the whole town. */
  town: () => string | undefined
  pageRows?: number
  /** A month with more cases, or ten times as many alarms, is refused. */
  mostCases?: number
}

interface Asked {
  db: Kysely<Tables>
  month: Month
  within: RawBuilder<SqlBool> | undefined
  pageRows: number
}

/** Neither moves a case nor its clocks. */
const idleActs = [
  'alarm',
  'cleared',
  'acknowledged',
  'severity',
  'planned',
  'outgrown',
  'reminder',
  'note',
  'claim',
  'release',
]

/** A silence that began so long before the month is found while it lasts. */
const silenceReachMs = 31 * 86_400_000

export function createEvaluationRecords({
  db,
  town,
  pageRows = 200,
  mostCases = 200_000,
}: EvaluationQueryOptions): EvaluationRecords {
  const asked = (month: Month, scope: string): Asked => ({
    db,
    month,
    within: withinScope(scope, town()),
    pageRows,
  })
  return {
    cases: (month, scope) => bounded(casePages(asked(month, scope)), mostCases),
    alarms: (month, scope) => bounded(alarmPages(asked(month, scope)), mostCases * 10),
  }
}

async function* bounded<T>(pages: AsyncIterable<T[]>, most: number): AsyncIterable<T[]> {
  let rows = 0
  for await (const page of pages) {
    rows += page.length
    if (rows > most) {
      throw new InvalidError(
        'month: there is more in this month than can be evaluated at once; ask for each village by itself.',
      )
    }
    yield page
    await setImmediate()
  }
}

async function* casePages(asked: Asked): AsyncIterable<EvaluatedCase[]> {
  let after: { opened_at: number; id: string } | undefined
  for (;;) {
    const rows = await casePage(asked, after)
    if (rows.length > 0) yield withTimelines(asked, rows)
    if (rows.length < asked.pageRows) return
    after = rows.at(-1)
  }
}

type CaseRow = Awaited<ReturnType<typeof casePage>>[number]

function casePage(
  { db, month, within, pageRows }: Asked,
  after: { opened_at: number; id: string } | undefined,
) {
  return db
    .selectFrom('case')
    .select([
      'id',
      'hazard',
      'village',
      'state',
      'opened_at',
      'holder',
      'is_false_alarm',
      'planned_event',
    ])
    .where('opened_at', '>=', after?.opened_at ?? month.startsAt)
    .where('opened_at', '<', month.endsAt)
    .$if(after !== undefined, (query) =>
      query.where(sql<SqlBool>`(opened_at, id) > (${after?.opened_at}, ${after?.id})`),
    )
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .orderBy('opened_at')
    .orderBy('id')
    .limit(pageRows)
    .execute()
}

async function withTimelines({ db }: Asked, rows: readonly CaseRow[]): Promise<EvaluatedCase[]> {
  const ids = JSON.stringify(rows.map(({ id }) => id))
  const entries = await db
    .selectFrom('case_history')
    .select(['case_id', 'at', 'act', 'from_state', 'to_state', 'detail'])
    // One bound value whatever the number of cases.
    .where('case_id', 'in', sql<string>`(select value from json_each(${ids}))`)
    .where('act', 'not in', idleActs)
    .orderBy('id')
    .execute()
  const timelines = new Map<string, TimelineRow[]>(rows.map(({ id }) => [id, []]))
  for (const entry of entries) {
    timelines.get(entry.case_id)?.push({
      at: entry.at,
      act: entry.act,
      fromState: entry.from_state as CaseState | null,
      toState: entry.to_state as CaseState | null,
      facts: entry.detail === null ? {} : (JSON.parse(entry.detail) as Facts),
    })
  }
  return rows.map((row) => ({
    id: row.id,
    hazard: row.hazard,
    village: row.village,
    state: row.state as CaseState,
    openedAt: row.opened_at,
    holder: row.holder === null ? null : (JSON.parse(row.holder) as Holder),
    isFalseAlarm: row.is_false_alarm === 1,
    plannedEvent: row.planned_event === null ? null : (JSON.parse(row.planned_event) as CaseEvent),
    timeline: timelines.get(row.id) ?? [],
  }))
}

async function* alarmPages(asked: Asked): AsyncIterable<EvaluatedAlarm[]> {
  const { month, pageRows } = asked
  const lasting = await alarmRows(asked)
    .where('raised_at', '<', month.startsAt - silenceReachMs)
    // As the index of active alarms has it.
    .where(sql<SqlBool>`state in ('activeUnacknowledged', 'activeAcknowledged')`)
    .where('hazard', '=', faultHazard)
    .limit(pageRows)
    .execute()
  yield lasting.map(alarmOf)
  let after: AlarmRow | undefined
  for (;;) {
    const rows = await alarmPage(asked, after)
    yield rows.map(alarmOf)
    if (rows.length < pageRows) return
    after = rows.at(-1)
  }
}

type AlarmRow = Awaited<ReturnType<ReturnType<typeof alarmRows>['execute']>>[number]

function alarmRows({ db, within }: Asked) {
  return db
    .selectFrom('alarm')
    .select(['id', 'device', 'village', 'hazard', 'raised_at', 'cleared_at', 'cause'])
    .select(
      sql<number>`exists (select 1 from "case" where "case".incident = alarm.incident and "case".is_false_alarm = 1)`.as(
        'is_false',
      ),
    )
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
}

function alarmPage(asked: Asked, after: AlarmRow | undefined) {
  const { startsAt, endsAt } = asked.month
  return alarmRows(asked)
    .where('raised_at', '>=', after?.raised_at ?? startsAt - silenceReachMs)
    .where('raised_at', '<', endsAt)
    .$if(after !== undefined, (query) =>
      query.where(sql<SqlBool>`(raised_at, id) > (${after?.raised_at}, ${after?.id})`),
    )
    .where((e) => e.or([e('raised_at', '>=', startsAt), e('hazard', '=', faultHazard)]))
    .orderBy('raised_at')
    .orderBy('id')
    .limit(asked.pageRows)
    .execute()
}

function alarmOf(row: AlarmRow): EvaluatedAlarm {
  const { lastHeardAt } = JSON.parse(row.cause) as AlarmCause
  return {
    device: row.device,
    village: row.village,
    hazard: row.hazard,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    silentSince: lastHeardAt ?? null,
    isFalse: row.is_false === 1,
  }
}
