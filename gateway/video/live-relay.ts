import type { LiveFormat, LiveMessage } from '../domain/live-picture.ts'
import type { CameraGuard } from '../network/camera-guard.ts'
import type { CameraLink } from '../ports/cameras.ts'
import type { Clock } from '../ports/clock.ts'
import { startCameraRun } from './camera-run.ts'
import { createLiveStream, type LiveStream, type LiveTiming } from './live-stream.ts'
import { createRtspDoor } from './rtsp-door.ts'
import type { LiveViewer } from './viewer-seat.ts'

/**
 * Live pictures. One ffmpeg for each camera that is looked at and each form it is wanted in, shared
 * by all who look; it begins with the first and ends some seconds after the last.
 */

interface LiveLimits {
  /** People at one camera, and pictures that one person has open. */
  perCamera: number
  perPerson: number
  viewers: number
  streams: number
  /** Streams that are written anew: each costs a good part of a core. */
  transcodings: number
  lingerMs: number
}

const usualLimits: LiveLimits = {
  perCamera: 50,
  perPerson: 40,
  viewers: 500,
  streams: 128,
  transcodings: 4,
  lingerMs: 5_000,
}

export interface LiveRelayParts {
  /** Undefined: no way leads to cameras. */
  cameras: () => Pick<CameraLink, 'stream'> | undefined
  guard: CameraGuard
  clock: Clock
  warn: (text: string) => void
  limits?: Partial<LiveLimits>
  timing?: Partial<LiveTiming>
  /** Instead of the one in PATH. */
  ffmpeg?: string
  random?: () => number
}

interface Look {
  device: string
  format: LiveFormat
  /** Who looks, as far as limits are concerned. */
  person: string
}

export interface LiveFigures {
  streams: Record<LiveFormat, number>
  viewers: number
  restarts: number
  refused: number
}

export interface LiveRelay {
  start(): Promise<void>
  /** No ffmpeg is left when it resolves. */
  stop(): Promise<void>
  /** Returns how to leave; who cannot be shown anything is told so and closed. */
  watch(look: Look, viewer: LiveViewer): () => void
  /** People who look at this camera now. */
  viewers(device: string): number
  figures(): LiveFigures
}

interface Running {
  device: string
  stream: LiveStream
  linger: NodeJS.Timeout | undefined
}

type Ending = Extract<LiveMessage, { kind: 'end' }>['why']

export function createLiveRelay(parts: LiveRelayParts): LiveRelay {
  const { clock, random = Math.random } = parts
  const limits = { ...usualLimits, ...parts.limits }
  const door = createRtspDoor()
  const refused = new Map<string, string>()
  const running = new Map<string, Running>()
  /** Streams whose process still ends, by the same key. */
  const ending = new Map<string, Promise<void>>()
  const persons = new Map<string, number>()
  let viewers = 0
  let restarts = 0
  let turnedAway = 0
  let isStopped = false

  function end(key: string, why: Ending): Promise<void> {
    const one = running.get(key)
    if (!one) return Promise.resolve()
    clearTimeout(one.linger)
    running.delete(key)
    const before = ending.get(key)
    const over = Promise.all([before, one.stream.stop(why)]).then(() => {
      if (ending.get(key) === over) ending.delete(key)
    })
    ending.set(key, over)
    return over
  }

  function open(key: string, { device, format }: Look): Running {
    const before = ending.get(key)
    const stream = createLiveStream({
      format,
      clock,
      random,
      timing: parts.timing,
      start: (hear, signal) =>
        startCameraRun(
          { ...parts, door, refused },
          { device, format, hear, signal, after: before },
        ),
      idle() {
        const one = running.get(key)
        if (one) one.linger = setTimeout(() => void end(key, 'stopping'), limits.lingerMs)
      },
      restarted() {
        restarts += 1
      },
    })
    const one = { device, stream, linger: undefined }
    running.set(key, one)
    return one
  }

  function of(format: LiveFormat): [string, Running][] {
    return [...running].filter(([, { stream }]) => stream.format === format)
  }

  /** Makes room by ending what nobody looks at any more. */
  function hasRoom(format: LiveFormat): boolean {
    const most = format === 'mpeg1' ? limits.transcodings : limits.streams
    const present = of(format)
    if (present.length < most) return true
    const idle = present.find(([, { stream }]) => stream.size() === 0)
    if (idle) void end(idle[0], 'stopping')
    return idle !== undefined
  }

  function viewersAt(device: string): number {
    let count = 0
    for (const one of running.values()) if (one.device === device) count += one.stream.size()
    return count
  }

  function objection(key: string, { device, format, person }: Look): Ending | undefined {
    if (isStopped) return 'stopping'
    if (viewers >= limits.viewers) return 'tooManyStreams'
    if ((persons.get(person) ?? 0) >= limits.perPerson) return 'tooManyOfYours'
    if (viewersAt(device) >= limits.perCamera) return 'tooManyHere'
    return running.has(key) || hasRoom(format) ? undefined : 'tooManyStreams'
  }

  function count(person: string, by: 1 | -1): void {
    viewers += by
    const now = (persons.get(person) ?? 0) + by
    if (now > 0) persons.set(person, now)
    else persons.delete(person)
  }

  return {
    start: () => door.start(),
    async stop() {
      isStopped = true
      await Promise.all([...running.keys()].map((key) => end(key, 'stopping')))
      await Promise.all(ending.values())
      await door.stop()
    },
    watch(look, viewer) {
      const key = `${look.format} ${look.device}`
      const why = objection(key, look)
      if (why) {
        turnedAway += 1
        viewer.tell({ kind: 'end', why })
        viewer.close()
        return () => {}
      }
      const one = running.get(key) ?? open(key, look)
      clearTimeout(one.linger)
      count(look.person, 1)
      const leave = one.stream.join(viewer)
      let isGone = false
      return () => {
        if (isGone) return
        isGone = true
        count(look.person, -1)
        leave()
      }
    },
    viewers: viewersAt,
    figures: () => ({
      streams: { mp4: of('mp4').length, mpeg1: of('mpeg1').length },
      viewers,
      restarts,
      refused: turnedAway,
    }),
  }
}
