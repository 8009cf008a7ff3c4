import type { Clock } from '../ports/clock.ts'
import type { CaseView } from '../ports/queries.ts'
import { countAlarms, displayNames, lastAlarms, type QueryContext } from './alarm-queries.ts'
import { type CaseRow, caseFromRow } from './rows.ts'

/** Cases as screens show them: with the names of people, and with what their alarms say. */

export interface CaseQueryContext extends QueryContext {
  clock: Clock
}

export async function toCaseViews(
  context: CaseQueryContext,
  rows: readonly CaseRow[],
): Promise<CaseView[]> {
  const cases = rows.map(caseFromRow)
  const incidents = cases.map(({ incident }) => incident).filter((id) => id !== null)
  const counts = await countAlarms(context.db, incidents)
  const last = await lastAlarms(context, incidents)
  const people = await displayNames(
    context.db,
    cases.flatMap(({ holder, claimedBy, supervision, extension }) => [
      holder?.kind === 'user' ? holder.id : null,
      claimedBy,
      supervision?.by ?? null,
      extension?.by ?? null,
    ]),
  )
  const now = context.clock.now()
  const nameOf = (id: string) => people.get(id) ?? id
  return cases.map((present) => {
    const { holder, claimedBy, claimedAt, supervision, extension, dueAt, incident } = present
    const count = incident === null ? undefined : counts.get(incident)
    return {
      ...present,
      claimed:
        claimedBy === null ? null : { name: people.get(claimedBy) ?? '', at: claimedAt ?? 0 },
      holder: holder && {
        ...holder,
        name: holder.kind === 'user' ? nameOf(holder.id) : holder.id,
      },
      supervision: supervision && { ...supervision, by: nameOf(supervision.by) },
      extension: extension && { ...extension, by: nameOf(extension.by) },
      overdue: present.overdueSince !== null || (dueAt !== null && dueAt < now),
      alarms: count?.alarms ?? 0,
      unacknowledged: count?.unacknowledged ?? 0,
      active: count?.active ?? 0,
      lastAlarm: (incident !== null && last.get(incident)) || null,
    }
  })
}
