import type { By } from '../people/by.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'

/**
 * Who looked live at which camera, and for how long. A line that breaks and comes back is the same
 * look, and so is a second window: the end is written when nobody came back for a while.
 */
export interface LiveLooks {
  /** Resolves when the beginning is written down: only then may there be a picture. */
  begin(by: By, device: string): Promise<() => void>
  /** Writes the ends of all that were seen till now. */
  stop(): Promise<void>
}

const awayMs = 30_000

interface Look {
  by: By
  device: string
  beganAt: number
  leftAt: number
  windows: number
  written: Promise<void>
  away: NodeJS.Timeout | undefined
}

export interface LiveLookParts {
  audit: Pick<AuditLog, 'write'>
  clock: Pick<Clock, 'monotonic'>
  warn: (text: string) => void
}

export function createLiveLooks({ audit, clock, warn }: LiveLookParts): LiveLooks {
  const looks = new Map<string, Look>()
  const ends = new Set<Promise<void>>()

  function write({ by, device }: Look, act: string, detail?: string): Promise<void> {
    const { actor, address } = by
    return audit.write({ actor: actor.id, act, subject: `device:${device}`, detail, address })
  }

  function end(key: string, look: Look): void {
    clearTimeout(look.away)
    looks.delete(key)
    const seconds = Math.round((look.leftAt - look.beganAt) / 1000)
    const writing = write(look, 'lookLiveEnd', `${seconds} s`)
      .catch((error: unknown) => warn(`end of a look at ${look.device}: ${String(error)}`))
      .finally(() => ends.delete(writing))
    ends.add(writing)
  }

  function open(key: string, by: By, device: string): Look {
    const now = clock.monotonic()
    const look: Look = {
      by,
      device,
      beganAt: now,
      leftAt: now,
      windows: 0,
      written: Promise.resolve(),
      away: undefined,
    }
    look.written = write(look, 'lookLive')
    looks.set(key, look)
    return look
  }

  return {
    async begin(by, device) {
      const key = `${by.actor.id} ${device}`
      const look = looks.get(key) ?? open(key, by, device)
      clearTimeout(look.away)
      look.windows += 1
      try {
        await look.written
      } catch (error) {
        if (looks.get(key) === look) looks.delete(key)
        throw error
      }
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        look.windows -= 1
        look.leftAt = clock.monotonic()
        if (look.windows > 0 || looks.get(key) !== look) return
        look.away = setTimeout(() => end(key, look), awayMs)
      }
    },
    async stop() {
      for (const [key, look] of looks) {
        if (look.windows > 0) look.leftAt = clock.monotonic()
        end(key, look)
      }
      await Promise.all(ends)
    },
  }
}
