import { type Kysely, type SqlBool, sql } from 'kysely'
import type {
  CheckinGrade,
  CheckinMark,
  CheckinRefusal,
  CheckinStatus,
  ReviewVerdict,
} from '../domain/checkin.ts'
import type { CheckinFilter, CheckinStore, ListedCheckin } from '../ports/checkin-store.ts'
import { cut, encodeCursor, olderThan, withinScope } from './keyset.ts'
import type { Tables } from './schema.ts'

/** Check-ins as people read them. */

interface QueryParts {
  db: Kysely<Tables>
  /** Code of the whole town. */
  town: () => string | undefined
}

/** As the index of those that wait has it. */
const isMarked = sql<SqlBool>`(c.marks <> '[]' or c.status = 'refused')`

const before = sql<string | null>`(select id from checkin as b
  where b.patroller = c.patroller and b.at < c.at and b.status = 'accepted' and b.point is not null
  order by b.at desc limit 1)`

/** Clocks are out by a little, and check-ins of one phone may come in another order. */
const chain = sql<'first' | 'joined' | 'broken'>`case
  when c.previous_hash is null then 'first'
  when c.previous_hash in (select hash from (
    select hash, phone from checkin as h
    where h.patroller = c.patroller and h.at <= c.at + 3600000 and h.id <> c.id
    order by h.at desc limit 50) where phone is c.phone)
  then 'joined' else 'broken' end`

function listing(db: Kysely<Tables>) {
  return db
    .selectFrom('checkin as c')
    .leftJoin('patrol_point as p', 'p.id', 'c.point')
    .leftJoin('user as u', 'u.id', 'c.patroller')
    .leftJoin('user as r', 'r.id', 'c.reviewed_by')
    .leftJoin('checkin as b', (join) => join.on('b.id', '=', before))
    .leftJoin('patrol_point as bp', 'bp.id', 'b.point')
    .select(['c.id', 'c.status', 'c.refusal', 'c.problem', 'c.grade', 'c.marks', 'c.round'])
    .select(['c.village', 'c.grid', 'c.patroller', 'c.team', 'c.at', 'c.said_at', 'c.received_at'])
    .select(['c.lon', 'c.lat', 'c.accuracy_m', 'c.findings', 'c.note', 'c.photo', 'c.picture'])
    .select(['c.review', 'c.reviewed_by', 'c.reviewed_at', 'c.review_text'])
    .select(['p.id as point_id', 'p.name as point_name', 'p.lon as point_lon'])
    .select(['p.lat as point_lat', 'p.radius_m', 'u.display_name as name'])
    .select(['r.display_name as reviewer', 'b.at as before_at', 'bp.name as before_name'])
    .select(['bp.lon as before_lon', 'bp.lat as before_lat'])
    .select(chain.as('chain'))
}

type Row = Awaited<ReturnType<ReturnType<typeof listing>['execute']>>[number]

function pointOf(row: Row): ListedCheckin['point'] {
  const { point_id: id, point_name: name, point_lon: lon, point_lat: lat, radius_m: radiusM } = row
  if (id === null || name === null || lon === null || lat === null || radiusM === null) return null
  return { id, name, lon, lat, radiusM }
}

function beforeOf(row: Row): ListedCheckin['before'] {
  const { before_name: point, before_lon: lon, before_lat: lat, before_at: at } = row
  if (point === null || lon === null || lat === null || at === null) return null
  return { point, lon, lat, at }
}

function reviewOf({ review, reviewed_by, reviewer, reviewed_at, review_text }: Row) {
  if (review === null) return null
  const by = reviewer ?? reviewed_by ?? ''
  return { verdict: review as ReviewVerdict, by, at: reviewed_at ?? 0, text: review_text }
}

function toListed(row: Row): ListedCheckin {
  return {
    id: row.id,
    status: row.status as CheckinStatus,
    refusal: row.refusal as CheckinRefusal | null,
    problem: row.problem,
    grade: row.grade as CheckinGrade,
    marks: JSON.parse(row.marks) as CheckinMark[],
    point: pointOf(row),
    round: row.round,
    village: row.village,
    grid: row.grid,
    patrollerId: row.patroller,
    patroller: row.name,
    team: row.team,
    at: row.at,
    saidAt: row.said_at,
    receivedAt: row.received_at,
    lon: row.lon,
    lat: row.lat,
    accuracyM: row.accuracy_m,
    findings: JSON.parse(row.findings) as string[],
    note: row.note,
    photo: row.photo,
    picture: row.picture,
    chain: row.chain,
    before: beforeOf(row),
    review: reviewOf(row),
  }
}

function filtered(db: Kysely<Tables>, filter: CheckinFilter, town: string | undefined) {
  const { scope, point, round, patroller, marked, waiting, from, to, cursor } = filter
  const { village, team, mark } = filter
  let query = db.selectFrom('checkin as c').select(['c.id', 'c.at'])
  const within = scope === null ? undefined : withinScope(scope, town, 'filter')
  if (within !== undefined) query = query.where(within)
  // Without the index of villages, so that what waits is found by its own.
  if (village !== undefined) query = query.where(sql<SqlBool>`+c.village = ${village}`)
  if (team !== undefined) query = query.where('c.team', '=', team)
  if (mark !== undefined) query = query.where(sql<SqlBool>`instr(c.marks, ${`"${mark}"`}) > 0`)
  if (point !== undefined) query = query.where('c.point', '=', point)
  if (round !== undefined) query = query.where('c.round', '=', round)
  if (patroller !== undefined) {
    const ids = db.selectFrom('user').select('id')
    query = query.where(
      'c.patroller',
      'in',
      ids.where((u) => u.or([u('id', '=', patroller), u('username', '=', patroller)])),
    )
  }
  if (marked) query = query.where(isMarked)
  if (waiting) query = query.where('c.review', 'is', null).where(isMarked)
  if (from !== undefined) query = query.where('c.at', '>=', from)
  if (to !== undefined) query = query.where('c.at', '<', to)
  if (cursor !== undefined) query = query.where(olderThan('c.at', cursor, 'c.id'))
  return query
    .orderBy('c.at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(filter.limit + 1)
}

export function createCheckinQueries({
  db,
  town,
}: QueryParts): Pick<CheckinStore, 'list' | 'find'> {
  return {
    async list(filter) {
      const { page, more } = cut(await filtered(db, filter, town()).execute(), filter.limit)
      const last = page.at(-1)
      const rows = await listing(db)
        .where(
          'c.id',
          'in',
          sql<string>`(
          select value from json_each(${JSON.stringify(page.map(({ id }) => id))}))`,
        )
        .orderBy('c.at', 'desc')
        .orderBy('c.id', 'desc')
        .execute()
      return {
        items: rows.map(toListed),
        nextCursor: more && last ? encodeCursor([last.at, last.id]) : null,
      }
    },
    async find(id) {
      const row = await listing(db).where('c.id', '=', id).executeTakeFirst()
      return row && toListed(row)
    },
  }
}
