import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ConflictError, StoreError } from '../../../gateway/domain/errors.ts'
import type { SeriesImportRecord } from '../../../gateway/ports/series-exchange.ts'
import {
  createImportKeeper,
  type ImportKeeper,
  type ImportKeeperParts,
  newRecord,
} from '../../../gateway/series/imports.ts'
import { createSpool } from '../../../gateway/series/spool.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { createSeriesImportStore } from '../../../gateway/storage/series-imports.ts'
import { openDatabase } from '../../support/house-file.ts'
import { now, sensors, zone } from './kit.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'

const head = 'time,device,property,value\n'
const row = (i: number, value = String(i % 100)) =>
  `${new Date(now - i * 60_000).toISOString()},v1-pm1,pm25,${value}\n`
const table = (rows: number) => head + Array.from({ length: rows }, (_, i) => row(i)).join('')
const order = { name: '一月.csv', by: 'u1', precision: 'ms' } as const

let folder: string
let db: Kysely<Tables>
let memory: MemoryStore
let ids = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianxun-imports-'))
  db = await openDatabase(join(folder, 'lianxun.db'))
})

afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  memory = createMemoryStore()
  await db.deleteFrom('series_import').execute()
})

interface Kept {
  keeper: ImportKeeper
  /** The next that ends. */
  ended: () => Promise<SeriesImportRecord>
  look: () => void
  waits: number[]
}

const spoolFolder = () => join(folder, 'imports')

function keep(more: Partial<ImportKeeperParts> = {}): Kept {
  const ended: ((record: SeriesImportRecord) => void)[] = []
  const past: SeriesImportRecord[] = []
  const waits: number[] = []
  let look = () => {}
  const keeper = createImportKeeper({
    store: createSeriesImportStore(db),
    series: memory,
    spool: createSpool(spoolFolder()),
    devices: () => sensors.map(({ id }) => id),
    timeZone: zone,
    clock: { now: () => now, monotonic: () => 0 },
    newId: () => `import-${String(++ids).padStart(4, '0')}`,
    log: { info: () => {}, warn: () => {} },
    async ended(record) {
      const next = ended.shift()
      if (next) next(record)
      else past.push(record)
    },
    repeat(looked) {
      look = looked
      return () => {}
    },
    async wait(ms) {
      waits.push(ms)
    },
    ...more,
  })
  onTestFinished(() => keeper.stop())
  return {
    keeper,
    look: () => look(),
    waits,
    ended: () => {
      const known = past.shift()
      return known ? Promise.resolve(known) : new Promise((resolve) => ended.push(resolve))
    },
  }
}

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}

describe('a file that is right', () => {
  it('is checked, then written, and nothing of it stays behind', async () => {
    const { keeper, ended } = keep()
    await keeper.start()
    const begun = await keeper.begin(order, pieces(table(12_000)))
    expect(begun).toMatchObject({ state: 'checking', name: '一月.csv', by: 'u1', errors: [] })
    expect(await ended()).toMatchObject({
      id: begun.id,
      state: 'done',
      progress: 1,
      readings: 12_000,
      errorCount: 0,
      problem: null,
    })
    expect(memory.all()).toHaveLength(12_000)
    expect(await keeper.get(begun.id)).toMatchObject({ state: 'done', readings: 12_000 })
    expect(await readdir(spoolFolder())).toEqual([])

    // Sent again it changes nothing.
    await keeper.begin(order, pieces(table(12_000)))
    expect(await ended()).toMatchObject({ state: 'done', readings: 12_000 })
    expect([memory.all().length, (await keeper.list()).length]).toEqual([12_000, 2])
  })

  it('counts what is of a time that takes no single readings any more', async () => {
    const { keeper, ended } = keep({ series: { write: async () => ({ tooOld: 4 }) } })
    const { id } = await keeper.begin(order, pieces(table(50)))
    expect(await ended()).toMatchObject({ state: 'done', readings: 50, tooOld: 4 })
    expect(await keeper.get(id)).toMatchObject({ tooOld: 4 })
  })

  it('waits while the store is away', async () => {
    const { keeper, ended, waits } = keep()
    memory.failNext(3)
    await keeper.begin(order, pieces(table(50)))
    expect(await ended()).toMatchObject({ state: 'done' })
    expect(waits).toEqual([1000, 2000, 4000])
    expect(memory.all()).toHaveLength(50)
  })

  it('and after long waiting fails, saying what to do', async () => {
    const { keeper, ended, waits } = keep()
    memory.failNext(100)
    await keeper.begin(order, pieces(table(50)))
    const { state, problem } = await ended()
    expect([state, waits.length]).toEqual(['failed', 7])
    expect(problem).toContain('The store is away.')
    expect(problem).toContain('Send the file again')
  })
})

