import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { retentionDefaults, seriesBounds } from '../../../gateway/domain/retention.ts'
import { createStreamHub } from '../../../gateway/http/stream-hub.ts'
import type { Purgeable, Removed } from '../../../gateway/ports/retention.ts'
import { createDeliveryTrim } from '../../../gateway/storage/delivery-trim.ts'
import { type LogFile, openLogFile } from '../../../gateway/storage/log-file.ts'
import { createOutbox, writeOutbox } from '../../../gateway/storage/outbox.ts'
import { createOutboxTrim } from '../../../gateway/storage/outbox-trim.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { createPicturePurge } from '../../../gateway/storage/picture-purge.ts'
import { createQuarantineTable } from '../../../gateway/storage/quarantine-table.ts'
import { createSeriesPurge } from '../../../gateway/storage/series-purge.ts'
import { event, message, reading } from '../../contract/observation-store.ts'
import { askOne } from '../../support/one-series.ts'
import { createSeriesHouse, type SeriesHouse } from '../../support/series-house.ts'
import { alarmOf, caseOf, fill, incidentOf, useHouseTables, villageA } from './house-tables.ts'

/** What of each kind goes by age, and what stays although it is old. */

const day = 86_400_000
const start = Date.parse('2026-06-15T12:00:00+08:00')

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-trim-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function removeAll(purgeable: Purgeable | undefined, before: number): Promise<Removed> {
  return sumOf((purgeable as Purgeable).remove(before))
}

async function sumOf(steps: AsyncIterable<Removed>): Promise<Removed> {
  const sum = { removed: 0, bytes: 0 }
  for await (const { removed, bytes } of steps) {
    sum.removed += removed
    sum.bytes += bytes
  }
  return sum
}

describe('the log file', () => {
  let log: LogFile
  const open = () =>
    openLogFile({ file: join(directory, 'o.db'), busyTimeoutMs: 50, waitingPerDevice: 10 })
  beforeEach(() => {
    log = open()
  })
  afterEach(() => log.close())

  /** Each with its own time of arrival. */
  function append(arrivals: readonly number[]): number {
    const head = log.read(0, 1e6).at(-1)?.[0] ?? 0
    const numbers = arrivals.flatMap((at, i) => [1, head + i, at, 1])
    const [answer] = log.commit([
      {
        type: 'commit',
        numbers: Float64Array.from(numbers),
        texts: [],
        newSeries: [],
        quarantine: [],
        probedAt: null,
      },
    ])
    return answer?.head ?? 0
  }

  const trim = (before: number, upTo: number, now = 1e6) =>
    log.trim({ type: 'trimLog', before, now, upTo }).removed
  const seqs = () => log.read(0, 1e6).map(([seq]) => seq)

  it('loses what is older, from the front', () => {
    append([100, 200, 300, 400])
    expect(trim(300, 99)).toBe(2)
    expect(seqs()).toEqual([3, 4])
    expect(trim(300, 99)).toBe(0)
  })

  it('keeps what somebody has not read yet', () => {
    append([100, 200, 300, 400])
    expect(trim(999, 2)).toBe(2)
    expect(trim(999, 0)).toBe(0)
    expect(seqs()).toEqual([3, 4])
  })

  it('keeps the newest entry whatever its age, so that numbers go on over a restart', () => {
    append([100, 200])
    expect(trim(999, 99)).toBe(1)
    expect(trim(999, 99)).toBe(0)
    log.close()
    log = open()
    expect(log.ready.head).toBe(2)
    expect(append([300])).toBe(3)
  })

  it('is not held up by an entry from a clock that was far ahead', () => {
    append([100, 9e9, 200, 500, 600])
    expect(trim(300, 99)).toBe(3)
    expect(seqs()).toEqual([4, 5])
  })

  it('goes in steps, so that commits come in between', () => {
    append(Array.from({ length: 4500 }, (_, i) => i))
    const steps = [trim(4400, 9999), trim(4400, 9999), trim(4400, 9999), trim(4400, 9999)]
    expect(steps.reduce((a, b) => a + b, 0)).toBe(4400)
    expect(Math.max(...steps)).toBeLessThanOrEqual(2000)
  })

  it('uses its space again', () => {
    append(Array.from({ length: 20_000 }, () => 1))
    const size = () => statSync(join(directory, 'o.db')).size
    log.close()
    const full = size()
    log = open()
    while (trim(999, 1e6) > 0) {
      // A step each.
    }
    append(Array.from({ length: 15_000 }, () => 1000))
    log.close()
    expect(size()).toBeLessThanOrEqual(full)
    log = open()
  })
})

