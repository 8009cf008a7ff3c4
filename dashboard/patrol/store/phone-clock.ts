/** The wall clock, which people set, beside the monotonic one, which nobody can. */
export interface ClockReading {
  /** Epoch ms. */
  at: number
  monotonicMs: number
  /** Readings of one `clock` can be compared. */
  clock: string
}

export interface PhoneClock {
  read(): ClockReading
}

interface Sources {
  now: () => number
  monotonic: () => number
  newId: () => string
}

/** Both clocks of an honest phone stay closer together than this. */
const toleranceMs = 5000

/**
 * In a phone that sleeps the browser's monotonic clock stands still while the wall clock goes on;
 * from then on it counts from somewhere else, and gets a new name. A wall clock that was put back
 * looks different, and keeps the name: the gateway sees that the two disagree.
 */
export function createPhoneClock({ now, monotonic, newId }: Sources): PhoneClock {
  let clock = newId()
  let behind = now() - monotonic()
  return {
    read() {
      const at = Math.round(now())
      const monotonicMs = Math.round(monotonic())
      if (at - monotonicMs - behind > toleranceMs) {
        clock = newId()
        behind = at - monotonicMs
      }
      return { at, monotonicMs, clock }
    },
  }
}
