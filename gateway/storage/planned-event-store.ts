import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely'
import type { PlannedEvent, PlannedKind } from '../domain/planned-event.ts'
import type { PlannedEventStore } from '../ports/planned-events.ts'
import { cut, decodeCursor, encodeCursor } from './keyset.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

type Row = Selectable<Tables['planned_event']>

function fromRow(row: Row): PlannedEvent {
  const { lon, lat, radius_m: radiusM } = row
  return {
    id: row.id,
    kind: row.kind as PlannedKind,
    title: row.title,
    hazards: JSON.parse(row.hazards) as string[],
    place: row.place,
    circle: lon === null || lat === null || radiusM === null ? null : { lon, lat, radiusM },
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    unit: row.unit,
    note: row.note,
    registeredAt: row.registered_at,
  }
}

function toRow({ circle, ...event }: PlannedEvent): Row {
  return {
    id: event.id,
    kind: event.kind,
    title: event.title,
    hazards: JSON.stringify(event.hazards),
    place: event.place,
    lon: circle?.lon ?? null,
    lat: circle?.lat ?? null,
    radius_m: circle?.radiusM ?? null,
    starts_at: event.startsAt,
    ends_at: event.endsAt,
    unit: event.unit,
    note: event.note,
    registered_at: event.registeredAt,
  }
}

/** The place itself, its village and its town: what is announced there is announced here too. */
function above(scope: string): string[] {
  return [9, 12].filter((length) => length < scope.length).map((length) => scope.slice(0, length))
}

/** Those under way at that instant, of all places. */
export async function plannedEventsAt(db: Kysely<Tables>, at: number): Promise<PlannedEvent[]> {
  const rows = await db
    .selectFrom('planned_event')
    .selectAll()
    .where('ends_at', '>', at)
    .where('starts_at', '<=', at)
    .execute()
  return rows.map(fromRow)
}

export function createPlannedEventStore(db: Kysely<Tables>): PlannedEventStore {
  return {
    async list({ scope, from, to, limit, cursor }) {
      const [first, before] = scopeRange(scope)
      let query = db
        .selectFrom('planned_event')
        .selectAll()
        .where((e) =>
          e.or([
            e.and([e('place', '>=', first), e('place', '<', before)]),
            e('place', 'in', [scope, ...above(scope)]),
          ]),
        )
        .orderBy('starts_at')
        .orderBy('id')
        .limit(limit + 1)
      if (from !== undefined) query = query.where('ends_at', '>', from)
      if (to !== undefined) query = query.where('starts_at', '<', to)
      if (cursor !== undefined) {
        const [at, id] = decodeCursor(cursor, 'ns')
        query = query.where(sql<SqlBool>`(starts_at, id) > (${at}, ${id})`)
      }
      const { page, more } = cut(await query.execute(), limit)
      const last = page.at(-1)
      return {
        items: page.map(fromRow),
        nextCursor: more && last ? encodeCursor([last.starts_at, last.id]) : null,
      }
    },
    async find(id) {
      const row = await db
        .selectFrom('planned_event')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && fromRow(row)
    },
    async add(event) {
      await db.insertInto('planned_event').values(toRow(event)).execute()
    },
    async update(event) {
      const { id, ...columns } = toRow(event)
      const { numUpdatedRows } = await db
        .updateTable('planned_event')
        .set(columns)
        .where('id', '=', id)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    async remove(id) {
      const { numDeletedRows } = await db
        .deleteFrom('planned_event')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
