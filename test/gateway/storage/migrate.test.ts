import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreBackup } from '../../../gateway/backup/restore.ts'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { openDatabase } from '../../../gateway/storage/database.ts'
import { migrateHouse, unknownMigrations } from '../../../gateway/storage/migrate.ts'
import { up as theHouse } from '../../../gateway/storage/migrations/0001-the-house.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'

const now = Date.UTC(2026, 0, 31, 2, 30)
const stamp = '20260131T023000Z'

let directory: string
let file: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-migrate-'))
  file = join(directory, 'lianxun.db')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** What a version with these migrations does at its start. */
async function start(known: Record<string, Migration>): Promise<void> {
  const sqlite = new SqliteFile(file)
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) })
  try {
    await migrateHouse(db, { sqlite, file, known, now })
  } finally {
    await db.destroy()
  }
}

async function firstVersion(): Promise<void> {
  await start({ '0001-the-house': { up: theHouse } })
  const sqlite = new SqliteFile(file)
  sqlite.exec("INSERT INTO counter VALUES ('cases', 41)")
  sqlite.exec("INSERT INTO audit (at, act, subject) VALUES (1, 'old', 'user:1')")
  sqlite.close()
}

const backups = async () => readdir(join(directory, 'backups')).catch(() => [])
const later: Migration = {
  up: async (db) => void (await sql`CREATE TABLE later (a INTEGER)`.execute(db)),
}
const broken: Migration = {
  up: async (db) => void (await sql`DROP TABLE nothing_of_the_kind`.execute(db)),
}

function read(database: string, statement: string): unknown {
  const sqlite = new SqliteFile(database, { fileMustExist: true })
  try {
    return sqlite.prepare(statement).pluck().get()
  } finally {
    sqlite.close()
  }
}

describe('before a migration', () => {
  it('a new database needs no copy', async () => {
    await (await openDatabase(file)).destroy()
    expect(await backups()).toEqual([])
  })

  it('one that is up to date is not copied at each start', async () => {
    for (let i = 0; i < 3; i++) await (await openDatabase(file)).destroy()
    expect(await backups()).toEqual([])
  })

  it('a database of the first version is copied whole, for its owner only, then brought up', async () => {
    await firstVersion()
    const db = await openDatabase(file)
    expect(await db.selectFrom('token').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('counter').selectAll().execute()).toEqual([
      { name: 'cases', value: 41 },
    ])
    await db.destroy()
    const [copy, ...others] = await backups()
    expect(others).toEqual([])
    expect(copy).toMatch(/^before-0002-trust-\d{8}T\d{6}Z\.db$/)
    const path = join(directory, 'backups', copy as string)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory, 'backups'))).mode & 0o777).toBe(0o700)
    expect(read(path, 'PRAGMA integrity_check')).toBe('ok')
    expect(read(path, 'SELECT value FROM counter')).toBe(41)
    expect(read(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'token'")).toBe(0)
  })

  it('what is still in the write-ahead log is in the copy', async () => {
    await firstVersion()
    const open = new SqliteFile(file)
    open.pragma('journal_mode = WAL')
    open.exec("UPDATE counter SET value = 42 WHERE name = 'cases'")
    const db = await openDatabase(file)
    await db.destroy()
    open.close()
    const [copy] = await backups()
    expect(read(join(directory, 'backups', copy as string), 'SELECT value FROM counter')).toBe(42)
  })

  it('no copy, no migration', async () => {
    await firstVersion()
    await writeFile(join(directory, 'backups'), 'in the way')
    await expect(openDatabase(file)).rejects.toThrow()
    expect(read(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'token'")).toBe(0)
  })

  it('one that fails says where the copy is, and what to do', async () => {
    await firstVersion()
    const known = { '0001-the-house': { up: theHouse }, '0002-broken': broken }
    const copy = join(directory, 'backups', `before-0002-broken-${stamp}.db`)
    await expect(start(known)).rejects.toThrow(StoreError)
    await expect(start(known)).rejects.toThrow(
      `What they held before stands in ${copy}. Start the former version again, with that file: lianxun restore ${copy}.`,
    )
    expect(read(copy, 'SELECT value FROM counter')).toBe(41)
    expect(read(file, 'SELECT value FROM counter')).toBe(41)
  })
})

describe('an older version on a newer database', () => {
  const newer = { '0001-the-house': { up: theHouse }, '0002-later': later }
  const older = { '0001-the-house': { up: theHouse } }

  it('is refused with a sentence that names the copy of the upgrade', async () => {
    await firstVersion()
    await start(newer)
    const copy = join(directory, 'backups', `before-0002-later-${stamp}.db`)
    await expect(start(older)).rejects.toThrow(
      `${file} was written by a newer version of Lianxun (its tables know 0002-later, which this version does not). Install that version again, or go back to what it held before that upgrade: lianxun restore ${copy}.`,
    )
  })

  it('goes on after that copy was restored', async () => {
    await firstVersion()
    await start(newer)
    const copy = join(directory, 'backups', `before-0002-later-${stamp}.db`)
    await restoreBackup({ file: copy, into: directory, productVersion: '0.1.0', now })
    await start(older)
    expect(read(file, 'SELECT value FROM counter')).toBe(41)
    expect(read(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'later'")).toBe(0)
  })

  it('without such a copy names a backup', async () => {
    await start(newer)
    await expect(start(older)).rejects.toThrow(/or restore a backup that this version made\.$/)
  })

  it('is told before anything is written', async () => {
    await start(newer)
    await expect(start(older)).rejects.toThrow(StoreError)
    expect(await backups()).toEqual([])
    expect(unknownMigrations(file)).toEqual(['0002-later'])
  })
})
