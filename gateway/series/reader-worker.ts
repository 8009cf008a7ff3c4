import { once } from 'node:events'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { RowError } from '../ports/series-exchange.ts'
import type { RolledUp, SeriesName, SeriesReading } from '../ports/series-store.ts'
import { type ReadOrder, readFile } from './read-file.ts'
import type { FileBatch } from './row-check.ts'

/**
 * The thread that takes a file apart: whatever is in it, the gateway goes on, and a file that asks
 * for too much memory ends this thread only. The next batch is read when the last one was taken.
 */

/** `check` sends numbers of rows instead of rows. */
export type Pass = 'check' | 'read'

/** A pass to begin, or that its last batch was taken. */
export type ToReader = Pass | 'next'

export interface ReaderBatch {
  done: number
  readings: number
  leftOut: number
  errorCount: number
  /** The first ones. */
  errors: RowError[]
  /** Series that come up for the first time; their numbers go on from the last. */
  series: SeriesName[]
  /** Of each reading: the number of its series, time, value; empty when checking. */
  numbers: Float64Array<ArrayBuffer>
  rolledUp: RolledUp[]
}

export type FromReader =
  | { type: 'batch'; batch: ReaderBatch }
  | { type: 'end' }
  | { type: 'failure'; message: string }

const shownErrors = 100

function createNumbering() {
  const numbers = new Map<string, number>()
  return (readings: readonly SeriesReading[]) => {
    const series: SeriesName[] = []
    const packed = new Float64Array(readings.length * 3)
    for (const [i, { device, property, at, value }] of readings.entries()) {
      const key = `${property} ${device}`
      let number = numbers.get(key)
      if (number === undefined) {
        number = numbers.size
        numbers.set(key, number)
        series.push({ device, property })
      }
      packed.set([number, at, value], i * 3)
    }
    return { series, numbers: packed }
  }
}

function batchOf(
  { readings, rolledUp, errors, leftOut, done }: FileBatch,
  pack: ReturnType<typeof createNumbering>,
  pass: Pass,
): ReaderBatch {
  const checking = pass === 'check'
  return {
    done,
    leftOut,
    readings: readings.length + rolledUp.length,
    errorCount: errors.length,
    errors: errors.slice(0, shownErrors),
    ...pack(checking ? [] : readings),
    rolledUp: checking ? [] : rolledUp,
  }
}

async function run(port: MessagePort, pass: Pass): Promise<void> {
  const pack = createNumbering()
  for await (const read of readFile(workerData as ReadOrder)) {
    const batch = batchOf(read, pack, pass)
    const taken = once(port, 'message')
    port.postMessage({ type: 'batch', batch } satisfies FromReader, [batch.numbers.buffer])
    await taken
  }
  port.postMessage({ type: 'end' } satisfies FromReader, [])
}

if (!parentPort) throw new Error('This file runs as a worker thread.')
const port = parentPort
port.on('message', (message: ToReader) => {
  if (message === 'next') return
  run(port, message).catch((error: Error) => {
    port.postMessage({ type: 'failure', message: error.message } satisfies FromReader, [])
  })
})
