import type { Clock } from '../../gateway/ports/clock.ts'

/** Stands until it is moved: a month passes as fast as it can be worked through. */
export interface SteppedClock extends Clock {
  /** Never back. */
  goTo(ms: number): void
}

export function createSteppedClock(startMs: number): SteppedClock {
  let now = startMs
  return {
    now: () => now,
    monotonic: () => now - startMs,
    goTo(ms) {
      now = Math.max(now, ms)
    },
  }
}
