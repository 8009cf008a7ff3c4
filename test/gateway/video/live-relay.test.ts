import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startsWithKey } from '../../../gateway/video/mp4-boxes.ts'
import { startRtspServer } from '../../../simulators/camera/rtsp-server.ts'
import { until } from '../../adapters/mqtt/kit.ts'
import { sourceOf } from '../../simulators/camera/rtsp-setting.ts'
import { lacksPrograms } from '../../support/programs.ts'
import {
  type CameraSetting,
  kinds,
  login,
  movingClip,
  type SettingOptions,
  startCameras,
} from './camera-setting.ts'

const lacking = lacksPrograms('the live relay', 'ffmpeg', 'ffprobe')

type Finished = (end: () => Promise<void>) => void

/** Ends with the test, and no ffmpeg of it is left then. */
async function start(finished: Finished, options?: SettingOptions): Promise<CameraSetting> {
  const cameras = await startCameras(options)
  finished(async () => {
    await cameras.end()
    expect(await cameras.processes()).toEqual([])
  })
  return cameras
}

const noneLeft = (cameras: CameraSetting) =>
  until('no ffmpeg to be left', async () => (await cameras.processes()).length === 0)

async function onlyProcess(cameras: CameraSetting): Promise<number> {
  const found = await cameras.processes()
  expect(found).toHaveLength(1)
  return found[0] as number
}

describe.skipIf(lacking)('one camera', { concurrent: true }, () => {
  it('is shown as it comes: the codec, a header, then fragments from a key frame on', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished)
    const one = cameras.watch('one')
    expect(await one.told('hello')).toEqual({
      kind: 'hello',
      format: 'mp4',
      codec: expect.stringMatching(/^avc1\.[0-9A-F]{6}$/),
    })
    await one.seen(3)
    const [opening, first] = one.pieces.map((piece) => Buffer.from(piece))
    expect(opening?.toString('latin1', 4, 8)).toBe('ftyp')
    expect(first?.toString('latin1', 4, 8)).toBe('moof')
    expect(startsWithKey(first as Buffer)).toBe(true)
  })

  it('can be played by somebody else: ffprobe finds its picture', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished)
    const one = cameras.watch('one')
    await one.seen(6)
    one.leave()
    const asked =
      '-v error -count_frames -show_entries stream=codec_name,width,height,nb_read_frames'
    const probing = promisify(execFile)('ffprobe', `${asked} -of csv=p=0 -i pipe:0`.split(' '))
    probing.child.stdin?.end(Buffer.concat(one.pieces))
    const [codec, width, height, frames] = (await probing).stdout.trim().split(',')
    expect([codec, width, height]).toEqual(['h264', '160', '90'])
    expect(Number(frames)).toBeGreaterThan(4)
  })

  it('costs one ffmpeg for all who look, and none after the last', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished)
    const one = cameras.watch('one')
    await one.seen(2)
    const two = cameras.watch('one')
    // What it needs to begin with is there before anything else can happen.
    expect(kinds(two)).toEqual(['hello'])
    expect(two.pieces[0]).toEqual(one.pieces[0])
    expect(cameras.relay.viewers('one')).toBe(2)
    await two.seen(4)
    await onlyProcess(cameras)
    expect(cameras.server.counts('/one').playing).toBe(1)
    expect(cameras.relay.figures()).toMatchObject({ streams: { mp4: 1, mpeg1: 0 }, viewers: 2 })
    one.leave()
    one.leave()
    const before = two.pieces.length
    await two.seen(before + 2)
    two.leave()
    await noneLeft(cameras)
    expect(cameras.relay.figures()).toMatchObject({ streams: { mp4: 0, mpeg1: 0 }, viewers: 0 })
  })

  it('goes on when somebody comes back before the last one is long gone', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished, { limits: { lingerMs: 60_000 } })
    const one = cameras.watch('one')
    await one.seen(2)
    const pid = await onlyProcess(cameras)
    one.leave()
    const two = cameras.watch('one')
    await two.seen(3)
    expect(await cameras.processes()).toEqual([pid])
  })

  it('shows its password to nobody who lists the processes', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished)
    await cameras.watch('one').seen(2)
    const pid = await onlyProcess(cameras)
    const [line, environment] = await Promise.all(
      ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
    )
    for (const text of [line, environment]) {
      expect(text).not.toContain('ss@')
      expect(text).not.toContain(login.username)
      expect(text).not.toContain(`:${cameras.server.port}`)
    }
  })
})

