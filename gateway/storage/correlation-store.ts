import { setImmediate as breathe } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { type CaseState, caseStates } from '../domain/case.ts'
import { isEnded } from '../domain/case-states.ts'
import type { OpenIncident } from '../domain/correlation.ts'
import type { RuleState } from '../domain/evaluate.ts'
import type {
  Checkpoint,
  CorrelationStore,
  CorrelationUnit,
  StoredRuleState,
} from '../ports/correlation-store.ts'
import { caseUnit } from './case-store.ts'
import { alarmFromRow, alarmToRow, incidentFromRow } from './rows.ts'
import type { Tables } from './schema.ts'

/** Names in the table `consumer`: the position in the log, and the log's time there. */
const positionName = 'correlate'
const logTimeName = 'correlate:time'

/** Rows in one INSERT; SQLite allows 32,766 parameters a statement. */
const rowsPerInsert = 500

export function createCorrelationStore(db: Kysely<Tables>): CorrelationStore {
  return {
    load: () => db.transaction().execute(loadCheckpoint),
    async openAlarms() {
      const rows = await db
        .selectFrom('alarm')
        .selectAll()
        .where('cleared_at', 'is', null)
        .execute()
      return rows.map(alarmFromRow)
    },
    commit: (checkpoint, work) =>
      db.transaction().execute(async (trx) => {
        await work(correlationUnit(trx))
        await saveCheckpoint(trx, checkpoint)
      }),
  }
}

/** Up to where the log has been judged and what came of it is kept. */
export async function keptPosition(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('consumer')
    .select('position')
    .where('name', '=', positionName)
    .executeTakeFirst()
  return row?.position ?? 0
}

async function loadCheckpoint(db: Kysely<Tables>): Promise<Checkpoint> {
  const consumers = await db.selectFrom('consumer').selectAll().execute()
  const of = (name: string) => consumers.find((row) => row.name === name)?.position ?? 0
  const ruleStates = await db.selectFrom('rule_state').selectAll().execute()
  const latest = await db.selectFrom('latest_reading').selectAll().execute()
  const presence = await db.selectFrom('presence').selectAll().execute()
  return {
    position: of(positionName),
    logTime: of(logTimeName),
    ruleStates: ruleStates.map((row) => ({
      rule: row.rule,
      device: row.device,
      state: JSON.parse(row.state) as RuleState,
    })),
    latest: latest.map(({ observed_at, ...row }) => ({ ...row, observedAt: observed_at })),
    presence: presence.map((row) => ({
      device: row.device,
      lastReceivedAt: row.last_received_at,
      online: row.online === null ? null : row.online === 1,
    })),
  }
}

async function saveCheckpoint(db: Kysely<Tables>, checkpoint: Checkpoint): Promise<void> {
  await upsertConsumers(db, checkpoint)
  await inParts(checkpoint.ruleStates, (rows) => upsertRuleStates(db, rows))
  await inParts(checkpoint.latest, (rows) => upsertLatest(db, rows))
  await inParts(checkpoint.presence, (rows) => upsertPresence(db, rows))
}

async function upsertRuleStates(db: Kysely<Tables>, rows: StoredRuleState[]): Promise<void> {
  await db
    .insertInto('rule_state')
    .values(rows.map((row) => ({ ...row, state: JSON.stringify(row.state) })))
    .onConflict((c) =>
      c.columns(['rule', 'device']).doUpdateSet((e) => ({ state: e.ref('excluded.state') })),
    )
    .execute()
}

async function upsertConsumers(db: Kysely<Tables>, checkpoint: Checkpoint): Promise<void> {
  await db
    .insertInto('consumer')
    .values([
      { name: positionName, position: checkpoint.position },
      { name: logTimeName, position: checkpoint.logTime },
    ])
    .onConflict((c) =>
      c.column('name').doUpdateSet((e) => ({ position: e.ref('excluded.position') })),
    )
    .execute()
}

