import { type Kysely, type SqlBool, sql } from 'kysely'
import { InvalidError } from '../domain/errors.ts'
import type { CaseStore, CaseUnit, DeskUnit, DueCase, PictureOwner } from '../ports/case-store.ts'
import type { AuditChain } from './audit-chain.ts'
import { writeOutbox } from './outbox.ts'
import { plannedEventsAt } from './planned-event-store.ts'
import {
  alarmFromRow,
  alarmToRow,
  caseFromRow,
  caseToRow,
  incidentFromRow,
  incidentToRow,
  openIncidentToRow,
} from './rows.ts'
import type { Tables } from './schema.ts'

export function createCaseStore(db: Kysely<Tables>, chain: AuditChain): CaseStore {
  return {
    transact: (work) => db.transaction().execute((trx) => work(deskUnit(trx, chain))),
    dueCases: (until, page) => dueCases(db, until, page),
  }
}

async function dueCases(
  db: Kysely<Tables>,
  until: number,
  { after, limit }: { after?: DueCase; limit: number },
): Promise<DueCase[]> {
  let query = db
    .selectFrom('case')
    .select(['id', 'next_timer_at'])
    .where('next_timer_at', '<=', until)
    .orderBy('next_timer_at')
    .orderBy('id')
    .limit(limit)
  if (after !== undefined) {
    query = query.where(sql<SqlBool>`(next_timer_at, id) > (${after.nextTimerAt}, ${after.id})`)
  }
  const rows = await query.execute()
  return rows.map(({ id, next_timer_at }) => ({ id, nextTimerAt: next_timer_at ?? until }))
}

function deskUnit(trx: Kysely<Tables>, chain: AuditChain): DeskUnit {
  return {
    ...caseUnit(trx),
    async audit(entry) {
      await chain.append(trx, entry)
    },
  }
}

/** `db` is a transaction. */
export function caseUnit(db: Kysely<Tables>): CaseUnit {
  return { ...readsOf(db), ...writesOf(db) }
}

function readsOf(db: Kysely<Tables>) {
  return {
    async caseById(id: string) {
      const row = await db.selectFrom('case').selectAll().where('id', '=', id).executeTakeFirst()
      return row && caseFromRow(row)
    },
    async caseOfIncident(incident: string) {
      const row = await db
        .selectFrom('case')
        .selectAll()
        .where('incident', '=', incident)
        .executeTakeFirst()
      return row && caseFromRow(row)
    },
    async caseOfSender(reportedBy: string, externalId: string) {
      const row = await db
        .selectFrom('case')
        .selectAll()
        .where('reported_by', '=', reportedBy)
        .where('external_id', '=', externalId)
        .executeTakeFirst()
      return row && caseFromRow(row)
    },
    async casesDueAfter(at: number, hazards: readonly string[]) {
      const rows = await db
        .selectFrom('case')
        .selectAll()
        .where(sql<SqlBool>`state not in ('closed', 'void', 'merged')`)
        .where('hazard', 'in', hazards)
        .where('due_at', '>', at)
        .orderBy('id')
        .execute()
      return rows.map(caseFromRow)
    },
    lastClock: (caseId: string, since: number) =>
      db
        .selectFrom('case_history')
        .select(['act', 'at'])
        .where('case_id', '=', caseId)
        .where('at', '>=', since)
        .where('act', 'in', ['grantExtension', 'escalated', 'passUp'])
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    async alarmById(id: string) {
      const row = await db.selectFrom('alarm').selectAll().where('id', '=', id).executeTakeFirst()
      return row && alarmFromRow(row)
    },
    async incidentById(id: string) {
      const row = await db
        .selectFrom('incident')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && incidentFromRow(row)
    },
    async alarmsOf(incident: string) {
      const rows = await db
        .selectFrom('alarm')
        .selectAll()
        .where('incident', '=', incident)
        .orderBy('raised_at')
        .orderBy('id')
        .execute()
      return rows.map(alarmFromRow)
    },
    plannedEventsAt: (at: number) => plannedEventsAt(db, at),
    person: (idOrName: string) =>
      db
        .selectFrom('user')
        .select(['id', 'display_name as displayName', 'scope'])
        .where((e) => e.or([e('id', '=', idOrName), e('username', '=', idOrName)]))
        .where('disabled_at', 'is', null)
        .executeTakeFirst(),
  } satisfies Partial<CaseUnit>
}

function writesOf(db: Kysely<Tables>) {
  return { ...caseWrites(db), ...incidentWrites(db), ...timelineWrites(db) }
}

