import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidError } from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { ObservationLog, QuarantineStore } from '../ports/observation-store.ts'
import type { Purgeable } from '../ports/retention.ts'
import type { SeriesStore } from '../ports/series-store.ts'
import type { LogFileOptions } from './log-file.ts'
import { createGroupCommitLog, type LogLimits } from './observation-log.ts'
import { createObservationPurges } from './observation-purge.ts'
import { createSeriesKeys, type SeriesKeys } from './series-keys.ts'
import type { SeriesWorkerSettings } from './series-worker.ts'
import { createThreadLink } from './thread-link.ts'
import type { LogReady, LogRequests, SeriesRequests } from './worker-messages.ts'

/**
 * The observation log, the time series and the quarantine on SQLite. One thread writes
 * `observations.db`, another follows it into `series-YYYY-MM.db`; the main thread only gathers
 * batches and remembers the newest entries.
 */

interface ObservationStoreHealth {
  /** The reason while commits fail, else null. */
  failing: string | null
  /** Rows that wait for the disk. */
  queuedRows: number
  /** Seq of the newest entry. */
  newest: number
  /** Log entries that the time series have not seen yet. */
  seriesLag: number
}

export interface ObservationStore {
  log: ObservationLog
  series: Pick<SeriesStore, 'query'>
  quarantine: QuarantineStore
  start(): Promise<void>
  stop(): Promise<void>
  health(): ObservationStoreHealth
  /** What retention takes from here; `position` is up to where the rules have kept their work. */
  purgeables(position: () => Promise<number>): Purgeable[]
}

export interface ObservationStoreOptions {
  directory: string
  /** IANA zone of the town's days and months. */
  timeZone: string
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

/** Steps of this length are cheap for the disk; whoever asks sooner makes the series catch up. */
const followEveryMs = 500

/** Brings the series after the log while it grows, one request at a time. */
function createFollower(follow: (upTo: number) => Promise<number>, log: { newest(): number }) {
  let followed = 0
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function step() {
    followed = await follow(log.newest()).catch(() => followed)
    running = undefined
  }

  return {
    start(): void {
      timer = setInterval(() => {
        if (!running && log.newest() > followed) running = step()
      }, followEveryMs)
      timer.unref()
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
      if (log.newest() > followed) await step()
    },
    lag: () => log.newest() - followed,
  }
}

export function createObservationStore(options: ObservationStoreOptions): ObservationStore {
  const { directory, timeZone } = options
  const logFile = join(directory, 'observations.db')
  const logSettings: LogFileOptions = {
    file: logFile,
    busyTimeoutMs: options.busyTimeoutMs ?? 5000,
    waitingPerDevice: options.waitingPerDevice ?? 1000,
  }
  const seriesSettings: SeriesWorkerSettings = { directory, logFile, timeZone }
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
  const seriesThread = createThreadLink<SeriesRequests, undefined>({
    name: 'time series',
    file: new URL('./series-worker.ts', import.meta.url),
    settings: seriesSettings,
    onReady: () => undefined,
  })
  const follower = createFollower((upTo) => seriesThread.request({ type: 'follow', upTo }), log)

  const series: Pick<SeriesStore, 'query'> = {
    async query({ series: names, from, to, resolution }) {
      if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
        throw new InvalidError('from must lie before to; both are epoch milliseconds.')
      }
      const ids = names.map(({ device, property }) => keys?.find(device, 'reading', property) ?? 0)
      const upTo = log.newest()
      return await seriesThread.request({ type: 'query', series: ids, from, to, resolution, upTo })
    },
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
    series,
    quarantine,
    async start() {
      mkdirSync(directory, { recursive: true })
      await logThread.start()
      await seriesThread.start()
      follower.start()
    },
    async stop() {
      await log.drain()
      await follower.stop()
      await seriesThread.stop()
      await logThread.stop()
    },
    health: () => ({
      failing: log.failing(),
      queuedRows: log.queued(),
      newest: log.newest(),
      seriesLag: follower.lag(),
    }),
    purgeables(position) {
      const consumed = async () => Math.min(await position(), log.newest() - follower.lag())
      return createObservationPurges({ logThread, seriesThread, consumed, clock: options.clock })
    },
  }
}
