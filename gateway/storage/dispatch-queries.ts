import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Holder } from '../domain/case.ts'
import type { PatrolRoute } from '../domain/patrol.ts'
import type { SimilarSubject } from '../domain/similar.ts'
import type { DispatchQueries } from '../ports/dispatch-queries.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

/** Written out, not bound: the partial indexes of open cases are used only so. */
const isOpen = sql<SqlBool>`state not in ('closed', 'void', 'merged')`

const mostAround = 500
const metresPerDegree = 111_195

function subjects(db: Kysely<Tables>) {
  return db
    .selectFrom('case')
    .leftJoin('incident', 'incident.id', 'case.incident')
    .select(['case.id', 'case.hazard', 'case.lon', 'case.lat', 'case.opened_at', 'case.grid'])
    .select('incident.last_activity_at')
}

type Row = Awaited<ReturnType<ReturnType<typeof subjects>['execute']>>[number]

function toSubject(row: Row): SimilarSubject {
  const { id, hazard, lon, lat, opened_at: openedAt } = row
  const lastSeenAt = Math.max(openedAt, row.last_activity_at ?? openedAt)
  return { id, hazard, lon, lat, openedAt, lastSeenAt }
}

/** Half the sides of the square, in degrees; a little too large rather than too small. */
function halfSides(lat: number, withinM: number) {
  const latDeg = (withinM * 1.01) / metresPerDegree
  const shrink = Math.cos(((Math.abs(lat) + latDeg) * Math.PI) / 180)
  return { latDeg, lonDeg: shrink > 0.01 ? latDeg / shrink : 360 }
}

/** Ids as one bound value, whatever their number. */
function among(ids: readonly string[]) {
  return sql<string>`(select value from json_each(${JSON.stringify(ids)}))`
}

async function patrolsOf(db: Kysely<Tables>, village: string) {
  const bodies = await db
    .selectFrom('patrol_route')
    .select('body')
    .where(sql<SqlBool>`json_extract(body, '$.village') = ${village}`)
    .orderBy('position')
    .execute()
  const routes = bodies.map(({ body }) => JSON.parse(body) as PatrolRoute)
  const [from, before] = scopeRange(village)
  const walked = [...new Set(routes.flatMap((route) => route.points))]
  const points = await db
    .selectFrom('patrol_point')
    .select(['id', 'grid', 'lon', 'lat'])
    .where((eb) =>
      eb.or([
        eb.and([eb('grid', '>=', from), eb('grid', '<', before)]),
        eb('id', 'in', among(walked)),
      ]),
    )
    .execute()
  return {
    routes,
    points: points.map(({ id, grid, lon, lat }) => ({
      id,
      grid,
      position: [lon, lat] as [number, number],
    })),
  }
}

async function peopleFor(
  db: Kysely<Tables>,
  { village, units, now }: Parameters<DispatchQueries['peopleFor']>[0],
) {
  const [from, before] = scopeRange(village)
  const rows = await db
    .selectFrom('user')
    .select(['id', 'display_name', 'role', 'scope', 'team', 'unit'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('duty')
            .select('duty.id')
            .whereRef('duty.user_id', '=', 'user.id')
            .where('starts_at', '<=', now)
            .where('ends_at', '>', now),
        )
        .as('on_duty'),
    )
    .where('disabled_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([eb('scope', '>=', from), eb('scope', '<', before)]),
        eb('unit', 'in', among(units)),
      ]),
    )
    .orderBy('username')
    .execute()
  return rows.map(({ id, display_name, role, scope, team, unit, on_duty }) => ({
    id,
    name: display_name,
    scope,
    isGridWorker: role === 'gridWorker',
    team,
    unit,
    isOnDuty: Boolean(on_duty),
  }))
}

export function createDispatchQueries(db: Kysely<Tables>): DispatchQueries {
  return {
    async similarSubject(caseId) {
      const row = await subjects(db).where('case.id', '=', caseId).executeTakeFirst()
      return row && toSubject(row)
    },
    async openAround(subject, { withinM, grid }) {
      const { latDeg, lonDeg } = halfSides(subject.lat, withinM)
      const rows = await subjects(db)
        .where(isOpen)
        .where('case.hazard', '=', subject.hazard)
        .where('case.id', '!=', subject.id)
        .where((eb) => {
          const square = eb.and([
            eb('case.lat', '>=', subject.lat - latDeg),
            eb('case.lat', '<=', subject.lat + latDeg),
            eb('case.lon', '>=', subject.lon - lonDeg),
            eb('case.lon', '<=', subject.lon + lonDeg),
          ])
          return grid === undefined ? square : eb.or([square, eb('case.grid', '=', grid)])
        })
        .orderBy('case.opened_at', 'desc')
        .limit(mostAround)
        .execute()
      return rows.map((row) => ({ ...toSubject(row), grid: row.grid, isOpen: true }))
    },
    peopleFor: (asked) => peopleFor(db, asked),
    patrolsOf: (village) => patrolsOf(db, village),
    async openCases() {
      const rows = await db
        .selectFrom('case')
        .select('holder')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where(isOpen)
        .where('holder', 'is not', null)
        .groupBy('holder')
        .execute()
      const counts = new Map<string, number>()
      for (const { holder, count } of rows) {
        const { kind, id } = JSON.parse(holder as string) as Holder
        counts.set(`${kind} ${id}`, (counts.get(`${kind} ${id}`) ?? 0) + count)
      }
      return ({ kind, id }) => counts.get(`${kind} ${id}`) ?? 0
    },
  }
}
