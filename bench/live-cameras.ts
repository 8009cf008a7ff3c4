import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { parseClip } from '../simulators/camera/h264.ts'
import { startRtspServer } from '../simulators/camera/rtsp-server.ts'

/** Cameras for the benchmark of live pictures, as a process of its own: `count` in, port out. */

export interface LiveCameras {
  port: number
  /** Of one camera. */
  bitsPerSecond: number
}

const shape = { width: 1280, height: 720, fps: 25 }
const seconds = 4

async function main({ count }: { count: number }): Promise<LiveCameras> {
  const { width, height, fps } = shape
  const input = `-v error -f lavfi -i testsrc2=size=${width}x${height}:rate=${fps}:duration=${seconds}`
  const output = `-pix_fmt yuv420p -c:v libx264 -preset veryfast -tune zerolatency -b:v 2M -maxrate 2M -bufsize 1M -g ${fps} -bf 0 -aud 1 -x264-params sliced-threads=0 -f h264 pipe:1`
  const options = { encoding: 'buffer', maxBuffer: 50_000_000 } as const
  const { stdout } = await promisify(execFile)('ffmpeg', `${input} ${output}`.split(' '), options)
  const clip = parseClip('h264', stdout, shape)
  const source = {
    codec: 'h264' as const,
    ready: async () => clip,
    latest: () => clip,
    encodings: () => 0,
  }
  const streams = Array.from({ length: count }, (_, index) => ({ path: `/${index}`, source }))
  const server = await startRtspServer({ port: 0, host: '127.0.0.1', streams })
  return { port: server.port, bitsPerSecond: (stdout.length * 8) / seconds }
}

process.once('message', (settings: { count: number }) => {
  void main(settings).then((cameras) => process.send?.(cameras))
})
