import { isDeepStrictEqual } from 'node:util'
import type { Kysely, Transaction } from 'kysely'
import type { PatrolRoute } from '../domain/patrol.ts'
import { removeUnbegun } from './patrol-store.ts'
import { toPoint, toPointRow } from './point-rows.ts'
import type { Tables } from './schema.ts'
import { mergedPoint } from './town-files/check-patrols.ts'
import type { TownFiles } from './town-files/town-files.ts'

/** Points and routes, out of a town's files into the tables. */

export async function presentPatrols(db: Kysely<Tables>) {
  const points = await db.selectFrom('patrol_point').selectAll().execute()
  const routes = await db.selectFrom('patrol_route').select('body').execute()
  return {
    points: points.map(toPoint),
    routes: routes.map(({ body }) => JSON.parse(body) as PatrolRoute),
  }
}

export async function writePoints(
  trx: Transaction<Tables>,
  rows: TownFiles['points'] = [],
): Promise<void> {
  const { points } = await presentPatrols(trx)
  const known = new Map(points.map((point) => [point.id, point]))
  for (const { value } of rows) {
    const row = toPointRow(mergedPoint(value, known.get(value.id)))
    await trx
      .insertInto('patrol_point')
      .values(row)
      .onConflict((oc) => oc.column('id').doUpdateSet(row))
      .execute()
  }
}

/** A route that is another now is planned anew, from its next round on. */
export async function forgetChangedRounds(
  trx: Transaction<Tables>,
  rows: TownFiles['routes'] = [],
  now: number,
): Promise<void> {
  const { routes } = await presentPatrols(trx)
  const known = new Map(routes.map((route) => [route.id, route]))
  for (const { value } of rows) {
    if (!isDeepStrictEqual(known.get(value.id), value)) await removeUnbegun(trx, value.id, now)
  }
}
