import type { Clock } from '../ports/clock.ts'
import type { TagBook, TagReading } from '../ports/tags.ts'

/**
 * What printed codes said a moment ago: when many phones come back at once, they send the same few
 * addresses thousands of times. What counts once only is never remembered.
 */

const rememberedMs = 1000
const mostRemembered = 5000

export function createRecentReadings(
  tags: Pick<TagBook, 'read'>,
  clock: Pick<Clock, 'monotonic'>,
): Pick<TagBook, 'read'> {
  const recent = new Map<string, TagReading>()
  let since = Number.NEGATIVE_INFINITY

  return {
    async read(shown) {
      if (clock.monotonic() - since >= rememberedMs || recent.size >= mostRemembered) {
        recent.clear()
        since = clock.monotonic()
      }
      const known = shown.url === undefined ? undefined : recent.get(shown.url)
      if (known) return known
      const reading = await tags.read(shown)
      const isPrinted = reading.kind === 'genuine' && reading.once === null
      if (shown.url !== undefined && isPrinted) recent.set(shown.url, reading)
      return reading
    },
  }
}
