import type { Kysely, Selectable } from 'kysely'
import type { NoticePerson } from '../domain/notice.ts'
import type { Role } from '../domain/person.ts'
import type {
  DueFallback,
  NewDelivery,
  NoticeHouse,
  NoticeLog,
  TimelineEntry,
} from '../ports/notices.ts'
import { channelFromRow, readRules } from './channel-store.ts'
import { duePostponed, nextPostponedAt, release } from './postponed-notices.ts'
import { caseFromRow } from './rows.ts'
import type { Tables } from './schema.ts'

/** The timelines of all cases as one log, read by its id, which grows with the commits. */

const consumerName = 'notifier'
const rowsPerInsert = 500
/** What waits for one channel; more would reach nobody in time. */
const maxWaiting = 10_000

export function createNoticeLog(db: Kysely<Tables>): NoticeLog {
  return {
    position: () => positionOf(db),
    async after(position, limit) {
      const rows = await db
        .selectFrom('case_history')
        .selectAll()
        .where('id', '>', position)
        .orderBy('id')
        .limit(limit)
        .execute()
      return withCases(db, rows)
    },
    house: (since) => houseOf(db, since),
    keep: (deliveries, position) =>
      db.transaction().execute(async (trx) => {
        await insertDeliveries(trx, deliveries)
        await savePosition(trx, position)
      }),
    async nextFallbackAt() {
      const row = await db
        .selectFrom('delivery')
        .select((e) => e.fn.min('fallback_at').as('at'))
        .where('fallback_at', 'is not', null)
        .executeTakeFirst()
      return row?.at ?? null
    },
    dueFallbacks: (now, limit) => dueFallbacks(db, now, limit),
    fellBack: (fallback, deliveries) =>
      db.transaction().execute(async (trx) => {
        await insertDeliveries(trx, deliveries)
        await trx
          .updateTable('delivery')
          .set({ fallback_at: null })
          .where('history_id', '=', fallback.historyId)
          .where('rule', '=', fallback.rule)
          .execute()
      }),
    nextPostponedAt: () => nextPostponedAt(db),
    duePostponed: (now, limit) => duePostponed(db, now, limit),
    released: (ends, at) => db.transaction().execute((trx) => release(trx, ends, at)),
  }
}

async function positionOf(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('consumer')
    .select('position')
    .where('name', '=', consumerName)
    .executeTakeFirst()
  if (row) return row.position
  const last = await db
    .selectFrom('case_history')
    .select((e) => e.fn.max('id').as('id'))
    .executeTakeFirst()
  // What happened before there was anybody to tell is told to nobody.
  const position = last?.id ?? 0
  await savePosition(db, position)
  return position
}

async function savePosition(db: Kysely<Tables>, position: number): Promise<void> {
  await db
    .insertInto('consumer')
    .values({ name: consumerName, position })
    .onConflict((c) => c.column('name').doUpdateSet({ position }))
    .execute()
}

type HistoryRow = Selectable<Tables['case_history']>

async function withCases(db: Kysely<Tables>, rows: HistoryRow[]): Promise<TimelineEntry[]> {
  if (rows.length === 0) return []
  const ids = [...new Set(rows.map((row) => row.case_id))]
  const cases = await db.selectFrom('case').selectAll().where('id', 'in', ids).execute()
  const byId = new Map(cases.map((row) => [row.id, caseFromRow(row)]))
  return rows.flatMap((row) => {
    const subject = byId.get(row.case_id)
    if (!subject) return []
    const { id, act, at, actor, text } = row
    const detail = (row.detail === null ? {} : JSON.parse(row.detail)) as TimelineEntry['detail']
    return [{ id, act, at, actor, text, detail, isQuiet: row.quiet === 1, case: subject }]
  })
}

