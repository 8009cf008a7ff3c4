import { type Kysely, type SqlBool, sql } from 'kysely'
import type { CheckinGrade } from '../domain/checkin.ts'
import type { PatrolRecords, RecordSpan } from '../ports/patrol-records.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

/** `isVisit` of the domain; word for word as in the indexes `checkin_visit` and `checkin_free`. */
const isVisit = sql<boolean>`(review = 'counts' or (review is null and status = 'accepted'))`

/** Most rounds of a route ask for the same points. */
function createPointLists(): (json: string) => string[] {
  const lists = new Map<string, string[]>()
  return (json) => {
    const known = lists.get(json)
    if (known) return known
    const list = JSON.parse(json) as string[]
    lists.set(json, list)
    return list
  }
}

/** Those of the villages, and those of other villages that pass points of theirs. */
function roundsIn(db: Kysely<Tables>, { scope, from, to }: RecordSpan) {
  const [first, before] = scopeRange(scope)
  return db
    .selectFrom('patrol_round')
    .where('due_from', '>=', from)
    .where('due_from', '<', to)
    .where(
      sql<SqlBool>`((patrol_round.village >= ${first} and patrol_round.village < ${before})
        or exists (select 1 from json_each(patrol_round.body, '$.points') as passed
          join patrol_point on patrol_point.id = passed.value
          where patrol_point.grid >= ${first} and patrol_point.grid < ${before}))`,
    )
}

export function createPatrolRecords(db: Kysely<Tables>): PatrolRecords {
  return {
    async rounds(span) {
      const pointsOf = createPointLists()
      const rows = await roundsIn(db, span)
        .select([
          'id',
          'village',
          'team',
          'due_from as dueFrom',
          'due_until as dueUntil',
          'excused_reason as excusedReason',
          sql<string>`json_extract(body, '$.points')`.as('points'),
        ])
        .execute()
      return rows.map(({ points, ...row }) => ({ ...row, points: pointsOf(points) }))
    },
    async visits(span) {
      const rows = await roundsIn(db, span)
        .innerJoin('checkin', 'checkin.round', 'patrol_round.id')
        .where(isVisit)
        .where('checkin.point', 'is not', null)
        .select(['checkin.round', 'checkin.point', 'checkin.grade'])
        .execute()
      return rows as { round: string; point: string; grade: CheckinGrade }[]
    },
    async freeVisits({ scope, from, to }) {
      const [first, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('checkin')
        .select(['point', 'patroller', 'at'])
        .where('round', 'is', null)
        .where(isVisit)
        .where('at', '>=', from)
        .where('at', '<', to)
        .where('grid', '>=', first)
        .where('grid', '<', before)
        .where('point', 'is not', null)
        .execute()
      return rows as { point: string; patroller: string | null; at: number }[]
    },
    async lastVisits(scope) {
      const [first, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('patrol_point')
        .where('grid', '>=', first)
        .where('grid', '<', before)
        .select('id')
        .select((e) =>
          e
            .selectFrom('checkin')
            .select('at')
            .whereRef('checkin.point', '=', 'patrol_point.id')
            .where(isVisit)
            .orderBy('at', 'desc')
            .limit(1)
            .as('at'),
        )
        .execute()
      return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at] as const])))
    },
  }
}
