import { type Kysely, type Selectable, sql } from 'kysely'
import type { PatrolRound } from '../domain/patrol.ts'
import {
  mostRounds,
  type PatrolStore,
  type PlannedRound,
  type RoundFilter,
  type WalkedRound,
} from '../ports/patrol-store.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

type RoundBody = Pick<PatrolRound, 'name' | 'points' | 'order' | 'minWalkS' | 'checklist'>
type RoundRow = Selectable<Tables['patrol_round']>
type Visits = Map<string, { visits: WalkedRound['visits']; marked: number }>
type RoundNote = Parameters<PatrolStore['note']>[1]

function toRow({ name, points, order, minWalkS, checklist, ...round }: PlannedRound) {
  return {
    id: round.id,
    route: round.route,
    village: round.village,
    team: round.team,
    slot_at: round.slotAt,
    due_from: round.dueFrom,
    due_until: round.dueUntil,
    excused_reason: round.excusedReason,
    body: JSON.stringify({ name, points, order, minWalkS, checklist } satisfies RoundBody),
  }
}

function toRound(row: RoundRow, walked: Visits): WalkedRound {
  const { visits, marked } = walked.get(row.id) ?? { visits: [], marked: 0 }
  return {
    ...(JSON.parse(row.body) as RoundBody),
    id: row.id,
    route: row.route,
    village: row.village,
    team: row.team,
    slotAt: row.slot_at,
    dueFrom: row.due_from,
    dueUntil: row.due_until,
    excusedReason: row.excused_reason,
    lateAt: row.late_at,
    missedAt: row.missed_at,
    settledAt: row.settled_at,
    visits,
    marked,
  }
}

/** A check-in is a visit as `isVisit` of the domain has it. */
const isVisit = sql<boolean>`case when review is null then status = 'accepted'
  else review = 'counts' end`

/** The bound on parameters of one statement is far above. */
const idsAtOnce = 500
const roundsAtOnce = 500

async function walkedOf(db: Kysely<Tables>, ids: readonly string[]): Promise<Visits> {
  const walked: Visits = new Map()
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const some = ids.slice(start, start + idsAtOnce)
    const { rows } = await sql<{ round: string; point: string; at: number; checkin: string }>`
      select round, point, at, id as checkin from (
        select round, point, at, id,
          row_number() over (partition by round, point order by at, id) as n
        from checkin
        where round in (${sql.join(some)}) and point is not null and ${isVisit}
      ) where n = 1 order by at, id`.execute(db)
    const marked = await db
      .selectFrom('checkin')
      .select(['round', (e) => e.fn.countAll<number>().as('n')])
      .where('round', 'in', some)
      .where('marks', '<>', '[]')
      .where('review', 'is', null)
      .groupBy('round')
      .execute()
    for (const id of some) walked.set(id, { visits: [], marked: 0 })
    for (const { round, ...visit } of rows) walked.get(round)?.visits.push(visit)
    for (const { round, n } of marked) {
      const known = walked.get(round ?? '')
      if (known) known.marked = n
    }
  }
  return walked
}

async function toRounds(db: Kysely<Tables>, rows: readonly RoundRow[]): Promise<WalkedRound[]> {
  const walked = await walkedOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toRound(row, walked))
}

export function patrolRounds(db: Kysely<Tables>) {
  return {
    async addRounds(rounds: readonly PlannedRound[]) {
      let added = 0
      for (let start = 0; start < rounds.length; start += roundsAtOnce) {
        const result = await db
          .insertInto('patrol_round')
          .values(rounds.slice(start, start + roundsAtOnce).map(toRow))
          .onConflict((oc) => oc.columns(['route', 'slot_at']).doNothing())
          .executeTakeFirst()
        added += Number(result.numInsertedOrUpdatedRows ?? 0n)
      }
      return added
    },
    async rounds({ scope, from, to, team }: RoundFilter) {
      const [first, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('patrol_round')
        .selectAll()
        .where('due_until', '>', from)
        .where('due_from', '<', to)
        .where('village', '>=', first)
        .where('village', '<', before)
        .$if(team !== undefined, (query) => query.where('team', '=', team ?? ''))
        .orderBy('due_from')
        .orderBy('id')
        .limit(mostRounds + 1)
        .execute()
      return toRounds(db, rows)
    },
    async round(id: string) {
      const rows = await db.selectFrom('patrol_round').selectAll().where('id', '=', id).execute()
      return (await toRounds(db, rows))[0]
    },
    async giveRound(id: string, team: string) {
      await db.updateTable('patrol_round').set({ team }).where('id', '=', id).execute()
    },
    async excuse(ids: readonly string[], reason: string, by: string) {
      for (let start = 0; start < ids.length; start += idsAtOnce) {
        await db
          .updateTable('patrol_round')
          .set({ excused_reason: reason, excused_by: by })
          .where('id', 'in', ids.slice(start, start + idsAtOnce))
          .execute()
      }
    },
    async unsettled(now: number, limit: number) {
      const rows = await db
        .selectFrom('patrol_round')
        .selectAll()
        .where('settled_at', 'is', null)
        .where('due_from', '<=', now)
        .orderBy('due_from')
        .orderBy('id')
        .limit(limit)
        .execute()
      return toRounds(db, rows)
    },
    async missedOf(route: string) {
      const rows = await db
        .selectFrom('patrol_round')
        .selectAll()
        .where('route', '=', route)
        .where('missed_at', 'is not', null)
        .orderBy('due_from')
        .execute()
      return toRounds(db, rows)
    },
    async note(id: string, { lateAt, missedAt, settledAt }: RoundNote) {
      const change = {
        ...(lateAt !== undefined && { late_at: lateAt }),
        ...(missedAt !== undefined && { missed_at: missedAt }),
        ...(settledAt !== undefined && { settled_at: settledAt }),
      }
      if (Object.keys(change).length === 0) return
      await db.updateTable('patrol_round').set(change).where('id', '=', id).execute()
    },
    async mended(limit: number) {
      const rows = await db
        .selectFrom('patrol_round')
        .selectAll()
        .where('settled_at', 'is not', null)
        .where('missed_at', 'is not', null)
        .where((e) =>
          e.or([
            e('excused_reason', 'is not', null),
            sql<boolean>`not exists (
              select 1 from json_each(patrol_round.body, '$.points') as asked
              where not exists (
                select 1 from checkin
                where checkin.round = patrol_round.id and checkin.point = asked.value
                  and ${isVisit}))`,
          ]),
        )
        .orderBy('due_from')
        .orderBy('id')
        .limit(limit)
        .execute()
      return toRounds(db, rows)
    },
  } satisfies Partial<PatrolStore>
}
