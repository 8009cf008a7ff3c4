import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { type PropertyClass, propertyClassNames } from '../domain/property-class.ts'
import type { SeriesBounds } from '../ports/series-store.ts'
import type { SeriesFiles } from './series-files.ts'
import { type MonthFile, monthSchema, monthVersion } from './series-month.ts'
import type { TownCalendar } from './town-calendar.ts'
import type { Trimmed } from './worker-messages.ts'

/**
 * Takes old single readings out of a month that is past and leaves its hours and days: what stays
 * is copied into a new file, which then takes the old one's place. That costs as much as what
 * stays, where deleting would write every page of the month once more, and the disk has its space
 * back. What is older than all bounds of hours and days goes as the whole file.
 */

const nothing: Trimmed = { removed: 0, bytes: 0 }

function removeFile(file: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(file + part, { force: true })
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Leaves the file without a log beside it, which the new file would take for its own. False while
 * somebody else has it open, a backup perhaps: then it waits for the next night.
 */
function settle(file: string): boolean {
  const db = new Database(file, { timeout: 1000 })
  try {
    return db.pragma('journal_mode = DELETE', { simple: true }) === 'delete'
  } catch (cause) {
    if ((cause as { code?: string }).code?.startsWith('SQLITE_BUSY')) return false
    throw cause
  } finally {
    db.close()
  }
}

/** Series that have single readings in it; one look each, not one a reading. */
function seriesIn(month: MonthFile): number[] {
  return month
    .statement<[], number | null>(
      `WITH RECURSIVE of (series) AS (SELECT min(series) FROM raw UNION ALL
       SELECT (SELECT min(series) FROM raw WHERE series > of.series) FROM of
       WHERE of.series IS NOT NULL) SELECT series FROM of`,
    )
    .pluck()
    .all()
    .filter((series) => series !== null)
}

interface Split {
  stay: number[]
  go: number[]
}

function copyWhatStays(file: string, aside: string, { stay, go }: Split): number {
  const db = new Database(aside)
  try {
    db.pragma('synchronous = FULL')
    db.prepare('ATTACH ? AS old').run(file)
    return db.transaction(() => {
      db.exec(monthSchema)
      db.exec('INSERT INTO main.hours SELECT * FROM old.hours ORDER BY id')
      db.exec('INSERT INTO main.day SELECT * FROM old.day ORDER BY series, at')
      db.exec('INSERT INTO main.carried SELECT * FROM old.carried')
      db.exec('UPDATE main.followed SET seq = (SELECT seq FROM old.followed)')
      const copy = db.prepare(
        'INSERT INTO main.raw SELECT * FROM old.raw WHERE series = ? ORDER BY at',
      )
      for (const series of stay) copy.run(series)
      const close = db.prepare('INSERT OR REPLACE INTO main.carried VALUES (?, 1)')
      const count = db
        .prepare<[number], number>('SELECT count(*) FROM old.raw WHERE series = ?')
        .pluck()
      let removed = 0
      for (const series of go) {
        close.run(series)
        removed += count.get(series) ?? 0
      }
      db.pragma(`main.user_version = ${monthVersion}`)
      return removed
    })()
  } finally {
    db.close()
  }
}

/** `file` must not be open here. Nothing is removed when it fails half way. */
function compactFile(file: string, split: Split): Trimmed {
  if (!settle(file)) return nothing
  const aside = `${file}.thin`
  removeFile(aside)
  const before = statSync(file).size
  try {
    const removed = copyWhatStays(file, aside, split)
    const bytes = before - statSync(aside).size
    renameSync(aside, file)
    syncDirectory(dirname(file))
    return { removed, bytes: Math.max(0, bytes) }
  } catch (cause) {
    removeFile(aside)
    throw cause
  }
}

export interface CompactParts {
  files: SeriesFiles
  calendar: TownCalendar
  /** Undefined: a property that nobody knows any more; its readings go with the whole month. */
  classOf: (series: number) => PropertyClass | undefined
}

/** One month of those that have something to give; `removed` 0: there is none. */
export function createCompaction({ files, calendar, classOf }: CompactParts) {
  /** The month of that bound: those before it were over then. */
  const monthOf = (bound: number) => calendar.at(Math.max(0, bound)).month

  function dropMonth(name: string): Trimmed {
    const month = files.month(name)
    const removed =
      month.statement<[], number>('SELECT coalesce(sum(count), 0) FROM day').pluck().get() ?? 0
    const file = files.release(name)
    if (!settle(file)) return nothing
    const bytes = statSync(file).size
    removeFile(file)
    syncDirectory(dirname(file))
    files.forget(name)
    // A month without a reading is a month less all the same.
    return { removed: Math.max(1, removed), bytes }
  }

  function thinMonth(name: string, past: ReadonlySet<PropertyClass>): Trimmed {
    const isPast = (series: number) => {
      const of = classOf(series)
      return of !== undefined && past.has(of)
    }
    const all = seriesIn(files.month(name))
    const go = all.filter(isPast)
    if (go.length === 0) return nothing
    const stay = all.filter((series) => !isPast(series))
    return compactFile(files.release(name), { stay, go })
  }

  return (bounds: SeriesBounds): Trimmed => {
    const rolledUntil = monthOf(Math.min(...Object.values(bounds).map(({ rolledUp }) => rolledUp)))
    for (const name of files.between('0000-00', '9999-99')) {
      const past = propertyClassNames.filter((of) => name < monthOf(bounds[of].raw))
      const trimmed =
        name < rolledUntil
          ? dropMonth(name)
          : past.length > 0
            ? thinMonth(name, new Set(past))
            : nothing
      if (trimmed.removed > 0) return trimmed
    }
    return nothing
  }
}
