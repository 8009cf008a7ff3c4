import { parentPort } from 'node:worker_threads'
import { InvalidError } from '../domain/errors.ts'
import type { FromThread, ToThread } from './worker-messages.ts'

/**
 * The thread's side of a `ThreadLink`: opens, says `ready`, answers each request in the order of
 * arrival, and closes on `stop`. What throws becomes a failure of that one request.
 */
export interface StorageThread {
  ready: unknown
  answer(request: { type: string }): { value: unknown; transfer?: ArrayBuffer[] }
  close(): void
}

function failureOf(id: number | null, cause: unknown): FromThread {
  const message = cause instanceof Error ? cause.message : String(cause)
  return { type: 'failure', id, message, invalid: cause instanceof InvalidError }
}

export function runStorageThread(open: () => StorageThread): void {
  const port = parentPort
  if (!port) throw new Error('This file runs as a worker thread of the observation store.')
  const say = (message: FromThread, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer)
  let thread: StorageThread
  try {
    thread = open()
  } catch (cause) {
    say(failureOf(null, cause))
    port.close()
    return
  }
  port.on('message', ({ id, request }: ToThread) => {
    try {
      if (request.type === 'stop') {
        thread.close()
        say({ type: 'answer', id, answer: undefined })
        port.close()
        return
      }
      const { value, transfer } = thread.answer(request)
      say({ type: 'answer', id, answer: value }, transfer)
    } catch (cause) {
      say(failureOf(id, cause))
    }
  })
  say({ type: 'ready', ready: thread.ready })
}
