import type { Kysely } from 'kysely'
import type { Speaker } from '../domain/device.ts'
import { gatewaySpeaker } from '../domain/gateway-rules.ts'
import { type Boundary, middleOf } from '../domain/place.ts'
import type { Tables } from './schema.ts'

/** The gateway as whoever its own alarms are of: it belongs to the town as a whole; before there is one, to nobody. */
export async function gatewaySpeakers(db: Kysely<Tables>): Promise<Speaker[]> {
  const rows = await db
    .selectFrom('place')
    .select(['code', 'boundary'])
    .where('level', '=', 'town')
    .limit(1)
    .execute()
  return rows.map(({ code, boundary }) => ({
    id: gatewaySpeaker,
    name: '联巡主机',
    kind: 'gateway',
    village: code,
    grid: null,
    position: middleOf(JSON.parse(boundary) as Boundary),
    adapter: 'gateway',
    address: null,
    headingDeg: null,
    fieldOfViewDeg: null,
    state: 'active',
  }))
}
