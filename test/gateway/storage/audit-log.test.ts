import { randomBytes } from 'node:crypto'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEntry } from '../../../gateway/ports/audit-log.ts'
import { type AuditRow, createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createAuditLog } from '../../../gateway/storage/audit-log.ts'
import { auditPages } from '../../../gateway/storage/audit-pages.ts'
import { createAuditTrim } from '../../../gateway/storage/audit-trim.ts'
import { addUser, useHouseTables } from './house-tables.ts'

const house = useHouseTables()
const key = randomBytes(32)
let now = 1_000_000
const clock = { now: () => now, monotonic: () => 0 }
const audit = () => createAuditLog({ db: house.db, key, clock })
const chain = createAuditChain({ key, clock })

/** Somebody with the file in hand and no key. */
let raw: Database.Database

beforeEach(() => {
  now = 1_000_000
  raw = new Database(house.file)
})

afterEach(() => {
  raw.close()
})

async function write(count: number, over: Partial<AuditEntry> = {}): Promise<void> {
  for (let i = 0; i < count; i++) {
    now += 1000
    await audit().write({ actor: 'u', act: `act${i}`, subject: `case:${i}`, ...over })
  }
}

function rows(): AuditRow[] {
  return raw.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY id').all()
}

/** Whoever can write the file can also take its triggers away, and put them back. */
function tamper(work: () => void): void {
  const triggers = raw
    .prepare<[], string>(
      "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'",
    )
    .pluck()
    .all()
  for (const name of ['audit_is_never_changed', 'audit_is_never_removed']) {
    raw.exec(`DROP TRIGGER ${name}`)
  }
  raw.transaction(work)()
  for (const text of triggers) raw.exec(text)
}

function replaceAll(kept: readonly AuditRow[]): void {
  raw.exec('DELETE FROM audit')
  const insert = raw.prepare(
    `INSERT INTO audit (id, at, actor, act, subject, detail, address, reason, hash)
     VALUES (:id, :at, :actor, :act, :subject, :detail, :address, :reason, :hash)`,
  )
  for (const row of kept) insert.run(row)
}

