import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely'
import type { Alarm } from '../domain/alarm.ts'
import type {
  AlarmFilter,
  AlarmView,
  IncidentFilter,
  IncidentView,
  Page,
} from '../ports/queries.ts'
import { cut, encodeCursor, olderThan, withinScope } from './keyset.ts'
import type { Tables } from './schema.ts'

interface Names {
  rule(id: string): string | undefined
  device(id: string): string | undefined
  /** The town's code once there is one. */
  town(): string | undefined
}

export interface QueryContext {
  db: Kysely<Tables>
  names: Names
}

export type AlarmRow = Selectable<Tables['alarm']>

/** Written out, not bound: SQLite uses a partial index only when it can read the condition. */
export const isUnacknowledged = sql<SqlBool>`state in ('activeUnacknowledged', 'clearedUnacknowledged')`
const isActive = sql<SqlBool>`state in ('activeUnacknowledged', 'activeAcknowledged')`

async function tokenNames(
  db: Kysely<Tables>,
  actors: readonly string[],
): Promise<[string, string][]> {
  const ids = actors.flatMap((actor) => /^token:(.+)$/.exec(actor)?.[1] ?? [])
  if (ids.length === 0) return []
  const tokens = await db
    .selectFrom('token')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute()
  return tokens.map(({ id, name }) => [`token:${id}`, name])
}

/** Display names by user id, and by username for holders that were named so; names of tokens too. */
export async function displayNames(
  db: Kysely<Tables>,
  ids: Iterable<string | null>,
): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null)
  if (wanted.length === 0) return new Map()
  const users = await db
    .selectFrom('user')
    .select(['id', 'username', 'display_name'])
    .where((eb) => eb.or([eb('id', 'in', wanted), eb('username', 'in', wanted)]))
    .execute()
  return new Map([
    ...users.flatMap((user): [string, string][] => [
      [user.id, user.display_name],
      [user.username, user.display_name],
    ]),
    ...(await tokenNames(db, wanted)),
  ])
}

export async function toAlarmViews(
  { db, names }: QueryContext,
  rows: readonly AlarmRow[],
): Promise<AlarmView[]> {
  const people = await displayNames(
    db,
    rows.map((row) => row.acknowledged_by),
  )
  return rows.map((row) => ({
    id: row.id,
    rule: row.rule,
    ruleName: names.rule(row.rule) ?? row.rule,
    device: row.device,
    deviceName: names.device(row.device) ?? row.device,
    hazard: row.hazard,
    severity: row.severity as Alarm['severity'],
    state: row.state as Alarm['state'],
    village: row.village,
    grid: row.grid,
    lon: row.lon,
    lat: row.lat,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by && (people.get(row.acknowledged_by) ?? row.acknowledged_by),
    cause: JSON.parse(row.cause) as Alarm['cause'],
    incident: row.incident,
  }))
}

export async function listAlarms(
  context: QueryContext,
  filter: AlarmFilter,
): Promise<Page<AlarmView>> {
  let query = context.db
    .selectFrom('alarm')
    .selectAll()
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  const scope = withinScope(filter.scope, context.names.town())
  if (scope) query = query.where(scope)
  if (filter.device) query = query.where('device', '=', filter.device)
  if (filter.village) query = query.where('village', '=', filter.village)
  if (filter.hazard) query = query.where('hazard', '=', filter.hazard)
  if (filter.incident) query = query.where('incident', '=', filter.incident)
  if (filter.active) query = query.where(isActive)
  if (filter.unacknowledged) query = query.where(isUnacknowledged)
  if (filter.cursor) query = query.where(olderThan('raised_at', filter.cursor))
  const { page, more } = cut(await query.execute(), filter.limit)
  const last = page.at(-1)
  return {
    items: await toAlarmViews(context, page),
    nextCursor: more && last ? encodeCursor([last.raised_at, last.id]) : null,
  }
}

export async function findAlarm(context: QueryContext, id: string): Promise<AlarmView | undefined> {
  const rows = await context.db.selectFrom('alarm').selectAll().where('id', '=', id).execute()
  return (await toAlarmViews(context, rows))[0]
}

/** Counts per incident; those without alarms are missing. */
export async function countAlarms(db: Kysely<Tables>, incidents: readonly string[]) {
  if (incidents.length === 0) return new Map<string, never>()
  const rows = await db
    .selectFrom('alarm')
    .select((eb) => [
      'incident',
      eb.fn.countAll<number>().as('alarms'),
      sql<number>`sum(${isUnacknowledged})`.as('unacknowledged'),
      sql<number>`sum(${isActive})`.as('active'),
    ])
    .where('incident', 'in', incidents)
    .groupBy('incident')
    .execute()
  return new Map(rows.map((row) => [row.incident as string, row]))
}

/** The latest alarm of each incident. */
export async function lastAlarms(
  context: QueryContext,
  incidents: readonly string[],
): Promise<Map<string, AlarmView>> {
  if (incidents.length === 0) return new Map()
  const rows = await context.db
    .selectFrom('alarm')
    .selectAll()
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('incident')
        .where('incident.id', 'in', incidents)
        .select((inner) =>
          inner
            .selectFrom('alarm as newest')
            .select('newest.id')
            .whereRef('newest.incident', '=', 'incident.id')
            .orderBy('newest.raised_at', 'desc')
            .orderBy('newest.id', 'desc')
            .limit(1)
            .$asScalar()
            .$notNull()
            .as('id'),
        ),
    )
    .execute()
  const views = await toAlarmViews(context, rows)
  return new Map(views.map((view) => [view.incident as string, view]))
}

async function toIncidentViews(
  db: Kysely<Tables>,
  rows: readonly Selectable<Tables['incident']>[],
): Promise<IncidentView[]> {
  const ids = rows.map((row) => row.id)
  const counts = await countAlarms(db, ids)
  const cases = ids.length
    ? await db.selectFrom('case').select(['id', 'incident']).where('incident', 'in', ids).execute()
    : []
  const caseOf = new Map(cases.map((row) => [row.incident, row.id]))
  return rows.map((row) => ({
    id: row.id,
    hazard: row.hazard,
    severity: row.severity as IncidentView['severity'],
    village: row.village,
    grid: row.grid,
    lon: row.lon,
    lat: row.lat,
    openedAt: row.opened_at,
    lastActivityAt: row.last_activity_at,
    closedAt: row.closed_at,
    alarms: counts.get(row.id)?.alarms ?? 0,
    case: caseOf.get(row.id) ?? null,
  }))
}

export async function listIncidents(
  { db, names }: QueryContext,
  filter: IncidentFilter,
): Promise<Page<IncidentView>> {
  let query = db
    .selectFrom('incident')
    .selectAll()
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  const scope = withinScope(filter.scope, names.town())
  if (scope) query = query.where(scope)
  if (filter.hazard) query = query.where('hazard', '=', filter.hazard)
  if (filter.village) query = query.where('village', '=', filter.village)
  if (filter.open) query = query.where('closed_at', 'is', null)
  if (filter.cursor) query = query.where(olderThan('opened_at', filter.cursor))
  const { page, more } = cut(await query.execute(), filter.limit)
  const last = page.at(-1)
  return {
    items: await toIncidentViews(db, page),
    nextCursor: more && last ? encodeCursor([last.opened_at, last.id]) : null,
  }
}

export async function findIncident(
  { db }: QueryContext,
  id: string,
): Promise<IncidentView | undefined> {
  const rows = await db.selectFrom('incident').selectAll().where('id', '=', id).execute()
  return (await toIncidentViews(db, rows))[0]
}
