import type { Reading } from '../domain/observation.ts'
import { isInScope } from '../domain/place.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { ObservationLog } from '../ports/observation-store.ts'
import { createFollower, type Follower } from './follow.ts'
import { type SseClient, sseEvent } from './sse-client.ts'

/**
 * New readings to the screens, one event per commit and client. They cannot be resumed: a screen
 * that was away asks for the series. While nobody listens, nothing is read.
 */

const readEntries = 2000

export interface ReadingsFeedParts {
  log: ObservationLog
  devices: DeviceRegistry
  clients: ReadonlySet<SseClient>
  warn: (text: string) => void
}

export interface ReadingsFeed extends Follower {
  /** Call when a client came: the feed goes on from the present end of the log if it slept. */
  wake(): void
}

export function createReadingsFeed({
  log,
  devices,
  clients,
  warn,
}: ReadingsFeedParts): ReadingsFeed {
  let cursor: number | undefined
  let awake = Promise.withResolvers<void>()

  function wants(client: SseClient, device: string): boolean {
    if (client.devices && !client.devices.has(device)) return false
    const known = devices.get(device)
    return known !== undefined && isInScope(client.scope, known.grid ?? known.village)
  }

  /** Clients with the same scope and wishes get the same text; it is made once. */
  function send(readings: readonly Reading[]): void {
    const texts = new Map<string, string | undefined>()
    for (const client of clients) {
      const key = `${client.scope} ${client.devices ? [...client.devices].join() : '*'}`
      if (!texts.has(key)) {
        const tuples = readings
          .filter((reading) => wants(client, reading.device))
          .map(({ device, property, observedAt, value }) => [device, property, observedAt, value])
        texts.set(key, tuples.length ? sseEvent('readings', JSON.stringify(tuples)) : undefined)
      }
      const text = texts.get(key)
      if (text !== undefined) client.write(text)
    }
  }

  const follower = createFollower({
    changed: () => (clients.size === 0 ? awake.promise : log.changed()),
    async next() {
      if (clients.size === 0) {
        cursor = undefined
        return []
      }
      cursor ??= await log.head()
      return log.read(cursor, readEntries)
    },
    handle(entries) {
      cursor = entries.at(-1)?.seq ?? cursor
      const readings = entries.map((entry) => entry.observation)
      send(readings.filter((observation) => observation.kind === 'reading'))
    },
    failed: (error) => warn(`live readings: ${String(error)}`),
  })

  return {
    ...follower,
    wake() {
      awake.resolve()
      awake = Promise.withResolvers<void>()
    },
  }
}
