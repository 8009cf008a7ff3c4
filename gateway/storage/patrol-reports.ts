import { type Kysely, type SqlBool, sql } from 'kysely'
import type { CaseState } from '../domain/case.ts'
import type { AnsweredReport, PatrolReportStore } from '../ports/patrol-reports.ts'
import type { Tables } from './schema.ts'
import { joinUploads } from './upload-store.ts'

/** What whoever reported it should hear. Notes of the desk and names of people are not among it. */
const told = [
  'accept',
  'dispatch',
  'sign',
  'sendBack',
  'feedback',
  'suspend',
  'resume',
  'verify',
  'rework',
  'close',
  'evaluate',
  'reopen',
  'void',
  'merge',
]
const mostAnswers = 50

interface Row {
  id: string
  case: string
  number: string
  title: string
  at: number
  text: string | null
  state: string
  /** Where it went on. */
  into: string | null
  intoState: string | null
}

function reports(db: Kysely<Tables>, by: string) {
  return db
    .selectFrom('patrol_report as report')
    .innerJoin('case', 'case.id', 'report.case_id')
    .leftJoin('case as into', 'into.id', 'case.merged_into')
    .select(['report.id', 'case.id as case', 'case.number', 'case.title', 'report.at', 'case.text'])
    .select(['case.state', 'into.id as into', 'into.state as intoState'])
    .where('report.by', '=', by)
}

interface Answer {
  case: string
  at: number
  act: string
  by: string
  text: string
}

async function answersOf(db: Kysely<Tables>, cases: readonly string[]): Promise<Answer[]> {
  if (cases.length === 0) return []
  return (
    db
      .selectFrom('case_history as entry')
      .leftJoin('user', 'user.id', 'entry.actor')
      .select(['entry.case_id as case', 'entry.at', 'entry.act'])
      .select((e) => e.fn.coalesce('user.unit', 'user.role', sql<string>`''`).as('by'))
      .select((e) => e.fn.coalesce('entry.text', sql<string>`''`).as('text'))
      .where(
        'entry.case_id',
        'in',
        sql<string>`(select value from json_each(${JSON.stringify(cases)}))`,
      )
      .where('entry.act', 'in', told)
      // The case that took another one in goes on as before.
      .where(sql<SqlBool>`(entry.act <> 'merge' or entry.to_state = 'merged')`)
      .orderBy('entry.id')
      .execute()
  )
}

/** A case that was merged goes on in the other one: from then on its answers are told. */
function withAnswers({ into, intoState, ...row }: Row, all: readonly Answer[]): AnsweredReport {
  const own = all.filter((one) => one.case === row.case)
  const mergedAt = own.findLast(({ act }) => act === 'merge')?.at ?? 0
  const later = all.filter((one) => one.case === into && one.at >= mergedAt)
  return {
    ...row,
    state: (intoState ?? row.state) as CaseState,
    answers: [...own, ...later]
      .slice(-mostAnswers)
      .map(({ at, act, by, text }) => ({ at, act, by, text })),
  }
}

async function answered(db: Kysely<Tables>, rows: readonly Row[]): Promise<AnsweredReport[]> {
  const cases = rows.flatMap((row) => (row.into === null ? [row.case] : [row.case, row.into]))
  const answers = await answersOf(db, [...new Set(cases)])
  return rows.map((row) => withAnswers(row, answers))
}

export function createPatrolReportStore(db: Kysely<Tables>): PatrolReportStore {
  return {
    async add({ id, by, caseId, at, ...body }, now) {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('patrol_report')
          .values({ id, by, case_id: caseId, at, body: JSON.stringify(body) })
          .onConflict((oc) => oc.doNothing())
          .execute()
        await joinUploads(trx, { caseId, by, photos: body.photos, voice: body.voice }, now)
      })
    },
    async countSince(by, since) {
      const { lately } = await reports(db, by)
        .clearSelect()
        .select((e) => e.fn.countAll<number>().as('lately'))
        .where('case.opened_at', '>=', since)
        .executeTakeFirstOrThrow()
      return lately
    },
    async goingOn(by, hazard, since) {
      const rows = await db
        .selectFrom('case')
        .select('id')
        .where('opened_at', '>=', since)
        .where('reported_by', '=', by)
        .where('hazard', '=', hazard)
        .where('state', 'not in', ['closed', 'void', 'merged'])
        .orderBy('opened_at', 'desc')
        .orderBy('number', 'desc')
        .execute()
      return rows.map(({ id }) => id)
    },
    async list(by, limit) {
      const query = reports(db, by).orderBy('report.at', 'desc').orderBy('report.id')
      return answered(db, await query.limit(limit).execute())
    },
    async one(by, id) {
      const rows = await reports(db, by).where('report.id', '=', id).execute()
      return (await answered(db, rows))[0]
    },
    async lastPlace(by, since) {
      const row = await db
        .selectFrom('checkin')
        .leftJoin('patrol_point as point', 'point.id', 'checkin.point')
        .select((e) => [
          e.fn.coalesce('checkin.lon', 'point.lon').as('lon'),
          e.fn.coalesce('checkin.lat', 'point.lat').as('lat'),
        ])
        .where('checkin.patroller', '=', by)
        .where('checkin.at', '>=', since)
        .where(sql<SqlBool>`(checkin.lon is not null or point.lon is not null)`)
        .orderBy('checkin.at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.lon == null || row.lat == null ? undefined : [row.lon, row.lat]
    },
  }
}
