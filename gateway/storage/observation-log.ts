import { StoreError } from '../domain/errors.ts'
import type { LogEntry, Observation } from '../domain/observation.ts'
import type { ObservationLog, QuarantinedMessage } from '../ports/observation-store.ts'
import type { SeriesName } from '../ports/series-store.ts'
import { createObservationRing } from './observation-ring.ts'
import { eventBody, type SeriesKeys } from './series-keys.ts'
import type { ThreadLink } from './thread-link.ts'
import type { CommitAnswer, LogRequests, QuarantineRow, RowText } from './worker-messages.ts'

/**
 * Group commit without a timer: what arrives while one batch is being committed and the next one
 * waits at the log's thread is the one after. Callers resolve when their batch is committed; a
 * failure fails only those that shared the commit.
 */

export interface LogLimits {
  /** Rows of one batch. */
  batchRows: number
  /** Rows that may wait; beyond it callers are refused, so that devices keep what they have. */
  queuedRows: number
  /** The same for the bytes of quarantined payloads. */
  queuedBytes: number
  /** Entries kept in memory for those who follow the log. */
  ringEntries: number
}

/** One at the disk and one that waits there, so that the disk never waits for this thread. */
const batchesUnderWay = 2

interface Caller {
  /** Rows of the batch up to and including this caller's. */
  end: number
  resolve: (result: { stored: number }) => void
  reject: (cause: Error) => void
}

interface Batch {
  numbers: number[]
  texts: RowText[]
  observations: Observation[]
  quarantine: QuarantineRow[]
  probedAt: number | null
  callers: Caller[]
  bytes: number
}

export interface GroupCommitLog extends ObservationLog {
  put(message: QuarantinedMessage): Promise<void>
  /** Numbers of series of readings, in that order; new ones are listed durably when it resolves. */
  allot(names: readonly SeriesName[]): Promise<number[]>
  /** Called when the thread has opened the file, and again after it had to be restarted. */
  opened(head: number, keys: SeriesKeys): void
  /** The newest seq that was committed. */
  newest(): number
  queued(): number
  /** The last failure while commits fail, else null. */
  failing(): string | null
  /** Refuses new callers and waits for those that were taken. */
  drain(): Promise<void>
}

function emptyBatch(): Batch {
  return {
    numbers: [],
    texts: [],
    observations: [],
    quarantine: [],
    probedAt: null,
    callers: [],
    bytes: 0,
  }
}

function rowsOf(batch: Batch): number {
  return batch.observations.length + batch.quarantine.length
}

function addObservation(batch: Batch, series: number, observation: Observation) {
  const value = observation.kind === 'reading' ? observation.value : Number.NaN
  batch.numbers.push(series, observation.observedAt, observation.receivedAt, value)
  if (observation.kind === 'event') {
    batch.texts.push({
      row: batch.observations.length,
      body: eventBody(observation),
      senderId: observation.senderId ?? null,
    })
  }
  batch.observations.push(observation)
}

/** Hands each caller the count of its own new rows. */
function resolveCallers(callers: readonly Caller[], fresh: Uint8Array | null) {
  let start = 0
  for (const { end, resolve } of callers) {
    let stored = end - start
    if (fresh) {
      stored = 0
      for (let row = start; row < end; row++) stored += fresh[row] as number
    }
    start = end
    resolve({ stored })
  }
}

