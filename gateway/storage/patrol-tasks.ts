import { type Kysely, type SqlBool, sql } from 'kysely'
import type { CheckinMark } from '../domain/checkin.ts'
import type { Role } from '../domain/person.ts'
import type { Verdict } from '../domain/verification.ts'
import type { ClaimedTask, PatrolTaskStore, TaskCheckin, TaskView } from '../ports/patrol-tasks.ts'
import type { Tables } from './schema.ts'
import { scopeRange } from './user-store.ts'

const mostListed = 200
const mostCheckins = 100

const isVisit = sql<SqlBool>`case when review is null then status = 'accepted'
  else review = 'counts' end`

/** Since when a case waits for its verification no task of it was made before. */
const isOfThisStretch = sql<SqlBool>`patrol_task.opened_at >= "case".step_since`

function openTasks(db: Kysely<Tables>) {
  return db
    .selectFrom('patrol_task')
    .innerJoin('case', 'case.id', 'patrol_task.case_id')
    .where('patrol_task.done_at', 'is', null)
}

/** What people said last that they had done about it. */
const lastFeedback = sql<string | null>`(
  select text from case_history
  where case_history.case_id = patrol_task.case_id and act = 'feedback'
  order by case_history.id desc limit 1)`

const lastFeedbackBy = sql<string | null>`(
  select actor from case_history
  where case_history.case_id = patrol_task.case_id and act = 'feedback'
  order by case_history.id desc limit 1)`

/** By what it shows: another file of the same pixels is the same picture here. */
const isOldPicture = (openedAt: number) => sql<number>`(
  exists (select 1 from case_picture where case_picture.sha256 = checkin.picture)
  or exists (
    select 1 from checkin as other
    where other.picture = checkin.picture and other.task is not checkin.task)
  or exists (
    select 1 from patrol_upload
    where stored = checkin.picture and patrol_upload.at < ${openedAt}))`

interface CheckinRow {
  id: string
  at: number
  point: string | null
  grade: string
  marks: string
  review: string | null
  lon: number | null
  lat: number | null
  accuracyM: number | null
  verdict: string | null
  note: string | null
  picture: string | null
  isOldPicture: number
  userId: string
  username: string
  display_name: string
  role: string
  scope: string
  team: string | null
  unit: string | null
}

function toCheckin(row: CheckinRow): TaskCheckin {
  const { userId: id, username, display_name: displayName, scope, team, unit } = row
  return {
    id: row.id,
    at: row.at,
    point: row.point,
    grade: row.grade,
    marks: JSON.parse(row.marks) as CheckinMark[],
    isVouched: row.review === 'counts',
    position: row.lon === null || row.lat === null ? null : [row.lon, row.lat],
    accuracyM: row.accuracyM,
    verdict: row.verdict as Verdict | null,
    note: row.note,
    picture: row.picture,
    isOldPicture: row.isOldPicture === 1,
    person: { id, username, displayName, role: row.role as Role, scope, team, unit },
  }
}

async function checkinsOf(
  db: Kysely<Tables>,
  { id: task, openedAt }: Pick<ClaimedTask, 'id' | 'openedAt'>,
): Promise<TaskCheckin[]> {
  const rows = await db
    .selectFrom('checkin')
    .innerJoin('user', 'user.id', 'checkin.patroller')
    .select(['checkin.id', 'at', 'point', 'grade', 'lon', 'lat', 'verdict', 'note', 'picture'])
    .select(['marks', 'review', 'accuracy_m as accuracyM'])
    .select(isOldPicture(openedAt).as('isOldPicture'))
    .select(['user.id as userId', 'username', 'display_name', 'role', 'scope', 'user.team', 'unit'])
    .where('checkin.task', '=', task)
    .where(isVisit)
    .where('role', '!=', 'viewer')
    .where('verdict', 'is not', null)
    // The latest of very many: nobody keeps a proof out by what proves nothing.
    .orderBy('received_at', 'desc')
    .orderBy('checkin.id', 'desc')
    .limit(mostCheckins)
    .execute()
  return rows.map(toCheckin).toReversed()
}

