import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import type {
  QuarantineEntry,
  QuarantineFilter,
  QuarantineState,
} from '../ports/observation-store.ts'
import type { QuarantineRow, Trimmed } from './worker-messages.ts'

/**
 * Messages that did not become observations, beside the log so that both share a commit. The same
 * message again only raises its count; a message that was replayed and comes back wrong waits
 * again, a discarded one stays discarded. Beyond a number of waiting rows a device's messages are
 * only counted, on one row per reason, so that a flood cannot fill the disk.
 */

const schema = `
CREATE TABLE IF NOT EXISTS quarantine (
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, count INTEGER NOT NULL,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, topic TEXT NOT NULL, village TEXT,
  device TEXT, payload BLOB NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS quarantine_by_device ON quarantine (device, state);
CREATE INDEX IF NOT EXISTS quarantine_by_state ON quarantine (state, village);
`

const columns = `id, count, first_at AS firstAt, last_at AS lastAt, topic, village, device, payload,
  reason, detail, state`

/** Payload bytes kept of one message; adapters refuse larger ones long before. */
const payloadLimit = 1_048_576

export interface QuarantineTable {
  /** Inside the commit's transaction. */
  put(row: QuarantineRow): void
  list(filter: QuarantineFilter): QuarantineEntry[]
  get(id: number): QuarantineEntry | undefined
  waiting(scope: string | null): number
  setState(id: number, state: QuarantineState): void
  /** A step: replayed and discarded messages that did not come again since. */
  trimSettled(before: number): Trimmed
  /** A step: the oldest that wait, while there are more of them than this. */
  trimWaiting(most: { rows: number; bytes: number }): Trimmed
  /** After a rollback the counts in memory are wrong. */
  forgetCounts(): void
}

function hashOf(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest()
}

/** Codes are digits and nest by prefix, so a scope is a range; a free search would not use the index. */
const scopeClause = "village >= :scope AND village < :scope || ':'"

function createReads(db: Database.Database) {
  const byId = db.prepare<[number], QuarantineEntry>(
    `SELECT ${columns} FROM quarantine WHERE id = ?`,
  )
  const setState = db.prepare('UPDATE quarantine SET state = ? WHERE id = ?')
  return {
    list({ state, device, scope, beforeId, limit }: QuarantineFilter): QuarantineEntry[] {
      const clauses = [
        state && 'state = :state',
        device && 'device = :device',
        scope !== null && scopeClause,
        beforeId !== undefined && 'id < :beforeId',
      ].filter(Boolean)
      const where = clauses.length > 0 ? `WHERE ${clauses.join(' AND ')}` : ''
      return db
        .prepare<Record<string, unknown>, QuarantineEntry>(
          `SELECT ${columns} FROM quarantine ${where} ORDER BY id DESC LIMIT :limit`,
        )
        .all({ state, device, scope, beforeId, limit })
    },
    get: (id: number) => byId.get(id),
    waiting(scope: string | null): number {
      const clause = scope === null ? '' : `AND ${scopeClause}`
      return db
        .prepare<{ scope: string | null }, number>(
          `SELECT count(*) FROM quarantine WHERE state = 'waiting' ${clause}`,
        )
        .pluck()
        .get({ scope }) as number
    },
    setState: (id: number, state: QuarantineState) => {
      setState.run(state, id)
    },
  }
}

/** Messages that one step removes; a payload may have a megabyte. */
const trimRows = 200

function sumOf(rows: readonly { bytes: number }[]): Trimmed {
  return { removed: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) }
}

