/**
 * How much one sender may send: `ratePerS` in the long run, `burst` after a rest. What was taken
 * beyond that is a debt, paid before anything more may be taken.
 */
export interface TokenBucket {
  /** What may be taken now; negative while there is a debt. */
  level(nowMs: number): number
  take(count: number, nowMs: number): void
  /** How long until `level` reaches so much; 0: it does. */
  waitMs(level: number, nowMs: number): number
}

export interface BucketSize {
  ratePerS: number
  burst: number
}

export function createTokenBucket({ ratePerS, burst }: BucketSize, nowMs: number): TokenBucket {
  let tokens = burst
  let at = nowMs

  function level(now: number): number {
    if (now > at) {
      tokens = Math.min(burst, tokens + ((now - at) * ratePerS) / 1_000)
      at = now
    }
    return tokens
  }

  return {
    level,
    take(count, now) {
      tokens = level(now) - count
    },
    waitMs(wanted, now) {
      const missing = Math.min(wanted, burst) - level(now)
      return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / ratePerS)
    },
  }
}
