import type { Clock } from '../ports/clock.ts'

/** Brings the series after the log while it grows, one request at a time. */
export interface SeriesFollower {
  start(): void
  /** Resolves when all that the log had is written, or cannot be. */
  stop(): Promise<void>
  /** Up to this seq all is written. */
  position(): number
  waitingSince(): number | null
  /** Why the last step failed; null: it did not. */
  trouble(): string | null
}

interface FollowerParts {
  /** Answers with how far it got. */
  follow: (upTo: number) => Promise<number>
  newest: () => number
  clock: Clock
}

/** Steps of this length are cheap for the disk; whoever asks sooner makes the series catch up. */
const followEveryMs = 500

export function createSeriesFollower({ follow, newest, clock }: FollowerParts): SeriesFollower {
  let followed = 0
  let waitingSince: number | null = null
  let trouble: string | null = null
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function step() {
    try {
      followed = await follow(newest())
      trouble = null
    } catch (cause) {
      trouble = cause instanceof Error ? cause.message : String(cause)
    }
    running = undefined
    if (newest() <= followed) waitingSince = null
  }

  function look() {
    if (newest() <= followed) return
    waitingSince ??= clock.now()
    running ??= step()
  }

  return {
    start() {
      timer = setInterval(look, followEveryMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await running
      if (newest() > followed) await step()
    },
    position: () => followed,
    waitingSince: () => waitingSince,
    trouble: () => trouble,
  }
}
