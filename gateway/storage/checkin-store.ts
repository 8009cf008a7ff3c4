import { type Kysely, sql } from 'kysely'
import type { CheckinGrade, CheckinMark, CheckinRefusal, CheckinStatus } from '../domain/checkin.ts'
import type { OpenRound } from '../domain/checkin-round.ts'
import type { PatrolRound, PatrolRoute } from '../domain/patrol.ts'
import type {
  BookedCheckin,
  CheckinStore,
  CheckinUnit,
  RecentCheckin,
} from '../ports/checkin-store.ts'
import { createCheckinQueries } from './checkin-queries.ts'
import { insertCheckins } from './checkin-rows.ts'
import { writeOutbox } from './outbox.ts'
import type { Tables } from './schema.ts'
import { joinPhotos } from './upload-store.ts'

/**
 * Check-ins as they are booked: many phones come back in the same minute, so each question is asked
 * once for all that is booked together. Lists go in as JSON: one bound value, one prepared statement.
 */

const consumerName = 'patrol-readers'
/** A window and what chance moves it by are shorter. */
const longestRoundMs = 2 * 86_400_000

const list = (values: readonly unknown[]) =>
  sql<string>`(select value from json_each(${JSON.stringify(values)}))`

const isVisit = sql<boolean>`case when review is null then status = 'accepted'
  else review = 'counts' end`

