import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LogEntry, Observation } from '../../../../gateway/domain/observation.ts'
import { openDatabase } from '../../../../gateway/storage/database.ts'
import { createKeptProgress } from '../../../../gateway/storage/influx/kept-progress.ts'
import { pauseAfter } from '../../../../gateway/storage/influx/pauses.ts'
import type { Posted, PostLines } from '../../../../gateway/storage/influx/post-lines.ts'
import { createInfluxWriter, type InfluxWriter } from '../../../../gateway/storage/influx/writer.ts'
import type { Tables } from '../../../../gateway/storage/schema.ts'

/** The writer on real tables, with a log and a server that the test holds in its hands. */

const now = Date.UTC(2026, 10, 22)

function reading(n: number, value = n): Observation {
  return {
    kind: 'reading',
    device: 'a',
    property: 'pm25',
    value,
    observedAt: n,
    receivedAt: now + n,
  }
}
const status: Observation = {
  kind: 'status',
  device: 'a',
  online: true,
  observedAt: 1,
  receivedAt: now,
}

function fakeLog() {
  let entries: LogEntry[] = []
  let head = 0
  let grown = Promise.withResolvers<void>()
  return {
    append(...observations: Observation[]) {
      for (const observation of observations) entries.push({ seq: ++head, observation })
      grown.resolve()
      grown = Promise.withResolvers<void>()
    },
    trim(upTo: number) {
      entries = entries.filter(({ seq }) => seq > upTo)
    },
    newest: () => head,
    read: async (after: number, limit: number) =>
      entries.filter(({ seq }) => seq > after).slice(0, limit),
    changed: () => grown.promise,
  }
}

let directory: string
let db: Kysely<Tables>
let log: ReturnType<typeof fakeLog>
let writer: InfluxWriter
/** Values of the lines that it took, in order. */
let taken: number[]
let requests: number
let answer: (values: readonly number[]) => Posted
let rests: number[]
/** Rests that are over at once; others last until somebody calls. */
let isShort: (ms: number) => boolean
let warned: string[]

const refusal = (reason: string): Posted => ({
  kind: 'refused',
  reason,
  named: [],
  dropped: null,
  outlived: false,
})
const away: Posted = {
  kind: 'trouble',
  trouble: { kind: 'away', text: 'It is away.', waitMs: null },
}
const good: Posted = { kind: 'taken' }

const valueOf = (line: string) => Number(/ pm25=(\S+) /.exec(line)?.[1])
const post: PostLines = async (lines) => {
  requests += 1
  const values = lines.map(valueOf)
  const posted = answer(values)
  if (posted.kind === 'taken') taken.push(...values)
  return posted
}

function open(): InfluxWriter {
  return createInfluxWriter({
    log,
    newest: log.newest,
    progress: createKeptProgress(db, () => now),
    post,
    clock: { now: () => now },
    random: () => 0,
    warn: (text) => warned.push(text),
    async sleep(ms, called) {
      rests.push(ms)
      if (called.aborted || isShort(ms)) return
      await new Promise<void>((resolve) => called.addEventListener('abort', () => resolve()))
    },
  })
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lianxun-writer-'))
  db = await openDatabase(path.join(directory, 'lianxun.db'))
})

