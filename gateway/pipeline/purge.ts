import {
  dayMs,
  nextPurgeAt,
  type PurgedKind,
  purgedBefore,
  type Retention,
  seriesBounds,
} from '../domain/retention.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { Purgeable, PurgeableSeries, Removed, RetentionStore } from '../ports/retention.ts'

/**
 * Takes away what retention lets go: once a day at half past three in the town, or as soon as the
 * gateway runs again after it missed that; what goes by number and not by age once an hour. Each
 * removal leaves a line that says what went, and an entry in the audit log.
 *
 * Nothing is so hard to take back as a purge by a wrong clock. One that jumped by more than a day,
 * or that comes up long after the last round, is not believed before it has run on for a day.
 */

type Kept = Purgeable | PurgeableSeries

export interface PurgeOptions {
  store: RetentionStore
  purgeables: readonly Kept[]
  audit: { write(entry: AuditEntry): Promise<void> }
  clock: Clock
  timeZone: string
  /** Told once when rounds stop succeeding, and once when they succeed again. */
  warn: (text: string) => void
  /** Calls `run` again and again; returns how to stop. */
  repeat?: (run: () => void, everyMs: number) => () => void
  /** Between two steps, so that the disk has room for what arrives. */
  pause?: () => Promise<void>
}

export interface PurgeJob {
  start(): void
  /** Resolves after the step that is under way. */
  stop(): Promise<void>
  /** One look at whether something is due; also called every minute by itself. */
  look(): Promise<void>
  /** Why the last round failed; null while they succeed. */
  trouble(): string | null
}

const lookEveryMs = 60_000
const hourMs = 3_600_000
/** A gateway may be off for a month; after longer the clock has to show that it is right. */
const longAwayMs = 40 * dayMs
const pauseMs = 10
const hourly: ReadonlySet<PurgedKind> = new Set(['waiting'])

export function createPurge(options: PurgeOptions): PurgeJob {
  const { store, purgeables, audit, clock, timeZone, warn } = options
  const repeat = options.repeat ?? repeatBySetInterval
  const pause = options.pause ?? pauseBySetTimeout
  const stopping = new AbortController()
  const isTrusted = createTrust(clock, warn)
  let lastHourly = clock.monotonic() - hourMs
  let looking: Promise<void> | undefined
  let trouble: string | null = null
  let stopRepeating: (() => void) | undefined

  async function removeAll(steps: AsyncIterable<Removed>): Promise<Removed> {
    let sum: Removed = { removed: 0, bytes: 0 }
    for await (const { removed, bytes } of steps) {
      sum = { removed: sum.removed + removed, bytes: sum.bytes + bytes }
      if (stopping.signal.aborted) break
      await pause()
    }
    return sum
  }

  async function purge(purgeable: Kept, retention: Retention): Promise<void> {
    const { kind } = purgeable
    const now = clock.now()
    const before = purgedBefore(kind, retention, now)
    const steps =
      'compact' in purgeable
        ? purgeable.compact(seriesBounds(retention, now))
        : purgeable.remove(before)
    const { removed, bytes } = await removeAll(steps)
    if (removed === 0) return
    await store.addPurge({ at: clock.now(), kind, before, removed, bytes })
    // The audit log's own removal stands in its chain already, together with it.
    if (kind === 'audit') return
    const detail = `${removed} removed, ${bytes} bytes, older than ${new Date(before).toISOString()}`
    await audit.write({ actor: null, act: 'purge', subject: `retention:${kind}`, detail })
  }

  /** One kind that fails holds up none of the others. */
  async function round(due: readonly Kept[]): Promise<void> {
    const retention = await store.read()
    const failures: string[] = []
    for (const purgeable of due) {
      if (stopping.signal.aborted) return
      await purge(purgeable, retention).catch((error: unknown) => {
        failures.push(
          `${purgeable.kind}: ${error instanceof Error ? error.message : String(error)}`,
        )
      })
    }
    if (failures.length > 0) throw new Error(failures.join('; '))
  }

  async function isDaily(now: number): Promise<boolean> {
    const last = await store.lastRoundAt()
    if (!isTrusted(now, last)) return false
    // A round in the future was one by a wrong clock.
    return last === null || last > now + dayMs || now >= nextPurgeAt(last, timeZone)
  }

  async function lookOnce(): Promise<void> {
    if (await isDaily(clock.now())) {
      await round(purgeables)
      if (stopping.signal.aborted) return
      await store.roundEnded(clock.now())
      lastHourly = clock.monotonic()
    } else if (clock.monotonic() - lastHourly >= hourMs) {
      lastHourly = clock.monotonic()
      await round(purgeables.filter(({ kind }) => hourly.has(kind)))
    }
  }

  async function attempt(): Promise<void> {
    try {
      await lookOnce()
      if (trouble !== null) warn('Retention removes what is old again.')
      trouble = null
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (trouble === null) warn(`Retention could not remove what is old: ${reason}. Trying again.`)
      trouble = reason
    }
  }

  function look(): Promise<void> {
    looking ??= attempt().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    look,
    trouble: () => trouble,
    start() {
      stopRepeating = repeat(() => void look(), lookEveryMs)
      void look()
    },
    async stop() {
      stopRepeating?.()
      stopping.abort()
      await looking
    },
  }
}

/** Whether the wall clock may decide what is old. */
function createTrust(clock: Clock, warn: (text: string) => void) {
  let before: { now: number; monotonic: number } | undefined
  let waitUntil = Number.NEGATIVE_INFINITY

  return (now: number, lastRound: number | null): boolean => {
    const monotonic = clock.monotonic()
    const expected = before ? before.now + (monotonic - before.monotonic) : now
    const isFirst = before === undefined
    before = { now, monotonic }
    const jumped = Math.abs(now - expected) > dayMs
    const longAway = isFirst && lastRound !== null && now - lastRound > longAwayMs
    if (jumped || longAway) {
      waitUntil = monotonic + dayMs
      warn('The clock jumped, or the gateway was off for long: nothing is removed for a day.')
    }
    return monotonic >= waitUntil
  }
}

function repeatBySetInterval(run: () => void, everyMs: number): () => void {
  const timer = setInterval(run, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function pauseBySetTimeout(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs))
}