describe('writing', () => {
  it('keeps who did what, when, from where and why, in order', async () => {
    await audit().write({
      actor: 'u',
      act: 'actOnCase',
      subject: 'case:1',
      detail: "'; drop table audit --",
      reason: '误报',
      address: '10.0.0.7',
    })
    now = 90
    await audit().write({ actor: null, act: 'refused', subject: 'picture:x' })
    expect(rows().map((row) => ({ ...row, hash: row.hash?.length }))).toEqual([
      {
        id: 1,
        at: 1_000_000,
        actor: 'u',
        act: 'actOnCase',
        subject: 'case:1',
        detail: "'; drop table audit --",
        reason: '误报',
        address: '10.0.0.7',
        hash: 44,
      },
      {
        id: 2,
        at: 90,
        actor: null,
        act: 'refused',
        subject: 'picture:x',
        detail: null,
        reason: null,
        address: null,
        hash: 44,
      },
    ])
  })

  it('refuses to change or remove what was written', async () => {
    await write(2)
    expect(() => raw.exec("UPDATE audit SET act = 'x' WHERE id = 1")).toThrow('append-only')
    expect(() => raw.exec('DELETE FROM audit WHERE id = 2')).toThrow('append-only')
    expect(() => raw.exec('DELETE FROM audit')).toThrow('append-only')
  })

  it('by many at once keeps one order without gaps', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => write(1, { subject: `n:${i}` })))
    expect(rows().map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 30 })
  })

  it('inside a transaction that is undone leaves neither an entry nor a gap', async () => {
    await write(1)
    const undone = house.db.transaction().execute(async (trx) => {
      await chain.append(trx, { actor: 'u', act: 'lost', subject: 'case:1' })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await house.db
      .transaction()
      .execute((trx) => chain.append(trx, { actor: 'u', act: 'kept', subject: 'case:2' }))
    expect(rows().map(({ id, act }) => [id, act])).toEqual([
      [1, 'act0'],
      [2, 'kept'],
    ])
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 2 })
  })

  it('bounds what others put into it', async () => {
    await write(1, {
      subject: 'x'.repeat(9999),
      detail: 'y'.repeat(9999),
      reason: 'z'.repeat(9999),
    })
    const [row] = rows()
    expect(row?.subject.length).toBeLessThanOrEqual(300)
    expect(row?.detail?.length).toBeLessThanOrEqual(2000)
    expect(row?.reason?.length).toBeLessThanOrEqual(1000)
    expect((await audit().verify()).ok).toBe(true)
  })

  it('any text comes back as it was hashed', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const anyText = fc.oneof(
      text,
      fc.constantFrom('\ud800', 'a\0b', '"]', '\\', '\u2028', '😀\udc00'),
    )
    await fc.assert(
      fc.asyncProperty(
        anyText,
        anyText,
        fc.option(anyText, { nil: undefined }),
        async (a, b, c) => {
          await audit().write({ actor: a, act: 'x', subject: b, reason: c })
          expect(await audit().verify()).toMatchObject({ ok: true })
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('verifying', () => {
  it('an empty log is right, and has no head', async () => {
    expect(await audit().verify()).toEqual({
      ok: true,
      entries: 0,
      head: null,
      brokenAt: null,
      fault: null,
    })
    expect(await audit().head()).toBeNull()
  })

  it('tells the head, which the newest entry bears', async () => {
    await write(3)
    const last = rows().at(-1)
    const verdict = await audit().verify()
    expect(verdict).toEqual({
      ok: true,
      entries: 3,
      head: last?.hash,
      brokenAt: null,
      fault: null,
    })
    expect(await audit().head()).toEqual({ id: 3, hash: last?.hash })
  })

  it('reads in pages and tells how far it is, while others write', async () => {
    await house.db.transaction().execute(async (trx) => {
      for (let i = 0; i < 2500; i++) {
        await chain.append(trx, { actor: null, act: 'many', subject: `n:${i}` })
      }
    })
    const progress: number[] = []
    let writing: Promise<void> | undefined
    const verdict = await audit().verify({
      onProgress(entries) {
        progress.push(entries)
        writing ??= write(3)
      },
    })
    await writing
    expect(progress[0]).toBe(1000)
    expect(verdict.ok).toBe(true)
    expect(verdict.entries).toBeGreaterThanOrEqual(2500)
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 2503 })
  })

  it('entries that are older than the chain are taken at its beginning only', async () => {
    const old = { actor: null, act: 'old', subject: 'x:1', detail: null, address: null }
    for (const id of [1, 2, 4]) {
      await house.db
        .insertInto('audit')
        .values({ ...old, id, at: id, reason: null, hash: null })
        .execute()
    }
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 3, head: null })
    await write(2)
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 5 })
    await house.db
      .insertInto('audit')
      .values({ ...old, id: 7, at: 7, reason: null, hash: null })
      .execute()
    expect(await audit().verify()).toMatchObject({ ok: false, brokenAt: 7, fault: 'changed' })
  })

  it('under another key nothing fits', async () => {
    await write(2)
    const other = createAuditLog({ db: house.db, key: randomBytes(32), clock })
    expect(await other.verify()).toMatchObject({ ok: false, brokenAt: 1 })
  })

  const cuts: [string, (all: AuditRow[]) => void, number, string][] = [
    ['the newest entry removed', (all) => void all.pop(), 5, 'cut'],
    ['the newest three removed', (all) => void all.splice(-3), 3, 'cut'],
    ['all removed', (all) => void all.splice(0), 1, 'cut'],
    ['the oldest removed', (all) => void all.shift(), 1, 'missing'],
    ['one in the middle removed', (all) => void all.splice(2, 1), 3, 'missing'],
  ]
  it.each(cuts)('%s', async (_, change, brokenAt, fault) => {
    await write(5)
    const all = rows()
    change(all)
    tamper(() => replaceAll(all))
    expect(await audit().verify()).toMatchObject({ ok: false, brokenAt, fault })
    // What is written afterwards hides nothing.
    await write(2)
    const later = await audit().verify()
    expect(later.ok).toBe(false)
    expect(later.brokenAt).toBeLessThanOrEqual(brokenAt)
  })

  it('a cut end cannot be hidden by moving or removing the record of the head', async () => {
    await write(3)
    const three = raw.prepare<[], string>('SELECT body FROM setting').pluck().get() as string
    await write(2)
    const five = raw.prepare<[], string>('SELECT body FROM setting').pluck().get() as string
    const all = rows()
    tamper(() => replaceAll(all.slice(0, 4)))
    const { mac } = JSON.parse(five) as { mac: string }
    const forged = JSON.stringify({ id: 4, first: 1, hash: all[3]?.hash, mac })
    for (const body of [forged, 'nonsense', '{}', '[]', 'null']) {
      raw.prepare('UPDATE setting SET body = ?').run(body)
      expect(await audit().verify(), body).toMatchObject({ ok: false, fault: 'head', brokenAt: 4 })
    }
    raw.exec('DELETE FROM setting')
    expect(await audit().verify()).toMatchObject({ ok: false, fault: 'head', brokenAt: 1 })
    raw.prepare("INSERT INTO setting VALUES ('audit-head', ?)").run(three)
    expect((await audit().verify()).ok).toBe(false)
  })

  it('a log that was put back as it once was is told by a hash that was noted', async () => {
    await write(3)
    const before = { rows: rows(), head: raw.prepare('SELECT body FROM setting').pluck().get() }
    await write(2)
    const noted = (await audit().head())?.hash
    expect(await audit().verify({ known: noted })).toMatchObject({ ok: true })
    tamper(() => {
      replaceAll(before.rows)
      raw.prepare('UPDATE setting SET body = ?').run(before.head)
    })
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 3 })
    expect(await audit().verify({ known: noted })).toMatchObject({
      ok: false,
      fault: 'cut',
      brokenAt: 4,
    })
  })
})

