import type { Kysely } from 'kysely'
import type { NoticeRule } from '../domain/notice.ts'
import type {
  ChannelSecrets,
  ChannelStore,
  ListedChannel,
  StoredChannel,
} from '../ports/notices.ts'
import type { Vault } from '../ports/vault.ts'
import type { Tables } from './schema.ts'

/** Channels with their sealed addresses, and the rules that use them. */

type Body = Omit<StoredChannel, 'id'>

const placeOf = (id: string) => `channel:${id}`

export function channelFromRow(row: { id: string; body: string }): StoredChannel {
  const { name, kind, enabled, host, carrier, topic, place, perMinute } = JSON.parse(
    row.body,
  ) as Body
  return { id: row.id, name, kind, enabled, host, carrier, topic, place: place ?? null, perMinute }
}

function bodyOf({ id: _id, ...body }: StoredChannel): string {
  return JSON.stringify(body)
}

export async function readRules(db: Kysely<Tables>): Promise<NoticeRule[]> {
  const rows = await db.selectFrom('notify_rule').select('body').orderBy('position').execute()
  return rows.map(({ body }) => JSON.parse(body) as NoticeRule)
}

async function writeRules(db: Kysely<Tables>, rules: readonly NoticeRule[]): Promise<void> {
  await db.deleteFrom('notify_rule').execute()
  if (rules.length === 0) return
  const rows = rules.map((rule, position) => ({
    id: rule.id,
    position,
    body: JSON.stringify(rule),
  }))
  await db.insertInto('notify_rule').values(rows).execute()
}

export function createChannelStore(options: { db: Kysely<Tables>; vault: Vault }): ChannelStore {
  const { db, vault } = options
  return {
    async list() {
      const rows = await db
        .selectFrom('notify_channel')
        .selectAll()
        .orderBy('position')
        .orderBy('id')
        .execute()
      return Promise.all(rows.map((row) => listed(db, channelFromRow(row))))
    },
    async get(id) {
      const row = await rowOf(db, id)
      return row && channelFromRow(row)
    },
    async secrets(id) {
      const row = await rowOf(db, id)
      if (!row?.secret) return {}
      return JSON.parse(vault.open(row.secret, placeOf(id))) as ChannelSecrets
    },
    add: (channel, secrets, rules) =>
      db.transaction().execute(async (trx) => {
        await insertChannel(trx, channel, vault.seal(JSON.stringify(secrets), placeOf(channel.id)))
        if ((await readRules(trx)).length === 0) await writeRules(trx, rules)
      }),
    async change(channel, secrets) {
      const secret = secrets && vault.seal(JSON.stringify(secrets), placeOf(channel.id))
      await db
        .updateTable('notify_channel')
        .set({ body: bodyOf(channel), ...(secret && { secret }) })
        .where('id', '=', channel.id)
        .execute()
    },
    remove: (id) =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('notify_channel').where('id', '=', id).execute()
        await trx
          .updateTable('delivery')
          .set({ state: 'dropped', error: 'removed' })
          .where('channel', '=', id)
          .where('state', 'in', ['waiting', 'postponed'])
          .execute()
      }),
    rules: () => readRules(db),
    setRules: (rules) => db.transaction().execute((trx) => writeRules(trx, rules)),
  }
}

function rowOf(db: Kysely<Tables>, id: string) {
  return db.selectFrom('notify_channel').selectAll().where('id', '=', id).executeTakeFirst()
}

async function insertChannel(
  trx: Kysely<Tables>,
  channel: StoredChannel,
  secret: string,
): Promise<void> {
  const last = await trx
    .selectFrom('notify_channel')
    .select((e) => e.fn.max('position').as('position'))
    .executeTakeFirst()
  const position = (last?.position ?? -1) + 1
  const row = { id: channel.id, position, body: bodyOf(channel), secret }
  await trx.insertInto('notify_channel').values(row).execute()
}

async function listed(db: Kysely<Tables>, channel: StoredChannel): Promise<ListedChannel> {
  const of = db.selectFrom('delivery').where('channel', '=', channel.id)
  const waiting = await of
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  const tried = await of
    .select('error')
    .where('state', '=', 'waiting')
    .where('attempts', '>', 0)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  const sent = await of
    .select('sent_at')
    .where('state', '=', 'sent')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const last = await of
    .select(['state', 'error'])
    .where('state', 'in', ['sent', 'failed'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const failed = last?.state === 'failed' ? last.error : null
  const lastSentAt = sent?.sent_at ?? null
  return { ...channel, waiting: waiting.count, lastSentAt, trouble: tried?.error ?? failed }
}
