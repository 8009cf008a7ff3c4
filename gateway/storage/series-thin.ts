import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { monthSchema, thinnedVersion } from './series-month.ts'
import type { Trimmed } from './worker-messages.ts'

/**
 * Takes the single readings out of a month that is past and leaves its hours and days: these are
 * copied into a new file, which then takes the old one's place. That costs as little as they do,
 * where deleting would write every page of the month once more, and the disk has its space back.
 */

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

function copyRolled(file: string, aside: string): number {
  const db = new Database(aside)
  try {
    db.pragma('synchronous = FULL')
    db.exec(monthSchema)
    db.prepare('ATTACH ? AS old').run(file)
    return db.transaction(() => {
      db.exec('INSERT INTO main.hour SELECT * FROM old.hour ORDER BY series, at')
      db.exec('INSERT INTO main.day SELECT * FROM old.day ORDER BY series, at')
      db.exec('UPDATE main.followed SET seq = (SELECT seq FROM old.followed)')
      db.pragma(`main.user_version = ${thinnedVersion}`)
      return (
        db.prepare<[], number>('SELECT coalesce(sum(count), 0) FROM old.day').pluck().get() ?? 0
      )
    })()
  } finally {
    db.close()
  }
}

/** `file` must not be open here. Nothing is removed when it fails half way. */
export function thinMonth(file: string): Trimmed {
  if (!settle(file)) return { removed: 0, bytes: 0 }
  const aside = `${file}.thin`
  removeFile(aside)
  const before = statSync(file).size
  try {
    const removed = copyRolled(file, aside)
    const bytes = before - statSync(aside).size
    renameSync(aside, file)
    syncDirectory(dirname(file))
    return { removed, bytes: Math.max(0, bytes) }
  } catch (cause) {
    removeFile(aside)
    throw cause
  }
}
