import { chown, copyFile, link, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { InvalidError } from '../domain/errors.ts'
import { unknownMigrations } from '../storage/migrate.ts'
import { syncAndClose } from './files.ts'

/**
 * Puts back a copy of `lianxun.db` alone, as is made before an upgrade. The log and everything else
 * stay: the rules read again what came since, and raise its alarms and cases anew.
 */

const header = Buffer.from('SQLite format 3\0')

export async function isDatabaseCopy(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (!handle) return false
  try {
    const { buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0)
    return buffer.equals(header)
  } finally {
    await handle.close()
  }
}

function check(copy: string, file: string): void {
  const db = new Database(copy, { fileMustExist: true })
  try {
    const answer = String(db.pragma('integrity_check(1)', { simple: true }))
    if (answer !== 'ok') throw new Error(answer)
    db.prepare('SELECT count(*) FROM device').get()
    db.pragma('journal_mode = DELETE')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidError(
      `${file} is damaged, or is no copy of lianxun.db (${reason}). Nothing was changed. Use another backup.`,
    )
  } finally {
    db.close()
  }
  const unknown = unknownMigrations(copy)
  if (unknown.length > 0) {
    throw new InvalidError(
      `${file} comes from a newer version of Lianxun (its tables know ${unknown.join(', ')}). Install that version, then restore.`,
    )
  }
}

/** The log beside it written back, so that the file is all there is. */
function settleLog(file: string): void {
  const db = new Database(file, { timeout: 5000 })
  db.pragma('journal_mode = DELETE')
  db.close()
}

/** Resolves with where the former tables are kept; null: there were none. */
export async function restoreTables(file: string, into: string, stamp: string) {
  const target = join(into, 'lianxun.db')
  const copy = `${target}.restore.new`
  const kept = `${target}.before-restore-${stamp}`
  const present = await stat(target).catch(() => undefined)
  if (!present) {
    throw new InvalidError(
      `${file} is a copy of the tables alone, and there is no ${target} to replace. Name the gateway's data directory with --into.`,
    )
  }
  try {
    await rm(copy, { force: true })
    await copyFile(file, copy)
    check(copy, file)
    const handle = await open(copy, 'r+')
    await handle.chmod(present.mode & 0o777)
    await syncAndClose(handle)
    if (process.getuid?.() === 0) await chown(copy, present.uid, present.gid)
    settleLog(target)
    // A second name first, so that at no time there is no file.
    await link(target, kept)
    await rename(copy, target)
    return kept
  } finally {
    await rm(copy, { force: true })
  }
}
