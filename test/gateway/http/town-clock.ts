import type { Clock } from '../../../gateway/ports/clock.ts'

/** Time that moves only when the test says so: 2026-06-15 10:00 in the town, a Monday in the burn ban. */

export const townMonday = Date.UTC(2026, 5, 15, 2)
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export interface TownClock extends Clock {
  advance(ms: number): void
}

export function townClock(start = townMonday): TownClock {
  let passed = 0
  return {
    now: () => start + passed,
    monotonic: () => passed,
    advance(ms) {
      passed += ms
    },
  }
}
