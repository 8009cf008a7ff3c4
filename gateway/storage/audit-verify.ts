import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { AuditCheck, AuditFault, AuditVerdict } from '../ports/audit-log.ts'
import { type AuditChain, type AuditRow, type HeadRecord, noHash } from './audit-chain.ts'
import { auditAfter } from './audit-pages.ts'
import type { Tables } from './schema.ts'

/**
 * Reads the chain from where retention left it to its head. Others write meanwhile, and retention
 * may remove what was not read yet: then the reading goes on from the new anchor.
 */

interface Link {
  id: number
  hash: string
}

interface Broken {
  id: number
  fault: AuditFault
}

/** Where retention's last removal is written in the chain itself: an anchor alone proves nothing. */
export function removalMark({ id, hash }: Link) {
  return { act: 'purge', subject: `audit:${id}`, detail: hash }
}

async function readAnchor(db: Kysely<Tables>): Promise<Link> {
  const row = await db
    .selectFrom('audit_anchor')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? { id: 0, hash: noHash }
}

/** Follows the entries one by one; `broken` is the first that does not fit. */
function createWalk(chain: AuditChain, anchor: Link, head: HeadRecord | null | 'forged') {
  // Of a forged record nothing is believed: then the chain begins with the first hash.
  let first = head === 'forged' ? undefined : (head?.first ?? Number.POSITIVE_INFINITY)
  let last = anchor
  let from = anchor
  let attested = anchor.id === 0

  function step(row: AuditRow): Broken | undefined {
    if (row.hash === null && (first === undefined || row.id < first)) {
      last = { id: row.id, hash: noHash }
      return undefined
    }
    first ??= row.id
    if (row.id < first) return { id: row.id, fault: 'head' }
    if (row.id !== last.id + 1) return { id: last.id + 1, fault: 'missing' }
    if (chain.hashOf(last.hash, row) !== row.hash) return { id: row.id, fault: 'changed' }
    const mark = removalMark(from)
    attested ||= row.act === mark.act && row.subject === mark.subject && row.detail === mark.detail
    last = { id: row.id, hash: row.hash }
    return undefined
  }

  return {
    step,
    last: () => last,
    /** Retention removed more meanwhile; true when that explains the gap before `row`. */
    moveTo(next: Link, row: AuditRow): boolean {
      if (next.id <= from.id || next.id + 1 !== row.id) return false
      from = next
      last = next
      attested = false
      return true
    },
    end(present: HeadRecord | null | 'forged'): Broken | undefined {
      if (present === 'forged') return { id: last.id, fault: 'head' }
      if (present && last.id < present.id) return { id: last.id + 1, fault: 'cut' }
      if (present && last.hash !== present.hash) return { id: last.id, fault: 'head' }
      if (!present && last.hash !== noHash) return { id: last.id, fault: 'head' }
      return attested ? undefined : { id: from.id, fault: 'anchor' }
    },
  }
}

export async function verifyChain(
  db: Kysely<Tables>,
  chain: AuditChain,
  { known, onProgress }: AuditCheck = {},
): Promise<AuditVerdict> {
  const walk = createWalk(chain, await readAnchor(db), await chain.readHead(db))
  let entries = 0
  let knownSeen = known === undefined
  let broken: Broken | undefined

  async function take(row: AuditRow): Promise<Broken | undefined> {
    const found = walk.step(row)
    if (found?.fault !== 'missing') return found
    return walk.moveTo(await readAnchor(db), row) ? walk.step(row) : found
  }

  for (;;) {
    // Before the page: what it says was written must then be found.
    const head = await chain.readHead(db)
    const rows = await auditAfter(db, walk.last().id)
    for (const row of rows) {
      broken = await take(row)
      if (broken) break
      entries += 1
      knownSeen ||= row.hash === known
    }
    onProgress?.(entries)
    // An older head and no further entry: somebody wrote in between.
    const present = head !== null && head !== 'forged' && head.id < walk.last().id
    if (!broken && rows.length === 0) broken = walk.end(present ? await chain.readHead(db) : head)
    if (broken || rows.length === 0) break
    await setImmediate()
  }
  const { id, hash } = walk.last()
  if (!broken && !knownSeen) broken = { id: id + 1, fault: 'cut' }
  return {
    ok: broken === undefined,
    entries,
    head: hash === noHash ? null : hash,
    brokenAt: broken?.id ?? null,
    fault: broken?.fault ?? null,
  }
}
