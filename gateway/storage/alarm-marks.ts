import { sql } from 'kysely'
import type { Alarm } from '../domain/alarm.ts'
import type { AlarmMark, AlarmMarkFilter } from '../ports/queries.ts'
import type { QueryContext } from './alarm-queries.ts'
import { withinScope } from './keyset.ts'

/** Alarms as stretches of time beside readings: those that were on at any moment between two times. */
export async function alarmMarks(
  { db, names }: QueryContext,
  { devices, from, to, scope, limit }: AlarmMarkFilter,
): Promise<AlarmMark[]> {
  let query = db
    .selectFrom('alarm')
    .select(['id', 'rule', 'device', 'severity', 'raised_at', 'cleared_at', 'cause'])
    .select((eb) =>
      eb
        .selectFrom('case')
        .select('case.id')
        .whereRef('case.incident', '=', 'alarm.incident')
        .limit(1)
        .as('case'),
    )
    .where('device', 'in', sql<string>`(select value from json_each(${JSON.stringify(devices)}))`)
    .where('raised_at', '<', to)
    .where((eb) =>
      eb.or([
        eb('cleared_at', 'is', null),
        eb('cleared_at', '>', from),
        eb('raised_at', '>=', from),
      ]),
    )
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  const within = withinScope(scope, names.town(), 'filter')
  if (within) query = query.where(within)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    device: row.device,
    ruleName: names.rule(row.rule) ?? row.rule,
    severity: row.severity as Alarm['severity'],
    property: (JSON.parse(row.cause) as Alarm['cause']).property ?? null,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    case: row.case,
  }))
}
