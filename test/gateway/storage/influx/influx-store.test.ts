import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { openDatabase } from '../../../../gateway/storage/database.ts'
import { createInfluxStore } from '../../../../gateway/storage/influx/influx-store.ts'
import type { InfluxServer } from '../../../../gateway/storage/influx/server.ts'
import { createObservationStore } from '../../../../gateway/storage/observation-store.ts'
import { describeSeriesStore } from '../../../contract/series-store.ts'
import type { SeriesStoreUnderTest } from '../../../contract/series-store-town.ts'
import { type InfluxProcess, startInflux } from '../../../support/influx-server.ts'
import { lacksPrograms } from '../../../support/programs.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now() }

async function openStore(server: InfluxServer, timeZone: string): Promise<SeriesStoreUnderTest> {
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

  describeSeriesStore('InfluxDB 1.6.7', async (timeZone) => {
    const bucket = `town ${++databases}`
    await influx.createDatabase(bucket)
    const server = { url: influx.door.url, token: undefined, org: undefined, bucket }
    return await openStore(server, timeZone)
  })
})
