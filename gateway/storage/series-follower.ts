import type { Clock } from '../ports/clock.ts'

/** Brings the series after the log while it grows, one request at a time. */
export interface SeriesFollower {
  start(): void
  /** Resolves when all that the log had is written, or cannot be. */
  stop(): Promise<void>
  /** Up to this seq all is written. */
  followed(): number
  /** Up to this seq nothing of the log is needed any more. */
  kept(): number
  waitingSince(): number | null
  /** Why the last step failed; null: it did not. */
  trouble(): string | null
}

interface FollowerParts {
  /** With `settle` it writes out what it has gathered. */
  follow: (upTo: number, settle: boolean) => Promise<{ followed: number; kept: number }>
  newest: () => number
  clock: Clock
  /** How much of the log a crash costs to look at again, and must be there. */
  settleEveryMs: number
}

/** Steps of this length are cheap for the disk; whoever asks sooner makes the series catch up. */
const followEveryMs = 500

export function createSeriesFollower(parts: FollowerParts): SeriesFollower {
  const { follow, newest, clock } = parts
  /** Of `followEveryMs` each. */
  const looksPerSettling = Math.ceil(parts.settleEveryMs / followEveryMs)
  let followed = 0
  let kept = 0
  let waitingSince: number | null = null
  let trouble: string | null = null
  let looks = 0
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function step(settle: boolean) {
    try {
      ;({ followed, kept } = await follow(newest(), settle))
      trouble = null
    } catch (cause) {
      trouble = cause instanceof Error ? cause.message : String(cause)
    }
    running = undefined
    if (newest() <= followed) waitingSince = null
  }

  function look() {
    looks += 1
    const settle = looks % looksPerSettling === 0 && kept < newest()
    if (newest() > followed) waitingSince ??= clock.now()
    else if (!settle) return
    running ??= step(settle)
  }

  return {
    start() {
      timer = setInterval(look, followEveryMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await running
      if (newest() > followed) await step(false)
    },
    followed: () => followed,
    kept: () => kept,
    waitingSince: () => waitingSince,
    trouble: () => trouble,
  }
}
