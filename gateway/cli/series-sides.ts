import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Config } from '../config/config.ts'
import { ConfigError, StoreError } from '../domain/errors.ts'
import type { SeriesStore } from '../ports/series-store.ts'
import { openDatabase } from '../storage/database.ts'
import { lockHouse, lockSeriesFiles } from '../storage/house-lock.ts'
import { createInfluxStore } from '../storage/influx/influx-store.ts'
import { openListedSeries } from '../storage/listed-series.ts'
import { openSeriesBeside } from '../storage/months-beside.ts'
import { createObservationStore } from '../storage/observation-store.ts'
import type { Tables } from '../storage/schema.ts'
import { createSeriesFileStore } from '../storage/series-store.ts'
import { clock } from './settings.ts'

/**
 * The two stores of time series as a command has them. When no gateway runs, the command has the
 * house to itself and the store follows the log to its end, as it would there. Beside a gateway
 * files are only read, and an InfluxDB, which takes many writers, is asked as it is.
 */

export interface CommandHouse {
  config: Config
  db: Kysely<Tables>
  /** No gateway runs, and none can start before the end. */
  alone: boolean
}

export interface Side<S> {
  store: S
  close(): Promise<void>
}

type Readable = Pick<SeriesStore, 'query' | 'extents' | 'read'>

const nobodyStops = 'Stop it first.'

function lockIfAlone(dataDir: string): { release(): void } | undefined {
  try {
    return lockHouse(dataDir, nobodyStops)
  } catch (error) {
    if (error instanceof StoreError) return undefined
    throw error
  }
}

export async function withHouse<T>(
  config: Config,
  work: (house: CommandHouse) => Promise<T>,
): Promise<T> {
  const lock = lockIfAlone(config.dataDir)
  try {
    const db = await openDatabase(join(config.dataDir, 'lianxun.db'))
    try {
      return await work({ config, db, alone: lock !== undefined })
    } finally {
      await db.destroy()
    }
  } finally {
    lock?.release()
  }
}

/** With the log, which it follows. */
async function ownFiles({ config }: CommandHouse): Promise<Side<SeriesStore>> {
  const { dataDir: directory, timeZone } = config
  const observations = createObservationStore({ directory, clock })
  const logged = observations.loggedSeries
  const store = createSeriesFileStore({ directory, timeZone, clock, logged })
  await observations.start()
  await store.start()
  return {
    store,
    async close() {
      await store.stop()
      await observations.stop()
    },
  }
}

export async function readFiles(house: CommandHouse): Promise<Side<Readable>> {
  if (house.alone) return await ownFiles(house)
  const { dataDir, timeZone } = house.config
  const store = openSeriesBeside(dataDir, timeZone)
  return { store, close: async () => store.close() }
}

/** To write into; beside a gateway only when that one does not keep its series in them. */
export async function writeFiles(house: CommandHouse): Promise<Side<SeriesStore>> {
  const { dataDir: directory, timeZone } = house.config
  const lock = lockSeriesFiles(directory)
  try {
    const side = house.alone ? await ownFiles(house) : await filesBeside(directory, timeZone)
    return {
      store: side.store,
      async close() {
        await side.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The log belongs to the gateway: no new series can be listed in it. */
async function filesBeside(directory: string, timeZone: string): Promise<Side<SeriesStore>> {
  const logged = openListedSeries(directory)
  const store = createSeriesFileStore({ directory, timeZone, clock, logged })
  await store.start()
  return {
    store,
    async close() {
      await store.stop()
      logged.close()
    },
  }
}

function warn(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** `follows`: what of the log is not there yet is written first. */
export async function openInflux(
  { config, db, alone }: CommandHouse,
  { follows }: { follows: boolean },
): Promise<Side<SeriesStore>> {
  const { influx: server, timeZone, dataDir: directory } = config
  if (!server) {
    throw new ConfigError(['LIANXUN_INFLUX_URL is not set; set it and LIANXUN_INFLUX_BUCKET'])
  }
  const observations = createObservationStore({ directory, clock })
  const writes = follows && alone
  const { log, loggedSeries } = observations
  const newest = () => (writes ? loggedSeries.newest() : 0)
  const store = createInfluxStore({ server, timeZone, log, newest, db, clock, warn })
  if (writes) {
    await observations.start()
    await store.start()
  }
  return {
    store,
    async close() {
      await store.stop()
      if (writes) await observations.stop()
    },
  }
}

/** The store that the gateway has by its settings, to read from. */
export function readSeries(house: CommandHouse): Promise<Side<Readable>> {
  return house.config.influx ? openInflux(house, { follows: true }) : readFiles(house)
}

/** The same, to write into; only while no gateway runs. */
export function writeSeries(house: CommandHouse): Promise<Side<SeriesStore>> {
  return house.config.influx ? openInflux(house, { follows: true }) : writeFiles(house)
}