async function houseOf(db: Kysely<Tables>, since: number): Promise<NoticeHouse> {
  const [rules, channels, users, browsers, duties] = await Promise.all([
    readRules(db),
    db.selectFrom('notify_channel').select(['id', 'body']).orderBy('position').execute(),
    db
      .selectFrom('user')
      .select(['id', 'display_name', 'role', 'scope', 'team', 'unit', 'disabled_at'])
      .orderBy('id')
      .execute(),
    db.selectFrom('push_subscription').select(['id', 'user_id']).orderBy('at').execute(),
    db.selectFrom('duty').selectAll().where('ends_at', '>', since).execute(),
  ])
  const browsersOf = Map.groupBy(browsers, (row) => row.user_id)
  const names = new Map(users.map((user) => [user.id, user.display_name]))
  const people = users
    .filter((user) => user.disabled_at === null)
    .map(
      ({ id, role, scope, team, unit }): NoticePerson => ({
        id,
        role: role as Role,
        scope,
        team,
        unit,
        browsers: (browsersOf.get(id) ?? []).map((row) => row.id),
      }),
    )
  return {
    rules,
    channels: channels.map(channelFromRow),
    people,
    nameOf: (userId) => names.get(userId) ?? userId,
    onDutyAt: (at) =>
      new Set(
        duties.filter((row) => row.starts_at <= at && at < row.ends_at).map((row) => row.user_id),
      ),
  }
}

async function roomOf(db: Kysely<Tables>, channel: string): Promise<number> {
  const { count } = await db
    .selectFrom('delivery')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('channel', '=', channel)
    .where('state', 'in', ['waiting', 'postponed'])
    .executeTakeFirstOrThrow()
  return maxWaiting - count
}

async function insertDeliveries(
  db: Kysely<Tables>,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  const room = new Map<string, number>()
  for (const channel of new Set(deliveries.map((one) => one.channel))) {
    room.set(channel, await roomOf(db, channel))
  }
  const rows = deliveries.map((one) => {
    const left = room.get(one.channel) ?? 0
    const dropped = one.dropped ?? (left <= 0 ? 'full' : null)
    if (dropped === null) room.set(one.channel, left - 1)
    return toRow(one, dropped)
  })
  for (let i = 0; i < rows.length; i += rowsPerInsert) {
    await db
      .insertInto('delivery')
      .values(rows.slice(i, i + rowsPerInsert))
      .onConflict((c) => c.columns(['history_id', 'channel', 'target']).doNothing())
      .execute()
  }
}

function toRow(one: NewDelivery, dropped: string | null) {
  return {
    history_id: one.historyId,
    case_id: one.caseId,
    rule: one.rule,
    channel: one.channel,
    target: one.target,
    body: JSON.stringify(one.notice),
    state: dropped !== null ? 'dropped' : one.postponedTo === null ? 'waiting' : 'postponed',
    attempts: 0,
    at: one.at,
    next_at: one.postponedTo ?? one.at,
    error: dropped,
    fallback_at: one.fallbackAt,
  }
}

async function dueFallbacks(
  db: Kysely<Tables>,
  now: number,
  limit: number,
): Promise<DueFallback[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['history_id', 'rule'])
    .where('fallback_at', '<=', now)
    .groupBy(['history_id', 'rule'])
    .orderBy((e) => e.fn.min('fallback_at'))
    .limit(limit)
    .execute()
  const due: DueFallback[] = []
  for (const { history_id: historyId, rule } of rows)
    due.push(await dueFallback(db, historyId, rule))
  return due
}

async function dueFallback(
  db: Kysely<Tables>,
  historyId: number,
  rule: string,
): Promise<DueFallback> {
  const row = await db
    .selectFrom('case_history')
    .selectAll()
    .where('id', '=', historyId)
    .executeTakeFirstOrThrow()
  const [entry] = await withCases(db, [row])
  if (!entry) throw new Error(`the case of entry ${historyId} is gone`)
  const since = await db
    .selectFrom('case_history')
    .select(['act', 'actor'])
    .where('case_id', '=', row.case_id)
    .where('id', '>', historyId)
    .orderBy('id')
    .limit(500)
    .execute()
  const read = await db
    .selectFrom('delivery')
    .select('id')
    .where('history_id', '=', historyId)
    .where('read_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return { historyId, rule, entry, since, isRead: read !== undefined }
}
