import { setTimeout as wait } from 'node:timers/promises'
import type { LiveEnding, LiveFormat, LiveMessage, LiveTrouble } from '../domain/live-picture.ts'
import type { Clock } from '../ports/clock.ts'
import type { Part } from './framer.ts'
import { createKeyframes } from './keyframes.ts'
import { type Beginning, createSeat, type LiveViewer, type Seat } from './viewer-seat.ts'

/**
 * One camera in one form, for all who look at it. It runs until it is stopped: what ends by itself
 * is begun again with growing pauses, and the viewers stay and are told.
 */

export interface LiveRun {
  /** Why it ended. `needsMpeg1`: this camera cannot be shown in this form. */
  ended: Promise<LiveTrouble | 'needsMpeg1'>
  stop(): Promise<void>
}

/** Starts one run; its parts are heard until `ended`. */
type StartRun = (hear: (part: Part) => void, signal: AbortSignal) => LiveRun

export interface LiveStreamParts {
  format: LiveFormat
  start: StartRun
  clock: Clock
  random: () => number
  /** Called when the last viewer left. */
  idle: () => void
  restarted: () => void
  timing?: Partial<LiveTiming> | undefined
}

export interface LiveTiming {
  /** No first picture within this: it is begun again. */
  firstPieceMs: number
  /** No next one. */
  nextPieceMs: number
  longestPauseMs: number
}

export interface LiveStream {
  readonly format: LiveFormat
  size(): number
  /** Returns how to leave. */
  join(viewer: LiveViewer): () => void
  /** Sends everybody away; resolves when no process is left. */
  stop(why: LiveEnding): Promise<void>
}

const firstPauseMs = 250
/** A run that showed pictures for so long was a good one. */
const steadyMs = 10_000
const usualTiming: LiveTiming = {
  firstPieceMs: 12_000,
  nextPieceMs: 6_000,
  longestPauseMs: 15_000,
}

export function createLiveStream(parts: LiveStreamParts): LiveStream {
  const { format, start, clock, random } = parts
  const { firstPieceMs, nextPieceMs, longestPauseMs } = { ...usualTiming, ...parts.timing }
  const seats = new Set<Seat>()
  const keyframes = createKeyframes()
  const stopping = new AbortController()
  let hello: LiveMessage | undefined
  let opening: Uint8Array | undefined
  let lost: LiveMessage | undefined
  let lastPieceAt: number | undefined

  function beginning(): Beginning | undefined {
    if (!hello || !opening) return undefined
    return { hello, opening, pieces: keyframes.pieces() }
  }

  function hear(part: Part): void {
    if (part.kind === 'opening') {
      keyframes.clear()
      hello = { kind: 'hello', format, codec: part.codec }
      opening = part.bytes
      lost = undefined
      for (const seat of seats) seat.begin({ hello, opening, pieces: [] })
      return
    }
    lastPieceAt = clock.now()
    keyframes.add(part)
    for (const seat of seats) seat.take(part)
  }

  function tellLost(trouble: LiveTrouble): void {
    hello = undefined
    opening = undefined
    const since = lost?.kind === 'lost' ? lost.since : (lastPieceAt ?? clock.now())
    const before = lost
    lost = { kind: 'lost', since, trouble }
    if (before?.kind === 'lost' && before.trouble === trouble) return
    for (const seat of seats) seat.tell(lost)
  }

  function sendAway(why: LiveEnding): void {
    for (const seat of seats) seat.end(why)
  }

  /** True: it showed pictures for a while. */
  async function runOnce(): Promise<boolean> {
    let firstAt: number | undefined
    let timer: NodeJS.Timeout | undefined
    const cut = new AbortController()
    const watch = (ms: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => cut.abort(), ms)
    }
    const heard = (part: Part) => {
      if (part.kind === 'piece') {
        firstAt ??= clock.monotonic()
        watch(nextPieceMs)
      }
      hear(part)
    }
    watch(firstPieceMs)
    const signal = AbortSignal.any([cut.signal, stopping.signal])
    const run = start(heard, signal)
    const stopRun = () => void run.stop()
    signal.addEventListener('abort', stopRun, { once: true })
    if (signal.aborted) stopRun()
    const why = await run.ended
    signal.removeEventListener('abort', stopRun)
    clearTimeout(timer)
    if (stopping.signal.aborted) return false
    if (why === 'needsMpeg1') sendAway('needsMpeg1')
    else tellLost(cut.signal.aborted ? 'noPicture' : why)
    return firstAt !== undefined && clock.monotonic() - firstAt >= steadyMs
  }

  async function run(): Promise<void> {
    let attempt = 0
    while (!stopping.signal.aborted) {
      const wasSteady = await runOnce()
      if (stopping.signal.aborted) return
      attempt = wasSteady ? 0 : attempt + 1
      const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 10))
      const pauseMs = ceiling / 2 + (ceiling / 2) * random()
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (!stopping.signal.aborted) parts.restarted()
    }
  }

  const running = run()

  return {
    format,
    size: () => seats.size,
    join(viewer) {
      const seat = createSeat(viewer, { clock, left: () => leave() })
      const leave = () => {
        if (seats.delete(seat) && seats.size === 0) parts.idle()
      }
      seats.add(seat)
      const now = beginning()
      if (now) seat.begin(now)
      else if (lost) seat.tell(lost)
      return leave
    },
    async stop(why) {
      stopping.abort()
      sendAway(why)
      await running
    },
  }
}
