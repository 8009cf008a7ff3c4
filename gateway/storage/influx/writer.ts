import type { LogEntry, Reading } from '../../domain/observation.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ObservationLog } from '../../ports/observation-store.ts'
import type { SeriesReading, SeriesState } from '../../ports/series-store.ts'
import type { KeptProgress, RefusedReading } from './kept-progress.ts'
import { readingLine } from './lines.ts'
import { pauseAfter, type Sleep } from './pauses.ts'
import type { PostLines } from './post-lines.ts'
import { createRests } from './rests.ts'
import type { InfluxTrouble } from './server.ts'
import { isNothingTaken, type Settled, settleLines } from './settle-lines.ts'

/**
 * One more reader of the observation log: what it has not written yet stays in the log, so nothing
 * is written to disk a second time and nothing is lost with the process. The position goes on only
 * over what the server took or refused for good. Nobody waits for it.
 */

/** What went by, since the start. */
export interface InfluxCounts {
  written: number
  /** Older than the bucket keeps readings. */
  outlived: number
  /** Refused ones that had to make room for newer ones. */
  forgotten: number
}

export interface InfluxWriter {
  start(): Promise<void>
  stop(): Promise<void>
  /** Resolves when the log is written up to there, or it is clear that it will not be soon. */
  reach(seq: number): Promise<void>
  /** Up to this seq the position is kept. */
  position(): number
  /** Up to this one all is written. */
  written(): number
  state(): SeriesState
  counts(): InfluxCounts
  /** Those that did not come from the log. */
  keepRefused(refused: readonly RefusedReading[]): Promise<void>
}

export interface InfluxWriterParts {
  log: Pick<ObservationLog, 'read' | 'changed'>
  /** Seq of the newest entry of the log. */
  newest: () => number
  progress: KeptProgress
  post: PostLines
  clock: Pick<Clock, 'now'>
  sleep: Sleep
  /** 0…1 */
  random: () => number
  /** How long whoever asks for a chart waits for the newest readings to be in it. */
  reachMs?: number
  warn: (text: string) => void
}

const batchEntries = 5000
/** Small batches are dear for the server; whoever asks meanwhile ends it. */
const gatherMs = 500
const defaultReachMs = 1000
/** What is under way may end; after that it is cut off, and is written again at the next start. */
const stopMs = 3000
/** Read again after a crash in no time. */
const keepEveryEntries = 50_000

