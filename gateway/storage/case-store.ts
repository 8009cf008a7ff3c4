import type { Kysely } from 'kysely'
import type { CaseStore, CaseUnit, DeskUnit } from '../ports/case-store.ts'
import type { AuditChain } from './audit-chain.ts'
import { writeOutbox } from './outbox.ts'
import {
  alarmFromRow,
  alarmToRow,
  caseFromRow,
  caseToRow,
  incidentFromRow,
  incidentToRow,
} from './rows.ts'
import type { Tables } from './schema.ts'

export function createCaseStore(db: Kysely<Tables>, chain: AuditChain): CaseStore {
  return {
    transact: (work) => db.transaction().execute((trx) => work(deskUnit(trx, chain))),
  }
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
    async userId(idOrName: string) {
      const row = await db
        .selectFrom('user')
        .select('id')
        .where((e) => e.or([e('id', '=', idOrName), e('username', '=', idOrName)]))
        .executeTakeFirst()
      return row?.id
    },
  } satisfies Partial<CaseUnit>
}

function writesOf(db: Kysely<Tables>) {
  return {
    async updateCase(present) {
      const { id, ...columns } = caseToRow(present)
      await db.updateTable('case').set(columns).where('id', '=', id).execute()
    },
    async updateAlarm(alarm) {
      const { id, ...columns } = alarmToRow(alarm)
      await db.updateTable('alarm').set(columns).where('id', '=', id).execute()
    },
    async updateIncident(incident) {
      const { id, ...columns } = incidentToRow(incident)
      await db.updateTable('incident').set(columns).where('id', '=', id).execute()
    },
    async moveAlarms(fromIncident, toIncident) {
      await db
        .updateTable('alarm')
        .set({ incident: toIncident })
        .where('incident', '=', fromIncident)
        .execute()
    },
    async addHistory(entry) {
      await db
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
        })
        .execute()
    },
    emit: (event) => writeOutbox(db, event),
  } satisfies Partial<CaseUnit>
}
