import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { TownCalendar } from './town-calendar.ts'

/**
 * One file per month in the town's zone: raw readings in the order (series, time), and hours and
 * days rolled up in the same transaction, only for rows that were new. Each file holds the seq of
 * the log that it has seen, so that the same stretch of the log may be applied again.
 */

/** seq, series, observedAt, value */
export type LoggedReading = [number, number, number, number]

export interface SeriesFiles {
  /** Applies readings of seqs up to `upTo`, in order of seq. */
  apply(readings: readonly LoggedReading[], upTo: number): void
  /** Files of the months from `first` to `last` that exist, oldest first; use each before the next. */
  months(first: string, last: string): Iterable<MonthFile>
  /** The furthest seq that any of the files has seen. */
  furthest(): number
  close(): void
}

export interface MonthFile {
  db: Database.Database
  statement<P extends unknown[], R>(sql: string): Database.Statement<P, R>
}

/** Open files; a town writes one or two, a late batch or a long chart touches more. */
const openFiles = 8

const schema = `
CREATE TABLE IF NOT EXISTS raw (series INTEGER, at INTEGER, value REAL NOT NULL,
  PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hour (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS followed (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL);
INSERT OR IGNORE INTO followed VALUES (1, 0);
PRAGMA user_version = 1;
`

const insertRaw = 'INSERT OR IGNORE INTO raw (series, at, value) VALUES (?, ?, ?)'

function upsert(table: 'hour' | 'day'): string {
  return `INSERT INTO ${table} (series, at, min, max, sum, count) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (series, at) DO UPDATE SET min = min(min, excluded.min),
    max = max(max, excluded.max), sum = sum + excluded.sum, count = count + excluded.count`
}

interface Bucket {
  series: number
  at: number
  min: number
  max: number
  sum: number
  count: number
}

/** Buckets of one transaction, gathered in memory: one upsert for each instead of one a reading. */
function createBuckets() {
  const bySeries = new Map<number, Bucket[]>()
  return {
    add(series: number, at: number, value: number) {
      let buckets = bySeries.get(series)
      if (!buckets) bySeries.set(series, (buckets = []))
      let bucket = buckets.find((b) => b.at === at)
      if (!bucket) {
        bucket = { series, at, min: value, max: value, sum: 0, count: 0 }
        buckets.push(bucket)
      }
      bucket.min = Math.min(bucket.min, value)
      bucket.max = Math.max(bucket.max, value)
      bucket.sum += value
      bucket.count += 1
    },
    writeTo(statement: Database.Statement<number[]>) {
      for (const buckets of bySeries.values()) {
        for (const b of buckets) statement.run(b.series, b.at, b.min, b.max, b.sum, b.count)
      }
    },
  }
}

function openMonth(file: string): MonthFile {
  const db = new Database(file, { timeout: 5000 })
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 1000')
  db.pragma('cache_size = -32000')
  db.exec(schema)
  const statements = new Map<string, Database.Statement>()
  return {
    db,
    statement<P extends unknown[], R>(sql: string) {
      let found = statements.get(sql)
      if (!found) statements.set(sql, (found = db.prepare(sql)))
      return found as unknown as Database.Statement<P, R>
    },
  }
}

function followedBy(month: MonthFile): number {
  const row = month.statement<[], { seq: number }>('SELECT seq FROM followed').get()
  return row?.seq ?? 0
}

function applyToMonth(
  month: MonthFile,
  readings: readonly LoggedReading[],
  { calendar, upTo }: { calendar: TownCalendar; upTo: number },
) {
  const { db } = month
  const insert = month.statement<number[], unknown>(insertRaw)
  const hours = createBuckets()
  const days = createBuckets()
  db.exec('BEGIN IMMEDIATE')
  try {
    const followed = followedBy(month)
    for (const [seq, series, at, value] of readings) {
      if (seq <= followed || insert.run(series, at, value).changes === 0) continue
      const { hourStart, dayStart } = calendar.at(at)
      hours.add(series, hourStart, value)
      days.add(series, dayStart, value)
    }
    hours.writeTo(month.statement(upsert('hour')))
    days.writeTo(month.statement(upsert('day')))
    month.statement('UPDATE followed SET seq = max(seq, ?)').run(upTo)
    db.exec('COMMIT')
  } catch (cause) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw cause
  }
}

function monthsIn(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const month = /^series-(\d{4}-\d{2})\.db$/.exec(name)?.[1]
    return month === undefined ? [] : [month]
  })
}

export function createSeriesFiles(directory: string, calendar: TownCalendar): SeriesFiles {
  const open = new Map<string, MonthFile>()
  const known = new Set(monthsIn(directory))

  function month(name: string): MonthFile {
    const found = open.get(name) ?? openMonth(join(directory, `series-${name}.db`))
    known.add(name)
    // Most recently used last.
    open.delete(name)
    open.set(name, found)
    const oldest = open.keys().next().value
    if (open.size > openFiles && oldest !== undefined) {
      open.get(oldest)?.db.close()
      open.delete(oldest)
    }
    return found
  }

  return {
    apply(readings, upTo) {
      const byMonth = new Map<string, LoggedReading[]>()
      for (const reading of readings) {
        const name = calendar.at(reading[2]).month
        const group = byMonth.get(name)
        if (group) group.push(reading)
        else byMonth.set(name, [reading])
      }
      for (const [name, group] of byMonth) {
        applyToMonth(month(name), group, { calendar, upTo })
      }
    },
    *months(first, last) {
      const names = [...known].filter((name) => first <= name && name <= last)
      for (const name of names.toSorted()) yield month(name)
    },
    furthest: () => Math.max(0, ...[...known].map((name) => followedBy(month(name)))),
    close() {
      for (const { db } of open.values()) db.close()
      open.clear()
    },
  }
}
