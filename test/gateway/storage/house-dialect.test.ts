import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { onCommit, openDatabase } from '../../../gateway/storage/database.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'

let directory: string
let file: string
let db: Kysely<Tables>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-dialect-'))
  file = join(directory, 'lianxun.db')
  db = await openDatabase(file)
})

afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true })
})

const insert = (on: Kysely<Tables>, name: string, value = 1) =>
  on.insertInto('counter').values({ name, value }).execute()

async function names(on: Kysely<Tables> = db): Promise<string[]> {
  const rows = await on.selectFrom('counter').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** Holds a transaction open until the test lets it go. */
function openTransaction() {
  const begun = Promise.withResolvers<Kysely<Tables>>()
  const release = Promise.withResolvers<void>()
  const ended = db.transaction().execute(async (trx) => {
    begun.resolve(trx)
    await release.promise
  })
  ended.catch(() => {})
  return { begun: begun.promise, commit: release.resolve, undo: release.reject, ended }
}

describe('reads', () => {
  it('go on while another program holds the file for writing', async () => {
    await insert(db, 'before')
    const other = new SqliteFile(file)
    other.exec('begin immediate')
    other.prepare("insert into counter values ('theirs', 1)").run()
    // A write now waits; no read stands behind it.
    let written = false
    const waiting = insert(db, 'waits').then(() => {
      written = true
    })
    for (let n = 0; n < 50; n++) expect(await names()).toEqual(['before'])
    expect(written).toBe(false)
    other.exec('commit')
    expect(await names()).toContain('theirs')
    await waiting
    expect(await names()).toEqual(['before', 'theirs', 'waits'])
    other.close()
  })

  it('go on beside a transaction of our own, and see nothing of it before its commit', async () => {
    const open = openTransaction()
    const trx = await open.begun
    await insert(trx, 'inside')
    expect(await names()).toEqual([])
    expect(await names(trx)).toEqual(['inside'])
    open.commit()
    await open.ended
    expect(await names()).toEqual(['inside'])
  })

  it('see each own write at once, also from a listener of the commit', async () => {
    const seen: Promise<string[]>[] = []
    onCommit(db, () => seen.push(names()))
    for (let n = 0; n < 20; n++) {
      await db.transaction().execute((trx) => insert(trx, `a${n + 10}`))
      expect(await names()).toHaveLength(2 * n + 1)
      await insert(db, `b${n + 10}`)
      expect(await names()).toHaveLength(2 * n + 2)
    }
    expect((await Promise.all(seen)).map((found) => found.length)).toEqual(
      Array.from({ length: 20 }, (_, n) => 2 * n + 1),
    )
  })

  it('as raw text may be anything: they have their turn at the writer', async () => {
    await sql`insert into counter values ('raw', 1)`.execute(db)
    const { rows } = await sql`select name from counter`.execute(db)
    expect(rows).toEqual([{ name: 'raw' }])
  })

  it('see columns that were added meanwhile', async () => {
    await names()
    await sql`alter table counter add column note text default 'new'`.execute(db)
    const [row] = await sql<{ note: string }>`select note from counter`
      .execute(db)
      .then((r) => r.rows)
    expect(row).toBeUndefined()
    await insert(db, 'a')
    expect(await db.selectFrom('counter').selectAll().execute()).toEqual([
      { name: 'a', value: 1, note: 'new' },
    ])
  })

  it('do not keep the log from being written back', async () => {
    for (let n = 0; n < 20; n++) {
      await insert(db, `${n}`)
      await names()
    }
    const { rows } = await sql<{ busy: number; log: number; checkpointed: number }>`
      pragma wal_checkpoint(truncate)`.execute(db)
    expect(rows[0]).toEqual({ busy: 0, log: 0, checkpointed: 0 })
    expect(await names()).toHaveLength(20)
  })
})

describe('writes', () => {
  it('come one after the other: nothing gets into a transaction that is open', async () => {
    const open = openTransaction()
    const trx = await open.begun
    await insert(trx, 'inside')
    const after = insert(db, 'after')
    open.undo(new Error('no'))
    await expect(open.ended).rejects.toThrow('no')
    await after
    expect(await names()).toEqual(['after'])
  })

  it('have their turns in the order in which they were asked for', async () => {
    const order: string[] = []
    const open = openTransaction()
    await open.begun
    const asked = ['a', 'b', 'c', 'd'].map((name) =>
      (name < 'c' ? db.transaction().execute((trx) => insert(trx, name)) : insert(db, name)).then(
        () => order.push(name),
      ),
    )
    open.commit()
    await Promise.all(asked)
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  it('go on after one that failed, alone or in a transaction', async () => {
    await insert(db, 'a')
    await expect(insert(db, 'a')).rejects.toThrow(/UNIQUE/)
    const failed = db.transaction().execute(async (trx) => {
      await insert(trx, 'b')
      await insert(trx, 'a')
    })
    await expect(failed).rejects.toThrow(/UNIQUE/)
    await insert(db, 'c')
    expect(await names()).toEqual(['a', 'c'])
  })

  it('tell why a transaction failed that SQLite has undone by itself', async () => {
    await insert(db, 'a')
    const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql`pragma max_page_count = ${sql.lit(pages.rows[0]?.page_count ?? 0)}`.execute(db)
    const failed = db.transaction().execute(async (trx) => {
      for (let n = 0; n < 500; n++) await insert(trx, `${n} ${'x'.repeat(1000)}`)
    })
    await expect(failed).rejects.toThrow(/full/)
    await sql`pragma max_page_count = 1000000`.execute(db)
    await insert(db, 'b')
    expect(await names()).toEqual(['a', 'b'])
  })

  it('count what they changed', async () => {
    await insert(db, 'a')
    const changed = await db.updateTable('counter').set({ value: 7 }).executeTakeFirst()
    expect(changed.numUpdatedRows).toBe(1n)
    const returned = await db
      .insertInto('counter')
      .values({ name: 'b', value: 2 })
      .returning('value')
      .executeTakeFirst()
    expect(returned).toEqual({ value: 2 })
  })
})

it('leaves one whole file when it is closed', async () => {
  await insert(db, 'a')
  await names()
  await db.destroy()
  expect(await readdir(directory)).toEqual(['lianxun.db'])
  db = await openDatabase(file)
  expect(await names()).toEqual(['a'])
})
