import Database from 'better-sqlite3'

/** The file of one month: its tables, and how it is opened. */

/** The month has hours and days only; see series-thin.ts. */
export const thinnedVersion = 2

export const monthSchema = `
CREATE TABLE IF NOT EXISTS raw (series INTEGER, at INTEGER, value REAL NOT NULL,
  PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hour (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS followed (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL);
INSERT OR IGNORE INTO followed VALUES (1, 0);
`

export interface MonthFile {
  db: Database.Database
  /** Its single readings are gone. */
  thinned: boolean
  statement<P extends unknown[], R>(sql: string): Database.Statement<P, R>
}

export function openMonth(file: string): MonthFile {
  const db = new Database(file, { timeout: 5000 })
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 1000')
  db.pragma('cache_size = -32000')
  db.exec(monthSchema)
  const version = db.pragma('user_version', { simple: true })
  if (version === 0) db.pragma('user_version = 1')
  const statements = new Map<string, Database.Statement>()
  return {
    db,
    thinned: version === thinnedVersion,
    statement<P extends unknown[], R>(sql: string) {
      let found = statements.get(sql)
      if (!found) statements.set(sql, (found = db.prepare(sql)))
      return found as unknown as Database.Statement<P, R>
    },
  }
}
