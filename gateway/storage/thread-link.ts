import { Worker } from 'node:worker_threads'
import { InvalidError, StoreError } from '../domain/errors.ts'
import type { FromThread } from './worker-messages.ts'

type Requests = Record<string, { request: { type: string }; answer: unknown }>

/** Requests to one storage thread; a thread that dies fails what it held and is started again. */
export interface ThreadLink<R extends Requests> {
  /** Resolves with what the thread says when it is open; rejects when it cannot open its files. */
  start(): Promise<void>
  request<K extends keyof R & string>(
    request: R[K]['request'] & { type: K },
    transfer?: ArrayBuffer[],
  ): Promise<R[K]['answer']>
  stop(): Promise<void>
}

interface LinkOptions<Ready> {
  name: string
  file: URL
  /** Handed to the thread as its `workerData`. */
  settings: unknown
  onReady(ready: Ready): void
}

const restartDelayMs = 1000

interface Waiter {
  resolve(answer: unknown): void
  reject(cause: Error): void
}

export function createThreadLink<R extends Requests, Ready>(
  options: LinkOptions<Ready>,
): ThreadLink<R> {
  const waiters = new Map<number, Waiter>()
  let worker: Worker | undefined
  let stopping = false
  let nextId = 1

  function failAll(cause: Error) {
    const failed = [...waiters.values()]
    waiters.clear()
    for (const waiter of failed) waiter.reject(cause)
  }

  function settle(message: FromThread & { type: 'answers' | 'failure' }) {
    for (const [i, id] of message.ids.entries()) {
      const waiter = waiters.get(id)
      waiters.delete(id)
      if (message.type === 'answers') waiter?.resolve(message.answers[i])
      else if (message.invalid) waiter?.reject(new InvalidError(message.message))
      else waiter?.reject(new StoreError(message.message))
    }
  }

  function open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const opened = new Worker(options.file, {
        workerData: options.settings,
        name: options.name,
      })
      let cause = new StoreError(`The storage thread "${options.name}" ended unexpectedly.`)
      opened.on('message', (message: FromThread) => {
        if (message.type === 'ready') {
          worker = opened
          options.onReady(message.ready as Ready)
          resolve()
        } else if (message.type === 'failure' && message.ids.length === 0) {
          cause = new StoreError(message.message)
        } else settle(message)
      })
      opened.on('error', (error) => {
        cause = new StoreError(`The storage thread "${options.name}" failed: ${error.message}`)
      })
      opened.on('exit', () => {
        const wasOpen = worker === opened
        worker = undefined
        failAll(cause)
        reject(cause)
        if (wasOpen && !stopping) restart()
      })
    })
  }

  function restart() {
    setTimeout(() => {
      if (!stopping) open().catch(restart)
    }, restartDelayMs).unref()
  }

  function request(message: { type: string }, transfer: ArrayBuffer[] = []) {
    return new Promise<unknown>((resolve, reject) => {
      if (!worker) {
        reject(new StoreError(`The storage thread "${options.name}" is not running.`))
        return
      }
      const id = nextId++
      waiters.set(id, { resolve, reject })
      worker.postMessage({ id, request: message }, transfer)
    })
  }

  return {
    start: open,
    request,
    async stop() {
      if (stopping || !worker) return
      stopping = true
      const ended = new Promise((resolve) => worker?.once('exit', resolve))
      await request({ type: 'stop' }).catch(() => worker?.terminate())
      await ended
    },
  }
}
