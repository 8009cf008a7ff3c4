/**
 * Scenario time. It starts in the past, runs `speed` times as fast as the wall, and goes on at the
 * wall's pace once it has caught up: a gateway refuses times in the future, so accelerated play
 * must lie behind. Nothing is invented ahead of now.
 */
export interface VirtualClock {
  now(): number
  /** True once scenario time has caught up with the wall. */
  isLive(): boolean
  /** Wall milliseconds until scenario time reaches `ms`. */
  wallMsUntil(ms: number): number
}

export interface VirtualClockOptions {
  wall: () => number
  startMs: number
  speed: number
}

export function createVirtualClock({ wall, startMs, speed }: VirtualClockOptions): VirtualClock {
  const wallStartMs = wall()
  const running = () => startMs + (wall() - wallStartMs) * speed
  return {
    now: () => Math.min(wall(), running()),
    isLive: () => running() >= wall(),
    wallMsUntil: (ms) => {
      // Whichever is later: the accelerated course reaches it, and the wall does.
      const byCourse = (ms - running()) / speed
      return Math.max(0, byCourse, ms - wall())
    },
  }
}

/** The start from which `durationMs` played at `speed` ends exactly now plus the time it takes. */
export function startFor(options: { nowMs: number; durationMs: number; speed: number }): number {
  return options.nowMs - options.durationMs * (1 - 1 / options.speed)
}
