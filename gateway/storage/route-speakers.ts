import { type Kysely, sql } from 'kysely'
import type { Speaker } from '../domain/device.ts'
import { routeSpeaker } from '../domain/patrol.ts'
import type { Tables } from './schema.ts'

/** Routes as whoever alarms of missed rounds are of; they stand where their walk begins. */
export async function routeSpeakers(db: Kysely<Tables>): Promise<Speaker[]> {
  const rows = await db
    .selectFrom('patrol_route')
    .innerJoin('patrol_point', (join) =>
      join.on('patrol_point.id', '=', sql<string>`json_extract(patrol_route.body, '$.points[0]')`),
    )
    .select(['patrol_route.id', 'lon', 'lat'])
    .select([
      sql<string>`json_extract(patrol_route.body, '$.name')`.as('name'),
      sql<string>`json_extract(patrol_route.body, '$.village')`.as('village'),
    ])
    .orderBy('patrol_route.id')
    .execute()
  return rows.map(({ id, name, village, lon, lat }) => ({
    id: routeSpeaker(id),
    name,
    kind: 'patrolRoute',
    village,
    grid: null,
    position: [lon, lat],
    adapter: 'patrol',
    address: null,
    headingDeg: null,
    fieldOfViewDeg: null,
    state: 'active',
  }))
}