export function createCheckinStore({
  db,
  town,
}: {
  db: Kysely<Tables>
  /** Code of the whole town. */
  town: () => string | undefined
}): CheckinStore {
  return {
    ...createCheckinQueries({ db, town }),
    book: (work) => db.transaction().execute((trx) => work(unitOf(trx))),
    async position() {
      const row = await db
        .selectFrom('consumer')
        .select('position')
        .where('name', '=', consumerName)
        .executeTakeFirst()
      return row?.position ?? null
    },
    async pointOfReader(device) {
      const row = await db
        .selectFrom('patrol_point')
        .select('id')
        .where('reader', '=', device)
        .orderBy('id')
        .executeTakeFirst()
      return row?.id ?? null
    },
    async review(id, { verdict, text, by, at }) {
      await db.transaction().execute(async (trx) => {
        const { village, grid, round } = await trx
          .updateTable('checkin')
          .set({ review: verdict, review_text: text, reviewed_by: by, reviewed_at: at })
          .where('id', '=', id)
          .returning(['village', 'grid', 'round'])
          .executeTakeFirstOrThrow()
        // A round that was well may be missed without it: its end is judged again.
        await trx
          .updateTable('patrol_round')
          .set({ settled_at: null })
          .where('id', '=', round)
          .where('missed_at', 'is', null)
          .execute()
        const body = { id: round ?? id, kind: round ? ('round' as const) : ('checkin' as const) }
        await writeOutbox(trx, { at, topic: 'patrol', village, place: grid ?? village, body })
      })
    },
    async addWord(id, patroller, text) {
      const note = sql<string>`coalesce(note || char(10), '') || ${text}`
      const { numUpdatedRows } = await db
        .updateTable('checkin')
        .set({ note: sql<string>`substr(${note}, 1, ${longestNote})` })
        .where('id', '=', id)
        .where('patroller', '=', patroller)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}

const longestNote = 2000

function unitOf(db: Kysely<Tables>): CheckinUnit {
  return { ...readsOf(db), ...writesOf(db) }
}

function readsOf(db: Kysely<Tables>) {
  return {
    async booked(ids) {
      const rows = await db
        .selectFrom('checkin')
        .select(['id', 'status', 'refusal', 'problem', 'grade', 'marks'])
        .select(['point', 'round', 'patroller', 'at'])
        .where('id', 'in', list(ids))
        .execute()
      return rows.map((row) => toBooked(row))
    },
    async rounds(spans) {
      const { rows } = await sql<RoundRow>`
        select distinct round.id, team, due_from, due_until, body
        from json_each(${JSON.stringify(spans)}) as span
        join patrol_round as round
          on due_from between (span.value ->> 'from') - ${longestRoundMs} and span.value ->> 'to'
          and due_until >= span.value ->> 'from'`.execute(db)
      return rows.map(toRound)
    },
    async routePoints() {
      const rows = await db.selectFrom('patrol_route').select('body').execute()
      const routes = rows.map(({ body }) => JSON.parse(body) as PatrolRoute)
      return new Set(routes.flatMap(({ shifts, points }) => (shifts.length > 0 ? points : [])))
    },
    async points(ids) {
      const rows = await db
        .selectFrom('patrol_point')
        .select(['id', 'grid', 'lon', 'lat', 'radius_m as radiusM'])
        .where('id', 'in', list(ids))
        .execute()
      return new Map(rows.map((row) => [row.id, row]))
    },
    async recent({ patrollers, phones }) {
      const [byPerson, byPhone] = [
        await recentOf(db, 'patroller', patrollers),
        await recentOf(db, 'phone', phones),
      ]
      const known = new Set(byPerson.map(({ id }) => id))
      return [...byPerson, ...byPhone.filter(({ id }) => !known.has(id))]
    },
    async visited(rounds) {
      const rows = await db
        .selectFrom('checkin')
        .select(['round', 'point'])
        .distinct()
        .where('round', 'in', list(rounds))
        .where('point', 'is not', null)
        .where(isVisit)
        .execute()
      const visited = new Map<string, Set<string>>()
      for (const { round, point } of rows) {
        const points = visited.get(round ?? '') ?? new Set()
        visited.set(round ?? '', points.add(point ?? ''))
      }
      return visited
    },
    async tapsBeside(uid, counter) {
      const of = () => db.selectFrom('tag_tap').select(['counter', 'at']).where('uid', '=', uid)
      const upTo = await of()
        .where('counter', '<=', counter)
        .orderBy('counter', 'desc')
        .limit(1)
        .executeTakeFirst()
      const above = await of()
        .where('counter', '>', counter)
        .orderBy('counter')
        .limit(1)
        .executeTakeFirst()
      const isSame = upTo?.counter === counter
      return {
        same: isSame ? upTo : null,
        below: isSame ? null : (upTo ?? null),
        above: above ?? null,
      }
    },
    async tasks(ids) {
      const rows = await db
        .selectFrom('patrol_task')
        .select(['id', 'village', 'grid'])
        .where('id', 'in', list(ids))
        .execute()
      return new Map(rows.map(({ id, ...place }) => [id, place]))
    },
  } satisfies Partial<CheckinUnit>
}

async function recentOf(
  db: Kysely<Tables>,
  by: 'patroller' | 'phone',
  spans: readonly unknown[],
): Promise<(RecentCheckin & { id: string })[]> {
  if (spans.length === 0) return []
  const { rows } = await sql<RecentCheckin & { id: string }>`
    select checkin.id, patroller, phone, patrol_point.id as point, patrol_point.lon, patrol_point.lat,
      checkin.at, said_at as saidAt, monotonic_ms as monotonicMs, clock
    from json_each(${JSON.stringify(spans)}) as span
    join checkin on ${sql.ref(`checkin.${by}`)} = span.value ->> 'id'
      and checkin.at between span.value ->> 'from' and span.value ->> 'to'
    left join patrol_point on patrol_point.id = checkin.point
    where checkin.status = 'accepted'`.execute(db)
  return rows
}

interface RoundRow {
  id: string
  team: string
  due_from: number
  due_until: number
  body: string
}

function toRound({ id, team, due_from, due_until, body }: RoundRow): OpenRound {
  const { points, order, minWalkS } = JSON.parse(body) as PatrolRound
  return { id, team, points, order, minWalkS, dueFrom: due_from, dueUntil: due_until }
}

function toBooked(row: {
  id: string
  status: string
  refusal: string | null
  problem: string | null
  grade: string
  marks: string
  point: string | null
  round: string | null
  patroller: string | null
  at: number
}): BookedCheckin {
  return {
    ...row,
    status: row.status as CheckinStatus,
    refusal: row.refusal as CheckinRefusal | null,
    grade: row.grade as CheckinGrade,
    marks: JSON.parse(row.marks) as CheckinMark[],
  }
}

function writesOf(db: Kysely<Tables>) {
  return {
    async addTap(uid, { counter, at }) {
      await db.insertInto('tag_tap').values({ uid, counter, at }).execute()
    },
    async useStep(use) {
      const row = await db
        .insertInto('tag_step')
        .values(use)
        .onConflict((oc) => oc.doNothing())
        .returning('step')
        .executeTakeFirst()
      return row !== undefined
    },
    async add(checkins) {
      if (checkins.length === 0) return
      await insertCheckins(db, checkins)
      await joinPhotos(
        db,
        checkins.filter(({ photo }) => photo !== null).map(({ id }) => id),
      )
    },
    emit: (event) => writeOutbox(db, event),
    async savePosition(position) {
      await db
        .insertInto('consumer')
        .values({ name: consumerName, position })
        .onConflict((c) => c.column('name').doUpdateSet({ position }))
        .execute()
    },
  } satisfies Partial<CheckinUnit>
}
