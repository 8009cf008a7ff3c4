import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { AuditEntry, AuditHead } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { Tables } from './schema.ts'

/**
 * The chain that the audit log is written as. An entry's hash is an HMAC over it and the hash before
 * it, under a key that lies outside the database: whoever can write the tables can neither change,
 * remove, swap nor insert an entry and make it fit again. The newest entry is noted beside the log
 * under a MAC of its own, so that cutting the end off does not fit either. What remains possible to
 * somebody who keeps old copies of the tables is to put one of those back as a whole; the head that
 * a backup notes, or a person, tells that.
 *
 * Ids are counted here, densely, inside the transaction of the insert: a rollback leaves no gap.
 */

export type AuditRow = Selectable<Tables['audit']>

/** Before the first entry there is no hash. */
export const noHash = ''

const headName = 'audit-head'
const longest = {
  actor: 100,
  act: 64,
  subject: 300,
  detail: 2000,
  reason: 1000,
  address: 64,
} as const

/** What was the newest entry after the last write. */
export interface HeadRecord extends AuditHead {
  /** The first entry of the chain; those before are older than the chain and have no hash. */
  first: number
}

export interface AuditChain {
  /** Inside the caller's transaction, so that an act and its entry are kept together or not at all. */
  append(trx: Kysely<Tables>, entry: AuditEntry): Promise<AuditHead>
  hashOf(previous: string, row: AuditRow): string
  /** Null: there is none; `forged`: not what was written by this installation. */
  readHead(db: Kysely<Tables>): Promise<HeadRecord | null | 'forged'>
}

/** As SQLite gives it back: half a character would come back as another one. */
function bounded(text: string | undefined, length: number): string | null {
  return text === undefined ? null : text.slice(0, length).toWellFormed()
}

function parseHead(body: string): HeadRecord & { mac: string } {
  try {
    const { id, first, hash, mac } = JSON.parse(body) as Record<string, unknown>
    return { id: Number(id), first: Number(first), hash: String(hash), mac: String(mac) }
  } catch {
    return { id: 0, first: 0, hash: '', mac: '' }
  }
}

async function writeHead(trx: Kysely<Tables>, body: string): Promise<void> {
  await trx
    .insertInto('setting')
    .values({ name: headName, body })
    .onConflict((oc) => oc.column('name').doUpdateSet({ body }))
    .execute()
}

async function newestId(trx: Kysely<Tables>): Promise<number> {
  const row = await trx
    .selectFrom('audit')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

export function createAuditChain({ key, clock }: { key: Uint8Array; clock: Clock }): AuditChain {
  const chainKey = Buffer.from(hkdfSync('sha256', key, '', 'lianxun audit v1', 32))
  const mac = (...parts: readonly unknown[]) =>
    createHmac('sha256', chainKey).update(JSON.stringify(parts)).digest('base64')

  function hashOf(previous: string, row: AuditRow): string {
    const { id, at, actor, act, subject, detail, address, reason } = row
    return mac('entry', previous, id, at, actor, act, subject, detail, address, reason)
  }

  const macOf = ({ id, first, hash }: HeadRecord) => mac('head', id, first, hash)

  async function readHead(db: Kysely<Tables>): Promise<HeadRecord | null | 'forged'> {
    const row = await db
      .selectFrom('setting')
      .select('body')
      .where('name', '=', headName)
      .executeTakeFirst()
    if (!row) return null
    const { mac: given, ...head } = parseHead(row.body)
    const right = Buffer.from(macOf(head))
    const found = Buffer.from(given)
    return right.length === found.length && timingSafeEqual(right, found) ? head : 'forged'
  }

  /** Where a log cannot be trusted any more it still grows: `verify` names the place. */
  async function lastEntry(trx: Kysely<Tables>): Promise<HeadRecord> {
    const head = await readHead(trx)
    const newest = await newestId(trx)
    if (head !== null && head !== 'forged') return { ...head, id: Math.max(head.id, newest) }
    return { id: newest, first: newest + 1, hash: noHash }
  }

  return {
    hashOf,
    readHead,
    async append(trx, entry) {
      const last = await lastEntry(trx)
      const row: AuditRow = {
        id: last.id + 1,
        at: clock.now(),
        actor: bounded(entry.actor ?? undefined, longest.actor),
        act: bounded(entry.act, longest.act) as string,
        subject: bounded(entry.subject, longest.subject) as string,
        detail: bounded(entry.detail, longest.detail),
        address: bounded(entry.address, longest.address),
        reason: bounded(entry.reason, longest.reason),
        hash: null,
      }
      const hash = hashOf(last.hash, row)
      await trx
        .insertInto('audit')
        .values({ ...row, hash })
        .execute()
      const head = { id: row.id, first: last.first, hash }
      await writeHead(trx, JSON.stringify({ ...head, mac: macOf(head) }))
      return { id: row.id, hash }
    },
  }
}
