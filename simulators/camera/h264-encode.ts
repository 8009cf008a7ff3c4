import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { type Clip, parseClip, type VideoCodec } from './h264.ts'
import type { LoopFrames } from './picture.ts'

/**
 * Turns a loop of frames into a clip with ffmpeg. One ffmpeg at a time in the whole process: on a
 * small machine sixteen cameras that start together must not take the processor from the rest.
 */

export interface ClipEncoder {
  /** Queued behind what is being encoded; at most `maxQueued` wait. */
  encode(codec: VideoCodec, draw: () => Promise<LoopFrames>): Promise<Clip>
  /** Ends the running ffmpeg; what waits is refused. */
  stop(): Promise<void>
}

export interface ClipEncoderOptions {
  ffmpegPath?: string
  maxQueued?: number
  /** An ffmpeg that takes longer is ended. */
  timeoutMs?: number
}

const keyFrameSeconds = 1

/** One word a list entry; none of the values below has a space in it. */
const words = (text: string) => text.trim().split(/\s+/)

function codecArguments(codec: VideoCodec, gop: number): string[] {
  const keys = `keyint=${gop}:min-keyint=${gop}:scenecut=0`
  if (codec === 'h264')
    return words(`-c:v libx264 -preset veryfast -tune zerolatency -crf 28 -profile:v main
      -g ${gop} -bf 0 -threads 1 -aud 1 -x264-params ${keys}:sliced-threads=0`)
  const plain = 'bframes=0:open-gop=0:aud=1:repeat-headers=1'
  return words(`-c:v libx265 -preset ultrafast -tune zerolatency -crf 30
    -x265-params ${keys}:${plain}:pools=1:frame-threads=1:log-level=error`)
}

function ffmpegArguments(codec: VideoCodec, { width, height, fps }: LoopFrames): string[] {
  const input = words(`-hide_banner -loglevel error -nostdin -f rawvideo -pix_fmt rgb24
    -s ${width}x${height} -framerate ${fps} -i pipe:0 -an -pix_fmt yuv420p`)
  const output = words(`-f ${codec === 'h264' ? 'h264' : 'hevc'} pipe:1`)
  return [...input, ...codecArguments(codec, fps * keyFrameSeconds), ...output]
}

type Ffmpeg = ChildProcessByStdio<Writable, Readable, Readable>

async function feed(child: Ffmpeg, frames: LoopFrames): Promise<void> {
  for (let i = 0; i < frames.count; i++) {
    if (child.stdin.destroyed) return
    // A frame takes some milliseconds to draw: others get their turn between two.
    await new Promise(setImmediate)
    if (child.stdin.write(frames.frame(i))) continue
    // `close` ends the wait when ffmpeg dies with its pipe full.
    await new Promise<void>((resolve) => {
      const done = () => {
        child.stdin.off('drain', done)
        child.stdin.off('close', done)
        resolve()
      }
      child.stdin.on('drain', done)
      child.stdin.on('close', done)
      if (child.stdin.destroyed) done()
    })
  }
  child.stdin.end()
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= maxBytes) chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const maxClipBytes = 32 * 1024 * 1024
const maxComplaintBytes = 4096

export function createClipEncoder(options: ClipEncoderOptions = {}): ClipEncoder {
  const { ffmpegPath = 'ffmpeg', maxQueued = 64, timeoutMs = 60_000 } = options
  let queued = 0
  let turn: Promise<unknown> = Promise.resolve()
  let running: Ffmpeg | undefined
  let isStopped = false

  async function run(codec: VideoCodec, draw: () => Promise<LoopFrames>): Promise<Clip> {
    const frames = await draw()
    if (isStopped) throw new Error('the encoder was stopped')
    const child = spawn(ffmpegPath, ffmpegArguments(codec, frames), {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    running = child
    const killer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    // What goes wrong shows in the exit code; a broken pipe on the way there is no news.
    child.stdin.on('error', () => {})
    try {
      const closed = once(child, 'close') as Promise<[number | null]>
      const [stream, complaint, [code]] = await Promise.all([
        collect(child.stdout, maxClipBytes),
        collect(child.stderr, maxComplaintBytes),
        closed,
        feed(child, frames),
      ])
      if (code !== 0)
        throw new Error(`ffmpeg could not encode ${codec} (${code}): ${complaint.toString()}`)
      return parseClip(codec, stream, frames)
    } finally {
      clearTimeout(killer)
      running = undefined
      if (child.exitCode === null) child.kill('SIGKILL')
    }
  }

  return {
    encode(codec, draw) {
      if (isStopped) return Promise.reject(new Error('the encoder was stopped'))
      if (queued >= maxQueued) return Promise.reject(new Error('too many clips wait for ffmpeg'))
      queued++
      const result = turn.then(() => run(codec, draw)).finally(() => queued--)
      turn = result.catch(() => {})
      return result
    },
    async stop() {
      isStopped = true
      running?.kill('SIGKILL')
      await turn
    },
  }
}
