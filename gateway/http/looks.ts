import type { Clock } from '../ports/clock.ts'

/**
 * Whether a look at a picture is one to write down: once a person, picture and hour, so that a page
 * that is loaded again is no second look. What is forgotten, by a restart or because there were too
 * many, is written once more.
 */
export interface Looks {
  isNew(person: string, picture: string): boolean
  /** It could not be written down. */
  forget(person: string, picture: string): void
}

const hourMs = 3_600_000
const mostRemembered = 20_000

function keyOf(person: string, picture: string): string {
  return `${person} ${picture}`
}

export function createLooks(clock: Pick<Clock, 'monotonic'>): Looks {
  /** The oldest first. */
  const seen = new Map<string, number>()

  function forgetOld(now: number): void {
    for (const [key, at] of seen) {
      if (now - at < hourMs && seen.size < mostRemembered) return
      seen.delete(key)
    }
  }

  return {
    isNew(person, picture) {
      const now = clock.monotonic()
      forgetOld(now)
      const key = keyOf(person, picture)
      if (seen.has(key)) return false
      seen.set(key, now)
      return true
    },
    forget: (person, picture) => void seen.delete(keyOf(person, picture)),
  }
}
