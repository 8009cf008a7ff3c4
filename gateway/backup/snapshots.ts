import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreError } from '../domain/errors.ts'
import { isDatabase } from './format.ts'

/**
 * Every database as it is at one moment, while another process goes on writing. SQLite's backup
 * starts over whenever somebody else commits, so under load it never ends (measured: 2,691 starts
 * in 30 s); inside a read transaction it keeps to that transaction's snapshot and takes one pass,
 * faster than VACUUM INTO. All transactions are begun before the first page is copied, within
 * milliseconds, and in this order:
 *
 * 1. `lianxun.db`, which holds how far the rules have read the log: never further than the log
 *    that is taken after it reaches. Going on from there does nothing twice, as after a crash.
 * 2. `series-*.db`, each with how far it has followed the log. Read before them is the furthest
 *    point F that any has reached. The series worker goes on a fixed stretch before the furthest of
 *    its files, and a file that was looked at a step later than another would put that point
 *    too far for the other: so no copy says more than F. What it has beyond is offered again, and
 *    skipped as a second arrival.
 * 3. `observations.db`, the log: everything that the others have seen is in it.
 *
 * Pictures are written before the observation that names them, so they are taken last.
 */

export interface Snapshot {
  name: string
  bytes: number
  /** Writes the database as one file and lets go of it; the writers' log may shrink again. */
  copyTo(file: string, progress: (done: number) => void): Promise<void>
  close(): void
}

const pagesPerStep = 500
const isSeries = (name: string) => /^series-\d{4}-\d{2}\.db$/.test(name)

function open(file: string): Database.Database {
  return new Database(file, { fileMustExist: true, timeout: 5000 })
}

function followedBy(db: Database.Database): number {
  return (db.prepare('SELECT seq FROM followed').pluck().get() as number | undefined) ?? 0
}

function furthestOf(directory: string, names: readonly string[]): number {
  const seqs = names.map((name) => {
    const db = open(join(directory, name))
    try {
      return followedBy(db)
    } finally {
      db.close()
    }
  })
  return Math.max(0, ...seqs)
}

/** The copy as one file without a log beside it. */
function finish(file: string, furthest: number | undefined): void {
  const db = open(file)
  try {
    db.pragma('journal_mode = DELETE')
    if (furthest === undefined || followedBy(db) <= furthest) return
    db.prepare('UPDATE followed SET seq = ?').run(furthest)
  } finally {
    db.close()
  }
}

function begin(directory: string, name: string, furthest: number): Snapshot {
  const db = open(join(directory, name))
  db.exec('BEGIN')
  const pages = db.prepare(
    'SELECT (SELECT count(*) FROM sqlite_schema) * 0 + page_count FROM pragma_page_count',
  )
  const bytes =
    (pages.pluck().get() as number) * (db.pragma('page_size', { simple: true }) as number)
  return {
    name,
    bytes,
    async copyTo(file, progress) {
      await db.backup(file, {
        progress({ totalPages, remainingPages }) {
          progress(1 - remainingPages / Math.max(1, totalPages))
          return pagesPerStep
        },
      })
      db.close()
      finish(file, isSeries(name) ? furthest : undefined)
    },
    close: () => void db.close(),
  }
}

/** In the order in which they should be copied: what is written most first. */
export function beginSnapshots(directory: string): Snapshot[] {
  const names = readdirSync(directory).filter(isDatabase).toSorted()
  if (!names.includes('lianxun.db')) {
    throw new StoreError(
      `There is no lianxun.db in ${directory}; set LIANXUN_DATA_DIR to the gateway's.`,
    )
  }
  const series = names.filter(isSeries)
  const others = names.filter((name) => name !== 'lianxun.db' && !isSeries(name))
  const furthest = furthestOf(directory, series)
  const begun: Snapshot[] = []
  try {
    for (const name of ['lianxun.db', ...series, ...others])
      begun.push(begin(directory, name, furthest))
  } catch (error) {
    for (const snapshot of begun) snapshot.close()
    throw error
  }
  return begun.toReversed()
}
