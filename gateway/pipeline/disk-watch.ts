import {
  type DiskEvent,
  type DiskSpace,
  type DiskStanding,
  diskEvents,
  diskStanding,
} from '../domain/disk.ts'
import { daysUntilFull, pacePerDay, paceWindowMs } from '../domain/disk-forecast.ts'
import type { Clock } from '../ports/clock.ts'
import type { DiskSample, DiskSamples } from '../ports/disk-samples.ts'
import { createLoop } from './loop.ts'

/**
 * Looks at the disk every few seconds and remembers it once an hour; says when it will be full, and
 * lets the gateway itself say so while there is still room to write an alarm down. What it says is
 * an event like a device's, `active` until there is room again, said again each hour: heard twice
 * it changes nothing, and a rule that came later, or a disk that took nothing just then, misses
 * nothing.
 */
export interface DiskWatch {
  /** Resolves when the samples of before the start are known. */
  start(): Promise<void>
  stop(): Promise<void>
  /** With the days until it is full. */
  forecast(space: Room): DiskSpace
  /** Bytes by which the time series grow in a day; null: not known yet. */
  seriesPerDay(): number | null
  /** One look; also made every few seconds by itself. */
  look(): Promise<void>
}

type Room = Pick<DiskSpace, 'freeBytes' | 'totalBytes'>

export interface DiskWatchParts {
  samples: DiskSamples
  measure: () => Promise<Room>
  /** What the time series take; null where nobody tells. */
  seriesBytes: () => Promise<number | null>
  /** The gateway speaks; resolves when it is written down. */
  say: (event: { type: DiskEvent; state: 'active' | 'clear' }) => Promise<void>
  clock: Clock
  logger: { warn(text: string): void }
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

const lookEveryMs = 5000
const hourMs = 3_600_000

interface Pace {
  free: number | null
  series: number | null
}

export function createDiskWatch(parts: DiskWatchParts): DiskWatch {
  const { samples, measure, clock } = parts
  const said = createSaid(parts)
  let known: DiskSample[] = []
  let pace: Pace = { free: null, series: null }
  let standing: DiskStanding = { diskFilling: undefined, diskNearlyFull: undefined }
  let sampledAt: number | undefined

  function reckon(): void {
    const now = clock.now()
    const series = known.flatMap(({ at, seriesBytes }): [number, number][] =>
      seriesBytes === null ? [] : [[at, seriesBytes]],
    )
    pace = {
      free: pacePerDay(
        known.map(({ at, freeBytes }) => [at, freeBytes]),
        now,
      ),
      series: pacePerDay(series, now),
    }
  }

  function isSampleDue(): boolean {
    if (sampledAt !== undefined) return clock.monotonic() - sampledAt >= hourMs
    const age = clock.now() - (known.at(-1)?.at ?? Number.NEGATIVE_INFINITY)
    return age >= hourMs || age < 0
  }

  async function remember({ freeBytes }: Room): Promise<void> {
    if (!isSampleDue()) return
    sampledAt = clock.monotonic()
    const at = clock.now()
    const seriesBytes = await parts.seriesBytes().catch(() => null)
    const sample = { at, freeBytes, seriesBytes }
    known = [...known.filter((one) => one.at > at - paceWindowMs), sample]
    reckon()
    await samples.add(sample)
  }

  function forecast(space: Room): DiskSpace {
    return { ...space, daysLeft: daysUntilFull(space.freeBytes, pace.free) }
  }

  async function lookOnce(): Promise<void> {
    const space = await measure()
    standing = diskStanding(forecast(space), standing, pace.free !== null)
    await said.say(standing)
    await remember(space)
  }

  let looking: Promise<void> | undefined
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
    return looking
  }

  const loop = createLoop({
    async work() {
      await look()
      return lookEveryMs
    },
    failed(reason) {
      if (reason !== null) parts.logger.warn(`the disk is not watched: ${reason}. Trying again.`)
    },
    ...(parts.pause && { pause: parts.pause }),
  })

  return {
    look,
    forecast,
    seriesPerDay: () => pace.series,
    async start() {
      known = await samples.since(clock.now() - paceWindowMs)
      reckon()
      loop.start()
    },
    stop: () => loop.stop(),
  }
}

/** What was said of each alarm, and when. */
function createSaid({ say, clock }: Pick<DiskWatchParts, 'say' | 'clock'>) {
  const last = new Map<DiskEvent, { isActive: boolean; at: number }>()
  return {
    async say(standing: DiskStanding): Promise<void> {
      for (const type of diskEvents) {
        const isActive = standing[type]
        if (isActive === undefined) continue
        const before = last.get(type)
        const isNews = before?.isActive !== isActive
        const isOld = isActive && before !== undefined && clock.monotonic() - before.at >= hourMs
        if (!isNews && !isOld) continue
        await say({ type, state: isActive ? 'active' : 'clear' })
        last.set(type, { isActive, at: clock.monotonic() })
      }
    },
  }
}
