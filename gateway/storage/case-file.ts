import { z } from 'zod'
import type { AlarmView, CaseFile, CaseName, TimelineEntryView } from '../ports/queries.ts'
import { displayNames, toAlarmViews } from './alarm-queries.ts'
import { findCase } from './case-queries.ts'
import type { CaseQueryContext } from './case-views.ts'

/** One case with all that hangs on it. */

const evidenceLimit = 200
const timelineLimit = 500
const mergedLimit = 100

type Facts = TimelineEntryView['facts']

const detailSchema = z.record(z.string(), z.unknown())
const factSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** What a step may have carried; anything else in the detail is the gateway's own. */
const known = new Set(
  (
    'to toKind from tier until dueAt overdueSince score count ' +
    'into number case splitFrom alarms falseAlarm source checkin picturesRemovedAt alarmsElsewhere camera bearingDeg seenAt voiceRemovedAt'
  ).split(' '),
)

/** People say numbers: these hold an id beside the number, and links go by `otherCase`. */
const otherCase = ['into', 'from', 'case', 'splitFrom'] as const

export function factsOf(detail: string | null): Facts {
  if (detail === null) return {}
  const facts: Facts = {}
  for (const [key, value] of Object.entries(detailSchema.parse(JSON.parse(detail)))) {
    const fact = factSchema.safeParse(value)
    if (known.has(key) && fact.success) facts[key] = fact.data
  }
  const { number } = facts
  if (number === undefined) return facts
  for (const key of otherCase) {
    if (!(key in facts)) continue
    facts['otherCase'] = facts[key] ?? null
    facts[key] = number
  }
  return facts
}

/** Newest 500, oldest first. */
async function historyOf(context: CaseQueryContext, caseId: string) {
  const newestFirst = await context.db
    .selectFrom('case_history')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('id', 'desc')
    .limit(timelineLimit)
    .execute()
  return newestFirst.toReversed().map((row) => ({ ...row, facts: factsOf(row.detail) }))
}

type Entry = Awaited<ReturnType<typeof historyOf>>[number]

async function alarmsById(
  context: CaseQueryContext,
  ids: readonly string[],
): Promise<Map<string, AlarmView>> {
  if (ids.length === 0) return new Map()
  const rows = await context.db.selectFrom('alarm').selectAll().where('id', 'in', ids).execute()
  return new Map((await toAlarmViews(context, rows)).map((view) => [view.id, view]))
}

async function evidenceOf(context: CaseQueryContext, incident: string | null) {
  if (incident === null) return []
  const rows = await context.db
    .selectFrom('alarm')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(evidenceLimit)
    .execute()
  return toAlarmViews(context, rows)
}

/** Of each case and of each entry of a timeline; the report's own have no entry. */
async function picturesOf(context: CaseQueryContext, caseIds: readonly string[]) {
  const rows = await context.db
    .selectFrom('case_picture')
    .select(['case_id', 'history_id', 'sha256'])
    .where('case_id', 'in', caseIds)
    .orderBy('at')
    .orderBy('sha256')
    .execute()
  const of = (isMeant: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(isMeant).map(({ sha256 }) => sha256)
  return {
    ofReport: (id: string) => of((row) => row.case_id === id && row.history_id === null),
    ofEntry: (id: number) => of((row) => row.history_id === id),
    ofCase: (id: string) => [...new Set(of((row) => row.case_id === id))],
  }
}

/** Also of the reports that were merged into it. */
async function voicesOf({ db }: CaseQueryContext, caseIds: readonly string[]) {
  return db
    .selectFrom('case_voice as voice')
    .leftJoin('user', 'user.id', 'voice.by')
    .select(['voice.sha256', 'voice.type', 'voice.at'])
    .select((e) => e.fn.coalesce('user.display_name', 'voice.by').as('by'))
    .where('voice.case_id', 'in', caseIds)
    .orderBy('voice.at')
    .orderBy('voice.sha256')
    .execute()
}

async function mergedInto(context: CaseQueryContext, id: string) {
  return context.db
    .selectFrom('case')
    .select(['id', 'number', 'title', 'source', 'text', 'opened_at as openedAt'])
    .where('merged_into', '=', id)
    .orderBy('opened_at')
    .orderBy('id')
    .limit(mergedLimit)
    .execute()
}

async function nameOfCase(context: CaseQueryContext, id: string | null): Promise<CaseName | null> {
  if (id === null) return null
  const row = await context.db
    .selectFrom('case')
    .select(['id', 'number'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

async function timelineOf(
  context: CaseQueryContext,
  history: readonly Entry[],
  picturesOfEntry: (id: number) => string[],
): Promise<TimelineEntryView[]> {
  const alarms = await alarmsById(context, [
    ...new Set(history.map((row) => row.alarm).filter((alarm) => alarm !== null)),
  ])
  const people = await displayNames(
    context.db,
    history.flatMap(({ actor, facts }) => [actor, isPerson(facts) ? facts.to : null]),
  )
  return history.map((row) => ({
    id: row.id,
    at: row.at,
    act: row.act,
    actor: row.actor && (people.get(row.actor) ?? row.actor),
    fromState: row.from_state,
    toState: row.to_state,
    text: row.text,
    alarm: (row.alarm !== null && alarms.get(row.alarm)) || null,
    pictures: picturesOfEntry(row.id),
    facts: isPerson(row.facts)
      ? { ...row.facts, to: people.get(row.facts.to) ?? row.facts.to }
      : row.facts,
  }))
}

function isPerson(facts: Facts): facts is Facts & { to: string } {
  return facts.toKind === 'user' && typeof facts.to === 'string'
}

export async function findCaseFile(
  context: CaseQueryContext,
  id: string,
): Promise<CaseFile | undefined> {
  const found = await findCase(context, id)
  if (!found) return undefined
  const merged = await mergedInto(context, id)
  const pictures = await picturesOf(context, [id, ...merged.map((one) => one.id)])
  const history = await historyOf(context, id)
  return {
    case: found,
    evidence: await evidenceOf(context, found.incident),
    pictures: pictures.ofReport(id),
    voices: await voicesOf(context, [id, ...merged.map((one) => one.id)]),
    merged: merged.map((one) => ({
      ...one,
      source: one.source as CaseFile['merged'][number]['source'],
      pictures: pictures.ofCase(one.id),
    })),
    mergedInto: await nameOfCase(context, found.mergedInto),
    splitFrom: await nameOfCase(context, found.splitFrom),
    timeline: await timelineOf(context, history, pictures.ofEntry),
  }
}
