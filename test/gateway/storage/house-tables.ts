import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Alarm } from '../../../gateway/domain/alarm.ts'
import { type Case, noFacts } from '../../../gateway/domain/case.ts'
import type { OpenIncident } from '../../../gateway/domain/correlation.ts'
import { alarmToRow, caseToRow, openIncidentToRow } from '../../../gateway/storage/rows.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { openDatabase } from '../../support/house-file.ts'

/** One real database for the tests of a file, empty before each of them, and rows to put into it. */

export interface HouseTables {
  db: Kysely<Tables>
  directory: string
  file: string
}

/** What refers to others first. */
const tables: (keyof Tables)[] = [
  'session',
  'patrol_task',
  'patrol_report',
  'patrol_upload',
  'case_voice',
  'checkin',
  'case_picture',
  'case_history',
  'alarm',
  'case',
  'incident',
  'outbox',
  'consumer',
  'rule_state',
  'latest_reading',
  'presence',
  'counter',
  'audit',
  'audit_anchor',
  'setting',
  'purge',
  'disk_sample',
  'user',
  'device',
  'patrol_point',
  'patrol_route',
  'rule',
  'season',
  'hazard',
  'place',
]

export function useHouseTables(): HouseTables {
  const house = {} as HouseTables
  beforeAll(async () => {
    house.directory = await mkdtemp(join(tmpdir(), 'lianxun-tables-'))
    house.file = join(house.directory, 'lianxun.db')
    house.db = await openDatabase(house.file)
  })
  afterEach(() => emptied(house.db))
  afterAll(async () => {
    await house.db.destroy()
    await rm(house.directory, { recursive: true, force: true })
  })
  return house
}

async function emptied(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Else the audit log refuses to lose anything.
    await trx.insertInto('audit_anchor').values({ id: 1e9, hash: '' }).execute()
    for (const table of tables) await trx.deleteFrom(table).execute()
  })
}

export const townCode = '990101101'
export const villageA = '990101101201'
export const villageB = '990101101202'
const place = { village: villageA, grid: `${villageA}001`, lon: 106.7, lat: 29.18 }

export function incidentOf(id: string, over: Partial<OpenIncident> = {}): OpenIncident {
  return {
    id,
    hazard: 'forestFire',
    severity: 'orange',
    ...place,
    openedAt: 1000,
    lastActivityAt: 2000,
    closedAt: null,
    cell: `square:2000:${id}`,
    isActive: false,
    isCaseEnded: false,
    ...over,
  }
}

export function alarmOf(id: string, over: Partial<Alarm> = {}): Alarm {
  return {
    id,
    rule: 'smoke-high',
    device: `d-${id}`,
    hazard: 'forestFire',
    severity: 'orange',
    state: 'activeUnacknowledged',
    ...place,
    raisedAt: 1000,
    clearedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    cause: { property: 'smoke', value: 9, limit: 5 },
    incident: null,
    ...over,
  }
}

export function caseOf(id: string, over: Partial<Case> = {}): Case {
  return {
    id,
    number: `云岭-20261121-${id}`,
    state: 'reported',
    tier: 'grid',
    hazard: 'forestFire',
    severity: 'orange',
    ...place,
    title: `案件 ${id}`,
    openedAt: 1000,
    stepSince: 1000,
    dueAt: null,
    holder: null,
    version: 1,
    incident: null,
    source: 'alarm',
    text: null,
    reportedBy: null,
    externalId: null,
    mergedInto: null,
    splitFrom: null,
    ...noFacts,
    ...over,
  }
}

interface Rows {
  incidents?: OpenIncident[]
  alarms?: Alarm[]
  cases?: Case[]
}

export async function fill(db: Kysely<Tables>, rows: Rows): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const one of rows.incidents ?? []) {
      await trx.insertInto('incident').values(openIncidentToRow(one)).execute()
    }
    for (const one of rows.alarms ?? []) {
      await trx.insertInto('alarm').values(alarmToRow(one)).execute()
    }
    for (const one of rows.cases ?? []) {
      await trx.insertInto('case').values(caseToRow(one)).execute()
    }
  })
}

export async function addUser(db: Kysely<Tables>, id: string, over: Partial<Tables['user']> = {}) {
  const row = {
    id,
    username: `name-${id}`,
    display_name: `Person ${id}`,
    role: 'operator',
    scope: townCode,
    password_hash: '$argon2id$',
    ...over,
  }
  await db.insertInto('user').values(row).execute()
}