function caseWrites(db: Kysely<Tables>) {
  return {
    async insertCase(opened) {
      await db.insertInto('case').values(caseToRow(opened)).execute()
    },
    async updateCase(present) {
      const { id, ...columns } = caseToRow(present)
      await db.updateTable('case').set(columns).where('id', '=', id).execute()
    },
    async moveMerged(from, into) {
      await db
        .updateTable('case')
        .set((e) => ({ merged_into: into, version: e('version', '+', 1) }))
        .where('merged_into', '=', from)
        .execute()
    },
    async next(counter) {
      const row = await db
        .insertInto('counter')
        .values({ name: counter, value: 1 })
        .onConflict((c) => c.column('name').doUpdateSet({ value: sql`counter.value + 1` }))
        .returning('value')
        .executeTakeFirstOrThrow()
      return row.value
    },
  } satisfies Partial<CaseUnit>
}

function incidentWrites(db: Kysely<Tables>) {
  return {
    async updateAlarm(alarm) {
      const { id, ...columns } = alarmToRow(alarm)
      await db.updateTable('alarm').set(columns).where('id', '=', id).execute()
    },
    async insertIncident(incident) {
      await db.insertInto('incident').values(openIncidentToRow(incident)).execute()
    },
    async updateIncident(incident) {
      const { id, ...columns } = incidentToRow(incident)
      await db.updateTable('incident').set(columns).where('id', '=', id).execute()
    },
    async reopenIncident(id, at) {
      const ended = db.selectFrom('incident').where('id', '=', id)
      const other = await db
        .selectFrom('incident')
        .select('id')
        .where('hazard', '=', ended.select('hazard'))
        .where('cell', '=', ended.select('cell'))
        .where('closed_at', 'is', null)
        .where('id', '!=', id)
        .executeTakeFirst()
      if (other) return other.id
      await db
        .updateTable('incident')
        .set({ closed_at: null, last_activity_at: sql`max(last_activity_at, ${at})` })
        .where('id', '=', id)
        .execute()
      return undefined
    },
    async moveAlarms(fromIncident, toIncident) {
      await db
        .updateTable('alarm')
        .set({ incident: toIncident })
        .where('incident', '=', fromIncident)
        .execute()
    },
  } satisfies Partial<CaseUnit>
}

function timelineWrites(db: Kysely<Tables>) {
  return {
    async addHistory(entry) {
      const row = await db
        .insertInto('case_history')
        .values({
          case_id: entry.caseId,
          at: entry.at,
          act: entry.act,
          actor: entry.actor ?? null,
          from_state: entry.fromState ?? null,
          to_state: entry.toState ?? null,
          text: entry.text ?? null,
          alarm: entry.alarm ?? null,
          detail: entry.detail === undefined ? null : JSON.stringify(entry.detail),
          quiet: entry.quiet ? 1 : 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return row.id
    },
    async attachPictures(to, sha256s) {
      for (const sha256 of new Set(sha256s)) await attachPicture(db, to, sha256)
    },
    emit: (event) => writeOutbox(db, event),
  } satisfies Partial<CaseUnit>
}

function pictureOfCheckin(db: Kysely<Tables>, sha256: string, by: string) {
  return db
    .selectFrom('checkin')
    .select('id')
    .where('picture', '=', sha256)
    .where('patroller', '=', by)
    .limit(1)
    .executeTakeFirst()
}

async function attachPicture(
  db: Kysely<Tables>,
  { caseId, historyId, by, at }: PictureOwner,
  sha256: string,
): Promise<void> {
  const upload = await db
    .deleteFrom('picture_upload')
    .where('sha256', '=', sha256)
    .where('by', '=', by)
    .returning('sha256')
    .executeTakeFirst()
  // The same picture with several cases at once: it was theirs a moment ago.
  const before = await db
    .selectFrom('case_picture')
    .select('sha256')
    .where('sha256', '=', sha256)
    .where('by', '=', by)
    .executeTakeFirst()
  const isShown = upload ?? before ?? (await pictureOfCheckin(db, sha256, by))
  if (isShown === undefined) {
    throw new InvalidError(
      `pictures: ${sha256.slice(0, 12)}… is not a picture that you sent; send it again.`,
    )
  }
  await db
    .insertInto('case_picture')
    .values({ case_id: caseId, sha256, history_id: historyId, at, by })
    .onConflict((oc) => oc.doNothing())
    .execute()
}