export function createInfluxWriter(parts: InfluxWriterParts): InfluxWriter {
  const { log, newest, progress, post, clock, sleep, random, warn } = parts
  const { reachMs = defaultReachMs } = parts
  const rests = createRests(sleep)
  const cut = new AbortController()
  const counts: InfluxCounts = { written: 0, outlived: 0, forgotten: 0 }
  const waiters = new Set<{ seq: number; resolve: () => void }>()
  let running: Promise<void> = Promise.resolve()
  let written = 0
  let kept = 0
  let refusedCount = 0
  let isRetryDue = true
  let failures = 0
  let trouble: InfluxTrouble | null = null
  let waitingSince: number | null = null

  async function keep(position: number, refused: readonly RefusedReading[]): Promise<void> {
    counts.forgotten += await progress.keep(position, refused)
    if (refused.length > 0) refusedCount = await progress.refusedCount()
    kept = position
  }

  function passed(seq: number): void {
    written = seq
    waitingSince = null
    for (const waiter of waiters) if (waiter.seq <= written) waiter.resolve()
  }

  async function write(readings: readonly SeriesReading[], upTo: number): Promise<boolean> {
    const settled = await settleLines(readings.map(readingLine), post, cut.signal)
    const found = troubleIn(settled)
    if (found) return await failed(found)
    await keep(upTo, refusedIn(settled, readings))
    counts.written += settled.taken
    counts.outlived += settled.outlived
    passed(upTo)
    recovered()
    return true
  }

  /** False: it must come again. */
  async function handle(entries: readonly LogEntry[]): Promise<boolean> {
    const upTo = entries.at(-1)?.seq ?? written
    waitingSince ??= entries[0]?.observation.receivedAt ?? null
    const readings = entries.map(({ observation }) => observation).filter((one) => isReading(one))
    if (readings.length > 0) return await write(readings.map(toSeriesReading), upTo)
    if (upTo - kept >= keepEveryEntries) await keep(upTo, [])
    passed(upTo)
    return true
  }

  async function failed(found: InfluxTrouble): Promise<false> {
    failures += 1
    if (trouble?.kind !== found.kind && !rests.isOver()) warn(found.text)
    trouble = found
    for (const { resolve } of waiters) resolve()
    const { kind, waitMs: askedMs } = found
    await rests.keepOff(pauseAfter({ failures, kind, askedMs, random: random() }))
    return false
  }

  function recovered(): void {
    if (trouble === null) return
    warn(`InfluxDB takes readings again; ${newest() - written} entries wait.`)
    // Perhaps it was that trouble that they were refused for.
    isRetryDue = refusedCount > 0
    trouble = null
    failures = 0
  }

  /** At each start and after each trouble: somebody may have mended what was in the way. */
  async function retryRefused(): Promise<void> {
    isRetryDue = false
    const readings = await progress.refused()
    for (let i = 0; i < readings.length; i += batchEntries) {
      const batch = readings.slice(i, i + batchEntries)
      const settled = await settleLines(batch.map(readingLine), post, cut.signal)
      if (settled.trouble) {
        isRetryDue = true
        return
      }
      if (isNothingTaken(settled)) continue
      const bad = new Set(settled.refused.map(({ index }) => index))
      await progress.settle(batch.filter((_, index) => !bad.has(index)))
      counts.written += settled.taken
    }
    refusedCount = await progress.refusedCount()
  }

  /** While another store was in use the log gave away what that one had. */
  async function tellGap(): Promise<void> {
    const [next] = await log.read(written, 1)
    if (written === 0 || !next || next.seq === written + 1) return
    warn(
      'Some readings are in files and not in InfluxDB, which was not in use for a while; lianxun migrate-series --to influx brings them over.',
    )
  }

  async function step(): Promise<void> {
    const grown = log.changed()
    rests.begun()
    const entries = await log.read(written, batchEntries)
    if (entries.length === 0) {
      if (isRetryDue) await retryRefused()
      await rests.until(grown)
      return await rests.gather(gatherMs)
    }
    if ((await handle(entries)) && isRetryDue) await retryRefused()
  }

  async function run(): Promise<void> {
    while (!rests.isOver()) {
      try {
        await step()
      } catch (error) {
        const text = `Readings cannot be handed to InfluxDB: ${(error as Error).message}`
        await failed({ kind: 'away', text, waitMs: null })
      }
    }
  }

  return {
    async start() {
      const position = (await progress.position()) ?? 0
      // A log that is younger than the position is another one; what it has may come twice.
      written = position > newest() ? 0 : position
      kept = written
      await tellGap()
      refusedCount = await progress.refusedCount()
      running = run()
    },
    async stop() {
      rests.end()
      const late = setTimeout(() => cut.abort(), stopMs)
      await running
      clearTimeout(late)
      // What it had only passed over is passed over again.
      if (written > kept) await keep(written, []).catch((error: Error) => warn(error.message))
    },
    async reach(seq) {
      if (written >= seq || trouble !== null || rests.isOver()) return
      rests.hurry()
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiter = { seq, resolve }
      const inTime = new AbortController()
      waiters.add(waiter)
      await Promise.race([promise, sleep(reachMs, inTime.signal)])
      inTime.abort()
      waiters.delete(waiter)
    },
    position: () => kept,
    written: () => written,
    state() {
      const waiting = Math.max(0, newest() - written)
      return {
        waiting,
        waitingSince: waiting === 0 ? null : (waitingSince ?? clock.now()),
        // A connection that was cut while idle says nothing yet.
        trouble: trouble && (failures > 1 || trouble.kind === 'settings') ? trouble.text : null,
        refused: refusedCount,
      }
    },
    counts: () => ({ ...counts }),
    async keepRefused(refused) {
      counts.forgotten += await progress.keep(null, refused)
      refusedCount = await progress.refusedCount()
    },
  }
}

function isReading(observation: LogEntry['observation']): observation is Reading {
  return observation.kind === 'reading'
}

function toSeriesReading({ device, property, observedAt: at, value }: Reading): SeriesReading {
  return { device, property, at, value }
}

function troubleIn(settled: Settled): InfluxTrouble | null {
  if (!isNothingTaken(settled)) return settled.trouble
  const text = `InfluxDB takes none of the readings: ${settled.refused[0]?.reason ?? ''}. Nothing is dropped; they are tried again until some are taken. Look at the fields of the measurement "reading" there.`
  return { kind: 'away', text, waitMs: null }
}

function refusedIn(settled: Settled, readings: readonly SeriesReading[]): RefusedReading[] {
  return settled.refused.flatMap(({ index, reason }) => {
    const reading = readings[index]
    return reading ? [{ reading, reason }] : []
  })
}
