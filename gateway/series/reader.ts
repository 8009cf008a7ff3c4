import { Worker } from 'node:worker_threads'
import type { FromReader, ReaderBatch, ReaderSettings } from './reader-worker.ts'

/** A file's batches from a thread of its own; see reader-worker.ts. */

const heapMb = 512
/** For one batch of a few thousand rows; what takes longer is made to take long. */
const stallMs = 120_000

function nextOf(worker: Worker, signal: AbortSignal): Promise<FromReader> {
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

/** Rejects when the file cannot be read to its end; ends the thread in every case. */
export async function* readInThread(
  settings: ReaderSettings,
  signal: AbortSignal,
): AsyncGenerator<ReaderBatch> {
  const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
    workerData: settings,
    name: 'series import',
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  // After the first failure nobody listens any more.
  worker.on('error', () => {})
  try {
    for (;;) {
      const message = await nextOf(worker, signal)
      if (message.type === 'end') return
      yield message.batch
      worker.postMessage('next', [])
    }
  } finally {
    await worker.terminate()
  }
}