describe('deliveries', () => {
  const house = useHouseTables()
  let historyId = 0

  async function write(...rows: { at: number; state?: string; fallbackAt?: number }[]) {
    await house.db
      .insertInto('delivery')
      .values(
        rows.map(({ at, state = 'sent', fallbackAt = null }) => ({
          history_id: ++historyId,
          case_id: 'c',
          rule: 'r',
          channel: 'robot',
          target: 'desk',
          body: '{"title":"火"}',
          state,
          attempts: 1,
          at,
          next_at: at,
          fallback_at: fallbackAt,
        })),
      )
      .execute()
  }
  const left = async () =>
    (await house.db.selectFrom('delivery').select('at').orderBy('id').execute()).map(({ at }) => at)
  const trim = (before: number) => {
    const clock = { now: () => 1e6, monotonic: () => 0 }
    return removeAll(createDeliveryTrim({ db: house.db, clock }), before)
  }

  beforeEach(() => house.db.deleteFrom('delivery').execute())

  it('that are old go, however they ended', async () => {
    await write({ at: 1 }, { at: 2, state: 'failed' }, { at: 3, state: 'dropped' }, { at: 4 })
    expect(await trim(4)).toEqual({ removed: 3, bytes: 3 * Buffer.byteLength('{"title":"1"}desk') })
    expect(await left()).toEqual([4])
    expect(await trim(4)).toEqual({ removed: 0, bytes: 0 })
  })

  it('that still wait stay, to be sent or to be told to somebody else', async () => {
    await write({ at: 1, state: 'waiting' }, { at: 2, fallbackAt: 99 }, { at: 3 }, { at: 4 })
    expect((await trim(4)).removed).toBe(1)
    expect(await left()).toEqual([1, 2, 4])
  })

  it('are not held up by one from a clock that was far ahead', async () => {
    await write({ at: 1 }, { at: 9e9 }, { at: 2 }, { at: 500 })
    expect((await trim(300)).removed).toBe(3)
    expect(await left()).toEqual([500])
  })

  it('go in steps, also past many that stay', async () => {
    const waiting = Array.from({ length: 1500 }, () => ({ at: 1, state: 'waiting' }))
    const ended = Array.from({ length: 1500 }, () => ({ at: 2 }))
    for (const rows of [waiting, ended]) {
      for (let from = 0; from < rows.length; from += 500)
        await write(...rows.slice(from, from + 500))
    }
    const steps: number[] = []
    const clock = { now: () => 1e6, monotonic: () => 0 }
    const trimmed = createDeliveryTrim({ db: house.db, clock })
    for await (const { removed } of trimmed.remove(300)) steps.push(removed)
    expect(Math.max(...steps)).toBeLessThanOrEqual(1000)
    expect(await left()).toEqual(waiting.map(({ at }) => at))
  })
})

describe('the quarantine', () => {
  let db: Database.Database
  const table = () => createQuarantineTable(db, 1000)
  beforeEach(() => {
    db = new Database(':memory:')
  })
  afterEach(() => db.close())

  function put(payload: string, receivedAt: number) {
    table().put({
      topic: `t/${payload}`,
      village: null,
      device: payload,
      payload: Buffer.from(payload),
      receivedAt,
      reason: 'unparseable',
      detail: 'x',
    })
  }

  const left = () =>
    table()
      .list({ scope: null, limit: 1000 })
      .map(({ payload }) => Buffer.from(payload).toString())
      .toSorted()
  const idOf = (device: string) => table().list({ scope: null, device, limit: 1 })[0]?.id as number

  it('loses settled messages by age; what waits is not lost by age', () => {
    for (const [name, at] of [
      ['old-waiting', 1],
      ['old-replayed', 2],
      ['old-discarded', 3],
      ['new-replayed', 50],
    ] as const) {
      put(name, at)
    }
    table().setState(idOf('old-replayed'), 'replayed')
    table().setState(idOf('old-discarded'), 'discarded')
    table().setState(idOf('new-replayed'), 'replayed')
    expect(table().trimSettled(50)).toEqual({ removed: 2, bytes: 25 })
    expect(left()).toEqual(['new-replayed', 'old-waiting'])
    expect(table().trimSettled(50).removed).toBe(0)
  })

  it('a discarded message that keeps coming stays discarded', () => {
    put('again', 1)
    table().setState(idOf('again'), 'discarded')
    put('again', 60)
    expect(table().trimSettled(50).removed).toBe(0)
    expect(table().get(idOf('again'))).toMatchObject({ state: 'discarded', count: 2 })
  })

  it.each([
    ['by number', { rows: 2, bytes: 1000 }, ['d', 'eeee']],
    ['by bytes', { rows: 100, bytes: 6 }, ['ccc', 'd', 'eeee'].slice(1)],
    ['not at all', { rows: 5, bytes: 11 }, ['a', 'bb', 'ccc', 'd', 'eeee']],
    ['all', { rows: 0, bytes: 0 }, []],
  ])('of what waits the oldest go: %s', (_, most, stays) => {
    for (const [i, name] of ['a', 'bb', 'ccc', 'd', 'eeee'].entries()) put(name, i)
    const { removed } = table().trimWaiting(most)
    expect(left()).toEqual(stays)
    expect(removed).toBe(5 - stays.length)
    expect(table().trimWaiting(most)).toEqual({ removed: 0, bytes: 0 })
  })

  it('a device may wait again for as many as were let go', () => {
    const small = createQuarantineTable(db, 2)
    const waiting = (payload: string) =>
      small.put({
        topic: 't',
        village: null,
        device: 'a',
        payload: Buffer.from(payload),
        receivedAt: 1,
        reason: 'unparseable',
        detail: 'x',
      })
    for (const payload of ['1', '2', '3']) waiting(payload)
    small.trimWaiting({ rows: 0, bytes: 0 })
    waiting('4')
    expect(left()).toEqual(['4'])
  })
})

