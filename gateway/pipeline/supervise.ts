import { RejectedError, UnavailableError } from '../domain/errors.ts'
import type { Adapter } from '../ports/adapter.ts'

/**
 * Starts an adapter and tries again while the other side is away. An outage is said once and its
 * end once; what was refused waits for other settings, and anything else is a fault of ours.
 */

const firstDelayMs = 500
const longestDelayMs = 30_000

export interface Supervised {
  /** The first attempt; true: it runs. False: it is tried again, or waits for other settings. */
  start(): Promise<boolean>
  stop(): Promise<void>
  /** Why it does not run, as a sentence; null while it does. */
  trouble(): string | null
}

export interface SuperviseOptions {
  log: { info(text: string): void; warn(text: string): void }
  random?: () => number
}

export function supervise(
  adapter: Adapter,
  { log, random = Math.random }: SuperviseOptions,
): Supervised {
  let trouble: string | null = 'is not started'
  let attempt = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<boolean> = Promise.resolve(false)

  function schedule(): void {
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
    attempt += 1
    timer = setTimeout(() => void begin(), ceiling / 2 + (ceiling / 2) * random())
  }

  async function tryStart(): Promise<boolean> {
    try {
      await adapter.start()
      if (attempt > 0) log.info(`${adapter.name} runs again`)
      trouble = null
      attempt = 0
      return true
    } catch (error) {
      const known = error instanceof UnavailableError || error instanceof RejectedError
      const text = known ? error.message : `failed: ${String(error)}`
      if (trouble !== text) log.warn(`${adapter.name}: ${text}`)
      trouble = text
      if (!stopped && !(error instanceof RejectedError)) schedule()
      return false
    }
  }

  function begin(): Promise<boolean> {
    running = tryStart()
    return running
  }

  return {
    start: begin,
    trouble: () => trouble,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
      await adapter.stop()
    },
  }
}
