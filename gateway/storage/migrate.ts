import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { StoreError } from '../domain/errors.ts'
import { up as theHouse } from './migrations/0001-the-house.ts'
import { up as trust } from './migrations/0002-trust.ts'
import { up as theQueue } from './migrations/0003-the-queue.ts'
import { up as cameras } from './migrations/0004-cameras.ts'
import { up as patrols } from './migrations/0005-patrols.ts'
import { up as series } from './migrations/0006-series.ts'
import type { Tables } from './schema.ts'

/**
 * Brings the tables to this version. Before it changes tables that hold something it copies them to
 * `backups/` beside the database, so that an upgrade can be taken back; a database of a newer
 * version is refused, and the sentence names the copy that the upgrade made.
 */

type Migrations = Readonly<Record<string, Migration>>

const migrations: Migrations = {
  '0001-the-house': { up: theHouse },
  '0002-trust': { up: trust },
  '0003-the-queue': { up: theQueue },
  '0004-cameras': { up: cameras },
  '0005-patrols': { up: patrols },
  '0006-series': { up: series },
}

export interface MigrateOptions {
  /** The connection that writes; nobody else uses it yet. */
  sqlite: SqliteFile.Database
  file: string
  known?: Migrations
  now?: number
}

function executedIn(sqlite: SqliteFile.Database): string[] {
  const there = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'").get()
  if (there === undefined) return []
  return sqlite.prepare<[], string>('SELECT name FROM kysely_migration ORDER BY name').pluck().all()
}

/** Migrations that a database went through and this version does not know. */
export function unknownMigrations(file: string): string[] {
  const sqlite = new SqliteFile(file, { fileMustExist: true })
  try {
    return executedIn(sqlite).filter((name) => !Object.hasOwn(migrations, name))
  } finally {
    sqlite.close()
  }
}

function backupFolder(file: string): string {
  return join(dirname(file), 'backups')
}

function copyMadeBefore(file: string, migration: string): string | undefined {
  try {
    const names = readdirSync(backupFolder(file))
    const copy = names
      .filter((name) => name.startsWith(`before-${migration}-`))
      .toSorted()
      .at(-1)
    return copy && join(backupFolder(file), copy)
  } catch {
    return undefined
  }
}

function refuseNewer(file: string, unknown: readonly string[]): void {
  const [first] = unknown
  if (first === undefined) return
  const copy = copyMadeBefore(file, first)
  const back = copy
    ? `or go back to what it held before that upgrade: lianxun restore ${copy}`
    : 'or restore a backup that this version made'
  throw new StoreError(
    `${file} was written by a newer version of Lianxun (its tables know ${unknown.join(', ')}, which this version does not). Install that version again, ${back}.`,
  )
}

async function copyBefore({ sqlite, file, now }: MigrateOptions, migration: string) {
  const folder = backupFolder(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stamp = new Date(now ?? Date.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const copy = join(folder, `before-${migration}-${stamp}.db`)
  try {
    await sqlite.backup(copy, { progress: () => 10_000 })
    chmodSync(copy, 0o600)
    const made = openSync(copy, 'r')
    fsyncSync(made)
    closeSync(made)
  } catch (error) {
    rmSync(copy, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new StoreError(
      `The tables must be changed for this version, and the copy that is made before could not be written (${reason}). Nothing was changed. Free some space, then start again.`,
      { cause: error },
    )
  }
  return copy
}

export async function migrateHouse(db: Kysely<Tables>, options: MigrateOptions): Promise<void> {
  const { sqlite, file, known = migrations } = options
  const executed = executedIn(sqlite)
  refuseNewer(
    file,
    executed.filter((name) => !Object.hasOwn(known, name)),
  )
  const pending = Object.keys(known).find((name) => !executed.includes(name))
  const copy =
    pending !== undefined && executed.length > 0 ? await copyBefore(options, pending) : undefined
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...known }) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const reason = error instanceof Error ? error.message : 'unknown'
  const back = copy
    ? `What they held before stands in ${copy}. Start the former version again, with that file: lianxun restore ${copy}`
    : 'Restore the last backup, or install the version that wrote this database'
  throw new StoreError(`The tables could not be brought to this version: ${reason}. ${back}.`, {
    cause: error,
  })
}