describe.skipIf(lacking)('what ends by itself', { concurrent: true }, () => {
  it('an ffmpeg that is killed is begun again; who looks stays and is told', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished)
    const one = cameras.watch('one')
    await one.seen(3)
    const pid = await onlyProcess(cameras)
    process.kill(pid, 'SIGKILL')
    expect(await one.told('lost')).toMatchObject({ trouble: 'noPicture' })
    await one.told('hello', 2)
    const before = one.pieces.length
    await one.seen(before + 2)
    expect(await onlyProcess(cameras)).not.toBe(pid)
    expect(kinds(one)).toEqual(['hello', 'lost', 'hello'])
    expect(one.isClosed).toBe(false)
    expect(cameras.relay.figures().restarts).toBe(1)
  })

  it('a camera that is away is lost since its last picture, once, until it is back', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished)
    const one = cameras.watch('one')
    await one.seen(3)
    await cameras.server.stop()
    const { since } = (await one.told('lost')) as { since: number }
    expect(Math.abs(Date.now() - since)).toBeLessThan(60_000)
    await until('the connection to be refused', () =>
      one.messages.some((message) => message.kind === 'lost' && message.trouble === 'unreachable'),
    )
    const troubles = one.messages.filter((message) => message.kind === 'lost')
    expect(new Set(troubles.map((message) => message.since))).toEqual(new Set([since]))
    expect(troubles.length).toBeLessThanOrEqual(2)
    const late = cameras.watch('one')
    expect(late.messages).toEqual([{ kind: 'lost', since, trouble: 'unreachable' }])
    await cameras.restartServer()
    await late.told('hello')
    await one.told('hello', 2)
  })

  it('a camera that freezes is noticed, and shown again when it moves', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished, { timing: { nextPieceMs: 1_500 } })
    const [one, two] = [cameras.watch('one'), cameras.watch('two')]
    await one.seen(2)
    await two.seen(2)
    cameras.server.setManner('/one', { kind: 'freeze' })
    expect(await one.told('lost')).toMatchObject({ trouble: 'noPicture' })
    cameras.server.setManner('/one', { kind: 'good' })
    await two.seen(two.pieces.length + 2)
    await one.told('hello', 2)
  })

  it.for(['halfOpen', 'garbage', 'notFound'] as const)(
    'a camera that is %s takes nothing else with it',
    async (kind, { onTestFinished }) => {
      const cameras = await start(onTestFinished, {
        timing: { firstPieceMs: 3_000, nextPieceMs: 1_500 },
      })
      cameras.server.setManner('/one', { kind })
      const [one, two] = [cameras.watch('one'), cameras.watch('two')]
      await one.told('lost')
      await two.seen(two.pieces.length + 2)
      cameras.server.setManner('/one', { kind: 'good' })
      await one.told('hello')
      await one.seen(2)
    },
  )

  it('a wrong password is said once and never tried again', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished)
    const right = cameras.streams.get('one')
    if (!right) throw new Error('there is no camera')
    cameras.streams.set('one', { ...right, login: { ...login, password: 'wrong' } })
    const one = cameras.watch('one')
    expect(await one.told('lost')).toMatchObject({ trouble: 'wrongPassword' })
    const asked = cameras.asked()
    await until('more tries', () => cameras.asked() >= asked + 3)
    // The question for a password, and the answer that it is wrong.
    expect(cameras.server.counts('/one').refusals).toBe(2)
    expect(await cameras.processes()).toEqual([])
    one.leave()
    const two = cameras.watch('one')
    await two.told('lost')
    expect(cameras.server.counts('/one').refusals).toBe(2)
    cameras.streams.set('one', right)
    await two.told('hello')
  })
})

describe.skipIf(lacking)('what this camera or browser cannot do', { concurrent: true }, () => {
  it('H.265 is sent away to come again for MPEG-1, which every browser can show', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished)
    const clip = await movingClip('h265')
    const server = await startRtspServer({
      port: 0,
      host: '127.0.0.1',
      streams: [{ path: '/hevc', source: { ...sourceOf(() => clip), codec: 'h265' } }],
    })
    onTestFinished(() => server.stop())
    const url = `rtsp://127.0.0.1:${server.port}/hevc`
    for (const codec of ['h265', 'unknown'] as const) {
      cameras.streams.set(codec, { url, login, codec })
      const one = cameras.watch(codec)
      await one.told('end')
      expect(one.messages).toEqual([{ kind: 'end', why: 'needsMpeg1' }])
      expect(one.isClosed).toBe(true)
      one.leave()
    }
    const other = cameras.watch('h265', { format: 'mpeg1' })
    expect(await other.told('hello')).toEqual({ kind: 'hello', format: 'mpeg1', codec: null })
    await other.seen(3)
    for (const piece of other.pieces) {
      expect(piece[0]).toBe(0x47)
      expect(piece.length % 188).toBe(0)
    }
    // The first packet after the tables carries the mark of a key picture.
    expect((other.pieces[1]?.[5] ?? 0) & 0x40).toBe(0x40)
  })

  it('only so many are written anew at once; one that nobody looks at makes room', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished, { limits: { transcodings: 1, lingerMs: 60_000 } })
    const one = cameras.watch('one', { format: 'mpeg1' })
    await one.seen(2)
    const two = cameras.watch('two', { format: 'mpeg1' })
    expect(two.messages).toEqual([{ kind: 'end', why: 'tooManyStreams' }])
    expect(two.isClosed).toBe(true)
    const copied = cameras.watch('two')
    await copied.seen(2)
    one.leave()
    const three = cameras.watch('two', { format: 'mpeg1' })
    await three.seen(2)
    expect(cameras.relay.figures()).toMatchObject({ streams: { mp4: 1, mpeg1: 1 }, refused: 1 })
  })
})