/** The check-in that did the step, where one did. */
const checkinThatDid = sql<string | null>`(
  select checkin.id from case_history
  join checkin on checkin.id = json_extract(case_history.detail, '$.checkin')
  where case_history.case_id = patrol_task.case_id and checkin.task = patrol_task.id
  limit 1)`

const mayBeWaiting = sql<SqlBool>`exists (
  select 1 from "case" where "case".id = patrol_task.case_id
  and "case".state = 'verifying' and ${isOfThisStretch})`

export function createPatrolTaskStore(db: Kysely<Tables>): PatrolTaskStore {
  return {
    async untasked(limit) {
      const rows = await db
        .selectFrom('case')
        .select(['id', 'hazard', 'village', 'grid', 'lon', 'lat'])
        .where('state', '=', 'verifying')
        .where(
          sql<SqlBool>`not exists (
            select 1 from patrol_task where patrol_task.case_id = "case".id and ${isOfThisStretch})`,
        )
        .orderBy('step_since', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ lon, lat, ...row }) => ({ ...row, position: [lon, lat] }))
    },
    async open({ caseId, position: [lon, lat], radiusM, openedAt, ...task }) {
      const row = { ...task, case_id: caseId, lon, lat, radius_m: radiusM, opened_at: openedAt }
      await db.insertInto('patrol_task').values(row).execute()
    },
    async list({ team, scope, doneSince }) {
      const [from, before] = scopeRange(scope)
      const rows = await db
        .selectFrom('patrol_task')
        .innerJoin('case', 'case.id', 'patrol_task.case_id')
        .select(['patrol_task.id', 'case.id as case', 'case.number', 'case.title', 'case.hazard'])
        .select(['patrol_task.village', 'team', 'patrol_task.lon', 'patrol_task.lat', 'point'])
        .select(['radius_m as radiusM', 'patrol_task.opened_at as openedAt'])
        .select(['done_at as doneAt', 'verdict', lastFeedback.as('text')])
        .where((e) => e.or([e('done_at', 'is', null), e('done_at', '>=', doneSince)]))
        .where((e) =>
          team === null
            ? e.and([
                e(sql`coalesce(patrol_task.grid, patrol_task.village)`, '>=', from),
                e(sql`coalesce(patrol_task.grid, patrol_task.village)`, '<', before),
              ])
            : e('team', '=', team),
        )
        .orderBy('patrol_task.opened_at', 'desc')
        .orderBy('patrol_task.id')
        .limit(mostListed)
        .execute()
      return rows.map((row): TaskView => ({ ...row, verdict: row.verdict as Verdict | null }))
    },
    async claimed(limit) {
      const rows = await openTasks(db)
        .select(['patrol_task.id', 'case_id as caseId', 'team', 'point', 'case.version'])
        .select(['patrol_task.village', 'patrol_task.grid', 'patrol_task.lon', 'patrol_task.lat'])
        .select(['radius_m as radiusM', 'patrol_task.opened_at as openedAt'])
        .select(lastFeedbackBy.as('doneBy'))
        .where('case.state', '=', 'verifying')
        .where(isOfThisStretch)
        .where(sql<SqlBool>`exists (select 1 from checkin where checkin.task = patrol_task.id)`)
        .orderBy('patrol_task.opened_at')
        .limit(limit)
        .execute()
      const claimed = []
      for (const { version, lon, lat, ...row } of rows) {
        const task: ClaimedTask = { ...row, position: [lon, lat] }
        claimed.push({ task, version, checkins: await checkinsOf(db, task) })
      }
      return claimed
    },
    async closeSettled(now) {
      const done = await db
        .selectFrom('patrol_task')
        .select(['id', checkinThatDid.as('checkin')])
        .where('done_at', 'is', null)
        .where(sql<SqlBool>`not ${mayBeWaiting}`)
        .execute()
      for (const { id, checkin } of done) {
        const verdict = sql<string>`(select verdict from checkin where id = ${checkin})`
        await db
          .updateTable('patrol_task')
          .set({ done_at: now, checkin, verdict })
          .where('id', '=', id)
          .execute()
      }
    },
  }
}
