import { TooManyError } from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'

/** No phone makes so many in months, however often its line breaks and it sends them again. */
const mostADay = 100_000
const dayMs = 24 * 3_600_000

/** How many check-ins one person may send in a day: a program must not fill the disk with them. */
export function createCheckinBound(
  clock: Pick<Clock, 'monotonic'>,
  most = mostADay,
): { take(by: string, count: number): void } {
  const sent = new Map<string, number>()
  let since = clock.monotonic()

  return {
    take(by, count) {
      if (clock.monotonic() - since >= dayMs) {
        sent.clear()
        since = clock.monotonic()
      }
      const own = (sent.get(by) ?? 0) + count
      if (own > most) {
        throw new TooManyError('You sent very many check-ins today. The rest can go tomorrow.')
      }
      sent.set(by, own)
    },
  }
}
