import Database from 'better-sqlite3'
import { StoreError } from '../domain/errors.ts'
import { convertMonth } from './series-convert.ts'
import { createSeriesRollup, type SeriesRollup } from './series-rollup.ts'
import type { TownCalendar } from './town-calendar.ts'

/** The file of one month: its tables, and how it is opened. */

export const monthVersion = 3

/**
 * `hours.id` is series * 32 + day of the month: one tree in the order in which charts read it.
 * `carried` lists series of which hours or days are here without their single readings; a closed
 * one lost them to retention, and takes none any more. From `unrolled.seq` of the log on, hours and
 * days may lack what `raw` has; null: they lack nothing.
 */
export const monthSchema = `
CREATE TABLE IF NOT EXISTS raw (series INTEGER, at INTEGER, value REAL NOT NULL,
  PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, buckets BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS day (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS carried (series INTEGER PRIMARY KEY, closed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS followed (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS unrolled (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER);
INSERT OR IGNORE INTO followed VALUES (1, 0);
INSERT OR IGNORE INTO unrolled VALUES (1, NULL);
`

export type Statement = <P extends unknown[], R>(sql: string) => Database.Statement<P, R>

/** Series whose single readings are not all here, and whether it takes any more. */
export type Carried = Map<number, { closed: boolean }>

export interface MonthFile {
  db: Database.Database
  statement: Statement
  carried: Carried
  rollup: SeriesRollup
}

function prepared(db: Database.Database): Statement {
  const statements = new Map<string, Database.Statement>()
  return <P extends unknown[], R>(sql: string) => {
    let found = statements.get(sql)
    if (!found) statements.set(sql, (found = db.prepare(sql)))
    return found as unknown as Database.Statement<P, R>
  }
}

function openDatabase(file: string, calendar: TownCalendar): Database.Database {
  const db = new Database(file, { timeout: 5000 })
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > monthVersion) {
    db.close()
    throw new StoreError(
      `${file} was written by a newer version of Lianxun. Install that version or restore a backup.`,
    )
  }
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 1000')
  db.pragma(`cache_size = -${readCacheKb}`)
  if (version !== monthVersion) {
    db.transaction(() => {
      db.exec(monthSchema)
      convertMonth(db, version, calendar)
      db.pragma(`user_version = ${monthVersion}`)
    })()
  }
  return db
}

/** A chart over years has many files open, each of which it reads a few pages of. */
const readCacheKb = 2_000
/** The pages that each step writes again. */
const writeCacheKb = 32_000

export function setWriting(month: MonthFile, writing: boolean): void {
  month.db.pragma(`cache_size = -${writing ? writeCacheKb : readCacheKb}`)
  if (!writing) month.db.pragma('shrink_memory')
}

export function openMonth(file: string, calendar: TownCalendar): MonthFile {
  const db = openDatabase(file, calendar)
  const statement = prepared(db)
  const carried: Carried = new Map()
  return { db, statement, carried, rollup: createSeriesRollup({ statement, carried, calendar }) }
}