async function upsertLatest(db: Kysely<Tables>, rows: Checkpoint['latest']): Promise<void> {
  await db
    .insertInto('latest_reading')
    .values(rows.map(({ observedAt, ...row }) => ({ ...row, observed_at: observedAt })))
    .onConflict((c) =>
      c.columns(['device', 'property']).doUpdateSet((e) => ({
        observed_at: e.ref('excluded.observed_at'),
        value: e.ref('excluded.value'),
      })),
    )
    .execute()
}

async function upsertPresence(db: Kysely<Tables>, rows: Checkpoint['presence']): Promise<void> {
  const values = rows.map((row) => ({
    device: row.device,
    last_received_at: row.lastReceivedAt,
    online: row.online === null ? null : Number(row.online),
  }))
  await db
    .insertInto('presence')
    .values(values)
    .onConflict((c) =>
      c.column('device').doUpdateSet((e) => ({
        last_received_at: e.ref('excluded.last_received_at'),
        online: e.ref('excluded.online'),
      })),
    )
    .execute()
}

/** SQLite works on this thread: with ten thousand devices the live stream must get its turns. */
async function inParts<T>(rows: readonly T[], write: (part: T[]) => Promise<void>): Promise<void> {
  for (let i = 0; i < rows.length; i += rowsPerInsert) {
    if (i > 0) await breathe()
    await write(rows.slice(i, i + rowsPerInsert))
  }
}

function correlationUnit(db: Kysely<Tables>): CorrelationUnit {
  return { ...caseUnit(db), ...alarmsOf(db), ...incidentsOf(db) }
}

function alarmsOf(db: Kysely<Tables>) {
  const ofRule = (rule: string, device: string) =>
    db.selectFrom('alarm').selectAll().where('rule', '=', rule).where('device', '=', device)
  return {
    async openAlarm(rule: string, device: string) {
      const row = await ofRule(rule, device).where('cleared_at', 'is', null).executeTakeFirst()
      return row && alarmFromRow(row)
    },
    async unseenAlarm(incident: string, rule: string, device: string) {
      const row = await ofRule(rule, device)
        .where('incident', '=', incident)
        .where('state', '=', 'clearedUnacknowledged')
        .orderBy('raised_at', 'desc')
        .executeTakeFirst()
      return row && alarmFromRow(row)
    },
    async insertAlarm(alarm) {
      await db.insertInto('alarm').values(alarmToRow(alarm)).execute()
    },
    async devicesIn(incident: string) {
      const row = await db
        .selectFrom('alarm')
        .select((e) => e.fn.count<number>('device').distinct().as('devices'))
        .where('incident', '=', incident)
        .executeTakeFirstOrThrow()
      return row.devices
    },
  } satisfies Partial<CorrelationUnit>
}

function incidentsOf(db: Kysely<Tables>) {
  return {
    openIncidents: (hazard: string) => openIncidents(db, hazard),
    async moveIncident(id: string, cell: string) {
      await db.updateTable('incident').set({ cell }).where('id', '=', id).execute()
    },
  } satisfies Partial<CorrelationUnit>
}

const endedStates: CaseState[] = caseStates.filter(isEnded)

async function openIncidents(db: Kysely<Tables>, hazard: string): Promise<OpenIncident[]> {
  const rows = await db
    .selectFrom('incident')
    .selectAll('incident')
    .select((e) => [
      e
        .selectFrom('alarm')
        .select((a) => a.fn.countAll<number>().as('n'))
        .whereRef('alarm.incident', '=', 'incident.id')
        .where('alarm.cleared_at', 'is', null)
        .as('active'),
      e
        .selectFrom('case')
        .select((c) => c.fn.countAll<number>().as('n'))
        .whereRef('case.incident', '=', 'incident.id')
        .where('case.state', 'in', endedStates)
        .as('ended'),
    ])
    .where('incident.hazard', '=', hazard)
    .where('incident.closed_at', 'is', null)
    .execute()
  return rows.map(({ active, ended, ...row }) => ({
    ...incidentFromRow(row),
    cell: row.cell,
    isActive: (active ?? 0) > 0,
    isCaseEnded: (ended ?? 0) > 0,
  }))
}
