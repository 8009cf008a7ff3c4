/** How long to wait before the next attempt: doubled each time, never quite the same, capped. */
export interface Backoff {
  /** ms; each call counts as a failure. */
  next(): number
  reset(): void
}

export interface BackoffOptions {
  firstMs: number
  longestMs: number
  /** 0–1. */
  random: () => number
}

export function createBackoff({ firstMs, longestMs, random }: BackoffOptions): Backoff {
  let failures = 0
  return {
    next() {
      const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20))
      failures += 1
      return Math.round(ceiling / 2 + (ceiling / 2) * random())
    },
    reset() {
      failures = 0
    },
  }
}