describe('a file that is wrong', () => {
  it('writes nothing, and tells the first hundred and how many there are', async () => {
    const { keeper, ended } = keep()
    const wrong = Array.from({ length: 7000 }, (_, i) => row(i, '-1')).join('')
    await keeper.begin(order, pieces(table(100), wrong))
    const record = await ended()
    expect(record).toMatchObject({ state: 'refused', errorCount: 7000, readings: 100 })
    expect(record.errors).toHaveLength(100)
    expect(record.errors[0]).toMatchObject({ row: 102, column: 'value' })
    expect([memory.writes(), await readdir(spoolFolder())]).toEqual([0, []])
  })

  it('that breaks off on its way leaves nothing, and the next may come', async () => {
    const { keeper, ended } = keep()
    const broken = keeper.begin(order, pieces(table(10), new Error('broke off')))
    await expect(broken).rejects.toThrow('broke off')
    expect([await keeper.list(), await readdir(spoolFolder())]).toEqual([[], []])
    await keeper.begin(order, pieces(table(10)))
    expect(await ended()).toMatchObject({ state: 'done' })
  })

  it('for which the disk has no room', async () => {
    const { keeper } = keep()
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    await expect(keeper.begin(order, pieces('x', full))).rejects.toThrow(StoreError)
  })
})

describe('one at a time', () => {
  it('another is refused while one is received, checked or written', async () => {
    const { keeper, ended } = keep()
    const { promise: hold, resolve: go } = Promise.withResolvers<void>()
    async function* slow() {
      yield Buffer.from(head)
      await hold
      yield Buffer.from(row(1))
    }
    const first = keeper.begin(order, slow())
    await expect(keeper.begin(order, pieces(table(1)))).rejects.toThrow(ConflictError)
    go()
    await first
    await expect(keeper.begin(order, pieces(table(1)))).rejects.toThrow(ConflictError)
    expect(await ended()).toMatchObject({ state: 'done', readings: 1 })
  })
})

describe('a gateway that ends in the middle', () => {
  it('orderly: the file is told as failed', async () => {
    const { promise: writing, resolve: written } = Promise.withResolvers<void>()
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    const series = {
      async write() {
        written()
        await stopped
        return { tooOld: 0 }
      },
    }
    const { keeper, ended } = keep({ series })
    const { id } = await keeper.begin(order, pieces(table(12_000)))
    await writing
    const end = keeper.stop()
    stop()
    await end
    expect(await ended()).toMatchObject({ id, state: 'failed' })
    expect((await keeper.get(id))?.problem).toBe(
      'The gateway was stopped in the middle. Send the file again: what is written already is not doubled.',
    )
    await expect(keeper.begin(order, pieces(table(1)))).rejects.toThrow('The gateway stops')
  })

  it('killed: the next start tells so, and what lay in the spool is gone', async () => {
    const store = createSeriesImportStore(db)
    const record = newRecord({ id: 'killed', name: 'n', by: 'u1', at: now })
    await store.add({ ...record, state: 'writing', progress: 0.5 }, 'ms')
    await writeFile(join(spoolFolder(), 'killed'), table(1))
    await writeFile(join(spoolFolder(), 'half-received'), head)
    const { keeper } = keep()
    await keeper.start()
    expect(await keeper.get('killed')).toMatchObject({
      state: 'failed',
      problem:
        'The gateway ended in the middle. Send the file again: what is written already is not doubled.',
    })
    expect(await readdir(spoolFolder())).toEqual([])
  })
})

describe('a file that a command left in the spool', () => {
  it('is taken, one after the other', async () => {
    const store = createSeriesImportStore(db)
    const { keeper, look, ended } = keep()
    await keeper.start()
    for (const [i, id] of ['left-1', 'left-2'].entries()) {
      await writeFile(join(spoolFolder(), id), `reading,device=v1-pm1 pm25=${i} ${now / 1000}\n`)
      await store.add(newRecord({ id, name: id, by: 'command', at: now + i }), 's')
    }
    look()
    expect(await ended()).toMatchObject({ id: 'left-1', state: 'done', readings: 1 })
    await expect
      .poll(() => (look(), existsSync(join(spoolFolder(), 'left-2'))), { timeout: 20_000 })
      .toBe(false)
    expect(await ended()).toMatchObject({ id: 'left-2', state: 'done' })
    expect(memory.all()).toEqual([{ device: 'v1-pm1', property: 'pm25', at: now, value: 1 }])
  })

  it('and not yet begun when the gateway ended is taken by the next', async () => {
    const store = createSeriesImportStore(db)
    await writeFile(join(spoolFolder(), 'early'), table(3))
    await store.add(newRecord({ id: 'early', name: 'n', by: 'command', at: now }), 'ms')
    const { keeper, look, ended } = keep()
    await keeper.start()
    look()
    expect(await ended()).toMatchObject({ id: 'early', state: 'done', readings: 3 })
  })
})

it('the records of the last two hundred files are kept', async () => {
  const store = createSeriesImportStore(db)
  const values = Array.from({ length: 205 }, (_, i) => ({
    id: `r${i}`,
    name: 'n',
    by: 'u1',
    at: i,
    state: 'done',
    body: JSON.stringify({ errors: [] }),
  }))
  await db.insertInto('series_import').values(values).execute()
  await store.add(newRecord({ id: 'last', name: 'n', by: 'u1', at: 205 }), 'ms')
  const list = await store.list()
  expect([list.length, list[0]?.id, list.at(-1)?.id]).toEqual([200, 'last', 'r6'])
})
