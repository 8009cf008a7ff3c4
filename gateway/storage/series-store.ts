import { InvalidError, StoreError, UnavailableError } from '../domain/errors.ts'
import type { ObservedProperty } from '../domain/observation.ts'
import type { Clock } from '../ports/clock.ts'
import type { MonthSize, SeriesExtent, SeriesStore } from '../ports/series-store.ts'
import type { LoggedSeries } from './observation-store.ts'
import { createSeriesFollower } from './series-follower.ts'
import { lastOf, namesOf, numbersOf, partOf } from './series-parts.ts'
import { unpackPoints } from './series-points.ts'
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
  /** How often hours and days are written that are gathered in memory. */
  settleEveryMs?: number
}

/** Series whose extents are looked up in one go. */
const extentsPerStep = 500

/** The thread is away, or a disk refuses. */
function asUnavailable(cause: unknown): never {
  throw cause instanceof StoreError ? new UnavailableError(cause.message) : cause
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
    follow: (upTo, settle) => thread.request({ type: 'follow', upTo, settle }),
    newest: () => logged.newest(),
    clock,
    settleEveryMs: options.settleEveryMs ?? 60_000,
  })

  async function ask<K extends keyof SeriesRequests>(
    request: SeriesRequests[K]['request'] & { type: K },
    transfer?: ArrayBuffer[],
  ): Promise<SeriesRequests[K]['answer']> {
    return await thread.request<K>(request, transfer).catch(asUnavailable)
  }

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
      const answer = await ask({ type: 'query', series, from, to, resolution, upTo })
      return { resolution: answer.resolution, points: unpackPoints(answer.resolution, answer) }
    },
    async extents(devices) {
      const asked = devices && new Set(devices)
      const keys = logged.list().filter(({ device }) => !asked || asked.has(device))
      const names = new Map(keys.map(({ id, device, name }) => [id, { device, name }]))
      const found: SeriesExtent[] = []
      // In steps, so that charts come in between; at least one, which says whether it is there.
      for (let n = 0; n === 0 || n < keys.length; n += extentsPerStep) {
        const series = keys.slice(n, n + extentsPerStep).map(({ id }) => id)
        const extents = await ask({ type: 'extents', series, upTo: logged.newest() })
        for (const { series: id, ...extent } of extents) {
          const { device, name } = names.get(id) as { device: string; name: string }
          found.push({ device, property: name as ObservedProperty, ...extent })
        }
      }
      return found
    },
    async *read(name, from, to) {
      const series = logged.find(name) ?? 0
      const position = { readingsFrom: from, bucketsFrom: from }
      for (;;) {
        const upTo = logged.newest()
        const answer = await ask({ type: 'read', series, ...position, to, upTo })
        if (!answer) return
        const part = partOf(name, answer)
        const last = lastOf(part)
        // A reading at the beginning of a bucket comes after it.
        position.readingsFrom =
          part.kind === 'readings' ? last + 1 : Math.max(position.readingsFrom, last)
        position.bucketsFrom = last + 1
        yield part
      }
    },
    async write(part) {
      const series = await logged.allot(namesOf(part)).catch(asUnavailable)
      const numbers = numbersOf(part, series)
      const upTo = logged.newest()
      const order = { type: 'write', kind: part.kind, numbers, upTo } as const
      return { tooOld: await ask(order, [numbers.buffer]) }
    },
    position: () => follower.kept(),
    state: () => ({
      waiting: Math.max(0, logged.newest() - follower.followed()),
      waitingSince: follower.waitingSince(),
      trouble: follower.trouble(),
      refused: 0,
    }),
    async *compact(bounds) {
      for (;;) {
        const removed = await ask({ type: 'compact', bounds })
        if (removed.removed === 0) return
        yield removed
      }
    },
    async sizes() {
      const months = await ask({ type: 'months' })
      const sizes: MonthSize[] = []
      for (const month of months.toReversed()) {
        const size = await ask({ type: 'size', month })
        if (size) sizes.push(size)
      }
      return sizes
    },
  }
}
