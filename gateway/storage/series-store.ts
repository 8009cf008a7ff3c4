import { InvalidError, StoreError, UnavailableError } from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { SeriesStore } from '../ports/series-store.ts'
import type { LoggedSeries } from './observation-store.ts'
import { createSeriesFollower } from './series-follower.ts'
import type { SeriesWorkerSettings } from './series-worker.ts'
import { createThreadLink } from './thread-link.ts'
import type { SeriesRequests } from './worker-messages.ts'

/**
 * Time series in files of the house. One thread follows the observation log into
 * `series-YYYY-MM.db` and answers; the main thread knows the series' numbers, which the log allots.
 */

export interface SeriesFileStoreOptions {
  /** Of the log as well. */
  directory: string
  /** IANA zone of the town's days and months. */
  timeZone: string
  logged: LoggedSeries
  clock: Clock
}

/** Only the thread's death and a disk that refuses come as StoreError. */
function asUnavailable(cause: unknown): never {
  if (cause instanceof StoreError) throw new UnavailableError(cause.message)
  throw cause
}

export function createSeriesFileStore(options: SeriesFileStoreOptions): SeriesStore {
  const { directory, timeZone, logged, clock } = options
  const settings: SeriesWorkerSettings = {
    directory,
    timeZone,
    logFile: `${directory}/observations.db`,
  }
  const thread = createThreadLink<SeriesRequests, undefined>({
    name: 'time series',
    file: new URL('./series-worker.ts', import.meta.url),
    settings,
    onReady: () => undefined,
  })
  const follower = createSeriesFollower({
    follow: (upTo) => thread.request({ type: 'follow', upTo }),
    newest: () => logged.newest(),
    clock,
  })

  return {
    async start() {
      await thread.start()
      follower.start()
    },
    async stop() {
      await follower.stop()
      await thread.stop()
    },
    async query({ series: names, from, to, resolution }) {
      if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
        throw new InvalidError('from must lie before to; both are epoch milliseconds.')
      }
      const series = names.map((name) => logged.find(name) ?? 0)
      const upTo = logged.newest()
      return await thread
        .request({ type: 'query', series, from, to, resolution, upTo })
        .catch(asUnavailable)
    },
    extents: () => Promise.reject(new Error('not yet')),
    // oxlint-disable-next-line require-yield
    async *read() {
      throw new Error('not yet')
    },
    write: () => Promise.reject(new Error('not yet')),
    position: () => follower.position(),
    state: () => ({
      waiting: Math.max(0, logged.newest() - follower.position()),
      waitingSince: follower.waitingSince(),
      trouble: follower.trouble(),
      refused: 0,
    }),
    async *compact(bounds) {
      const before = Math.min(...Object.values(bounds).map(({ raw }) => raw))
      for (;;) {
        const removed = await thread.request({ type: 'thin', before }).catch(asUnavailable)
        if (removed.removed === 0) return
        yield removed
      }
    },
    sizes: () => Promise.reject(new Error('not yet')),
  }
}
