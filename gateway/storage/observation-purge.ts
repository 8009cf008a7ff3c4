import type { PurgedKind } from '../domain/retention.ts'
import type { Clock } from '../ports/clock.ts'
import type { Purgeable, Removed } from '../ports/retention.ts'
import type { ThreadLink } from './thread-link.ts'
import type { LogRequests } from './worker-messages.ts'

/**
 * What retention may take from the log's file, step by step at its thread: a
 * commit that comes meanwhile waits for one step at most.
 */

/** What may wait in quarantine, whatever its age; a device alone is bounded far below. */
const mostWaiting = { rows: 50_000, bytes: 512 * 1024 * 1024 }

export interface ObservationPurgeParts {
  logThread: Pick<ThreadLink<LogRequests>, 'request'>
  /** Seq up to which every reader of the log has kept what it made of it. */
  consumed: () => Promise<number>
  clock: Clock
}

function purgeable(kind: PurgedKind, step: (before: number) => Promise<Removed>): Purgeable {
  return {
    kind,
    async *remove(before) {
      for (;;) {
        const removed = await step(before)
        if (removed.removed === 0) return
        yield removed
      }
    },
  }
}

export function createObservationPurges(parts: ObservationPurgeParts): Purgeable[] {
  const { logThread, consumed, clock } = parts
  return [
    purgeable('log', async (before) => {
      const upTo = await consumed()
      return await logThread.request({ type: 'trimLog', before, now: clock.now(), upTo })
    }),
    purgeable('quarantine', (before) => logThread.request({ type: 'trimSettled', before })),
    purgeable('waiting', () => logThread.request({ type: 'trimWaiting', most: mostWaiting })),
  ]
}
