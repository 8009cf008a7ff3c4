import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkInflux } from '../../../../gateway/cli/doctor-influx.ts'
import type { Purgeable } from '../../../../gateway/ports/retention.ts'
import { openDatabase } from '../../../../gateway/storage/database.ts'
import { createInfluxStore } from '../../../../gateway/storage/influx/influx-store.ts'
import type { InfluxServer } from '../../../../gateway/storage/influx/server.ts'
import { createObservationStore } from '../../../../gateway/storage/observation-store.ts'
import { describeSeriesStore } from '../../../contract/series-store.ts'
import {
  append,
  ask,
  noon,
  pm25,
  readAll,
  readings,
  type SeriesStoreUnderTest,
} from '../../../contract/series-store-town.ts'
import { type InfluxProcess, startInflux } from '../../../support/influx-server.ts'
import { lacksPrograms } from '../../../support/programs.ts'
import { startVictoriaMetrics } from '../../../support/victoria-metrics.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now() }

interface OpenStore extends SeriesStoreUnderTest {
  purgeables(): Purgeable[]
}

async function openStore(server: InfluxServer, timeZone: string): Promise<OpenStore> {
  const directory = await mkdtemp(path.join(tmpdir(), 'lianxun-series-'))
  const db = await openDatabase(path.join(directory, 'lianxun.db'))
  const observations = createObservationStore({ directory, clock })
  const series = createInfluxStore({
    server,
    timeZone,
    log: observations.log,
    newest: () => observations.loggedSeries.newest(),
    db,
    clock,
    warn: () => undefined,
    reachMs: 20_000,
  })
  await observations.start()
  await series.start()
  return {
    log: observations.log,
    series,
    purgeables: () => observations.purgeables(async () => series.position()),
    async stop() {
      await series.stop()
      await observations.stop()
      await db.destroy()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

describe.skipIf(lacksPrograms('series on InfluxDB', 'influxd'))('influxd', () => {
  let influx: InfluxProcess
  let databases = 0
  beforeAll(async () => {
    influx = await startInflux()
  })
  afterAll(() => influx.stop())

  async function newServer(): Promise<InfluxServer> {
    const bucket = `town ${++databases}`
    await influx.createDatabase(bucket)
    return { url: influx.door.url, token: undefined, org: undefined, bucket }
  }

  describeSeriesStore('InfluxDB 1.6.7', async (zone) => openStore(await newServer(), zone))

  test('the layout is that of the documentation', async () => {
    const server = await newServer()
    const store = await openStore(server, 'Asia/Shanghai')
    await append(store, [pm25('a', noon, 12.5)])
    const bucket = {
      device: 'a',
      property: 'pm25',
      at: noon,
      min: 1,
      max: 9,
      sum: 30,
      count: 6,
    } as const
    const buckets = (['hour', 'day'] as const).map((resolution) => ({ ...bucket, resolution }))
    await store.series.write({ kind: 'rolledUp', buckets })
    await ask(store, 'a', ['raw', noon, noon + 1])
    expect(await influx.rows(server.bucket, 'SELECT * FROM "reading"')).toEqual([[noon, 'a', 12.5]])
    for (const name of ['reading_hour', 'reading_day']) {
      const rows = await influx.rows(
        server.bucket,
        `SELECT "device", "property", "min", "max", "sum", "count" FROM "${name}"`,
      )
      expect(rows).toEqual([[noon, 'a', 'pm25', 1, 9, 30, 6]])
    }
    await store.stop()
  })

  test('names with every sign there is are asked for as they were written', async () => {
    const store = await openStore(await newServer(), 'Asia/Shanghai')
    const names = [
      `a'b`,
      'a"b',
      'a b',
      'a,b',
      'a=b',
      String.raw`a\b`,
      "a' OR 1=1 --",
      '大石',
      'a;b',
    ]
    await store.series.write(readings(...names.map((name, n) => pm25(name, noon, n))))
    for (const [n, name] of names.entries()) {
      const { points } = await ask(store, name, ['raw', noon, noon + 1])
      expect([name, points]).toEqual([name, [[noon, n]]])
      expect(await readAll(store, name, [noon, noon + 1])).toHaveLength(1)
    }
    expect((await store.series.extents(names)).map(({ device }) => device).toSorted()).toEqual(
      names.toSorted(),
    )
    await store.stop()
  })

  test('one field of another type there costs the readings of that field', async () => {
    const server = await newServer()
    const wrong = new URLSearchParams({ bucket: server.bucket, precision: 'ms' })
    const body = `reading,device=x pm25="much" ${noon}`
    await fetch(`${server.url}/api/v2/write?${wrong}`, { method: 'POST', body })
    const store = await openStore(server, 'Asia/Shanghai')
    const damp = { device: 'a', property: 'humidity' as const, at: noon, value: 50 }
    await append(store, [damp, pm25('a', noon, 1), pm25('a', noon + 1, 2)])
    await expect.poll(() => store.series.state().waiting).toBe(0)
    expect(store.series.state()).toMatchObject({ trouble: null, refused: 2 })
    expect(await influx.rows(server.bucket, 'SELECT "humidity" FROM "reading"')).toEqual([
      [noon, 50],
    ])
    await store.stop()
  })

  test('the log keeps what is not written yet, and nothing more', async () => {
    const { door } = influx
    const store = await openStore(await newServer(), 'Asia/Shanghai')
    const trimmed = async () => {
      let count = 0
      const [log] = store.purgeables().filter(({ kind }) => kind === 'log')
      for await (const { removed } of log?.remove(Date.now() + 1e9) ?? []) count += removed
      return count
    }
    await append(store, [pm25('a', noon, 1), pm25('a', noon + 1, 2)])
    await expect.poll(() => store.series.position()).toBe(2)
    door.answer('cut')
    await append(store, [pm25('a', noon + 2, 3), pm25('a', noon + 3, 4)])
    await expect.poll(() => store.series.state().trouble).not.toBeNull()
    expect(await trimmed()).toBe(2)
    door.answer(null)
    await expect.poll(() => store.series.position()).toBe(4)
    expect((await ask(store, 'a', ['raw', noon, noon + 9])).points).toHaveLength(4)
    await store.stop()
  })

  test('doctor tells a bucket that is there from one that is not', async () => {
    const server = await newServer()
    const findings = async (bucket: string) => await checkInflux({ influx: { ...server, bucket } })
    expect((await findings(server.bucket)).map(({ ok }) => ok)).toEqual([true, true])
    const missing = await findings('nowhere')
    expect(missing.map(({ ok }) => ok)).not.toContain(true)
    for (const { text } of missing) expect(text).toContain('LIANXUN_INFLUX_BUCKET')
    expect(await influx.rows(server.bucket, 'SHOW MEASUREMENTS')).toEqual([])
  })
})

describe.skipIf(lacksPrograms('writes to VictoriaMetrics', 'victoria-metrics'))(
  'VictoriaMetrics',
  () => {
    test('takes what is written as an InfluxDB 2 does, every reading once', async () => {
      const metrics = await startVictoriaMetrics()
      const server = { url: metrics.url, token: 'any', org: 'town', bucket: 'town' }
      const store = await openStore(server, 'Asia/Shanghai')
      const begun = Date.now() - 3_600_000
      const all = Array.from({ length: 7000 }, (_, n) => pm25(`d${n % 5}`, begun + n * 100, n / 8))
      await append(store, all)
      await expect.poll(() => store.series.state().waiting, { timeout: 20_000 }).toBe(0)
      const found = (await metrics.points('reading_pm25')).flatMap(({ device, points }) =>
        points.map(([at, value]) => `${device} ${at} ${value}`),
      )
      expect(found.toSorted()).toEqual(
        all.map((one) => `${one.device} ${one.at} ${one.value}`).toSorted(),
      )
      expect(store.series.state()).toMatchObject({ trouble: null, refused: 0 })
      await store.stop()
      await metrics.stop()
    })
  },
)

/** Any InfluxDB 2 or 3 that somebody has; its bucket should be an empty one. */
const elsewhere = process.env['LIANXUN_TEST_INFLUX_URL']
if (elsewhere !== undefined && elsewhere !== '') {
  const run = Date.now()
  const server = {
    url: elsewhere.replace(/\/+$/, ''),
    token: process.env['LIANXUN_TEST_INFLUX_TOKEN'],
    org: process.env['LIANXUN_TEST_INFLUX_ORG'],
    bucket: process.env['LIANXUN_TEST_INFLUX_BUCKET'] ?? 'lianxun-test',
  }
  describeSeriesStore(`InfluxDB at ${elsewhere}, ${run}`, (zone) => openStore(server, zone))
}