describe('any edit, deletion, swap or insertion', () => {
  const count = 9
  const columns = ['at', 'actor', 'act', 'subject', 'detail', 'address', 'reason', 'hash'] as const
  const index = fc.nat(count - 1)
  const value = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constant(null),
    fc.constantFrom('u', 'act1', 'case:3'),
  )

  type Change = { index: number } & (
    | { kind: 'edit'; column: (typeof columns)[number]; value: string | null }
    | { kind: 'remove'; length: number }
    | { kind: 'swap'; other: number }
    | { kind: 'insert'; copyOf: number }
    | { kind: 'renumber' }
  )
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({
      kind: fc.constant('edit' as const),
      index,
      column: fc.constantFrom(...columns),
      value,
    }),
    fc.record({
      kind: fc.constant('remove' as const),
      index,
      length: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('swap' as const), index, other: index }),
    fc.record({ kind: fc.constant('insert' as const), index, copyOf: index }),
    fc.record({ kind: fc.constant('renumber' as const), index }),
  )

  function apply(all: AuditRow[], done: Change): AuditRow[] {
    const changed = all.map((row) => ({ ...row }))
    const at = changed[done.index] as AuditRow
    switch (done.kind) {
      case 'edit':
        Object.assign(at, { [done.column]: done.column === 'at' ? at.at + 1 : done.value })
        // These two may not be null; a number is never another one.
        at.act ??= ''
        at.subject ??= ''
        return changed
      case 'remove':
        changed.splice(done.index, done.length)
        return changed
      case 'swap': {
        const other = changed[done.other] as AuditRow
        ;[at.id, other.id] = [other.id, at.id]
        return changed
      }
      case 'insert': {
        const copy = { ...(all[done.copyOf] as AuditRow), id: at.id }
        for (const row of changed.slice(done.index)) row.id += 1
        changed.splice(done.index, 0, copy)
        return changed
      }
      case 'renumber':
        // Removed, and the rest moved up so that no number is missing.
        for (const row of changed.slice(done.index + 1)) row.id -= 1
        changed.splice(done.index, 1)
        return changed
    }
  }

  it('is found, at the first entry that is another', async () => {
    await write(count, { reason: 'why', detail: 'how', address: '10.0.0.1' })
    const all = rows()
    const triggers = raw
      .prepare<[], string>(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'",
      )
      .pluck()
      .all()
    raw.exec('DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_removed')
    try {
      await fc.assert(
        fc.asyncProperty(change, async (done) => {
          const changed = apply(all, done).toSorted((a, b) => a.id - b.id)
          raw.transaction(() => replaceAll(changed))()
          const verdict = await audit().verify()
          const first = all.findIndex(
            (row, i) => JSON.stringify(row) !== JSON.stringify(changed[i]),
          )
          const isSame = first < 0 && changed.length === all.length
          expect(verdict.ok).toBe(isSame)
          if (!isSame) {
            const expected = first < 0 ? count + 1 : (all[first] as AuditRow).id
            expect(verdict.brokenAt).toBe(expected)
          }
        }),
        { numRuns: 300 },
      )
    } finally {
      raw.transaction(() => replaceAll(all))()
      for (const text of triggers) raw.exec(text)
    }
    expect(await audit().verify()).toMatchObject({ ok: true, entries: count })
  })
})