function createTrims(db: Database.Database) {
  const settled = db.prepare<[number, number], { id: number; bytes: number }>(
    `SELECT id, length(payload) AS bytes FROM quarantine
     WHERE state IN ('replayed', 'discarded') AND last_at < ? LIMIT ?`,
  )
  const held = db.prepare<[], { rows: number; bytes: number }>(
    `SELECT count(*) AS rows, coalesce(sum(length(payload)), 0) AS bytes
     FROM quarantine WHERE state = 'waiting'`,
  )
  const oldest = db.prepare<[number], { id: number; bytes: number }>(
    `SELECT id, length(payload) AS bytes FROM quarantine WHERE state = 'waiting'
     ORDER BY last_at, id LIMIT ?`,
  )
  const remove = db.prepare('DELETE FROM quarantine WHERE id = ?')

  const removeAll = db.transaction((rows: readonly { id: number; bytes: number }[]) => {
    for (const { id } of rows) remove.run(id)
    return sumOf(rows)
  })

  return {
    trimSettled: (before: number) => removeAll(settled.all(before, trimRows)),
    trimWaiting(most: { rows: number; bytes: number }) {
      const { rows, bytes } = held.get() as { rows: number; bytes: number }
      let over = { rows: rows - most.rows, bytes: bytes - most.bytes }
      if (over.rows <= 0 && over.bytes <= 0) return { removed: 0, bytes: 0 }
      const going = oldest.all(trimRows).filter((row) => {
        if (over.rows <= 0 && over.bytes <= 0) return false
        over = { rows: over.rows - 1, bytes: over.bytes - row.bytes }
        return true
      })
      return removeAll(going)
    },
  }
}

export function createQuarantineTable(
  db: Database.Database,
  waitingPerDevice: number,
): QuarantineTable {
  db.exec(schema)
  const reads = createReads(db)
  const trims = createTrims(db)
  const again = db.prepare(
    `UPDATE quarantine SET count = count + 1, last_at = max(last_at, :at), reason = :reason,
     detail = :detail, state = CASE state WHEN 'discarded' THEN state ELSE 'waiting' END
     WHERE hash = :hash`,
  )
  // Discarding the count of one flood must not hide the next.
  const overflowAgain = db.prepare(
    `UPDATE quarantine SET count = count + 1, last_at = max(last_at, :at), detail = :detail,
     state = 'waiting' WHERE hash = :hash`,
  )
  const insert = db.prepare(
    `INSERT INTO quarantine (hash, count, first_at, last_at, topic, village, device, payload,
     reason, detail, state) VALUES (:hash, 1, :at, :at, :topic, :village, :device, :payload,
     :reason, :detail, 'waiting')`,
  )
  const countWaiting = db
    .prepare<[string | null], number>(
      "SELECT count(*) FROM quarantine WHERE device IS ? AND state = 'waiting'",
    )
    .pluck()
  const waitingOf = new Map<string | null, number>()

  function waitingCount(device: string | null): number {
    const known = waitingOf.get(device)
    if (known !== undefined) return known
    if (waitingOf.size > 10_000) waitingOf.clear()
    return countWaiting.get(device) ?? 0
  }

  function put(row: QuarantineRow) {
    const bound = { ...row, at: row.receivedAt, hash: hashOf(row.topic, row.payload) }
    if (again.run(bound).changes > 0) {
      // It may have been replayed, and waits again.
      waitingOf.delete(row.device)
      return
    }
    const waiting = waitingCount(row.device)
    if (waiting >= waitingPerDevice) {
      bound.hash = hashOf('overflow', row.device ?? '', row.reason)
      bound.payload = new Uint8Array(0)
      bound.detail = `${waitingPerDevice} messages of this device are waiting already; further ones are only counted here. Latest: ${row.detail}`
      if (overflowAgain.run(bound).changes > 0) return
    } else if (row.payload.length > payloadLimit) {
      bound.payload = row.payload.subarray(0, payloadLimit)
      bound.detail = `${row.detail} (only the first ${payloadLimit} bytes were kept)`
    }
    insert.run(bound)
    waitingOf.set(row.device, waiting + 1)
  }

  return {
    put,
    ...reads,
    setState(id, state) {
      reads.setState(id, state)
      waitingOf.clear()
    },
    trimSettled: (before) => trims.trimSettled(before),
    trimWaiting(most) {
      waitingOf.clear()
      return trims.trimWaiting(most)
    },
    forgetCounts: () => waitingOf.clear(),
  }
}
