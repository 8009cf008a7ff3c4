import type { Clip } from '../../../simulators/camera/h264.ts'
import type { ClipSource } from '../../../simulators/camera/picture-clip.ts'
import { type RtspServer, startRtspServer } from '../../../simulators/camera/rtsp-server.ts'
import type { RtpPacket } from './depacketise.ts'
import { connectRtsp, type RtspClient } from './rtsp-client.ts'

/** A server of made-up clips, so that no encoder is needed to look at the wire. */

const spsBytes = Buffer.from([0x67, 0x4d, 0x40, 0x16, 0x01])
const ppsBytes = Buffer.from([0x68, 0xef, 0x09])

export interface ClipShape {
  fps?: number
  gops?: number
  gopLength?: number
  pictureBytes?: number
  /** Stands in every picture's second byte. */
  mark?: number
}

export function madeUpClip(shape: ClipShape = {}): Clip {
  const { fps = 50, gops = 2, gopLength = 5, pictureBytes = 300, mark = 1 } = shape
  const units = Array.from({ length: gops * gopLength }, (_, index) => {
    const isKey = index % gopLength === 0
    const picture = Buffer.alloc(pictureBytes, 0x11)
    picture[0] = isKey ? 0x65 : 0x41
    picture[1] = mark
    picture[2] = index
    return { nals: isKey ? [spsBytes, ppsBytes, picture] : [picture], isKey }
  })
  const parameterSets = [spsBytes, ppsBytes]
  return { codec: 'h264', width: 16, height: 16, fps, units, parameterSets }
}

export function sourceOf(clip: () => Clip): ClipSource {
  const ready = () => Promise.resolve(clip())
  return { codec: 'h264', ready, latest: clip, encodings: () => 0 }
}

export function isKeyPicture(picture: readonly RtpPacket[]): boolean {
  return picture[0]?.payload.equals(spsBytes) === true
}

export interface RtspSetting {
  server: RtspServer
  uri(path: string): string
  connect(): Promise<RtspClient>
  end(): Promise<void>
}

type Options = Partial<Parameters<typeof startRtspServer>[0]>

export async function startSetting(options: Options = {}): Promise<RtspSetting> {
  const clip = madeUpClip()
  const streams = ['/one', '/two'].map((path) => ({ path, source: sourceOf(() => clip) }))
  const server = await startRtspServer({ port: 0, host: '127.0.0.1', streams, ...options })
  const clients: RtspClient[] = []
  return {
    server,
    uri: (path) => `rtsp://127.0.0.1:${server.port}${path}`,
    async connect() {
      const client = await connectRtsp(server.port)
      clients.push(client)
      return client
    },
    async end() {
      for (const client of clients) client.socket.destroy()
      await server.stop()
    },
  }
}