describe('what retention removes', () => {
  const trim = () => createAuditTrim({ db: house.db, key, clock })

  async function removeBefore(before: number): Promise<number> {
    let sum = 0
    for await (const { removed } of trim().remove(before)) sum += removed
    return sum
  }

  it('goes from the old end; the chain goes on from the anchor, and says so', async () => {
    await write(6)
    const all = rows()
    expect(await removeBefore((all[3] as AuditRow).at)).toBe(3)
    expect(rows().map(({ id }) => id)).toEqual([4, 5, 6, 7])
    expect(rows().at(-1)).toMatchObject({ act: 'purge', subject: 'audit:3', detail: all[2]?.hash })
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 4 })
    await write(2)
    expect(await removeBefore((all[5] as AuditRow).at)).toBe(2)
    expect(await audit().verify()).toMatchObject({ ok: true })
    expect(raw.prepare('SELECT count(*) FROM audit_anchor').pluck().get()).toBe(1)
  })

  it('may be all of it: numbers and chain go on', async () => {
    await write(4)
    now += 1000
    expect(await removeBefore(now)).toBe(4)
    expect(rows().map(({ id }) => id)).toEqual([5])
    await write(1)
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 2 })
    expect(await removeBefore(0)).toBe(0)
  })

  it('takes what is older than the chain along', async () => {
    const old = { actor: null, act: 'old', subject: 'x:1', detail: null, address: null }
    await house.db
      .insertInto('audit')
      .values([1, 2].map((id) => ({ ...old, id, at: id, reason: null, hash: null })))
      .execute()
    await write(2)
    expect(await removeBefore(2)).toBe(1)
    expect(await audit().verify()).toMatchObject({ ok: true })
    expect(await removeBefore(3)).toBe(1)
    expect(await audit().verify()).toMatchObject({ ok: true })
    expect(rows()[0]).toMatchObject({ id: 3, act: 'act0' })
  })

  it('is not held up by a clock that once was far ahead', async () => {
    await write(1)
    const present = now
    now = present + 1e12
    await write(1)
    now = present + 5000
    await write(1)
    expect(await removeBefore(now - 100)).toBe(2)
    expect(await audit().verify()).toMatchObject({ ok: true })
  })

  it('an anchor that somebody else set is found, whatever it says', async () => {
    await write(5)
    const all = rows()
    raw.prepare('INSERT INTO audit_anchor VALUES (3, ?)').run(all[2]?.hash)
    // The trigger believes the anchor; the chain does not.
    raw.exec('DELETE FROM audit WHERE id <= 3')
    expect(await audit().verify()).toMatchObject({ ok: false, fault: 'anchor', brokenAt: 3 })
    await write(3)
    expect((await audit().verify()).ok).toBe(false)
  })

  it('while the log is being verified is no false alarm', async () => {
    await house.db.transaction().execute(async (trx) => {
      for (let i = 0; i < 3000; i++) {
        now += 1
        await chain.append(trx, { actor: null, act: 'many', subject: `n:${i}` })
      }
    })
    const before = (rows()[2400] as AuditRow).at
    let removing: Promise<number> | undefined
    const verdict = await audit().verify({
      onProgress: () => {
        removing ??= removeBefore(before)
      },
    })
    expect(await removing).toBe(2400)
    expect(verdict).toMatchObject({ ok: true })
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 601 })
  })
})

