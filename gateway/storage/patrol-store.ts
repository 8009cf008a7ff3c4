import { type Kysely, sql, type Transaction } from 'kysely'
import type { PatrolPoint, PatrolRoute } from '../domain/patrol.ts'
import type { PatrolStore } from '../ports/patrol-store.ts'
import { patrolRounds } from './patrol-rounds.ts'
import { toPoint, toPointRow } from './point-rows.ts'
import type { Tables } from './schema.ts'
import { raiseRevision } from './town-repository.ts'
import { scopeRange } from './user-store.ts'

function toRoute({ body }: { body: string }): PatrolRoute {
  return JSON.parse(body) as PatrolRoute
}

/** What was excused stays so, and what somebody walked already was begun, whatever the clock says. */
export async function removeUnbegun(
  trx: Transaction<Tables>,
  route: string,
  now: number,
): Promise<void> {
  await trx
    .deleteFrom('patrol_round')
    .where('route', '=', route)
    .where('due_from', '>', now)
    .where('excused_reason', 'is', null)
    .where((e) =>
      e.not(
        e.exists(
          e.selectFrom('checkin').select('id').whereRef('checkin.round', '=', 'patrol_round.id'),
        ),
      ),
    )
    .execute()
}

function pointsAndRoutes(db: Kysely<Tables>) {
  return {
    async points(scope: string) {
      const [from, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('patrol_point')
        .selectAll()
        .where('grid', '>=', from)
        .where('grid', '<', before)
        .orderBy('id')
        .execute()
      return rows.map(toPoint)
    },
    async point(id: string) {
      const row = await db
        .selectFrom('patrol_point')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toPoint(row)
    },
    async savePoint(point: PatrolPoint) {
      const row = toPointRow(point)
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('patrol_point')
          .values(row)
          .onConflict((oc) => oc.column('id').doUpdateSet(row))
          .execute()
        // Routes stand where their first point is.
        await raiseRevision(trx)
      })
    },
    async removePoint(id: string) {
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('patrol_point').where('id', '=', id).execute()
        // Another point that gets its id is another place.
        await trx.deleteFrom('patrol_screen').where('point', '=', id).execute()
      })
    },
    async routes(scope: string) {
      const [from, before] = scopeRange(scope)
      const village = sql<string>`json_extract(body, '$.village')`
      const rows = await db
        .selectFrom('patrol_route')
        .select('body')
        .where(village, '>=', from)
        .where(village, '<', before)
        .orderBy('position')
        .orderBy('id')
        .execute()
      return rows.map(toRoute)
    },
    async route(id: string) {
      const row = await db
        .selectFrom('patrol_route')
        .select('body')
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRoute(row)
    },
    saveRoute: (route: PatrolRoute, now: number) =>
      db.transaction().execute(async (trx) => {
        const body = JSON.stringify(route)
        const last = await trx
          .selectFrom('patrol_route')
          .select((e) => e.fn.max('position').as('position'))
          .executeTakeFirst()
        await trx
          .insertInto('patrol_route')
          .values({ id: route.id, position: (last?.position ?? -1) + 1, body })
          .onConflict((oc) => oc.column('id').doUpdateSet({ body }))
          .execute()
        await removeUnbegun(trx, route.id, now)
        await raiseRevision(trx)
      }),
    removeRoute: (id: string, now: number) =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('patrol_route').where('id', '=', id).execute()
        await removeUnbegun(trx, id, now)
        await raiseRevision(trx)
      }),
  }
}

export function createPatrolStore(db: Kysely<Tables>): PatrolStore {
  return { ...pointsAndRoutes(db), ...patrolRounds(db) }
}
