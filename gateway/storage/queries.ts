import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Queries } from '../ports/queries.ts'
import { alarmMarks } from './alarm-marks.ts'
import {
  findAlarm,
  findIncident,
  isUnacknowledged,
  listAlarms,
  listIncidents,
  type QueryContext,
} from './alarm-queries.ts'
import { findCaseFile } from './case-file.ts'
import { casesShowing } from './case-pictures.ts'
import { caseCounts, findCase, listCases, urgentCases } from './case-queries.ts'
import type { CaseQueryContext } from './case-views.ts'
import { withinScope } from './keyset.ts'
import { casesWithVoice } from './voice-purge.ts'

async function casesOpenedSince(context: QueryContext, scope: string, since: number) {
  const within = withinScope(scope, context.names.town())
  const rows = await context.db
    .selectFrom('case')
    .select('opened_at')
    .where('opened_at', '>=', since)
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .execute()
  return rows.map((row) => row.opened_at)
}

async function alarmLoad(context: QueryContext, scope: string, since: number) {
  const within = withinScope(scope, context.names.town())
  const alarms = context.db
    .selectFrom('alarm')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
  const raised = await alarms.where('raised_at', '>=', since).executeTakeFirstOrThrow()
  const unacknowledged = await alarms.where(isUnacknowledged).executeTakeFirstOrThrow()
  return { raised: raised.count, unacknowledged: unacknowledged.count }
}

async function presence(context: QueryContext) {
  const rows = await context.db.selectFrom('presence').selectAll().execute()
  return rows.map((row) => ({
    device: row.device,
    lastReceivedAt: row.last_received_at,
    online: row.online === null ? null : row.online === 1,
  }))
}

async function latestReadings(context: QueryContext, devices: readonly string[]) {
  if (devices.length === 0) return []
  const rows = await context.db
    .selectFrom('latest_reading')
    .selectAll()
    // One bound value whatever the number of devices.
    .where('device', 'in', sql<string>`(select value from json_each(${JSON.stringify(devices)}))`)
    .orderBy('device')
    .orderBy('property')
    .execute()
  return rows.map((row) => ({
    device: row.device,
    property: row.property,
    observedAt: row.observed_at,
    value: row.value,
  }))
}

async function pictureInScope(context: QueryContext, sha256: string, scope: string) {
  const within = withinScope(scope, context.names.town())
  return (
    (await alarmPicture(context, sha256, within)) ??
    (await casePicture(context, sha256, within)) ??
    (await checkinPicture(context, sha256, within))
  )
}

async function checkinPicture({ db }: QueryContext, sha256: string, within: Within) {
  const found = await db
    .selectFrom('checkin')
    .select('id')
    .where('picture', '=', sha256)
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found && { alarm: null, case: null, checkin: found.id }
}

async function voiceInScope(context: QueryContext, sha256: string, scope: string) {
  const within = withinScope(scope, context.names.town())
  const told = await context.db
    .selectFrom('case')
    .select('number')
    .where('id', 'in', casesWithVoice(sha256))
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const voice = await context.db
    .selectFrom('case_voice')
    .select('type')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst()
  return told && voice && { case: told.number, type: voice.type }
}

type Within = ReturnType<typeof withinScope>

async function casePicture(context: QueryContext, sha256: string, within: Within) {
  const found = await context.db
    .selectFrom('case')
    .select('number')
    .where('id', 'in', casesShowing(sha256))
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found && { alarm: null, case: found.number }
}

async function alarmPicture(context: QueryContext, sha256: string, within: Within) {
  const alarm = await context.db
    .selectFrom('alarm')
    .select(['id', 'incident'])
    .where(sql<SqlBool>`json_extract(cause, '$.picture') = ${sha256}`)
    .$if(within !== undefined, (query) => query.where(within as RawBuilder<SqlBool>))
    .orderBy('raised_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!alarm) return undefined
  const found = await context.db
    .selectFrom('case')
    .select('number')
    .where('incident', '=', alarm.incident)
    .executeTakeFirst()
  return { alarm: alarm.id, case: found?.number ?? null }
}

export function createQueries(context: CaseQueryContext): Queries {
  return {
    cases: (filter) => listCases(context, filter),
    case: (id) => findCase(context, id),
    caseFile: (id) => findCaseFile(context, id),
    alarms: (filter) => listAlarms(context, filter),
    alarm: (id) => findAlarm(context, id),
    alarmMarks: (filter) => alarmMarks(context, filter),
    incidents: (filter) => listIncidents(context, filter),
    incident: (id) => findIncident(context, id),
    urgentCases: (scope, limit) => urgentCases(context, scope, limit),
    caseCounts: (scope) => caseCounts(context, scope),
    casesOpenedSince: (scope, since) => casesOpenedSince(context, scope, since),
    alarmLoad: (scope, since) => alarmLoad(context, scope, since),
    presence: () => presence(context),
    latestReadings: (devices) => latestReadings(context, devices),
    pictureInScope: (sha256, scope) => pictureInScope(context, sha256, scope),
    voiceInScope: (sha256, scope) => voiceInScope(context, sha256, scope),
  }
}
