import { isInScope } from '../domain/place.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { ObservationLog } from '../ports/observation-store.ts'
import type { Outbox, OutboxRow } from '../ports/outbox.ts'
import type { Queries } from '../ports/queries.ts'
import { createFollower } from './follow.ts'
import { createReadingsFeed } from './readings-feed.ts'
import type { Health } from './schemas/trust.ts'
import { streamEvents } from './schemas.ts'
import type { HttpServices } from './services.ts'
import { type SseClient, sseEvent } from './sse-client.ts'

/**
 * The live stream. One follower reads the outbox for everybody and loads each present view once;
 * a client that resumes reads the rows it missed by itself until it has caught up, and then joins.
 */

const readRows = 200
/** A client that missed more than this is faster served by asking everything again. */
const maxMissedRows = 5000
const heartbeatMs = 5000

export interface StreamHubParts {
  outbox: Outbox
  queries: Queries
  log: ObservationLog
  devices: DeviceRegistry
  installation: string
  health: HttpServices['health']
  isSessionAlive: (id: string) => Promise<boolean>
  warn: (text: string) => void
}

export interface StreamHub {
  start(): Promise<void>
  stop(): Promise<void>
  /** Where a stream may begin: at `lastEventId`, or now with `reset` when that is not possible. */
  begin(lastEventId: string | undefined): Promise<{ cursor: number; reset: boolean }>
  join(client: SseClient): Promise<void>
  leave(client: SseClient): void
  endSession(sessionId: string): void
  idAt(seq: number): string
  size(): number
}

export function createStreamHub(parts: StreamHubParts): StreamHub {
  const { outbox, queries, log, devices, installation, warn } = parts
  const clients = new Set<SseClient>()
  const readings = createReadingsFeed({ log, devices, clients, warn })
  let position = 0
  let heartbeat: NodeJS.Timeout | undefined
  let stopHealth: (() => void) | undefined
  let stopped = false

  const idAt = (seq: number) => `${seq}.${installation}`

  async function viewOf({ topic, body }: OutboxRow): Promise<unknown> {
    switch (topic) {
      case 'case':
        return queries.case(body.id)
      case 'alarm':
        return queries.alarm(body.id)
      case 'incident':
        return queries.incident(body.id)
      case 'device':
        return { id: body.id, online: body.online ?? null, at: body.at ?? 0 }
      case 'patrol':
        return { id: body.id, kind: body.kind ?? 'round' }
    }
  }

  /** Several changes of one thing in one batch are one event, under the last one's seq. */
  async function load(rows: readonly OutboxRow[]) {
    const last = new Map(rows.map((row) => [`${row.topic} ${row.body.id}`, row.seq]))
    const kept = rows.filter((row) => last.get(`${row.topic} ${row.body.id}`) === row.seq)
    const loaded = []
    for (const row of kept) {
      const view = await viewOf(row)
      if (view === undefined) continue
      // As documented and no more: what a view carries beside it stays in the house.
      const shown = streamEvents[row.topic].parse(view)
      const text = sseEvent(row.topic, JSON.stringify(shown), idAt(row.seq))
      loaded.push({ seq: row.seq, place: row.place, text })
    }
    return loaded
  }

  function deliver(client: SseClient, events: Awaited<ReturnType<typeof load>>): void {
    const wanted = events.filter(
      (event) => event.seq > client.cursor && isInScope(client.scope, event.place),
    )
    if (wanted.length > 0) client.write(wanted.map((event) => event.text).join(''))
  }

  const follower = createFollower<OutboxRow>({
    changed: () => outbox.changed(),
    next: () => outbox.after(position, readRows),
    async handle(rows) {
      const head = rows.at(-1)?.seq ?? position
      const events = clients.size === 0 ? [] : await load(rows)
      // From here on without waiting, so that no client joins half way.
      position = head
      for (const client of clients) {
        if (!client.live) continue
        deliver(client, events)
        client.cursor = Math.max(client.cursor, head)
      }
    },
    failed: (error) => warn(`live stream: ${String(error)}`),
  })

  async function catchUp(client: SseClient): Promise<void> {
    while (clients.has(client)) {
      const rows = client.cursor >= position ? [] : await outbox.after(client.cursor, readRows)
      if (rows.length === 0) {
        client.live = true
        return
      }
      const events = await load(rows)
      deliver(client, events)
      client.cursor = rows.at(-1)?.seq ?? client.cursor
    }
  }

  function tellHealth(health: Health): void {
    const text = healthEvent(health)
    for (const client of clients) if (client.readsHealth) client.write(text)
  }

  async function beat(): Promise<void> {
    for (const client of clients) client.write(': alive\n\n')
    for (const sessionId of new Set([...clients].map((client) => client.sessionId))) {
      if (!(await parts.isSessionAlive(sessionId))) endSession(sessionId)
    }
  }

  function endSession(sessionId: string): void {
    for (const client of clients) {
      if (client.sessionId !== sessionId) continue
      clients.delete(client)
      client.close()
    }
  }

  return {
    idAt,
    endSession,
    size: () => clients.size,
    async start() {
      stopHealth = parts.health.onChange(tellHealth)
      position = await outbox.head()
      follower.start()
      readings.start()
      heartbeat = setInterval(() => {
        beat().catch((error: unknown) => warn(`live stream: ${String(error)}`))
      }, heartbeatMs)
    },
    async stop() {
      stopped = true
      clearInterval(heartbeat)
      stopHealth?.()
      for (const client of clients) client.close()
      clients.clear()
      readings.wake()
      await Promise.all([follower.stop(), readings.stop()])
    },
    async begin(lastEventId) {
      const head = await outbox.head()
      if (!lastEventId) return { cursor: head, reset: false }
      const [, text, of] = /^(\d{1,15})\.(\w+)$/.exec(lastEventId) ?? []
      const seq = Number(text)
      const isHeld = seq >= (await outbox.oldest()) - 1
      const resumable = of === installation && isHeld && seq <= head && head - seq <= maxMissedRows
      return resumable ? { cursor: seq, reset: false } : { cursor: head, reset: true }
    },
    async join(client) {
      if (stopped) return client.close()
      clients.add(client)
      if (client.readsHealth) client.write(healthEvent(parts.health.current()))
      readings.wake()
      await catchUp(client)
    },
    leave: (client) => void clients.delete(client),
  }
}

function healthEvent(health: Health): string {
  return sseEvent('health', JSON.stringify(health))
}
