import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Kysely } from 'kysely'
import { settleRestore } from '../backup/swap.ts'
import type { Config } from '../config/config.ts'
import { createCalibratedLog } from '../pipeline/calibrated-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { SeriesStore } from '../ports/series-store.ts'
import { createAuditLog } from '../storage/audit-log.ts'
import { createCalibrationRegistry } from '../storage/calibration-registry.ts'
import { createCameraBook } from '../storage/camera-book.ts'
import { openDatabase } from '../storage/database.ts'
import { createDeviceRegistry } from '../storage/device-registry.ts'
import { createDutyStore } from '../storage/duty-store.ts'
import { createEventMappings } from '../storage/event-mappings.ts'
import { type HouseLock, lockHouse, lockSeriesFiles } from '../storage/house-lock.ts'
import { createInfluxStore, type InfluxStore } from '../storage/influx/influx-store.ts'
import { createObservationStore, type ObservationStore } from '../storage/observation-store.ts'
import { createOutbox } from '../storage/outbox.ts'
import { createPictureFiles } from '../storage/picture-files.ts'
import { createPictureUploads } from '../storage/picture-uploads.ts'
import { createPlannedEventStore } from '../storage/planned-event-store.ts'
import { createRetentionStore } from '../storage/retention-store.ts'
import type { Tables } from '../storage/schema.ts'
import { loadInstallationKey } from '../storage/secrets.ts'
import { createSeriesFileStore } from '../storage/series-store.ts'
import { createSessionStore } from '../storage/session-store.ts'
import { createTokenStore } from '../storage/token-store.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { createUserStore } from '../storage/user-store.ts'
import { createVault } from '../storage/vault.ts'
import { createVoiceFiles } from '../storage/voice-files.ts'
import { openTls, type TlsKeeper } from '../tls/keeper.ts'

export interface ComposeParts {
  logger: FastifyBaseLogger
  clock?: Clock
  /** Says one line to whoever sits at the terminal; what it says stands in no log. */
  tell?: (text: string) => void
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

export interface House extends Required<ComposeParts> {
  config: Config
  db: Kysely<Tables>
  key: Buffer
  /** Tells this installation's ids from another's. */
  installation: string
  /** Undefined: there is no certificate, and no TLS. */
  tls: TlsKeeper | undefined
  /** Nobody else has the data directory. */
  lock: HouseLock
}

/** Opens what must be open before anything can be built: the tables and the key. */
export async function openHouse(config: Config, parts: ComposeParts): Promise<House> {
  const settled = await settleRestore(config.dataDir)
  if (settled) parts.logger.warn(settled)
  const lock = lockHouse(config.dataDir, 'Stop it first, or set another LIANXUN_DATA_DIR.')
  try {
    return await openWithin(config, parts, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openWithin(config: Config, parts: ComposeParts, lock: HouseLock): Promise<House> {
  const tls = await openTls(config, { clock: systemClock, log: parts.logger, ...parts })
  const db = await openDatabase(join(config.dataDir, 'lianxun.db'))
  const key = await loadInstallationKey(config.dataDir)
  const installation = createHash('sha256').update(key).digest('hex').slice(0, 8)
  return { config, db, key, installation, tls, lock, clock: systemClock, tell: () => {}, ...parts }
}

type HouseSeries = SeriesStore & Partial<Pick<InfluxStore, 'counts'>>

/** A command must not write into the same files. */
function withLock(store: SeriesStore, directory: string): SeriesStore {
  let lock: HouseLock | undefined
  return {
    ...store,
    async start() {
      lock = lockSeriesFiles(directory)
      await store.start()
    },
    async stop() {
      await store.stop()
      lock?.release()
    },
  }
}

/** One store at a time; it reads the log by itself. */
function createSeries(house: House, { log, loggedSeries: logged }: ObservationStore): HouseSeries {
  const { config, db, clock, logger } = house
  const { dataDir: directory, timeZone, influx: server } = config
  if (!server)
    return withLock(createSeriesFileStore({ directory, timeZone, clock, logged }), directory)
  const warn = (text: string) => logger.warn(text)
  return createInfluxStore({
    server,
    timeZone,
    log,
    newest: () => logged.newest(),
    db,
    clock,
    warn,
  })
}

export function createStores(house: House) {
  const { config, db, key, clock, logger } = house
  const { dataDir, timeZone } = config
  const warn = (text: string) => logger.warn(text)
  const devices = createDeviceRegistry({ db, key, clock, warn })
  const vault = createVault(key)
  const calibrations = createCalibrationRegistry(db)
  const observations = createObservationStore({ directory: dataDir, clock })
  return {
    towns: createTownRepository({ db, timeZone }),
    devices,
    cameraBook: createCameraBook({ db, vault, devices, warn }),
    eventMappings: createEventMappings({ db, warn }),
    observations,
    calibrations,
    /** As rules and people read it; what writes it or keeps series has it from `observations`. */
    log: createCalibratedLog(observations.log, calibrations),
    series: createSeries(house, observations),
    pictures: createPictureFiles(join(dataDir, 'pictures'), () => clock.now()),
    voices: createVoiceFiles(join(dataDir, 'voices'), () => clock.now()),
    uploads: createPictureUploads(db),
    outbox: createOutbox(db),
    duties: createDutyStore(db),
    plannedEvents: createPlannedEventStore(db),
    users: createUserStore({ db, newId: randomUUID }),
    sessions: createSessionStore(db),
    tokens: createTokenStore({ db, key, newId: randomUUID }),
    vault,
    audit: createAuditLog({ db, key, clock }),
    retention: createRetentionStore(db),
  }
}

export type Stores = ReturnType<typeof createStores>