export function createGroupCommitLog(
  thread: Pick<ThreadLink<LogRequests>, 'request'>,
  limits: LogLimits,
): GroupCommitLog {
  const ring = createObservationRing(limits.ringEntries)
  let keys: SeriesKeys | undefined
  let head = 0
  let filling = emptyBatch()
  let queuedRows = 0
  let queuedBytes = 0
  let underWay = 0
  let scheduled = false
  let draining = false
  let failure: string | null = null
  let waiters = Promise.withResolvers<void>()
  const drained = Promise.withResolvers<void>()

  function remember(batch: Batch, answer: CommitAnswer) {
    let seq = answer.head - answer.stored
    for (let row = 0; row < batch.observations.length; row++) {
      if (answer.fresh?.[row] === 0) continue
      seq += 1
      ring.push(seq, batch.observations[row] as Observation)
    }
    head = answer.head
    if (answer.stored === 0) return
    const { resolve } = waiters
    waiters = Promise.withResolvers<void>()
    resolve()
  }

  async function commit(batch: Batch): Promise<void> {
    const numbers = Float64Array.from(batch.numbers)
    const { texts, quarantine, probedAt } = batch
    const newSeries = keys?.unsaved() ?? []
    try {
      const answer = await thread.request(
        { type: 'commit', numbers, texts, newSeries, quarantine, probedAt },
        [numbers.buffer],
      )
      failure = null
      keys?.saved(newSeries)
      remember(batch, answer)
      resolveCallers(batch.callers, answer.fresh)
    } catch (cause) {
      failure = cause instanceof Error ? cause.message : String(cause)
      const error = new StoreError(`Nothing was stored: ${failure}`)
      for (const caller of batch.callers) caller.reject(error)
    }
    queuedRows -= rowsOf(batch)
    queuedBytes -= batch.bytes
    underWay -= 1
    if (filling.callers.length > 0) schedule()
    if (draining) settle()
  }

  function send() {
    scheduled = false
    const batch = filling
    filling = emptyBatch()
    if (batch.callers.length === 0) return
    underWay += 1
    void commit(batch)
  }

  /** After the present turn of the loop, so that all that was read from the sockets goes together. */
  function schedule() {
    if (scheduled || underWay >= batchesUnderWay) return
    scheduled = true
    setImmediate(send)
  }

  function settle() {
    if (underWay === 0 && filling.callers.length === 0) drained.resolve()
  }

  function enqueue(rows: number, bytes: number, add: (batch: Batch) => void) {
    return new Promise<{ stored: number }>((resolve, reject) => {
      if (draining || !keys) {
        reject(new StoreError('The observation store is not running; nothing was stored.'))
        return
      }
      if (queuedRows + rows > limits.queuedRows || queuedBytes + bytes > limits.queuedBytes) {
        reject(
          new StoreError(
            `${queuedRows} observations are waiting for the disk already; nothing was stored, send again later.`,
          ),
        )
        return
      }
      if (rowsOf(filling) >= limits.batchRows) send()
      add(filling)
      filling.bytes += bytes
      queuedRows += rows
      queuedBytes += bytes
      filling.callers.push({ end: filling.observations.length, resolve, reject })
      schedule()
    })
  }

  return {
    append(observations) {
      if (observations.length === 0) return Promise.resolve({ stored: 0 })
      return enqueue(observations.length, 0, (batch) => {
        for (const observation of observations) {
          addObservation(batch, (keys as SeriesKeys).idOf(observation), observation)
        }
      })
    },
    async put({ failure: { reason, detail }, ...message }) {
      await enqueue(1, message.payload.length, (batch) => {
        // A copy, because a clone of a view would take the whole of what it looks at along.
        const payload = Uint8Array.from(message.payload)
        batch.quarantine.push({ ...message, payload, reason, detail })
      })
    },
    async allot(names) {
      let numbers: number[] = []
      // Taken along by the commit, or by an earlier one: it lists whatever is not listed yet.
      await enqueue(0, 0, () => {
        numbers = names.map((name) => (keys as SeriesKeys).numberOf(name))
      })
      return numbers
    },
    async probe(at) {
      await enqueue(0, 0, (batch) => {
        batch.probedAt = at
      })
    },
    async read(after, limit): Promise<LogEntry[]> {
      if (after >= head) return []
      const held = ring.read(after, limit)
      if (held) return held
      const rows = await thread.request({ type: 'read', after, limit })
      return rows.map((row) => (keys as SeriesKeys).toEntry(row))
    },
    head: async () => head,
    changed: () => waiters.promise,
    opened(newHead, newKeys) {
      head = newHead
      keys ??= newKeys
      failure = null
    },
    newest: () => head,
    queued: () => queuedRows,
    failing: () => failure,
    async drain() {
      draining = true
      settle()
      await drained.promise
    },
  }
}
