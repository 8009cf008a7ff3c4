import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { onCommit, openDatabase } from '../../../gateway/storage/database.ts'
import { createOutbox, writeOutbox } from '../../../gateway/storage/outbox.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'

let directory: string
let db: Kysely<Tables>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-database-'))
  db = await openDatabase(join(directory, 'deep', 'lianxun.db'))
})

afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true })
})

async function pragma(name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
  return Object.values(rows[0] ?? {})[0]
}

describe('openDatabase', () => {
  it('keeps what was committed over a power cut, and checks references', async () => {
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('foreign_keys')).toBe(1)
    // SQLite's own waiting would hold up the event loop.
    expect(await pragma('busy_timeout')).toBe(0)
  })

  it('opens again what it made', async () => {
    await db.insertInto('counter').values({ name: 'a', value: 1 }).execute()
    await db.destroy()
    db = await openDatabase(join(directory, 'deep', 'lianxun.db'))
    expect(await db.selectFrom('counter').selectAll().execute()).toHaveLength(1)
  })

  it('says what to do with a database of a newer version', async () => {
    const file = join(directory, 'newer.db')
    const newer = await openDatabase(file)
    await newer.destroy()
    const raw = new SqliteFile(file)
    raw.exec("insert into kysely_migration values ('9999-later', '2099-01-01')")
    raw.close()
    await expect(openDatabase(file)).rejects.toThrow(StoreError)
    await expect(openDatabase(file)).rejects.toThrow(
      /Install that version again, or restore a backup/,
    )
  })

  it('refuses a file that is no database', async () => {
    const file = join(directory, 'text.db')
    await writeFile(
      file,
      'this is no database at all, but long enough to be read as one'.repeat(99),
    )
    await expect(openDatabase(file)).rejects.toThrow(/not a database/)
  })

  it('keeps one open incident per anchor, and one open alarm per rule and device', async () => {
    const incident = {
      hazard: 'flood',
      severity: 'red',
      cell: 'square:1:1',
      village: 'v',
      grid: null,
      lon: 1,
      lat: 1,
      opened_at: 1,
      last_activity_at: 1,
    }
    const open = (id: string, closed_at: number | null) =>
      db
        .insertInto('incident')
        .values({ ...incident, id, closed_at })
        .execute()
    await open('a', 5)
    await open('b', null)
    await expect(open('c', null)).rejects.toThrow(/UNIQUE/)
  })

  it('waits for a writer in another process instead of failing', async () => {
    const file = join(directory, 'deep', 'lianxun.db')
    const script = `
      const db = new (require('better-sqlite3'))(${JSON.stringify(file)})
      db.exec('begin immediate')
      db.prepare("insert into counter values ('theirs', 1)").run()
      console.log('holding')
      setTimeout(() => { db.exec('commit'); db.close() }, 300)`
    const child = spawn(process.execPath, ['-e', script], { cwd: process.cwd() })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await db.transaction().execute(async (trx) => {
      const seen = await trx.selectFrom('counter').selectAll().execute()
      expect(seen).toHaveLength(1)
      await trx.insertInto('counter').values({ name: 'ours', value: seen.length }).execute()
    })
    await ended
    expect(await db.selectFrom('counter').selectAll().execute()).toHaveLength(2)
  })
})

describe('onCommit', () => {
  it('tells of commits, not of what was undone', async () => {
    let commits = 0
    const stop = onCommit(db, () => commits++)
    await db
      .transaction()
      .execute((trx) => trx.insertInto('counter').values({ name: 'a', value: 1 }).execute())
    expect(commits).toBe(1)
    const failing = db.transaction().execute(async () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    stop()
    await db.transaction().execute((trx) => trx.deleteFrom('counter').execute())
    expect(commits).toBe(1)
  })
})

const event = (id: string) =>
  ({ at: 1, topic: 'case', village: 'v', place: 'g', body: { id, backlog: true } }) as const

const write = (...ids: string[]) =>
  db.transaction().execute(async (trx) => {
    for (const id of ids) await writeOutbox(trx, event(id))
  })

describe('the outbox', () => {
  it('gives rows in order after a place', async () => {
    const outbox = createOutbox(db)
    expect(await outbox.head()).toBe(0)
    await write('a', 'b')
    await write('c')
    expect(await outbox.head()).toBe(3)
    expect(await outbox.after(1, 10)).toEqual([
      { seq: 2, ...event('b') },
      { seq: 3, ...event('c') },
    ])
    expect(await outbox.after(0, 1)).toMatchObject([{ seq: 1 }])
  })

  it('wakes all who wait, once rows were committed', async () => {
    const outbox = createOutbox(db)
    await write('before')
    let woken = 0
    const first = outbox.changed().then(() => woken++)
    const second = outbox.changed().then(() => woken++)
    await write('a')
    await Promise.all([first, second])
    expect(woken).toBe(2)
  })

  it('lets commits without rows pass', async () => {
    const outbox = createOutbox(db)
    const first = outbox.changed()
    await write('a')
    await first
    let isWoken = false
    const next = outbox.changed().then(() => {
      isWoken = true
    })
    await db
      .transaction()
      .execute((trx) => trx.insertInto('counter').values({ name: 'a', value: 1 }).execute())
    await outbox.head()
    await outbox.head()
    expect(isWoken).toBe(false)
    await write('b')
    await next
    expect(isWoken).toBe(true)
  })

  it('loses no row to a reader who takes the promise first', async () => {
    const outbox = createOutbox(db)
    const read: string[] = []
    const reader = (async () => {
      let seq = 0
      while (read.length < 200) {
        const changed = outbox.changed()
        const rows = await outbox.after(seq, 7)
        for (const row of rows) read.push(row.body.id)
        seq = rows.at(-1)?.seq ?? seq
        if (rows.length === 0) await changed
      }
    })()
    for (let i = 0; i < 200; i++) await write(`${i}`)
    await reader
    expect(read).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`))
  })
})