describe('the store as a whole', () => {
  let store: SeriesHouse
  const clock = { now: () => start, monotonic: () => 0 }
  let kept = 1e9

  beforeEach(async () => {
    store = createSeriesHouse({ directory, clock, settleEveryMs: 500 })
    await store.start()
    kept = 1e9
  })
  afterEach(() => store.stop())

  const of = (kind: string) =>
    store
      .purgeables(async () => Math.min(kept, store.series.position()))
      .find((purgeable) => purgeable.kind === kind)

  it('gives up its log only as far as rules and series have read', async () => {
    const old = start - 31 * day
    const observations = Array.from({ length: 10 }, (_, i) => ({
      ...reading('a', old + i, i),
      receivedAt: old + i,
    }))
    await store.log.append(observations)
    const asked = { device: 'a', property: 'pm25', from: old - 1, to: old + 10 } as const
    await askOne(store.series, { ...asked, resolution: 'raw' })
    kept = 4
    // The follower tells in its own time how far the series are.
    await expect
      .poll(async () => (await removeAll(of('log'), start - 30 * day)).removed, { timeout: 20_000 })
      .toBe(4)
    expect((await store.log.read(0, 99)).map(({ seq }) => seq)).toHaveLength(10)
    kept = 1e9
    expect((await removeAll(of('log'), start - 30 * day)).removed).toBe(5)
    expect((await askOne(store.series, { ...asked, resolution: 'raw' })).points).toHaveLength(10)
    expect(await store.log.head()).toBe(10)
    expect(await store.log.append([reading('b', start, 1)])).toEqual({ stored: 1 })
    expect(await store.log.head()).toBe(11)
  })

  it('answers commits while it removes', async () => {
    const old = start - 31 * day
    const many = Array.from({ length: 9000 }, (_, i) => ({
      ...event('a', old + i, { senderId: `s${i}` }),
      receivedAt: old + i,
    }))
    await store.log.append(many)
    await askOne(store.series, { device: 'x', property: 'pm25', from: 0, to: 1, resolution: 'raw' })
    await expect.poll(() => store.series.state().waiting, { timeout: 20_000 }).toBe(0)
    const steps = (of('log') as Purgeable).remove(start)[Symbol.asyncIterator]()
    const order: string[] = []
    const first = steps.next().then(() => order.push('step 1'))
    const commit = store.log.append([reading('b', start, 1)]).then(() => order.push('commit'))
    await first
    const second = steps.next().then(() => order.push('step 2'))
    await Promise.all([commit, second])
    expect(order.indexOf('commit')).toBeLessThan(order.indexOf('step 2'))
    await steps.return?.()
  })

  it('drops settled messages, and leaves those that wait', async () => {
    await store.quarantine.put(message('a', '{', { receivedAt: start - 40 * day }))
    await store.quarantine.put(message('b', '[', { receivedAt: start - 40 * day }))
    const [newest] = await store.quarantine.list({ scope: null, limit: 1 })
    await store.quarantine.setState(newest?.id ?? 0, 'discarded')
    expect((await removeAll(of('quarantine'), start - 30 * day)).removed).toBe(1)
    expect((await removeAll(of('waiting'), start)).removed).toBe(0)
    expect(await store.quarantine.waiting(null)).toBe(1)
  })

  it('thins the months that are past', async () => {
    const old = Date.parse('2025-02-03T08:00:00+08:00')
    await store.log.append([{ ...reading('a', old, 5), receivedAt: start }])
    const asked = { device: 'a', property: 'pm25', from: old - day, to: old + day } as const
    expect((await askOne(store.series, { ...asked, resolution: 'auto' })).resolution).toBe('raw')
    const bounds = seriesBounds(retentionDefaults, start)
    expect((await sumOf(createSeriesPurge(store.series).compact(bounds))).removed).toBe(1)
    const answer = await askOne(store.series, { ...asked, resolution: 'auto' })
    expect(answer).toMatchObject({ resolution: 'hour', points: [[old, 5, 5, 5, 1]] })
  })
})

