import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LiveFormat, LiveMessage } from '../../../gateway/domain/live-picture.ts'
import { createCameraGuard } from '../../../gateway/network/camera-guard.ts'
import type { CameraLogin, CameraStream } from '../../../gateway/ports/cameras.ts'
import {
  createLiveRelay,
  type LiveRelay,
  type LiveRelayParts,
} from '../../../gateway/video/live-relay.ts'
import type { LiveViewer } from '../../../gateway/video/viewer-seat.ts'
import { type Clip, parseClip, type VideoCodec } from '../../../simulators/camera/h264.ts'
import { type RtspServer, startRtspServer } from '../../../simulators/camera/rtsp-server.ts'
import { until } from '../../adapters/mqtt/kit.ts'
import { sourceOf } from '../../simulators/camera/rtsp-setting.ts'

/** Simulated cameras with a real, small picture, and the relay with real ffmpegs before them. */

export const login: CameraLogin = { username: 'viewer', password: 'p"ä ss@/1' }

const shape = { width: 160, height: 90, fps: 25 }
const clips = new Map<VideoCodec, Promise<Clip>>()

const encoders = {
  h264: '-c:v libx264 -preset ultrafast -tune zerolatency -bf 0 -aud 1 -f h264',
  h265: '-c:v libx265 -preset ultrafast -x265-params bframes=0:keyint=5:aud=1:repeat-headers=1:log-level=error -f hevc',
} as const

/** Two seconds of a moving test picture with a key frame each fifth of a second. */
export function movingClip(codec: VideoCodec = 'h264'): Promise<Clip> {
  const known = clips.get(codec) ?? encode(codec)
  clips.set(codec, known)
  return known
}

async function encode(codec: VideoCodec): Promise<Clip> {
  const { width, height, fps } = shape
  const input = `-hide_banner -loglevel error -f lavfi -i testsrc2=size=${width}x${height}:rate=${fps}:duration=2`
  const output = `-pix_fmt yuv420p -g 5 -threads 1 ${encoders[codec]} pipe:1`
  const { stdout } = await promisify(execFile)('ffmpeg', `${input} ${output}`.split(' '), {
    encoding: 'buffer',
    maxBuffer: 8_000_000,
  })
  return parseClip(codec, stdout, shape)
}

export interface Eyes extends LiveViewer {
  messages: LiveMessage[]
  pieces: Uint8Array[]
  isClosed: boolean
  /** What `buffered` answers. */
  waiting: number
}

export function openEyes(): Eyes {
  const eyes: Eyes = {
    messages: [],
    pieces: [],
    isClosed: false,
    waiting: 0,
    tell: (message) => void eyes.messages.push(message),
    send: (bytes) => void eyes.pieces.push(bytes),
    buffered: () => eyes.waiting,
    close() {
      eyes.isClosed = true
    },
  }
  return eyes
}

export function kinds({ messages }: Eyes): string[] {
  return messages.map((message) => message.kind)
}

/** Processes that were started under this name, by /proc. */
async function processesOf(command: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '')
    if (line.split('\0')[0] === command) found.push(Number(name))
  }
  return found
}

export interface CameraSetting {
  server: RtspServer
  relay: LiveRelay
  /** The name that this setting's ffmpegs have. */
  ffmpeg: string
  /** What the link answers; change it and the next run gets it. */
  streams: Map<string, CameraStream>
  /** How often the link was asked. */
  asked(): number
  watch(device: string, options?: { format?: LiveFormat; person?: string }): Watch
  processes(): Promise<number[]>
  restartServer(): Promise<void>
  end(): Promise<void>
}

interface Watch extends Eyes {
  leave(): void
  /** Resolves when so many messages of the kind were heard. */
  told(kind: LiveMessage['kind'], times?: number): Promise<LiveMessage>
  /** Resolves when so many pieces came, the opening included. */
  seen(count: number): Promise<void>
}

export interface SettingOptions extends Partial<Pick<LiveRelayParts, 'limits' | 'timing'>> {
  networks?: string[]
}

export async function startCameras(options: SettingOptions = {}): Promise<CameraSetting> {
  const { networks = ['127.0.0.0/8'], ...rest } = options
  const folder = await mkdtemp(join(tmpdir(), 'lianxun-live-'))
  const ffmpeg = join(folder, 'ffmpeg')
  await symlink('/usr/bin/ffmpeg', ffmpeg)
  const clip = await movingClip()
  const start = (port: number) =>
    startRtspServer({
      port,
      host: '127.0.0.1',
      auth: { ...login, schemes: ['digest'] },
      streams: ['/one', '/two'].map((path) => ({ path, source: sourceOf(() => clip) })),
    })
  let server = await start(0)
  const streams = new Map(
    ['one', 'two'].map((name): [string, CameraStream] => [
      name,
      { url: `rtsp://127.0.0.1:${server.port}/${name}`, login, codec: 'h264' },
    ]),
  )
  let asked = 0
  const relay = createLiveRelay({
    cameras: () => ({
      async stream(device) {
        asked += 1
        return streams.get(device) as CameraStream
      },
    }),
    guard: createCameraGuard(networks),
    clock: { now: Date.now, monotonic: () => performance.now() },
    warn: () => {},
    random: () => 0,
    ffmpeg,
    ...rest,
    limits: { lingerMs: 50, ...rest.limits },
    timing: { longestPauseMs: 300, ...rest.timing },
  })
  await relay.start()

  return {
    get server() {
      return server
    },
    relay,
    ffmpeg,
    streams,
    asked: () => asked,
    processes: () => processesOf(ffmpeg),
    watch(device, { format = 'mp4', person = 'somebody' } = {}) {
      const eyes = openEyes()
      const leave = relay.watch({ device, format, person }, eyes)
      return Object.assign(eyes, {
        leave,
        async told(kind: LiveMessage['kind'], times = 1) {
          const heard = () => eyes.messages.filter((message) => message.kind === kind)
          await until(`${device} to tell ${kind}`, () => heard().length >= times, 15_000)
          return heard()[times - 1] as LiveMessage
        },
        seen: (count: number) =>
          until(`${count} pieces of ${device}`, () => eyes.pieces.length >= count, 15_000),
      })
    },
    async restartServer() {
      server = await start(server.port)
    },
    async end() {
      await relay.stop()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
