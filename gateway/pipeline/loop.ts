/** Does its work, sleeps until more is due or somebody wakes it, and tries again what failed. */
export interface Loop {
  start(): void
  wake(): void
  /** Resolves when no work is under way. */
  stop(): Promise<void>
}

export interface LoopParts {
  /** Answers how long until there is more to do; null: nobody knows. */
  work: () => Promise<number | null>
  /** Told once when the work stops succeeding, and once when it succeeds again (null). */
  failed: (reason: string | null) => void
  /** Resolves after that long, or as soon as `signal` is aborted. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Something may have come by another process; then nobody wakes us. */
const longestSleepMs = 30_000
const firstRetryMs = 1000

export function createLoop({ work, failed, pause = pauseBySetTimeout }: LoopParts): Loop {
  const stopping = new AbortController()
  let sleeping = new AbortController()
  let failures = 0
  let running: Promise<void> = Promise.resolve()

  async function attempt(): Promise<number> {
    try {
      const ms = await work()
      if (failures > 0) failed(null)
      failures = 0
      return Math.min(ms ?? longestSleepMs, longestSleepMs)
    } catch (error) {
      if (failures === 0) failed(error instanceof Error ? error.message : String(error))
      failures += 1
      // Whoever wakes us now cannot mend it.
      sleeping = new AbortController()
      return Math.min(longestSleepMs, firstRetryMs * 2 ** Math.min(failures - 1, 10))
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Taken before the work, so that what happens during it is not slept through.
      sleeping = new AbortController()
      const ms = await attempt()
      await pause(Math.max(ms, 1), AbortSignal.any([stopping.signal, sleeping.signal]))
    }
  }

  return {
    start() {
      running = run()
    },
    wake: () => sleeping.abort(),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

export function pauseBySetTimeout(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal?.aborted) resolve()
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
