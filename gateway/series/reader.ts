import { Worker } from 'node:worker_threads'
import type { ReadOrder } from './read-file.ts'
import type { FromReader, Pass, ReaderBatch, ToReader } from './reader-worker.ts'

/** A file's batches from a thread of its own; see reader-worker.ts. */

const heapMb = 512
/** For one batch of a few thousand rows; what takes longer is made to take long. */
const longestStallMs = 120_000

interface ReaderEnds {
  signal: AbortSignal
  stallMs?: number
}

function nextOf(worker: Worker, { signal, stallMs }: Required<ReaderEnds>): Promise<FromReader> {
  return new Promise((resolve, reject) => {
    const end = new AbortController()
    const settle = (done: () => void) => {
      clearTimeout(stall)
      end.abort()
      done()
    }
    const fail = (text: string) => settle(() => reject(new Error(text)))
    const stall = setTimeout(() => fail('it takes too long to read'), stallMs)
    const message = (one: FromReader) => settle(() => resolve(one))
    const error = (cause: NodeJS.ErrnoException) =>
      fail(
        cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it asks for too much memory' : cause.message,
      )
    const exit = () => fail('reading it ended too soon')
    const abort = () => fail('it was broken off')
    if (signal.aborted) return abort()
    worker.on('message', message).on('error', error).on('exit', exit)
    signal.addEventListener('abort', abort)
    end.signal.addEventListener('abort', () => {
      worker.off('message', message).off('error', error).off('exit', exit)
      signal.removeEventListener('abort', abort)
    })
  })
}

export interface FileReader {
  /** One pass at a time. Rejects when the file cannot be read to its end. */
  batches(pass: Pass): AsyncGenerator<ReaderBatch>
  close(): Promise<void>
}

export function openReader(
  order: ReadOrder,
  { signal, stallMs = longestStallMs }: ReaderEnds,
): FileReader {
  const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
    workerData: order,
    name: 'series import',
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  // After the first failure nobody listens any more.
  worker.on('error', () => {})

  function ask(message: ToReader): Promise<FromReader> {
    const answer = nextOf(worker, { signal, stallMs })
    worker.postMessage(message, [])
    return answer
  }

  return {
    async *batches(pass) {
      for (let answer = await ask(pass); answer.type !== 'end'; answer = await ask('next')) {
        if (answer.type === 'failure') throw new Error(answer.message)
        yield answer.batch
      }
    },
    async close() {
      await worker.terminate()
    },
  }
}
