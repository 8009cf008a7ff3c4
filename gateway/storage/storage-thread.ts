import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { InvalidError } from '../domain/errors.ts'
import type { FromThread, ToThread } from './worker-messages.ts'

/**
 * The thread's side of a `ThreadLink`: opens, says `ready`, answers the requests in the order of
 * arrival, and closes on `stop`. What throws becomes a failure of that request. Commits that wait
 * one behind the other are made together: this is the group commit.
 */
export interface StorageThread {
  ready: unknown
  answer(request: ThreadRequest): unknown
  /** One answer for each request, all or nothing. */
  commitTogether?(requests: ThreadRequest[]): unknown[]
  close(): void
}

type ThreadRequest = ToThread['request']

/** Requests made together; what is behind waits for the next turn. */
const mostTogether = 500

function failureOf(ids: number[], cause: unknown): FromThread {
  const message = cause instanceof Error ? cause.message : String(cause)
  return { type: 'failure', ids, message, invalid: cause instanceof InvalidError }
}

/** Numbers of an answer are handed over, since copying them costs as much as reading them did. */
function numbersOf(answer: unknown): ArrayBuffer[] {
  const { numbers } = (answer ?? {}) as { numbers?: unknown }
  return numbers instanceof Float64Array ? [numbers.buffer as ArrayBuffer] : []
}

/** Splits off the requests at the front that can be answered together. */
function takeTogether(waiting: ToThread[], thread: StorageThread): ToThread[] {
  if (!thread.commitTogether || waiting[0]?.request.type !== 'commit') return waiting.splice(0, 1)
  const end = waiting.findIndex(({ request }) => request.type !== 'commit')
  return waiting.splice(0, Math.min(mostTogether, end < 0 ? waiting.length : end))
}

export function runStorageThread(open: () => StorageThread): void {
  if (!parentPort) throw new Error('This file runs as a worker thread of the observation store.')
  const port = parentPort
  const say = (message: FromThread, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer)
  let thread: StorageThread
  try {
    thread = open()
  } catch (cause) {
    say(failureOf([], cause))
    port.close()
    return
  }

  function answer(together: ToThread[]): void {
    const ids = together.map(({ id }) => id)
    const requests = together.map(({ request }) => request)
    const [first] = requests
    if (first === undefined) return
    try {
      if (first.type === 'stop') thread.close()
      const answers =
        first.type === 'stop'
          ? [undefined]
          : first.type === 'commit' && thread.commitTogether
            ? thread.commitTogether(requests)
            : [thread.answer(first)]
      say({ type: 'answers', ids, answers }, answers.flatMap(numbersOf))
    } catch (cause) {
      say(failureOf(ids, cause))
    }
    if (first.type === 'stop') port.close()
  }

  port.on('message', (first: ToThread) => {
    const waiting = [first]
    while (waiting.length > 0) {
      for (;;) {
        const next = receiveMessageOnPort(port)
        if (!next) break
        waiting.push(next.message as ToThread)
      }
      answer(takeTogether(waiting, thread))
    }
  })
  say({ type: 'ready', ready: thread.ready })
}