describe('the list', () => {
  beforeEach(async () => {
    await addUser(house.db, 'id-1', { username: 'desk01' })
    await house.db
      .insertInto('token')
      .values({
        id: 't1',
        name: 'weather',
        hash: 'h',
        role: 'viewer',
        scope: '990101101',
        created_by: null,
        created_at: 1,
        expires_at: 2,
        last_used_at: null,
        revoked_at: null,
      })
      .execute()
  })

  afterEach(() => house.db.deleteFrom('token').execute())

  it('is newest first, in pages, with names instead of ids', async () => {
    await write(2, { actor: 'id-1' })
    await write(1, { actor: 'token:t1' })
    await write(1, { actor: null })
    await write(1, { actor: 'gone' })
    const first = await audit().list({ limit: 3 })
    expect(first.items.map(({ id, actor }) => [id, actor])).toEqual([
      [5, 'gone'],
      [4, null],
      [3, 'token:weather'],
    ])
    const second = await audit().list({ limit: 3, cursor: first.nextCursor as string })
    expect(second.items.map(({ id, actor }) => [id, actor])).toEqual([
      [2, 'desk01'],
      [1, 'desk01'],
    ])
    expect(second.nextCursor).toBeNull()
    expect(first.items[0]).not.toHaveProperty('hash')
  })

  it.each([
    ['a person', { actor: 'desk01' }, [1]],
    ['a token', { actor: 'token:weather' }, [2]],
    ['nobody of that name', { actor: 'desk' }, []],
    ['an act', { act: 'signIn' }, [1]],
    ['one thing', { subject: 'case:1' }, [2]],
    ['all of a kind', { subject: 'case:' }, [4, 2]],
    ['a time', { from: 1_002_000, to: 1_004_000 }, [3, 2]],
    ['two conditions', { subject: 'case:', from: 1_003_000 }, [4]],
    ['what looks like SQL', { subject: "case:' or 1=1 --" }, []],
  ])('by %s', async (_, filter, ids) => {
    await write(1, { actor: 'id-1', act: 'signIn', subject: 'user:desk01' })
    await write(1, { actor: 'token:t1', act: 'look', subject: 'case:1' })
    await write(1, { actor: null, act: 'purge', subject: 'cases:1' })
    await write(1, { actor: null, act: 'purge', subject: 'case:11' })
    const { items } = await audit().list({ limit: 10, ...filter })
    expect(items.map(({ id }) => id)).toEqual(ids)
  })

  it('refuses a cursor that is none', async () => {
    await expect(audit().list({ limit: 1, cursor: 'x' })).rejects.toThrow('cursor')
  })
})

it('all pages together are the log, oldest first', async () => {
  await write(4)
  const ids: number[] = []
  for await (const page of auditPages(house.db)) ids.push(...page.map(({ id }) => id))
  expect(ids).toEqual([1, 2, 3, 4])
})
