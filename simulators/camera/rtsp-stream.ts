import type { Socket } from 'node:net'
import type { ClipSource } from './picture-clip.ts'
import type { RtspAuth } from './rtsp-auth.ts'

/** One picture under one path, with how it behaves just now. */

export type RtspManner =
  | { kind: 'good' }
  /** Every credential is wrong, no credential too. */
  | { kind: 'refuseAuth' }
  | { kind: 'notFound' }
  /** Requests are answered, but no more picture comes. */
  | { kind: 'freeze' }
  | { kind: 'closeMidStream'; afterFrames: number }
  /** Neither reads nor writes nor closes: what a cut cable looks like from the other end. */
  | { kind: 'halfOpen' }
  | { kind: 'garbage' }
  /** PLAY is answered at once, the first key frame comes this much later. */
  | { kind: 'startLate'; delayMs: number }
  /** SDP without the parameter sets: they stand in the stream only. */
  | { kind: 'noSprop' }

export interface StreamCounts {
  describes: number
  plays: number
  /** Requests answered with 401. */
  refusals: number
  frames: number
  /** Runs of pictures left out because a client did not read. */
  gopsDropped: number
  /** Clients that are being sent the picture now. */
  playing: number
}

export interface RtspStream {
  /** Begins with a slash. */
  path: string
  source: ClipSource
  /** In place of the server's own. */
  auth?: RtspAuth
}

/** A stream as the server keeps it. */
export interface ServedStream {
  source: ClipSource
  auth: RtspAuth | undefined
  manner: RtspManner
  counts: StreamCounts
  /** Connections that fell silent; they end when the camera comes back. */
  silenced: Set<Socket>
}

export function serveStream(stream: RtspStream, auth: RtspAuth | undefined): ServedStream {
  return {
    source: stream.source,
    auth: stream.auth ?? auth,
    manner: { kind: 'good' },
    silenced: new Set(),
    counts: { describes: 0, plays: 0, refusals: 0, frames: 0, gopsDropped: 0, playing: 0 },
  }
}

export interface RtspClock {
  /** Paces the stream; never steps. */
  monotonicMs(): number
  /** What the camera takes for the time of day: sender reports carry it. */
  nowMs(): number
}
