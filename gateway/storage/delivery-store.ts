import { type Kysely, sql } from 'kysely'
import type {
  DeliveryState,
  DeliveryStore,
  ListedDelivery,
  Notice,
  WaitingDelivery,
} from '../ports/notices.ts'
import { channelFromRow } from './channel-store.ts'
import { cut, decodeCursor, encodeCursor, withinScope } from './keyset.ts'
import type { Tables } from './schema.ts'

/** The queues of what is to be sent, and what became of it. */

/** More queues than this take their turns. */
const maxHeads = 1000

export function createDeliveryStore(options: {
  db: Kysely<Tables>
  /** Code of the whole town; undefined: there is none yet. */
  town: () => string | undefined
}): DeliveryStore {
  const { db, town } = options
  return {
    heads: () => heads(db),
    async attempted(id, { state, at, nextAt, receipt, error }) {
      await db
        .updateTable('delivery')
        .set((e) => ({
          state,
          attempts: e('attempts', '+', 1),
          next_at: nextAt,
          receipt,
          error,
          ...(state === 'sent' && { sent_at: at }),
        }))
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .execute()
    },
    waiting: () => waiting(db),
    async list({ caseId, scope, limit, cursor }) {
      const inScope = withinScope(scope, town())
      let query = listing(db)
        .orderBy('delivery.id', 'desc')
        .limit(limit + 1)
      if (inScope) query = query.where(inScope)
      if (caseId !== undefined) query = query.where('delivery.case_id', '=', caseId)
      if (cursor) query = query.where('delivery.id', '<', decodeCursor(cursor, 'n')[0] as number)
      const { page, more } = cut(await query.execute(), limit)
      const last = page.at(-1)
      return {
        items: page.map(toListed),
        nextCursor: more && last ? encodeCursor([last.id]) : null,
      }
    },
    async get(id) {
      const row = await listing(db).where('delivery.id', '=', id).executeTakeFirst()
      return row && toListed(row)
    },
    async read(id, { userId, at }) {
      const row = await db
        .selectFrom('delivery')
        .select('history_id')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('delivery')
        .set({ read_at: at, read_by: userId })
        .where('history_id', '=', row.history_id)
        .where('read_at', 'is', null)
        .where((e) => e.or([e('target', '=', userId), e('target', 'like', `${userId}/%`)]))
        .execute()
    },
  }
}

async function heads(db: Kysely<Tables>): Promise<WaitingDelivery[]> {
  const first = db
    .selectFrom('delivery')
    .select((e) => e.fn.min('id').as('id'))
    .where('state', '=', 'waiting')
    .groupBy(['channel', 'target'])
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'channel', 'target', 'body', 'attempts', 'at', 'next_at'])
    .where('id', 'in', first)
    .orderBy('next_at')
    .orderBy('id')
    .limit(maxHeads)
    .execute()
  return rows.map(({ body, next_at, ...row }) => ({
    ...row,
    notice: JSON.parse(body) as Notice,
    nextAt: next_at,
  }))
}

async function waiting(db: Kysely<Tables>) {
  const row = await db
    .selectFrom('delivery')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.min<number | null>('at').as('oldestAt'),
      sql<number | null>`min(at) filter (where error is not null)`.as('troubledSince'),
    ])
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return { count: row.count, oldestAt: row.oldestAt, troubledSince: row.troubledSince }
}

function listing(db: Kysely<Tables>) {
  return db
    .selectFrom('delivery')
    .innerJoin('case', 'case.id', 'delivery.case_id')
    .leftJoin('case_history', 'case_history.id', 'delivery.history_id')
    .leftJoin('notify_channel', 'notify_channel.id', 'delivery.channel')
    .leftJoin('user as target_user', (join) =>
      join.on(
        'target_user.id',
        '=',
        sql<string>`substr(delivery.target || '/', 1, instr(delivery.target || '/', '/') - 1)`,
      ),
    )
    .leftJoin('user as reader', 'reader.id', 'delivery.read_by')
    .select(['delivery.id', 'delivery.case_id', 'case.number', 'case_history.act'])
    .select(['delivery.channel', 'notify_channel.body as channel_body', 'delivery.target'])
    .select(['target_user.id as user_id', 'target_user.display_name as user_name'])
    .select(['delivery.state', 'delivery.attempts', 'delivery.at', 'delivery.sent_at'])
    .select('delivery.next_at')
    .select(['delivery.read_at', 'reader.display_name as reader', 'delivery.error'])
}

function toListed(
  row: Awaited<ReturnType<ReturnType<typeof listing>['execute']>>[number],
): ListedDelivery {
  const channel = row.channel_body && channelFromRow({ id: row.channel, body: row.channel_body })
  return {
    id: row.id,
    case: { id: row.case_id, number: row.number },
    act: row.act ?? '',
    channel: channel ? channel.name : row.channel,
    target: row.user_name ?? row.target,
    userId: row.user_id,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    at: row.at,
    postponedTo: row.state === 'postponed' ? row.next_at : null,
    sentAt: row.sent_at,
    readAt: row.read_at,
    readBy: row.reader,
    error: row.error,
  }
}
