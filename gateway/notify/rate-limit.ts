/**
 * At most so many in any stretch of that length, not just on average: robots count by the minute
 * and shut out for long whoever goes over it. Times are monotonic ms.
 */
export interface RateLimit {
  count: number
  perMs: number
}

export interface RateGate {
  /** How long until one more may go; 0: now. */
  waitMs(now: number): number
  take(now: number): void
}

export function createRateGate(limits: readonly RateLimit[]): RateGate {
  const most = Math.max(...limits.map(({ count }) => count))
  const taken: number[] = []

  return {
    waitMs(now) {
      const waits = limits.map(({ count, perMs }) => {
        const oldest = taken[taken.length - count]
        return oldest === undefined ? 0 : Math.max(0, oldest + perMs - now)
      })
      return Math.max(0, ...waits)
    },
    take(now) {
      taken.push(now)
      if (taken.length > most) taken.shift()
    },
  }
}
