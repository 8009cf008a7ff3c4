import Database from 'better-sqlite3'
import { StoreError } from '../domain/errors.ts'
import { createQuarantineTable, type QuarantineTable } from './quarantine-table.ts'
import type {
  CommitAnswer,
  CommitRequest,
  LogReady,
  LogRow,
  SeriesKey,
  TrimLogRequest,
  Trimmed,
} from './worker-messages.ts'
import { numbersPerRow } from './worker-messages.ts'

/**
 * `observations.db`, written by one thread. A commit holds whatever arrived during the last one
 * and is on the disk when it returns (WAL with synchronous=FULL). Rows are appended in the order
 * of acceptance, which is nearly the order of time: both indexes grow at their right edge.
 *
 * The conflict target is named, so that only a second arrival is skipped; a seq that exists
 * already (somebody else wrote the file) fails the commit instead of losing the row.
 */

const schemaVersion = 1

const schema = `
CREATE TABLE IF NOT EXISTS series (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  UNIQUE (device, kind, name));
CREATE TABLE IF NOT EXISTS log (
  seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, observed_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL, value REAL, body TEXT, sender_id TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS log_by_time ON log (observed_at, series) WHERE sender_id IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS log_by_sender ON log (series, sender_id) WHERE sender_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);
`

const insertByTime = `INSERT INTO log (seq, series, observed_at, received_at, value, body)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (observed_at, series) WHERE sender_id IS NULL DO NOTHING`
const insertBySender = `INSERT INTO log (seq, series, observed_at, received_at, value, body, sender_id)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series, sender_id) WHERE sender_id IS NOT NULL DO NOTHING`

export interface LogFile {
  ready: LogReady
  quarantine: QuarantineTable
  /** One commit for all of them; when it throws, nothing of any is stored. */
  commit(requests: readonly CommitRequest[]): CommitAnswer[]
  read(after: number, limit: number): LogRow[]
  /** A step of it, small enough for commits to wait for; `removed` 0: nothing is left to take. */
  trim(request: TrimLogRequest): Trimmed
  close(): void
}

export interface LogFileOptions {
  file: string
  busyTimeoutMs: number
  waitingPerDevice: number
}

/** Rows that one step takes off the front: a few milliseconds of the disk's time. */
const trimRows = 2000
/** What a row takes beside its text. */
const rowBytes = 40

function createTrim(db: Database.Database) {
  const front = db.prepare<[number, number], { seq: number; at: number; bytes: number }>(
    `SELECT seq, received_at AS at, ${rowBytes} + coalesce(length(body), 0) AS bytes
     FROM log WHERE seq <= ? ORDER BY seq LIMIT ?`,
  )
  const remove = db.prepare('DELETE FROM log WHERE seq <= ?')

  return ({ before, now, upTo }: Omit<TrimLogRequest, 'type'>): Trimmed => {
    const rows = front.all(upTo, trimRows)
    // A clock that ran far ahead must not keep what came before it for ever.
    const end = rows.findIndex(({ at }) => at >= before && at <= now)
    const old = end < 0 ? rows : rows.slice(0, end)
    const last = old.at(-1)
    if (last) remove.run(last.seq)
    return { removed: old.length, bytes: old.reduce((sum, { bytes }) => sum + bytes, 0) }
  }
}

function openDatabase({ file, busyTimeoutMs }: LogFileOptions): Database.Database {
  const db = new Database(file, { timeout: busyTimeoutMs })
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  // 64 MB at most: pages that are written again and again reach the file once.
  db.pragma('wal_autocheckpoint = 16000')
  db.pragma('cache_size = -32000')
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > schemaVersion) {
    throw new StoreError(
      `${file} was written by a newer version of Lianxun (schema ${version}, this one knows ${schemaVersion}). Install that version or restore a backup.`,
    )
  }
  db.exec(schema)
  db.pragma(`user_version = ${schemaVersion}`)
  return db
}

export function openLogFile(options: LogFileOptions): LogFile {
  const db = openDatabase(options)
  const byTime = db.prepare(insertByTime)
  const bySender = db.prepare(insertBySender)
  const addSeries = db.prepare(
    'INSERT INTO series (id, device, kind, name) VALUES (?, ?, ?, ?) ON CONFLICT (device, kind, name) DO NOTHING',
  )
  const newest = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM log').pluck()
  const range = db
    .prepare<[number, number], LogRow>(
      `SELECT seq, series, observed_at, received_at, value, body, sender_id
       FROM log WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .raw()
  const mark = db.prepare(
    'INSERT INTO probe (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at',
  )
  const quarantine = createQuarantineTable(db, options.waitingPerDevice)
  const trim = createTrim(db)
  let head = newest.get() ?? 0

  function insertRows({ numbers, texts }: CommitRequest): CommitAnswer {
    const rows = numbers.length / numbersPerRow
    const before = head
    let fresh: Uint8Array | null = null
    let nextText = 0
    for (let row = 0; row < rows; row++) {
      const at = row * numbersPerRow
      const value = numbers[at + 3] as number
      const text = texts[nextText]?.row === row ? texts[nextText++] : undefined
      const columns = [
        head + 1,
        numbers[at],
        numbers[at + 1],
        numbers[at + 2],
        Number.isNaN(value) ? null : value,
        text ? text.body : null,
      ] as const
      const changes = text?.senderId
        ? bySender.run(...columns, text.senderId).changes
        : byTime.run(...columns).changes
      if (changes === 1) head += 1
      else fresh ??= new Uint8Array(rows).fill(1, 0, row)
      if (fresh) fresh[row] = changes
    }
    return { head, stored: head - before, fresh }
  }

  function write(request: CommitRequest): CommitAnswer {
    for (const key of request.newSeries) addSeries.run(key.id, key.device, key.kind, key.name)
    const answer = insertRows(request)
    for (const row of request.quarantine) quarantine.put(row)
    if (request.probedAt !== null) mark.run(request.probedAt)
    return answer
  }

  function commit(requests: readonly CommitRequest[]): CommitAnswer[] {
    try {
      db.exec('BEGIN IMMEDIATE')
      const answers = requests.map(write)
      db.exec('COMMIT')
      return answers
    } catch (cause) {
      if (db.inTransaction) db.exec('ROLLBACK')
      quarantine.forgetCounts()
      head = newest.get() ?? 0
      throw cause
    }
  }

  return {
    ready: {
      head,
      series: db.prepare<[], SeriesKey>('SELECT id, device, kind, name FROM series').all(),
    },
    quarantine,
    commit,
    read: (after, limit) => range.all(after, limit),
    // The newest entry stays whatever its age: it holds the number that the next one follows.
    trim: (request) => trim({ ...request, upTo: Math.min(request.upTo, head - 1) }),
    close: () => db.close(),
  }
}
