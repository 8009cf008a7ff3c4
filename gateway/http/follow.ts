/**
 * Follows something that grows: reads from a cursor until nothing is left, then waits for the next
 * commit. The promise is taken before the read, so that nothing slips in between.
 */
export interface Follower {
  start(): void
  stop(): Promise<void>
}

export interface Followed<Row> {
  changed: () => Promise<void>
  /** The next rows, [] when there are none. */
  next: () => Promise<Row[]>
  handle: (rows: Row[]) => Promise<void> | void
  failed: (error: unknown) => void
}

const retryMs = 1000

export function createFollower<Row>({ changed, next, handle, failed }: Followed<Row>): Follower {
  const stop = new AbortController()
  let running: Promise<void> = Promise.resolve()

  /** Not a race with a promise of the stop: that one would keep every wake until then. */
  async function untilStopOr(waited: Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const wake = () => resolve()
    stop.signal.addEventListener('abort', wake)
    if (stop.signal.aborted) wake()
    waited.then(wake, reject)
    try {
      await promise
    } finally {
      stop.signal.removeEventListener('abort', wake)
    }
  }

  async function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, retryMs)
    await untilStopOr(promise)
    clearTimeout(timer)
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const grown = changed()
      try {
        const rows = await next()
        if (rows.length > 0) await handle(rows)
        else await untilStopOr(grown)
      } catch (error) {
        if (stop.signal.aborted) return
        failed(error)
        await pause()
      }
    }
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      stop.abort()
      await running
    },
  }
}
