import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import type { Observation } from '../../../gateway/domain/observation.ts'
import {
  createObservationStore,
  type ObservationStore,
  type ObservationStoreOptions,
} from '../../../gateway/storage/observation-store.ts'
import {
  event,
  message,
  noon,
  observationStoreContract,
  reading,
} from '../../contract/observation-store.ts'

let directory: string
const clock = { now: () => noon, monotonic: () => 0 }
const stores: ObservationStore[] = []

async function fresh() {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-log-'))
}

async function open(options: Partial<ObservationStoreOptions> = {}): Promise<ObservationStore> {
  const store = createObservationStore({ directory, clock, ...options })
  await store.start()
  stores.push(store)
  return store
}

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
  await rm(directory, { recursive: true, force: true })
})

const identity = (o: Observation) => JSON.stringify(o)

observationStoreContract('SQLite', { fresh, open })

describe('SQLite observation store', () => {
  beforeEach(fresh)

  test('any interleaving and repetition of batches gives the same set, each once', async () => {
    const observation = fc.oneof(
      fc
        .tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 20 }))
        .map(([device, at]): Observation => reading(device, noon + at, at)),
      fc
        .tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 9 }), fc.boolean())
        .map(
          ([device, n, own]): Observation =>
            event(device, noon + n, own ? { senderId: `s${n}` } : {}),
        ),
    )
    const batches = fc.array(fc.array(observation, { minLength: 1, maxLength: 12 }), {
      maxLength: 20,
    })
    // Each time other devices of one store: opening one costs more than all that is asked of it.
    const store = await open({ limits: { batchRows: 7 } })
    let run = 0
    await fc.assert(
      fc.asyncProperty(batches, fc.array(fc.nat(), { maxLength: 10 }), async (written, again) => {
        run += 1
        const before = await store.log.head()
        const sent = written.map((batch) =>
          batch.map((one) => ({ ...one, device: `${one.device}-${run}` })),
        )
        const repeated = again.flatMap((n) =>
          sent.length > 0 ? [sent[n % sent.length] ?? []] : [],
        )
        const results = await Promise.all([...sent, ...repeated].map((b) => store.log.append(b)))
        const expected = new Set(sent.flat().map(identity))
        const kept = (await store.log.read(before, 10_000)).map((e) => identity(e.observation))
        expect(kept.toSorted()).toEqual([...expected].toSorted())
        expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBe(expected.size)
      }),
      { numRuns: 25 },
    )
  })

  test('entries read from memory and from the file are the same', async () => {
    const ring = await open({ limits: { ringEntries: 1000 } })
    for (let n = 0; n < 40; n++) {
      await ring.log.append([reading('a', noon + n, n), event('b', noon + n, { confidence: 0.5 })])
    }
    const ranges = [0, 1, 7, 39, 79, 80, 81].flatMap((after) =>
      [1, 5, 100].map((limit) => [after, limit] as const),
    )
    const read = (store: ObservationStore) =>
      Promise.all(ranges.map(([after, limit]) => store.log.read(after, limit)))
    const fromMemory = await read(ring)
    await ring.stop()
    expect(await read(await open({ limits: { ringEntries: 3 } }))).toEqual(fromMemory)
  })

  test('a small ring still gives every entry to one that follows', async () => {
    const store = await open({ limits: { ringEntries: 4 } })
    for (let n = 0; n < 25; n++) await store.log.append([reading('a', noon + n, n)])
    const seen: number[] = []
    for (let after = 0; ; ) {
      const entries = await store.log.read(after, 3)
      if (entries.length === 0) break
      seen.push(...entries.map((e) => e.seq))
      after = seen.at(-1) ?? 0
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
  })

  test('a series first met while a commit is under way is listed after a restart', async () => {
    const store = await open()
    const all: Observation[] = []
    const appended: Promise<unknown>[] = []
    for (let n = 0; n < 60; n++) {
      const one = reading(`device ${n}`, noon, n)
      all.push(one)
      appended.push(store.log.append([one]))
      // Some in the same turn, some in the next.
      if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(appended)
    await store.stop()
    const again = await open()
    const entries = await again.log.read(0, 100)
    expect(entries.map((e) => e.observation)).toEqual(all)
  })

  test('a commit that fails fails its callers, stores nothing, and the next one works', async () => {
    const store = await open({ busyTimeoutMs: 50 })
    await store.log.append([reading('a', noon, 1)])
    const other = new Database(join(directory, 'observations.db'))
    other.exec('BEGIN IMMEDIATE')
    const failed = await Promise.allSettled([
      store.log.append([reading('a', noon + 1, 1), reading('new', noon, 1)]),
      store.quarantine.put(message('lianxun/990101101201/a/telemetry', '{')),
    ])
    for (const result of failed) {
      expect(result.status).toBe('rejected')
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(StoreError)
    }
    expect(store.health().failing).toContain('locked')
    other.exec('ROLLBACK')
    other.close()
    expect(await store.log.head()).toBe(1)
    expect(await store.log.append([reading('a', noon + 1, 1), reading('new', noon, 1)])).toEqual({
      stored: 2,
    })
    expect(store.health()).toMatchObject({ failing: null, queuedRows: 0 })
    expect((await store.log.read(0, 9)).map((e) => e.seq)).toEqual([1, 2, 3])
    expect(await store.quarantine.waiting(null)).toBe(0)
    await store.stop()
    // The series that was new in the failed commit was written with the one that worked.
    const again = await open()
    expect((await again.log.read(2, 1))[0]?.observation).toEqual(reading('new', noon, 1))
  })

  test('an error in the middle of a commit stores nothing of it', async () => {
    const store = await open()
    await store.log.append([reading('a', noon, 1)])
    const other = new Database(join(directory, 'observations.db'))
    // As a full disk does: SQLite itself rolls back, in the middle.
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON log WHEN NEW.value = 13 BEGIN
      SELECT RAISE(ROLLBACK, 'database or disk is full'); END`)
    const batch = [1, 2, 13, 4].map((value) => reading('a', noon + value, value))
    await expect(store.log.append(batch)).rejects.toThrow('disk is full')
    expect(await store.log.append([reading('b', noon, 1)])).toEqual({ stored: 1 })
    other.exec('DROP TRIGGER full')
    other.close()
    expect(await store.log.append(batch)).toEqual({ stored: 4 })
    expect((await store.log.read(0, 9)).map((e) => e.seq)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('beyond the bound callers are refused at once, those taken before are stored', async () => {
    const store = await open({ limits: { queuedRows: 10, queuedBytes: 100 } })
    const taken = Array.from({ length: 10 }, (_, n) =>
      store.log.append([reading('a', noon + n, n)]),
    )
    await expect(store.log.append([reading('a', noon + 99, 1)])).rejects.toThrow(
      '10 observations are waiting',
    )
    await Promise.all(taken)
    await expect(store.quarantine.put(message('t', 'x'.repeat(101)))).rejects.toThrow(StoreError)
    expect(await store.log.append([reading('a', noon + 99, 1)])).toEqual({ stored: 1 })
    expect(await store.log.head()).toBe(11)
  })

  test('stop stores what was taken and refuses what comes after', async () => {
    const store = await open({ limits: { batchRows: 3 } })
    const taken = Array.from({ length: 20 }, (_, n) =>
      store.log.append([reading('a', noon + n, n)]),
    )
    const stopped = store.stop()
    await expect(store.log.append([reading('a', noon, 1)])).rejects.toThrow('not running')
    await Promise.all(taken)
    await stopped
    expect(await (await open()).log.head()).toBe(20)
  })

  test('a file of a newer version is refused with what to do', async () => {
    const db = new Database(join(directory, 'observations.db'))
    db.pragma('user_version = 99')
    db.close()
    await expect(open()).rejects.toThrow(/written by a newer version.*restore a backup/)
  })

  test('a file that is no database is refused', async () => {
    await writeFile(join(directory, 'observations.db'), 'hello '.repeat(1000))
    await expect(open()).rejects.toThrow(StoreError)
  })

  test('a device that floods with different nonsense is counted, not stored, beyond its cap', async () => {
    const store = await open({ waitingPerDevice: 5 })
    const put = (device: string, n: number) =>
      store.quarantine.put(message(`lianxun/990101101201/${device}/telemetry`, `nonsense ${n}`))
    await Promise.all(Array.from({ length: 50 }, (_, n) => put('a', n)))
    await put('b', 1)
    const entries = await store.quarantine.list({ scope: null, limit: 100 })
    expect(entries).toHaveLength(7)
    const counted = entries.find((e) => e.count > 1)
    expect(counted).toMatchObject({ device: 'a', count: 45, state: 'waiting' })
    expect(counted?.payload).toHaveLength(0)
    expect(counted?.detail).toContain('further ones are only counted')
  })
})
