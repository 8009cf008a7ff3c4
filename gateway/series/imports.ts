import { ConflictError, UnavailableError } from '../domain/errors.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type {
  SeriesImportRecord,
  SeriesImportStore,
  SeriesImports,
  WaitingImport,
} from '../ports/series-exchange.ts'
import type { SeriesName, SeriesPart, SeriesReading, SeriesStore } from '../ports/series-store.ts'
import { type FileReader, openReader } from './reader.ts'
import type { ReaderBatch } from './reader-worker.ts'
import type { Spool } from './spool.ts'

/**
 * Files of readings that come in, one at a time: first all rows are checked, then all are written,
 * in parts. What is written twice stands once, so a file that broke off is simply sent again. A
 * command beside a running gateway leaves its file in the spool and its record in the table; the
 * gateway takes it from there, because only one process may write.
 */

export interface ImportKeeper extends SeriesImports {
  start(): Promise<void>
  /** Breaks off the one that runs; it is told as failed. */
  stop(): Promise<void>
}

export interface ImportKeeperParts {
  store: SeriesImportStore
  series: Pick<SeriesStore, 'write'>
  spool: Spool
  /** All that are known. */
  devices: () => readonly string[]
  timeZone: string
  clock: Clock
  newId: NewId
  log: { info(text: string): void; warn(text: string): void }
  /** Says in the audit log how it ended. */
  ended: (record: SeriesImportRecord) => Promise<void>
  /** Calls `look` again and again; returns how to stop. */
  repeat?: (look: () => void, everyMs: number) => () => void
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

const lookEveryMs = 1000
const shownErrors = 100
/** How long a store may be away in the middle, in steps that grow: some two minutes. */
const waitsMs = [1000, 2000, 4000, 8000, 16_000, 30_000, 60_000]

const again = 'Send the file again: what is written already is not doubled.'
const busy = 'Another file is being read in; wait for its end.'

/** A record anew, before anything is known of its rows. */
export function newRecord(
  rest: Pick<SeriesImportRecord, 'id' | 'name' | 'by' | 'at'>,
): SeriesImportRecord {
  const none = {
    progress: 0,
    readings: 0,
    leftOut: 0,
    tooOld: 0,
    errors: [],
    errorCount: 0,
    problem: null,
  }
  return { ...rest, state: 'checking', ...none }
}

function unpack(numbers: Float64Array, series: readonly SeriesName[]): SeriesReading[] {
  const readings: SeriesReading[] = []
  for (let i = 0; i < numbers.length; i += 3) {
    const name = series[numbers[i] as number] as SeriesName
    readings.push({ ...name, at: numbers[i + 1] as number, value: numbers[i + 2] as number })
  }
  return readings
}

export function createImportKeeper(parts: ImportKeeperParts): ImportKeeper {
  const { store, spool, clock, log } = parts
  const wait = parts.wait ?? waitByTimer
  const stopping = new AbortController()
  let current: SeriesImportRecord | undefined
  let receiving = false
  let running: Promise<void> | undefined
  let looking: Promise<void> | undefined
  let stopRepeating: (() => void) | undefined

  function readerOf({ id, precision }: WaitingImport): FileReader {
    const { timeZone, devices } = parts
    const file = spool.pathOf(id)
    const order = { file, devices: devices(), timeZone, precision, now: clock.now() }
    return openReader(order, { signal: stopping.signal })
  }

  /** Told at each hundredth, not at each part. */
  async function progress(record: SeriesImportRecord, done: number): Promise<void> {
    const before = Math.floor(record.progress * 100)
    record.progress = Math.min(1, Math.max(record.progress, done))
    if (Math.floor(record.progress * 100) > before) await store.save(record)
  }

  async function check(record: WaitingImport, reader: FileReader): Promise<void> {
    for await (const batch of reader.batches('check')) {
      record.readings += batch.readings
      record.leftOut += batch.leftOut
      record.errorCount += batch.errorCount
      const room = shownErrors - record.errors.length
      record.errors.push(...batch.errors.slice(0, room))
      await progress(record, batch.done)
    }
  }

  async function patiently<T>(write: () => Promise<T>): Promise<T> {
    for (const ms of waitsMs) {
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof UnavailableError) || stopping.signal.aborted) throw error
        await wait(ms, stopping.signal)
      }
    }
    return await write()
  }

  async function writePart(part: SeriesPart): Promise<number> {
    const isEmpty = part.kind === 'readings' ? !part.readings.length : !part.buckets.length
    if (isEmpty) return 0
    return await patiently(async () => (await parts.series.write(part)).tooOld)
  }

  /** Answers how many readings are of a time that takes none any more. */
  async function writeBatch(batch: ReaderBatch, series: readonly SeriesName[]): Promise<number> {
    const tooOld = await writePart({ kind: 'readings', readings: unpack(batch.numbers, series) })
    await writePart({ kind: 'rolledUp', buckets: batch.rolledUp })
    return tooOld
  }

  async function write(record: WaitingImport, reader: FileReader): Promise<void> {
    const series: SeriesName[] = []
    for await (const batch of reader.batches('read')) {
      if (batch.errorCount > 0) throw new Error('the file changed while it was read')
      series.push(...batch.series)
      record.tooOld += await writeBatch(batch, series)
      await progress(record, batch.done)
    }
  }

  async function work(record: WaitingImport, reader: FileReader): Promise<void> {
    await check(record, reader)
    if (record.errorCount > 0) {
      record.state = 'refused'
      return
    }
    record.state = 'writing'
    record.progress = 0
    await store.save(record)
    await write(record, reader)
    record.state = 'done'
  }

  async function run(record: WaitingImport): Promise<void> {
    const reader = readerOf(record)
    try {
      await work(record, reader)
    } catch (error) {
      const why = stopping.signal.aborted
        ? 'The gateway was stopped in the middle.'
        : `Reading it in failed: ${error instanceof Error ? error.message : String(error)}.`
      record.state = 'failed'
      record.problem = `${why} ${again}`
      log.warn(`import of ${record.name}: ${why}`)
    }
    await reader.close()
    if (record.state === 'done') record.progress = 1
    await spool.remove(record.id)
    await store.save(record)
    await parts.ended(record)
    log.info(`import of ${record.name}: ${record.state}, ${record.readings} readings`)
  }

  function launch(record: WaitingImport): void {
    current = record
    running = run(record)
      .catch((error: Error) => log.warn(`import of ${record.name}: ${error.message}`))
      .finally(() => {
        current = undefined
        running = undefined
      })
  }

  /** The table knows names, and is a little behind. */
  function asNow(record: SeriesImportRecord): SeriesImportRecord {
    return record.id === current?.id ? { ...toRecord(current), by: record.by } : record
  }

  /** What a command left in the spool. */
  async function look(): Promise<void> {
    if (current || receiving || stopping.signal.aborted) return
    const [next] = await store.unfinished()
    if (next && !current && !receiving && !stopping.signal.aborted) launch(next)
  }

  return {
    async begin(order, body) {
      // Who has seen its end may send the next one.
      if (current && hasEnded(current)) await running
      if (current || receiving) throw new ConflictError(busy, current && toRecord(current))
      if (stopping.signal.aborted) {
        throw new ConflictError('The gateway stops; start it again first.', null)
      }
      receiving = true
      try {
        const { precision, ...rest } = order
        const record = newRecord({ id: parts.newId(), at: clock.now(), ...rest })
        await spool.keep(record.id, body)
        await store.add(record, precision)
        const kept = await store.get(record.id)
        launch({ ...record, precision })
        return kept ?? toRecord(record)
      } finally {
        receiving = false
      }
    },
    async list() {
      return (await store.list()).map(asNow)
    },
    async get(id) {
      const record = await store.get(id)
      return record && asNow(record)
    },
    async start() {
      const left = await store.unfinished()
      const waiting = left.filter(({ state, progress }) => state === 'checking' && progress === 0)
      for (const record of left.filter((one) => !waiting.includes(one))) {
        const problem = `The gateway ended in the middle. ${again}`
        await store.save({ ...record, state: 'failed', problem })
      }
      await spool.keepOnly(waiting.map(({ id }) => id))
      stopRepeating = (parts.repeat ?? repeatBySetInterval)(() => {
        looking ??= look()
          .catch((error: Error) => log.warn(`imports: ${error.message}`))
          .finally(() => {
            looking = undefined
          })
      }, lookEveryMs)
    },
    async stop() {
      stopping.abort()
      stopRepeating?.()
      await looking
      await running
    },
  }
}

function hasEnded({ state }: SeriesImportRecord): boolean {
  return state !== 'checking' && state !== 'writing'
}

function toRecord(record: SeriesImportRecord): SeriesImportRecord {
  return { ...record, errors: [...record.errors] }
}

function repeatBySetInterval(look: () => void, everyMs: number): () => void {
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function waitByTimer(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
