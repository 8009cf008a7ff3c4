import { randomBytes, randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Clip } from './h264.ts'
import { interleave, packPicture, rtpClockHz, senderReport } from './rtp-packets.ts'
import type { RtspClock, ServedStream } from './rtsp-stream.ts'

/**
 * Sends one client its pictures in real time: a key frame at once, the rest as their time comes.
 * A client that reads too slowly loses everything up to a later key frame; what is buffered for it
 * stays under a bound.
 */

export interface Playback {
  /** For RTP-Info: what the first packet will carry. */
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  start(): void
  stop(): void
}

export interface PlaybackOptions {
  socket: Socket
  stream: ServedStream
  clip: Clip
  /** RTP goes out on this channel, RTCP on `rtcpChannel`. */
  channel: number
  rtcpChannel: number
  clock: RtspClock
  maxBufferedBytes: number
}

const reportEveryMs = 5000
/** The process was stopped or starved: go on from here and do not catch up in a burst. */
const maxLateMs = 1000
const garbageBytes = 1500

export function createPlayback(options: PlaybackOptions): Playback {
  const { socket, stream, channel, rtcpChannel, clock, maxBufferedBytes } = options
  const ssrc = randomInt(2 ** 32)
  let clip = options.clip
  let sequence = randomInt(2 ** 16)
  let timestamp = randomInt(2 ** 32)
  let index = 0
  /** Until the next key frame nothing is sent: its predecessors were not. */
  let isSkipping = false
  let dueMs = 0
  let reportDueMs = 0
  let frames = 0
  let packets = 0
  let octets = 0
  let timer: NodeJS.Timeout | undefined
  let isPlaying = false

  const frameMs = () => 1000 / clip.fps

  function report(): void {
    const wallClockMs = clock.nowMs()
    const packet = senderReport({ ssrc, wallClockMs, timestamp, packets, octets })
    socket.write(interleave(rtcpChannel, [packet]))
    reportDueMs = dueMs + reportEveryMs
  }

  function send(): void {
    const picture = clip.units[index]!
    const full = socket.writableLength > maxBufferedBytes
    if (full && !isSkipping) stream.counts.gopsDropped++
    if (full) isSkipping = true
    else if (picture.isKey) isSkipping = false
    if (isSkipping) return
    if (dueMs >= reportDueMs) report()
    const packed = packPicture(
      { codec: clip.codec, picture },
      { ssrc, sequence, timestamp },
      channel,
    )
    sequence = (sequence + packed.packets) & 0xffff
    packets += packed.packets
    octets += packed.octets
    stream.counts.frames++
    socket.write(packed.bytes)
  }

  /** A new clip is taken up where a key frame stands anyway, at the same place in the loop. */
  function renew(): void {
    const latest = stream.source.latest()
    if (!latest || latest === clip || !latest.units[index % latest.units.length]?.isKey) return
    clip = latest
    index %= clip.units.length
  }

  function step(): void {
    const { manner } = stream
    if (clip.units[index]!.isKey) renew()
    if (manner.kind === 'garbage') socket.write(randomBytes(garbageBytes))
    if (manner.kind === 'freeze' || manner.kind === 'garbage' || manner.kind === 'halfOpen')
      isSkipping = true
    else send()
    frames++
    index = (index + 1) % clip.units.length
    timestamp = (timestamp + rtpClockHz / clip.fps) >>> 0
    dueMs += frameMs()
  }

  function tick(): void {
    const now = clock.monotonicMs()
    if (now - dueMs > maxLateMs) dueMs = now
    while (dueMs <= now) {
      if (stream.manner.kind === 'closeMidStream' && frames >= stream.manner.afterFrames) {
        socket.destroy()
        return
      }
      step()
    }
    timer = setTimeout(tick, Math.max(1, dueMs - clock.monotonicMs()))
  }

  return {
    sequence,
    timestamp,
    ssrc,
    start() {
      if (isPlaying) return
      isPlaying = true
      stream.counts.playing++
      stream.counts.plays++
      const delayMs = stream.manner.kind === 'startLate' ? stream.manner.delayMs : 0
      dueMs = clock.monotonicMs() + delayMs
      if (delayMs > 0) timer = setTimeout(tick, delayMs)
      else tick()
    },
    stop() {
      if (!isPlaying) return
      isPlaying = false
      stream.counts.playing--
      clearTimeout(timer)
    },
  }
}
