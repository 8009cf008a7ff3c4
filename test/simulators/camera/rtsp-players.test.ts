import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClipEncoder } from '../../../simulators/camera/h264-encode.ts'
import { createPicture } from '../../../simulators/camera/picture.ts'
import { createClipSource } from '../../../simulators/camera/picture-clip.ts'
import { type RtspServer, startRtspServer } from '../../../simulators/camera/rtsp-server.ts'
import { lacksPrograms } from '../../support/programs.ts'

/** Others' programs at our stream: ffprobe and ffmpeg. */

const run = promisify(execFile)
const noonMs = Date.parse('2026-11-22T12:00:00+08:00')
const size = { width: 640, height: 360 }
const auth = { username: 'admin', password: 'a b:c', qop: true }
const encoder = createClipEncoder()
const picture = createPicture({ name: '东山 1', headingDeg: 90, fieldOfViewDeg: 60, seed: 3 })
const sourceOf = (codec: 'h264' | 'h265') =>
  createClipSource({ picture, encoder, codec, now: () => noonMs })
const directory = mkdtempSync(join(tmpdir(), 'lianxun-rtsp-'))
let server: RtspServer

function uri(path: string, login = 'admin:a%20b%3Ac@'): string {
  return `rtsp://${login}127.0.0.1:${server.port}${path}`
}

const quiet = ['-hide_banner', '-loglevel', 'error']
/** ffmpeg would look at the stream for two seconds before it begins. */
const hasty = ['-fpsprobesize', '0', '-analyzeduration', '300000']
const over = ['-rtsp_transport', 'tcp', '-i']

interface Probe {
  streams: { codec_name: string; width: number; height: number; r_frame_rate: string }[]
  packets: { pts?: number; flags: string }[]
}

async function probe(
  address: string,
  seconds: number,
  input: string[] = [],
): Promise<Probe & { complaints: string }> {
  const show = ['-show_streams', '-show_packets', '-read_intervals', `%+${seconds}`, '-of', 'json']
  const { stdout, stderr } = await run('ffprobe', [...quiet, ...show, ...input, ...over, address])
  return { ...(JSON.parse(stdout) as Probe), complaints: stderr }
}

function copyArguments(from: string, to: string): string[] {
  const fragments = '+frag_keyframe+empty_moov+default_base_moof'
  // ffmpeg knows no time for the first picture of any RTSP stream; a copy wants one.
  const input = ['-fflags', '+genpts', ...hasty, ...over, uri(from), '-t', '2']
  return [...quiet, '-y', ...input, '-c', 'copy', '-movflags', fragments, to]
}

async function framesIn(file: string): Promise<number> {
  const counted = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
  const { stdout, stderr } = await run('ffprobe', [...quiet, ...counted, file])
  expect(stderr).toBe('')
  return Number(stdout.trim())
}

describe.skipIf(lacksPrograms('players of the stream', 'ffmpeg', 'ffprobe'))('players', () => {
  beforeAll(async () => {
    const streams = (['h264', 'h265'] as const).map((codec) => ({
      path: `/${codec}`,
      source: sourceOf(codec),
      auth,
    }))
    await Promise.all(streams.map(({ source }) => source.ready()))
    server = await startRtspServer({ port: 0, host: '127.0.0.1', streams })
  })
  beforeEach(() => server.setManner('/h264', { kind: 'good' }))
  afterAll(async () => {
    await server.stop()
    await encoder.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  describe('ffprobe', () => {
    it.concurrent.each([
      ['/h264', 'h264'],
      ['/h265', 'hevc'],
    ])('plays %s', async (path, codec) => {
      const found = await probe(uri(path), 2)
      expect(found.complaints).toBe('')
      expect(found.streams).toHaveLength(1)
      expect(found.streams[0]).toMatchObject({ codec_name: codec, ...size, r_frame_rate: '10/1' })
      expect(found.packets.length).toBeGreaterThanOrEqual(20)
      expect(found.packets[0]!.flags).toMatch(/^K/)
      const times = found.packets.slice(1).map(({ pts }) => pts!)
      for (const [i, time] of times.slice(1).entries()) expect(time - times[i]!).toBe(9000)
    })

    it('finds the parameter sets in the stream when the description has none', async () => {
      server.setManner('/h264', { kind: 'noSprop' })
      const found = await probe(uri('/h264'), 0.2, hasty)
      expect(found.streams[0]).toMatchObject({ codec_name: 'h264', ...size })
    })

    it('is turned away without the password, and from a path that is not there', async () => {
      await expect(probe(uri('/h264', ''), 1)).rejects.toThrow(/401 Unauthorized/)
      await expect(probe(uri('/h264', 'admin:x@'), 1)).rejects.toThrow(/401 Unauthorized/)
      await expect(probe(uri('/none'), 1)).rejects.toThrow(/404 Not Found/)
    })
  })

  describe('ffmpeg', () => {
    it('copies for two at once into fragments that can be played', async () => {
      const files = ['a.mp4', 'b.mp4'].map((name) => join(directory, name))
      const runs = files.map((file) => run('ffmpeg', copyArguments('/h264', file)))
      for (const { stderr } of await Promise.all(runs)) expect(stderr).toBe('')
      for (const file of files) expect(await framesIn(file)).toBeGreaterThanOrEqual(20)
    })

    it('shows the picture that was drawn', async () => {
      const raw = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']
      const options = { encoding: 'buffer', maxBuffer: 4 * size.width * size.height } as const
      const args = [...quiet, ...hasty, ...over, uri('/h264'), ...raw]
      const { stdout } = await run('ffmpeg', args, options)
      const drawn = (await picture.loopFrames(noonMs)).frame(0)
      expect(stdout.length).toBe(drawn.length)
      const off = stdout.reduce((sum, value, i) => sum + Math.abs(value - drawn[i]!), 0)
      expect(off / drawn.length).toBeLessThan(8)
    })

    it('ends by itself when the camera closes mid-stream', async () => {
      const before = server.counts('/h264').frames
      const child: ChildProcess = spawn(
        'ffmpeg',
        [
          ...quiet,
          '-nostdin',
          '-timeout',
          '2000000',
          ...over,
          uri('/h264'),
          '-c',
          'copy',
          '-f',
          'null',
          '-',
        ],
        { stdio: 'ignore' },
      )
      const ended = once(child, 'exit')
      while (server.counts('/h264').frames < before + 3 && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5))
      server.setManner('/h264', { kind: 'closeMidStream', afterFrames: 12 })
      await ended
      expect(server.counts('/h264').frames).toBeGreaterThanOrEqual(before + 3)
    })
  })
})
