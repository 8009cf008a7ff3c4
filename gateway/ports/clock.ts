/** Time is handed in, so that tests decide it. */
export interface Clock {
  /** Wall clock, epoch ms. May step. */
  now(): number
  /** Monotonic ms since an arbitrary start; for durations and timeouts. */
  monotonic(): number
}

/** Called for each new row; must never repeat. */
export type NewId = () => string
