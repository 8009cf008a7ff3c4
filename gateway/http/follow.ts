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
  const stopping = Promise.withResolvers<'stop'>()
  const stop = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, retryMs)
    })
    await Promise.race([waited, stopping.promise])
    clearTimeout(timer)
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const grown = changed()
      try {
        const rows = await next()
        if (rows.length > 0) await handle(rows)
        else await Promise.race([grown, stopping.promise])
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
      stopping.resolve('stop')
      await running
    },
  }
}