afterAll(async () => {
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

beforeEach(async () => {
  await db.deleteFrom('consumer').execute()
  await db.deleteFrom('series_refused').execute()
  log = fakeLog()
  taken = []
  requests = 0
  answer = () => good
  rests = []
  isShort = () => true
  warned = []
  writer = open()
})

afterEach(() => writer.stop())

const kept = async () =>
  (await db.selectFrom('consumer').selectAll().where('name', '=', 'influx').executeTakeFirst())
    ?.position
const refusedRows = () =>
  db.selectFrom('series_refused').selectAll().orderBy('observed_at').execute()
const all = async (seq = log.newest()) => await expect.poll(() => writer.written()).toBe(seq)
const distinct = () => [...new Set(taken)].toSorted((a, b) => a - b)

describe('following the log', () => {
  test('begins with what the log has, and goes on where it was', async () => {
    log.append(reading(1), status, reading(2))
    await writer.start()
    await all(3)
    expect(await kept()).toBe(3)
    await writer.stop()
    log.append(reading(3))
    writer = open()
    await writer.start()
    expect(writer.position()).toBe(3)
    await all(4)
    expect(taken).toEqual([1, 2, 3])
    expect(writer.state()).toEqual({ waiting: 0, waitingSince: null, trouble: null, refused: 0 })
    expect(writer.counts().written).toBe(1)
  })

  test('5000 at most in a request, and what comes meanwhile in the next', async () => {
    log.append(...Array.from({ length: 12_000 }, (_, n) => reading(n + 1)))
    await writer.start()
    await all()
    expect(requests).toBe(3)
    expect(taken).toHaveLength(12_000)
  })

  test('what is no reading costs no request, and is passed over', async () => {
    await writer.start()
    log.append(status, status)
    await all(2)
    expect([requests, writer.position(), await kept()]).toEqual([0, 0, undefined])
    await writer.stop()
    expect(await kept()).toBe(2)
  })

  test('gathers while nobody asks, and hurries when somebody does', async () => {
    isShort = () => false
    await writer.start()
    log.append(reading(1))
    await expect.poll(() => rests).toEqual([500])
    log.append(reading(2), reading(3))
    expect(requests).toBe(0)
    expect(writer.state()).toMatchObject({ waiting: 3, waitingSince: now })
    await writer.reach(3)
    expect([requests, taken]).toEqual([1, [1, 2, 3]])
    await writer.reach(3)
    expect(requests).toBe(1)
  })

  test('a log that is younger than the position is written from its beginning', async () => {
    await createKeptProgress(db, () => now).keep(900, [])
    log.append(reading(1))
    await writer.start()
    await all(1)
    expect(taken).toEqual([1])
  })

  test('says so when the log has given away what only files have', async () => {
    await createKeptProgress(db, () => now).keep(2, [])
    log.append(...Array.from({ length: 9 }, (_, n) => reading(n + 1)))
    log.trim(5)
    await writer.start()
    expect(warned).toEqual([expect.stringContaining('lianxun migrate-series --to influx')])
    await all(9)
    expect(taken).toEqual([6, 7, 8, 9])
  })

  test('killed after the server took it and before that was kept: it comes again', async () => {
    const progress = createKeptProgress(db, () => now)
    log.append(reading(1), reading(2))
    await writer.start()
    await all(2)
    await progress.keep(0, [])
    await writer.stop()
    await progress.keep(0, [])
    writer = open()
    await writer.start()
    await all(2)
    expect(distinct()).toEqual([1, 2])
  })
})

describe('a server that is away', () => {
  test('nothing is passed over; it is tried again, ever more seldom', async () => {
    let left = 9
    answer = () => (left-- > 0 ? away : good)
    log.append(reading(1), reading(2))
    await writer.start()
    await all(2)
    expect(taken).toEqual([1, 2])
    const pauses = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
    expect(rests.slice(0, 9)).toEqual(pauses)
    expect(warned).toEqual(['It is away.', expect.stringContaining('takes readings again; 0 ')])
  })

  test('its trouble is told from the second time on, and whoever asks does not wait', async () => {
    answer = () => away
    isShort = (ms) => ms === 500
    log.append(reading(7))
    await writer.start()
    await expect.poll(() => writer.state().trouble).toBe('It is away.')
    expect(writer.state()).toMatchObject({ waiting: 1, waitingSince: now + 7 })
    await writer.reach(1)
    expect([writer.position(), writer.written()]).toEqual([0, 0])
    // The house closes while it rests.
    await writer.stop()
    expect(await kept()).toBeUndefined()
  })

  test('who asks waits a second at most', async () => {
    const stuck = Promise.withResolvers<void>()
    const slow = createInfluxWriter({
      log,
      newest: log.newest,
      progress: createKeptProgress(db, () => now),
      async post() {
        await stuck.promise
        return good
      },
      clock: { now: () => now },
      random: () => 0,
      warn: () => undefined,
      async sleep(ms) {
        rests.push(ms)
      },
    })
    await slow.start()
    log.append(reading(1))
    await slow.reach(1)
    expect(rests).toContain(1000)
    expect(slow.written()).toBe(0)
    stuck.resolve()
    await slow.stop()
  })

  test.each([
    { failures: 1, kind: 'away', askedMs: null, random: 0, expected: 500 },
    { failures: 1, kind: 'away', askedMs: null, random: 1, expected: 250 },
    { failures: 4, kind: 'busy', askedMs: null, random: 0, expected: 4000 },
    { failures: 4000, kind: 'away', askedMs: null, random: 0, expected: 30_000 },
    { failures: 1, kind: 'settings', askedMs: null, random: 0, expected: 30_000 },
    { failures: 9, kind: 'busy', askedMs: 7000, random: 0.9, expected: 7000 },
    { failures: 9, kind: 'busy', askedMs: 0, random: 0, expected: 500 },
    { failures: 1, kind: 'busy', askedMs: 86_400_000, random: 0, expected: 300_000 },
  ] as const)(
    'after $failures × $kind, asked for $askedMs ms: $expected ms',
    ({ expected, ...failed }) => {
      expect(pauseAfter(failed)).toBe(expected)
    },
  )

  test('tables that cannot be written are trouble too, and nothing is lost by it', async () => {
    await db.schema.alterTable('consumer').renameTo('gone').execute()
    log.append(reading(1))
    // Its position it had already.
    const later = createInfluxWriter({
      log,
      newest: log.newest,
      progress: { ...createKeptProgress(db, () => now), position: async () => 0 },
      post,
      clock: { now: () => now },
      random: () => 0,
      warn: (text) => warned.push(text),
      sleep: async (ms) => {
        rests.push(ms)
        if (rests.length === 3) await db.schema.alterTable('gone').renameTo('consumer').execute()
      },
    })
    await later.start()
    await expect.poll(() => later.position()).toBe(1)
    expect(warned[0]).toContain('Readings cannot be handed to InfluxDB')
    expect(distinct()).toEqual([1])
    await later.stop()
  })
})

describe('readings that the server refuses', () => {
  const bad = (values: readonly number[]) => values.some((value) => value % 10 === 5)
  const unlessBad = (values: readonly number[]) => (bad(values) ? refusal('no fives') : good)

  test('are kept with the reason, one by one, and the rest passes', async () => {
    answer = unlessBad
    log.append(...Array.from({ length: 30 }, (_, n) => reading(n + 1)))
    await writer.start()
    await all(30)
    expect(distinct()).toHaveLength(27)
    expect(await refusedRows()).toEqual(
      [5, 15, 25].map((n) => ({
        device: 'a',
        property: 'pm25',
        observed_at: n,
        value: n,
        reason: 'no fives',
        at: now,
      })),
    )
    expect(writer.state()).toMatchObject({ waiting: 0, trouble: null, refused: 3 })
    expect(await kept()).toBe(30)
  })

  test('are handed over once more at the next start', async () => {
    answer = unlessBad
    log.append(...Array.from({ length: 30 }, (_, n) => reading(n + 1)))
    await writer.start()
    await all(30)
    await writer.stop()
    answer = (values) => (values.includes(15) ? refusal('not that one') : good)
    writer = open()
    await writer.start()
    await expect.poll(() => writer.state().refused).toBe(1)
    expect((await refusedRows()).map(({ observed_at: at }) => at)).toEqual([15])
    expect(distinct()).toEqual(Array.from({ length: 30 }, (_, n) => n + 1).filter((n) => n !== 15))
    const before = requests
    log.append(reading(31))
    await all(31)
    expect(requests).toBe(before + 1)
  })

  test('alone they wait for one that is taken: perhaps it is the server', async () => {
    answer = unlessBad
    // It rests after each try, until there is more to be sent.
    isShort = (ms) => ms === 500 && rests.length < 50
    log.append(reading(5), reading(15))
    await writer.start()
    await expect
      .poll(() => writer.state().trouble ?? '')
      .toContain('takes none of the readings: no fives')
    expect([writer.position(), await refusedRows()]).toEqual([0, []])
    await writer.stop()
    log.append(reading(6))
    isShort = () => true
    writer = open()
    await writer.start()
    await all(3)
    expect(distinct()).toEqual([6])
    expect(await refusedRows()).toHaveLength(2)
  })

  test('what is older than the bucket keeps is counted, and no fault', async () => {
    answer = (values) => {
      const old = values.filter((value) => value <= 10).length
      if (old === 0) return good
      return { kind: 'refused', reason: 'old', named: [], dropped: old, outlived: true }
    }
    log.append(...Array.from({ length: 30 }, (_, n) => reading(n + 1)))
    await writer.start()
    await all(30)
    expect(writer.counts()).toEqual({ written: 20, outlived: 10, forgotten: 0 })
    expect(writer.state().refused).toBe(0)
  })

  test('beyond ten thousand the oldest make room, and that is counted', async () => {
    const one = (n: number) => ({
      reading: { device: 'a', property: 'pm25' as const, at: n, value: n },
      reason: 'no',
    })
    await writer.keepRefused(Array.from({ length: 10_000 }, (_, n) => one(n)))
    await writer.keepRefused([one(3), one(20_000), one(20_001)])
    expect(writer.state().refused).toBe(10_000)
    expect(writer.counts().forgotten).toBe(2)
    const times = (await refusedRows()).map(({ observed_at: at }) => at)
    expect(times.slice(0, 3)).toEqual([2, 3, 4])
    expect(times.slice(-2)).toEqual([20_000, 20_001])
  })
})