describe('pictures', () => {
  const house = useHouseTables()
  let now = start
  const clock = { now: () => now, monotonic: () => 0 }
  const pictures = () => createPictureFiles(join(directory, 'pictures'), () => now)
  let files: ReturnType<typeof pictures>
  beforeEach(() => {
    now = start
    files = pictures()
  })
  const purge = (before: number) =>
    removeAll(createPicturePurge({ db: house.db, pictures: files, clock }), before)

  async function shown(state: string, cleared: number | null): Promise<string> {
    const sha = await files.put(randomBytes(100))
    const id = `x${(await house.db.selectFrom('alarm').select('id').execute()).length}`
    await fill(house.db, {
      incidents: [incidentOf(`i-${id}`)],
      cases: [caseOf(`c-${id}`, { incident: `i-${id}`, number: id, state: state as 'closed' })],
      alarms: [
        alarmOf(`a-${id}`, {
          incident: `i-${id}`,
          rule: id,
          clearedAt: cleared,
          cause: { event: 'fire', confidence: 0.9, picture: sha },
        }),
      ],
    })
    return sha
  }

  const causes = async () => {
    const rows = await house.db.selectFrom('alarm').select('cause').orderBy('id').execute()
    return rows.map(({ cause }) => JSON.parse(cause) as object)
  }

  it('that nothing shows go by age, and say how big they were', async () => {
    const old = await files.put(randomBytes(300))
    now += 10 * day
    const young = await files.put(randomBytes(50))
    expect(await purge(start + day)).toEqual({ removed: 1, bytes: 300 })
    expect(await files.get(old)).toBeUndefined()
    expect(await files.get(young)).toHaveLength(50)
    expect(await purge(start + day)).toEqual({ removed: 0, bytes: 0 })
  })

  it.each(['reported', 'accepted', 'dispatched', 'handling', 'suspended', 'verifying'])(
    'that an open case shows stay (%s)',
    async (state) => {
      const sha = await shown(state, 1)
      now += 1000 * day
      expect((await purge(now)).removed).toBe(0)
      expect(await files.get(sha)).toHaveLength(100)
      expect(await causes()).toEqual([{ event: 'fire', confidence: 0.9, picture: sha }])
    },
  )

  it.each(['closed', 'void', 'merged'])(
    'of a case that is over go, and its evidence says since when (%s)',
    async (state) => {
      const sha = await shown(state, 1)
      now += 1000 * day
      expect(await purge(now)).toEqual({ removed: 1, bytes: 100 })
      expect(await files.get(sha)).toBeUndefined()
      expect(await causes()).toEqual([{ event: 'fire', confidence: 0.9, pictureRemovedAt: now }])
    },
  )

  it('of an alarm that still holds stay', async () => {
    await shown('closed', null)
    now += 1000 * day
    expect((await purge(now)).removed).toBe(0)
  })

  it('that an open and a closed case show both stay', async () => {
    const sha = await shown('closed', 1)
    const bytes = (await files.get(sha)) as Uint8Array
    await shown('handling', 1)
    await house.db
      .updateTable('alarm')
      .set({ cause: JSON.stringify({ event: 'fire', picture: sha }) })
      .where('id', '=', 'a-x1')
      .execute()
    now += 1000 * day
    expect((await purge(now)).removed).toBe(1)
    expect(await files.get(sha)).toEqual(bytes)
  })

  it('that are put again are young again', async () => {
    const jpeg = randomBytes(80)
    const sha = await files.put(jpeg)
    now += 100 * day
    await files.put(jpeg)
    expect((await purge(now - day)).removed).toBe(0)
    expect(await files.get(sha)).toHaveLength(80)
  })

  it('that are put while they are removed are there afterwards', async () => {
    const jpeg = randomBytes(80)
    const sha = await files.put(jpeg)
    now += 100 * day
    for await (const old of files.older(now)) {
      const putting = Promise.withResolvers<string>()
      await old.removeIf(async () => {
        putting.resolve(files.put(jpeg))
        return true
      })
      expect(await putting.promise).toBe(sha)
    }
    expect(await files.get(sha)).toEqual(jpeg)
  })

  it('half written ones that a crash left go too, and no foreign file', async () => {
    const sha = await files.put(randomBytes(10))
    const folder = join(directory, 'pictures', sha.slice(0, 2), sha.slice(2, 4))
    const half = join(folder, `${sha}.jpg.0f.new`)
    const foreign = join(folder, 'README')
    await writeFile(half, 'x')
    await writeFile(foreign, 'x')
    await purge(Date.now() + day)
    expect([existsSync(half), existsSync(foreign)]).toEqual([false, true])
  })

  it('are none where no picture ever came', async () => {
    files = createPictureFiles(join(directory, 'nowhere'))
    expect(await purge(now)).toEqual({ removed: 0, bytes: 0 })
  })
})

