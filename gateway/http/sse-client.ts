import type { ServerResponse } from 'node:http'

/** One listener of the live stream; writing never waits for it. */
export interface SseClient {
  readonly sessionId: string
  readonly scope: string
  /** Whether it gets the event `health`. */
  readonly readsHealth: boolean
  /** Null: all devices of the scope. */
  readonly devices: ReadonlySet<string> | null
  /** Seq of the last outbox row it was sent or spared. */
  cursor: number
  /** False until it has caught up with the hub. */
  live: boolean
  write(text: string): void
  close(): void
}

/** A screen that takes nothing for this long is frozen: it is dropped, and resumes when it wakes. */
const maxBufferedBytes = 1_048_576

export function createSseClient(
  response: ServerResponse,
  {
    sessionId,
    scope,
    readsHealth,
    devices,
    cursor,
  }: Pick<SseClient, 'sessionId' | 'scope' | 'readsHealth' | 'devices' | 'cursor'>,
): SseClient {
  return {
    sessionId,
    scope,
    readsHealth,
    devices,
    cursor,
    live: false,
    write(text) {
      if (response.destroyed || response.writableEnded) return
      if (response.writableLength > maxBufferedBytes) response.destroy()
      else response.write(text)
    },
    close: () => void response.end(),
  }
}

export function sseEvent(event: string, body: string, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `event: ${event}\n${idLine}data: ${body}\n\n`
}
