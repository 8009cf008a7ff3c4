import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import type { CompiledQuery, DatabaseConnection, Kysely, QueryResult } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { openDatabase } from '../../../gateway/storage/database.ts'
import { patientConnection } from '../../../gateway/storage/patient-connection.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'

let directory: string
let db: Kysely<Tables>
let other: SqliteFile.Database

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-patience-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  other = new SqliteFile(join(directory, 'lianxun.db'))
})

afterEach(async () => {
  vi.useRealTimers()
  other.close()
  await db.destroy()
  await rm(directory, { recursive: true })
})

const insert = (name: string) => db.insertInto('counter').values({ name, value: 1 }).execute()

test('the loop goes on while a statement waits for a lock', async () => {
  other.exec('begin immediate')
  let done = false
  const inserted = insert('a').then(() => {
    done = true
  })
  const longestTurns: number[] = []
  for (let turn = 0; turn < 200; turn++) {
    const begun = performance.now()
    await new Promise((resolve) => setImmediate(resolve))
    longestTurns.push(performance.now() - begun)
  }
  expect(done).toBe(false)
  expect(Math.max(...longestTurns)).toBeLessThan(1000)
  other.exec('commit')
  await inserted
  expect(await db.selectFrom('counter').selectAll().execute()).toHaveLength(1)
})

test('after five seconds it is a StoreError, and nothing was done', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  other.exec('begin immediate')
  const failed = expect(insert('a')).rejects.toThrow(StoreError)
  await vi.advanceTimersByTimeAsync(5100)
  await failed
  other.exec('commit')
  expect(await db.selectFrom('counter').selectAll().execute()).toEqual([])
})

test('a transaction that got no lock leaves the connection usable', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  other.exec('begin immediate')
  const failed = expect(
    db.transaction().execute((trx) => trx.deleteFrom('counter').execute()),
  ).rejects.toThrow(/locked/)
  await vi.advanceTimersByTimeAsync(5100)
  await failed
  other.exec('commit')
  vi.useRealTimers()
  await insert('a')
  expect(await db.selectFrom('counter').selectAll().execute()).toHaveLength(1)
})

test('a full disk is a StoreError, a broken rule of a table is none', async () => {
  await insert('a')
  const twice = insert('a')
  await expect(twice).rejects.toThrow(/UNIQUE/)
  await expect(twice).rejects.not.toThrow(StoreError)
  const pages = other.pragma('page_count', { simple: true }) as number
  const { sql } = await import('kysely')
  await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(db)
  const filled = (async () => {
    for (let n = 0; n < 500; n++) await insert(`${n} ${'x'.repeat(1000)}`)
  })()
  await expect(filled).rejects.toThrow(StoreError)
  await expect(filled).rejects.toThrow(/full/)
})

const fault = (code: string) => Object.assign(new Error(`says ${code}`), { code })

/** Fails with these codes, one after the other, then answers. */
function connection(codes: string[]) {
  let runs = 0
  const base: DatabaseConnection = {
    async executeQuery<R>(): Promise<QueryResult<R>> {
      const code = codes[runs]
      runs += 1
      if (code !== undefined) throw fault(code)
      return { rows: [] }
    },
    async *streamQuery() {},
  }
  const patient = patientConnection(base)
  return { run: () => patient.executeQuery({} as CompiledQuery), runs: () => runs }
}

describe('a lock that goes', () => {
  it('is waited for, and the statement runs once it is free', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    const { run, runs } = connection(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY'])
    const done = run()
    await vi.advanceTimersByTimeAsync(60)
    expect(await done).toEqual({ rows: [] })
    expect(runs()).toBe(4)
  })
})

describe('other failures', () => {
  it.each([
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
    'SQLITE_READONLY',
    'SQLITE_CORRUPT',
    'SQLITE_CANTOPEN',
    'SQLITE_NOTADB',
    'SQLITE_LOCKED',
  ])('%s is the storage’s, at once, and keeps its cause', async (code) => {
    const { run, runs } = connection([code])
    const error = await run().catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(StoreError)
    expect((error as StoreError).message).toBe(`says ${code}`)
    expect((error as StoreError).cause).toMatchObject({ code })
    expect(runs()).toBe(1)
  })

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'SQLITE_MISMATCH', 'ENOENT', ''])(
    '%s stays what it is: a mistake, not an outage',
    async (code) => {
      const { run, runs } = connection([code])
      const error = await run().catch((cause: unknown) => cause)
      expect(error).not.toBeInstanceOf(StoreError)
      expect(error).toMatchObject({ code })
      expect(runs()).toBe(1)
    },
  )
})
