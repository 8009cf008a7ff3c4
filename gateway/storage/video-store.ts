import { type Kysely, type Selectable, sql } from 'kysely'
import type { VideoLook, VideoPlan, VideoRound } from '../domain/video-round.ts'
import type { NewId } from '../ports/clock.ts'
import { type CountedRound, mostRounds, type VideoStore } from '../ports/video-store.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

type RoundBody = Pick<VideoRound, 'name' | 'cameras' | 'checklist'>
type LookBody = Omit<VideoLook, 'round' | 'camera' | 'at' | 'by'>

const mostPlans = 1000

interface CountedRow extends Selectable<Tables['video_round']> {
  signer: string | null
  looked: number
  reported: number
}

function toRound(row: CountedRow): CountedRound {
  const { name, cameras, checklist } = JSON.parse(row.body) as RoundBody
  return {
    id: row.id,
    plan: row.plan,
    scope: row.scope,
    name,
    cameras,
    checklist,
    dueFrom: row.due_from,
    dueUntil: row.due_until,
    signedAt: row.signed_at,
    signedBy: row.signed_by,
    signer: row.signer,
    excusedReason: row.excused_reason,
    settledAt: row.settled_at,
    looked: row.looked,
    reported: row.reported,
  }
}

function toPlan(row: Selectable<Tables['video_plan']>): VideoPlan {
  return JSON.parse(row.body) as VideoPlan
}

function counted(db: Kysely<Tables>) {
  return db
    .selectFrom('video_round')
    .leftJoin('user', 'user.id', 'video_round.signed_by')
    .selectAll('video_round')
    .select('user.display_name as signer')
    .select((e) => [
      e
        .selectFrom('video_look')
        .select((l) => l.fn.countAll<number>().as('n'))
        .whereRef('video_look.round', '=', 'video_round.id')
        .$asScalar()
        .$notNull()
        .as('looked'),
      e
        .selectFrom('video_look')
        .select((l) => l.fn.countAll<number>().as('n'))
        .whereRef('video_look.round', '=', 'video_round.id')
        .where(sql<string>`json_extract(video_look.body, '$.verdict')`, '=', 'reported')
        .$asScalar()
        .$notNull()
        .as('reported'),
    ])
}

/** Not begun: nobody looked, and its window is still to open. */
async function removeUnbegun(trx: Kysely<Tables>, plan: string, now: number): Promise<void> {
  await trx
    .deleteFrom('video_round')
    .where('plan', '=', plan)
    .where('due_from', '>', now)
    .where('signed_at', 'is', null)
    .where('excused_reason', 'is', null)
    .execute()
}

export function createVideoStore({ db, newId }: { db: Kysely<Tables>; newId: NewId }): VideoStore {
  return {
    async plans(scope) {
      const [from, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('video_plan')
        .selectAll()
        .where('scope', '>=', from)
        .where('scope', '<', before)
        .orderBy('id')
        .limit(mostPlans)
        .execute()
      return rows.map(toPlan)
    },
    async plan(id) {
      const row = await db
        .selectFrom('video_plan')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toPlan(row)
    },
    savePlan: (plan, now) =>
      db.transaction().execute(async (trx) => {
        const row = { scope: plan.scope, body: JSON.stringify(plan) }
        await trx
          .insertInto('video_plan')
          .values({ id: plan.id, ...row })
          .onConflict((oc) => oc.column('id').doUpdateSet(row))
          .execute()
        await removeUnbegun(trx, plan.id, now)
      }),
    removePlan: (id, now) =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('video_plan').where('id', '=', id).execute()
        await removeUnbegun(trx, id, now)
      }),
    async addRounds(plan, windows) {
      if (windows.length === 0) return 0
      const { name, cameras, checklist, scope } = plan
      const body = JSON.stringify({ name, cameras, checklist } satisfies RoundBody)
      const result = await db
        .insertInto('video_round')
        .values(
          windows.map(({ dueFrom, dueUntil }) => ({
            id: newId(),
            plan: plan.id,
            scope,
            due_from: dueFrom,
            due_until: dueUntil,
            body,
          })),
        )
        .onConflict((oc) => oc.columns(['plan', 'due_from']).doNothing())
        .executeTakeFirst()
      return Number(result.numInsertedOrUpdatedRows ?? 0n)
    },
    async rounds({ scope, from, to }) {
      const [first, before] = scopeRange(scope)
      const rows = await counted(db)
        .where('due_until', '>', from)
        .where('due_from', '<', to)
        .where('video_round.scope', '>=', first)
        .where('video_round.scope', '<', before)
        .orderBy('due_from')
        .orderBy('video_round.id')
        .limit(mostRounds + 1)
        .execute()
      return rows.map(toRound)
    },
    async round(id) {
      const row = await counted(db).where('video_round.id', '=', id).executeTakeFirst()
      return row && toRound(row)
    },
    async looks(round) {
      const rows = await db
        .selectFrom('video_look')
        .leftJoin('user', 'user.id', 'video_look.by')
        .leftJoin('case', (join) =>
          join.on('case.id', '=', sql<string>`json_extract(video_look.body, '$.case')`),
        )
        .selectAll('video_look')
        .select(['user.display_name as name', 'case.number as caseNumber'])
        .where('round', '=', round)
        .orderBy('at')
        .execute()
      return rows.map(({ body, name, ...row }) => ({
        ...row,
        ...(JSON.parse(body) as LookBody),
        byName: name ?? row.by,
      }))
    },
    async saveLook({ round, camera, at, by, ...rest }) {
      const row = { at, by, body: JSON.stringify(rest satisfies LookBody) }
      await db
        .insertInto('video_look')
        .values({ round, camera, ...row })
        .onConflict((oc) => oc.columns(['round', 'camera']).doUpdateSet(row))
        .execute()
    },
    async sign(round, by, at) {
      await db
        .updateTable('video_round')
        .set({ signed_by: by, signed_at: at })
        .where('id', '=', round)
        .execute()
    },
    async excuse(round, reason) {
      await db
        .updateTable('video_round')
        .set({ excused_reason: reason })
        .where('id', '=', round)
        .execute()
    },
    async unsettled(now, limit) {
      const rows = await counted(db)
        .where('settled_at', 'is', null)
        .where('due_until', '<=', now)
        .orderBy('due_until')
        .limit(limit)
        .execute()
      return rows.map(toRound)
    },
    async settle(round, at) {
      await db.updateTable('video_round').set({ settled_at: at }).where('id', '=', round).execute()
    },
    async looksBetween(from, to) {
      return db
        .selectFrom('video_look')
        .select(['camera', 'at'])
        .where('at', '>=', from)
        .where('at', '<', to)
        .execute()
    },
    async plannedBetween(from, to) {
      const { rows } = await sql<{ camera: string; at: number }>`
        select one.value as camera, round.due_from as at
        from video_round as round, json_each(round.body, '$.cameras') as one
        where round.due_from >= ${from} and round.due_from < ${to}
          and round.excused_reason is null`.execute(db)
      return rows
    },
  }
}