describe('the outbox', () => {
  const house = useHouseTables()
  const now = 1_000_000
  const clock = { now: () => now, monotonic: () => 0 }
  const trim = (before: number) =>
    removeAll(createOutboxTrim({ db: house.db, clock }), before).then(({ removed }) => removed)

  async function write(...times: number[]): Promise<void> {
    await house.db.transaction().execute(async (trx) => {
      for (const at of times) {
        const body = { id: `c${at}` }
        await writeOutbox(trx, { at, topic: 'case', village: villageA, place: villageA, body })
      }
    })
  }

  const times = async () => (await createOutbox(house.db).after(0, 9999)).map(({ at }) => at)

  it('loses old news from the front; its head never goes back', async () => {
    await write(1, 2, 3, 4)
    const outbox = createOutbox(house.db)
    const head = await outbox.head()
    expect(await trim(3)).toBe(2)
    expect(await times()).toEqual([3, 4])
    expect(await outbox.oldest()).toBe(head - 1)
    expect(await trim(999)).toBe(1)
    expect(await times()).toEqual([4])
    expect(await outbox.head()).toBe(head)
    await write(5)
    expect(await outbox.head()).toBe(head + 1)
  })

  it('keeps what a consumer with a position of its own has not had', async () => {
    await write(1, 2, 3, 4)
    const first = await createOutbox(house.db).oldest()
    await house.db
      .insertInto('consumer')
      .values([
        { name: 'outbox:push', position: first },
        { name: 'correlate', position: 0 },
      ])
      .execute()
    expect(await trim(999)).toBe(1)
    expect(await times()).toEqual([2, 3, 4])
  })

  it('whatever is removed, what is left is the end of what was written', async () => {
    const at = fc.integer({ min: 0, max: 50 }).map((n) => n * 1000)
    await fc.assert(
      fc.asyncProperty(fc.array(at, { minLength: 1, maxLength: 12 }), at, async (all, before) => {
        await house.db.deleteFrom('outbox').execute()
        await write(...all)
        await trim(before)
        const left = await times()
        expect(left.length).toBeGreaterThan(0)
        expect(left).toEqual(all.slice(all.length - left.length))
        for (const gone of all.slice(0, all.length - left.length)) expect(gone).toBeLessThan(before)
        if (left.length > 1) expect(left[0]).toBeGreaterThanOrEqual(before)
      }),
      { numRuns: 40 },
    )
  })

  it('a stream that was away for longer begins anew, one that was not goes on', async () => {
    await write(1, 2, 3, 4, 5)
    const outbox = createOutbox(house.db)
    const head = await outbox.head()
    const hub = createStreamHub({ outbox, installation: 'here' } as Parameters<
      typeof createStreamHub
    >[0])
    const begin = async (seq: number) => (await hub.begin(`${seq}.here`)).reset
    expect(await begin(head - 5)).toBe(false)
    await trim(4)
    // The oldest that is left is head - 1: who had head - 2 has missed nothing.
    expect(await begin(head - 2)).toBe(false)
    expect(await begin(head - 3)).toBe(true)
    await trim(999)
    expect(await begin(head - 1)).toBe(false)
    expect(await begin(head - 2)).toBe(true)
    expect(await begin(head)).toBe(false)
  })
})
