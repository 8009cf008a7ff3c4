import type { RotatingCode } from '../api/types.ts'

/**
 * What a screen at a point shows over weeks: the code that holds now, and nothing when there is
 * none. It is asked for again before it ends, and again and again while nobody answers.
 */

/** Renewed so long before the end, so that there is no moment without one. */
const beforeEndMs = 3_000
const soonestMs = 1_000
const firstRetryMs = 2_000
const longestRetryMs = 30_000

export interface Shown {
  code: RotatingCode | null
  /** Since when the gateway does not answer, epoch ms. */
  awaySince: number | null
  /** There is no such point, or it has no such code: asking again would not help. */
  isRefused: boolean
}

export interface CodeKeeperParts {
  ask: () => Promise<RotatingCode>
  isRefusal: (error: unknown) => boolean
  now: () => number
  show: (shown: Shown) => void
}

export interface CodeKeeper {
  start: () => void
  stop: () => void
}

export function createCodeKeeper({ ask, isRefusal, now, show }: CodeKeeperParts): CodeKeeper {
  let timer: ReturnType<typeof setTimeout> | undefined
  let code: RotatingCode | null = null
  let awaySince: number | null = null
  let failures = 0
  let isStopped = false

  function later(ms: number): void {
    if (!isStopped) timer = setTimeout(() => void renew(), ms)
  }

  /** A code whose time is over is no code: what is scanned then would be refused. */
  function tell(isRefused = false): void {
    if (code !== null && code.until <= now()) code = null
    if (!isStopped) show({ code, awaySince, isRefused })
  }

  async function renew(): Promise<void> {
    try {
      code = await ask()
      awaySince = null
      failures = 0
      tell()
      later(Math.max(soonestMs, code.until - now() - beforeEndMs))
    } catch (error) {
      awaySince ??= now()
      failures += 1
      tell(isRefusal(error))
      later(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10)))
    }
  }

  return {
    start: () => void renew(),
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