describe.skipIf(lacking)('limits', { concurrent: true }, () => {
  it('of people at a camera, of pictures of a person, of all', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished, {
      limits: { perCamera: 2, perPerson: 2, viewers: 3 },
    })
    const watch = (device: string, person: string) => cameras.watch(device, { person })
    const first = watch('one', 'a')
    watch('one', 'b')
    expect(watch('one', 'c').messages).toEqual([{ kind: 'end', why: 'tooManyHere' }])
    watch('two', 'a')
    expect(watch('two', 'a').messages).toEqual([{ kind: 'end', why: 'tooManyStreams' }])
    first.leave()
    expect(watch('two', 'a').messages).toEqual([])
    expect(watch('two', 'a').messages).toEqual([{ kind: 'end', why: 'tooManyStreams' }])
    expect(cameras.relay.viewers('two')).toBe(2)
  })

  it('a line that is too slow costs its own viewer pictures, and nobody else', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished)
    const [slow, quick] = [cameras.watch('one'), cameras.watch('one')]
    await slow.seen(2)
    await quick.seen(2)
    slow.waiting = 2_000_000
    const before = slow.pieces.length
    await quick.seen(quick.pieces.length + 5)
    expect(slow.pieces.length).toBeLessThanOrEqual(before + 1)
    slow.waiting = 0
    const held = slow.pieces.length
    await slow.seen(held + 1)
    const again = Buffer.from(slow.pieces[held] as Uint8Array)
    expect(startsWithKey(again)).toBe(true)
  })

  it('when the gateway stops everybody is told, and nobody comes in any more', async ({
    onTestFinished,
  }) => {
    const cameras = await start(onTestFinished)
    const one = cameras.watch('one')
    await one.seen(2)
    await cameras.relay.stop()
    expect(one.messages.at(-1)).toEqual({ kind: 'end', why: 'stopping' })
    expect(await cameras.processes()).toEqual([])
    expect(cameras.watch('one').messages).toEqual([{ kind: 'end', why: 'stopping' }])
  })
})

describe.skipIf(lacking)('where it may lead', { concurrent: true }, () => {
  it('not out of the networks of cameras', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished, { networks: ['10.0.0.0/8'] })
    expect(await cameras.watch('one').told('lost')).toMatchObject({ trouble: 'notAllowed' })
    expect(cameras.server.connections()).toBe(0)
    expect(await cameras.processes()).toEqual([])
  })

  it('not to where the camera itself points', async ({ onTestFinished }) => {
    const cameras = await start(onTestFinished)
    const target = `rtsp://127.0.0.1:${cameras.server.port}/two`
    const camera = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        const number = /CSeq: (\d+)/.exec(bytes.toString())?.[1]
        socket.write(`RTSP/1.0 302 Moved\r\nCSeq: ${number}\r\nLocation: ${target}\r\n\r\n`)
      })
    })
    await new Promise<void>((resolve) => camera.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void camera.close())
    const { port } = camera.address() as { port: number }
    cameras.streams.set('moved', { url: `rtsp://127.0.0.1:${port}/`, login, codec: 'h264' })
    const one = cameras.watch('moved')
    expect(await one.told('lost')).toMatchObject({ trouble: 'notAllowed' })
    expect(cameras.server.counts('/two').describes).toBe(0)
    one.leave()
    await noneLeft(cameras)
  })

  it.for([
    'file:///etc/passwd',
    'http://127.0.0.1/stream',
    'rtsp://somebody:secret@127.0.0.1/',
    'rtsp://127.0.0.1/;id',
    '-i',
  ])('not to %s', async (url, { onTestFinished }) => {
    const cameras = await start(onTestFinished)
    cameras.streams.set('odd', { url, login, codec: 'h264' })
    const one = cameras.watch('odd')
    expect(await one.told('lost')).toMatchObject({
      trouble: expect.stringMatching(/^(unsupported|notAllowed)$/),
    })
    expect(await cameras.processes()).toEqual([])
  })
})
