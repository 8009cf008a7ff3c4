import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { type MonthFile, openMonth } from './series-month.ts'
import { thinMonth } from './series-thin.ts'
import type { TownCalendar } from './town-calendar.ts'
import type { Trimmed } from './worker-messages.ts'

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
  /** Leaves hours and days of one month that was over before then; `removed` 0: there is none. */
  thin(before: number): Trimmed
  /** The furthest seq that any of the files has seen. */
  furthest(): number
  close(): void
}

/** Open files; a town writes one or two, a late batch or a long chart touches more. */
const openFiles = 8

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
    // What a month without single readings has counted already nobody can tell any more.
    for (const [seq, series, at, value] of month.thinned ? [] : readings) {
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

  function thin(name: string): Trimmed {
    if (month(name).thinned) return { removed: 0, bytes: 0 }
    open.get(name)?.db.close()
    open.delete(name)
    return thinMonth(join(directory, `series-${name}.db`))
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
    thin(before) {
      const present = calendar.at(before).month
      const past = [...known].filter((name) => name < present).toSorted()
      for (const name of past) {
        const trimmed = thin(name)
        if (trimmed.removed > 0) return trimmed
      }
      return { removed: 0, bytes: 0 }
    },
    furthest: () => Math.max(0, ...[...known].map((name) => followedBy(month(name)))),
    close() {
      for (const { db } of open.values()) db.close()
      open.clear()
    },
  }
}
