import { describe, expect, it } from 'vitest'
import type { OutboxEvent, OutboxRow } from '../../../gateway/ports/outbox.ts'
import { createOutbox, writeOutbox } from '../../../gateway/storage/outbox.ts'
import { openDatabase } from '../../support/house-file.ts'
import { useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()

const event = (id: string, over: Partial<OutboxEvent> = {}): OutboxEvent => ({
  at: 5,
  topic: 'alarm',
  village: villageA,
  place: `${villageA}001`,
  body: { id },
  ...over,
})

const write = (...ids: string[]) =>
  house.db.transaction().execute(async (trx) => {
    for (const id of ids) await writeOutbox(trx, event(id))
  })

const ids = (rows: OutboxRow[]) => rows.map(({ body }) => body.id)

describe('rows', () => {
  it('come back with all that they say', async () => {
    const outbox = createOutbox(house.db)
    const start = await outbox.head()
    const events = [
      event('d', { topic: 'device', body: { id: 'd', online: false, at: 9 } }),
      event('c', { topic: 'case', body: { id: 'c', backlog: true }, place: villageA }),
      event("'; --", { topic: 'incident', at: 4_102_444_800_000 }),
    ]
    await house.db.transaction().execute(async (trx) => {
      for (const one of events) await writeOutbox(trx, one)
    })
    const rows = await outbox.after(start, 10)
    expect(rows.map(({ seq: _seq, ...row }) => row)).toEqual(events)
  })

  it('of transactions that run into each other keep together, in the order of commits', async () => {
    const outbox = createOutbox(house.db)
    const start = await outbox.head()
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        house.db.transaction().execute(async (trx) => {
          for (const n of [1, 2, 3]) {
            await writeOutbox(trx, event(`${name}${n}`))
            await new Promise((resolve) => setImmediate(resolve))
          }
        }),
      ),
    )
    const found = ids(await outbox.after(start, 99))
    expect(found).toHaveLength(12)
    for (let i = 0; i < 12; i += 3) {
      const [name] = found[i] as string
      expect(found.slice(i, i + 3)).toEqual([`${name}1`, `${name}2`, `${name}3`])
    }
  })

  it('that were undone are never seen, and a cursor never waits for them', async () => {
    const outbox = createOutbox(house.db)
    const start = await outbox.head()
    await write('a')
    const undone = house.db.transaction().execute(async (trx) => {
      await writeOutbox(trx, event('undone'))
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await write('b')
    expect(ids(await outbox.after(start, 10))).toEqual(['a', 'b'])
    const [first] = await outbox.after(start, 1)
    expect(ids(await outbox.after(first?.seq ?? 0, 1))).toEqual(['b'])
  })

  it('are read by each reader from its own place', async () => {
    const outbox = createOutbox(house.db)
    const start = await outbox.head()
    await write('a', 'b', 'c')
    const first = await outbox.after(start, 2)
    expect(ids(first)).toEqual(['a', 'b'])
    expect(ids(await outbox.after(first[1]?.seq ?? 0, 2))).toEqual(['c'])
    expect(await outbox.after(await outbox.head(), 10)).toEqual([])
    expect(await outbox.after((await outbox.head()) + 999, 10)).toEqual([])
  })
})

describe('waking', () => {
  it('does not come for what was undone', async () => {
    const outbox = createOutbox(house.db)
    await write('before')
    let woken = 0
    const waiting = outbox.changed().then(() => (woken += 1))
    await house.db
      .transaction()
      .execute(async (trx) => {
        await writeOutbox(trx, event('undone'))
        throw new Error('no')
      })
      .catch(() => undefined)
    await outbox.head()
    expect(woken).toBe(0)
    await write('kept')
    await waiting
  })

  it('reaches the readers of every outbox on this database', async () => {
    const readers = [createOutbox(house.db), createOutbox(house.db), createOutbox(house.db)]
    const woken = readers.map((one) => one.changed())
    await write('a')
    await Promise.all(woken)
  })

  it('comes after the rows can be read, for many commits at once', async () => {
    const outbox = createOutbox(house.db)
    const start = await outbox.head()
    const seen: string[] = []
    let seq = start
    const reader = (async () => {
      while (seen.length < 60) {
        const changed = outbox.changed()
        const rows = await outbox.after(seq, 100)
        seen.push(...ids(rows))
        seq = rows.at(-1)?.seq ?? seq
        if (rows.length === 0) await changed
      }
    })()
    await Promise.all(Array.from({ length: 60 }, (_, i) => write(`${i}`)))
    await reader
    expect(new Set(seen).size).toBe(60)
  })

  it('of what another process wrote comes with the next commit here; none of it is lost', async () => {
    const outbox = createOutbox(house.db)
    const start = await outbox.head()
    const woken = outbox.changed()
    const other = await openDatabase(house.file)
    await other.transaction().execute((trx) => writeOutbox(trx, event('theirs')))
    await other.destroy()
    await write('ours')
    await woken
    expect(ids(await outbox.after(start, 10))).toEqual(['theirs', 'ours'])
  })
})
