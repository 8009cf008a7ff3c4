import type { Kysely } from 'kysely'
import { UnavailableError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ObservationLog } from '../../ports/observation-store.ts'
import type { SeriesPart, SeriesReading, SeriesStore } from '../../ports/series-store.ts'
import type { Tables } from '../schema.ts'
import { createTownCalendar } from '../town-calendar.ts'
import { createAsk } from './ask.ts'
import { createInfluxExtents } from './influx-extents.ts'
import { createInfluxQuery } from './influx-query.ts'
import { createKeptProgress } from './kept-progress.ts'
import { linesOf } from './lines.ts'
import { type Sleep, sleep as sleepForTime } from './pauses.ts'
import { createPostLines, type PostLines } from './post-lines.ts'
import { createReadSeries } from './read-series.ts'
import type { InfluxServer } from './server.ts'
import { isNothingTaken, settleLines } from './settle-lines.ts'
import { createInfluxWriter, type InfluxCounts } from './writer.ts'

/**
 * Time series in an InfluxDB 1.8, 2 or 3: written with line protocol, read with InfluxQL, which all
 * of them speak. What is old goes by the bucket's own rule.
 */

export interface InfluxStore extends SeriesStore {
  counts(): InfluxCounts
}

export interface InfluxStoreOptions {
  server: InfluxServer
  /** IANA zone of the town's days. */
  timeZone: string
  log: Pick<ObservationLog, 'read' | 'changed'>
  /** Seq of the newest entry of the log. */
  newest: () => number
  db: Kysely<Tables>
  clock: Clock
  warn: (text: string) => void
  sleep?: Sleep
  random?: () => number
  reachMs?: number
}

const batchLines = 5000

export function createInfluxStore(options: InfluxStoreOptions): InfluxStore {
  const { server, timeZone, log, newest, db, clock, warn, reachMs } = options
  const ended = new AbortController()
  const post = createPostLines(server, clock)
  const ask = createAsk(server, { clock, stop: ended.signal })
  const writer = createInfluxWriter({
    log,
    newest,
    progress: createKeptProgress(db, () => clock.now()),
    post,
    clock,
    warn,
    sleep: options.sleep ?? sleepForTime,
    random: options.random ?? Math.random,
    ...(reachMs === undefined ? {} : { reachMs }),
  })
  const query = createInfluxQuery(ask, { calendar: createTownCalendar(timeZone), timeZone })
  const extents = createInfluxExtents(ask)
  const read = createReadSeries(ask)

  async function seen<T>(answer: () => Promise<T>): Promise<T> {
    if (ended.signal.aborted) throw closed()
    await writer.reach(newest())
    return await answer()
  }

  return {
    start: () => writer.start(),
    async stop() {
      ended.abort()
      await writer.stop()
    },
    query: (asked) => seen(() => query(asked)),
    extents: (devices) => seen(() => extents(devices)),
    async *read(series, from, to) {
      await seen(async () => undefined)
      yield* read(series, from, to)
    },
    async write(part) {
      const isEmpty = part.kind === 'readings' ? part.readings.length === 0 : !part.buckets.length
      if (isEmpty) return { tooOld: 0 }
      const upTo = newest()
      await seen(async () => undefined)
      // Written behind it, what the log had before would stand.
      const { trouble } = writer.state()
      if (writer.written() < upTo) {
        throw new UnavailableError(
          trouble ?? 'InfluxDB has not taken all that came before yet; send it again in a while.',
        )
      }
      const refused = await writePart(part, { post, stop: ended.signal })
      if (refused.length > 0) await writer.keepRefused(refused)
      return { tooOld: 0 }
    },
    state: () => writer.state(),
    counts: () => writer.counts(),
    position: () => writer.position(),
    async *compact() {
      // The bucket has a rule of its own.
    },
    sizes: async () => null,
  }
}

function closed(): UnavailableError {
  return new UnavailableError('The time series are closed.')
}

/** What stands last of one time of one series is what counts. */
function lastOnes(part: SeriesPart): SeriesPart {
  if (part.kind === 'rolledUp') return part
  const byTime = new Map<string, SeriesReading>()
  for (const one of part.readings) byTime.set(`${one.at} ${one.property} ${one.device}`, one)
  return { kind: 'readings', readings: [...byTime.values()] }
}

async function writePart(part: SeriesPart, { post, stop }: { post: PostLines; stop: AbortSignal }) {
  const standing = lastOnes(part)
  const lines = linesOf(standing)
  const refused: { reading: SeriesReading; reason: string }[] = []
  for (let i = 0; i < lines.length; i += batchLines) {
    const settled = await settleLines(lines.slice(i, i + batchLines), post, stop)
    if (stop.aborted) throw closed()
    if (settled.trouble) throw new UnavailableError(settled.trouble.text)
    const [first] = settled.refused
    if (first && (isNothingTaken(settled) || standing.kind === 'rolledUp')) {
      throw new UnavailableError(`InfluxDB does not take what is written: ${first.reason}`)
    }
    for (const { index, reason } of settled.refused) {
      const reading = standing.kind === 'readings' ? standing.readings[i + index] : undefined
      if (reading) refused.push({ reading, reason })
    }
  }
  return refused
}
