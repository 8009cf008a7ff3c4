import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../ports/clock.ts'
import type { ObservationLog, QuarantineStore } from '../ports/observation-store.ts'
import type { Purgeable } from '../ports/retention.ts'
import type { SeriesName } from '../ports/series-store.ts'
import type { LogFileOptions } from './log-file.ts'
import { createGroupCommitLog, type LogLimits } from './observation-log.ts'
import { createObservationPurges } from './observation-purge.ts'
import { createSeriesKeys, type SeriesKeys } from './series-keys.ts'
import { createThreadLink } from './thread-link.ts'
import type { LogReady, LogRequests, SeriesKey } from './worker-messages.ts'

/**
 * The observation log and the quarantine on SQLite. One thread writes `observations.db`; the main
 * thread only gathers batches and remembers the newest entries.
 */

interface ObservationStoreHealth {
  /** The reason while commits fail, else null. */
  failing: string | null
  /** Rows that wait for the disk. */
  queuedRows: number
  /** Seq of the newest entry. */
  newest: number
}

/** What those who keep series by their numbers need of the log's file. */
export interface LoggedSeries {
  /** Seq of the newest entry. */
  newest(): number
  find(name: SeriesName): number | undefined
  /** Every series of readings. */
  list(): SeriesKey[]
  /** Numbers in that order; new series are listed durably when it resolves. */
  allot(names: readonly SeriesName[]): Promise<number[]>
}

export interface ObservationStore {
  log: ObservationLog
  loggedSeries: LoggedSeries
  quarantine: QuarantineStore
  start(): Promise<void>
  stop(): Promise<void>
  health(): ObservationStoreHealth
  /** What retention takes from here; `consumed` is up to where everybody has read the log. */
  purgeables(consumed: () => Promise<number>): Purgeable[]
}

export interface ObservationStoreOptions {
  directory: string
  clock: Clock
  limits?: Partial<LogLimits>
  /** How long a commit waits for somebody else's lock before it fails. */
  busyTimeoutMs?: number
  /** Waiting rows kept of one device; further messages are counted only. */
  waitingPerDevice?: number
}

const defaultLimits: LogLimits = {
  batchRows: 5000,
  queuedRows: 50_000,
  queuedBytes: 64 * 1024 * 1024,
  ringEntries: 16_384,
}

export function createObservationStore(options: ObservationStoreOptions): ObservationStore {
  const { directory } = options
  const logFile = join(directory, 'observations.db')
  const logSettings: LogFileOptions = {
    file: logFile,
    busyTimeoutMs: options.busyTimeoutMs ?? 5000,
    waitingPerDevice: options.waitingPerDevice ?? 1000,
  }
  let keys: SeriesKeys | undefined
  const logThread = createThreadLink<LogRequests, LogReady>({
    name: 'observation log',
    file: new URL('./observation-worker.ts', import.meta.url),
    settings: logSettings,
    onReady({ head, series }) {
      keys ??= createSeriesKeys(series)
      log.opened(head, keys)
    },
  })
  const log = createGroupCommitLog(logThread, { ...defaultLimits, ...options.limits })

  const loggedSeries: LoggedSeries = {
    newest: () => log.newest(),
    find: ({ device, property }) => keys?.find(device, 'reading', property),
    list: () => keys?.readings() ?? [],
    allot: (names) => log.allot(names),
  }

  const quarantine: QuarantineStore = {
    put: (message) => log.put(message),
    list: (filter) => logThread.request({ type: 'list', filter }),
    get: (id) => logThread.request({ type: 'get', id }),
    waiting: (scope) => logThread.request({ type: 'waiting', scope }),
    async setState(id, state) {
      await logThread.request({ type: 'setState', id, state })
    },
  }

  return {
    log,
    loggedSeries,
    quarantine,
    async start() {
      mkdirSync(directory, { recursive: true })
      await logThread.start()
    },
    async stop() {
      await log.drain()
      await logThread.stop()
    },
    health: () => ({
      failing: log.failing(),
      queuedRows: log.queued(),
      newest: log.newest(),
    }),
    purgeables: (consumed) =>
      createObservationPurges({ logThread, consumed, clock: options.clock }),
  }
}
