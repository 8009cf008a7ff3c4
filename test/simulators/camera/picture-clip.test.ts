import { describe, expect, it } from 'vitest'
import type { Clip, VideoCodec } from '../../../simulators/camera/h264.ts'
import { type ClipEncoder, createClipEncoder } from '../../../simulators/camera/h264-encode.ts'
import { createPicture, type LoopFrames } from '../../../simulators/camera/picture.ts'
import { createClipSource } from '../../../simulators/camera/picture-clip.ts'
import { lacksPrograms } from '../../support/programs.ts'
import { madeUpClip } from './rtsp-setting.ts'

function picture() {
  return createPicture({ name: 'A', headingDeg: 0, fieldOfViewDeg: 60, seed: 1 })
}

/** Ends each encoding when the test says so. */
function handEncoder() {
  const waiting: { finish(clip: Clip): void; fail(error: Error): void }[] = []
  const encoder: ClipEncoder = {
    async encode(_codec: VideoCodec, draw: () => Promise<LoopFrames>) {
      await draw()
      return await new Promise<Clip>((resolve, reject) =>
        waiting.push({ finish: resolve, fail: reject }),
      )
    },
    stop: async () => {},
  }
  const next = async () => {
    while (waiting.length === 0) await new Promise(setImmediate)
    return waiting.shift()!
  }
  return { encoder, next }
}

const noonMs = Date.parse('2026-11-22T12:00:00+08:00')
const now = () => noonMs

describe('the clip of a camera', () => {
  it('is encoded when first wanted, once for all who want it', async () => {
    const { encoder, next } = handEncoder()
    const source = createClipSource({ picture: picture(), encoder, now })
    const wanted = [source.ready(), source.ready()]
    const clip = madeUpClip()
    ;(await next()).finish(clip)
    expect(await Promise.all(wanted)).toEqual([clip, clip])
    expect(await source.ready()).toBe(clip)
    expect(source.latest()).toBe(clip)
    expect(source.encodings()).toBe(1)
  })

  it('plays on while a newer one is made, and is not made again for nothing', async () => {
    const { encoder, next } = handEncoder()
    const camera = picture()
    const source = createClipSource({ picture: camera, encoder, now })
    const [old, fresh] = [madeUpClip({ mark: 1 }), madeUpClip({ mark: 2 })]
    const first = source.ready()
    ;(await next()).finish(old)
    await first
    camera.show({ fog: 0.5 })
    expect(source.latest()).toBe(old)
    expect(source.latest()).toBe(old)
    const renewal = await next()
    expect(await source.ready()).toBe(old)
    renewal.finish(fresh)
    await new Promise(setImmediate)
    expect(source.latest()).toBe(fresh)
    expect(source.encodings()).toBe(2)
  })

  it('is not touched while nobody asks', async () => {
    const { encoder, next } = handEncoder()
    const camera = picture()
    const source = createClipSource({ picture: camera, encoder, now })
    camera.show({ fog: 0.5 })
    expect(source.encodings()).toBe(0)
    expect(source.latest()).toBeUndefined()
    ;(await next()).finish(madeUpClip())
  })

  it('stays what it was when ffmpeg fails, and is tried again', async () => {
    const { encoder, next } = handEncoder()
    const camera = picture()
    const failures: unknown[] = []
    const onFailure = (error: unknown) => failures.push(error)
    const source = createClipSource({ picture: camera, encoder, now, onFailure })
    const clip = madeUpClip()
    const first = source.ready()
    ;(await next()).fail(new Error('broken'))
    await expect(first).rejects.toThrow('broken')
    const second = source.ready()
    ;(await next()).finish(clip)
    expect(await second).toBe(clip)
    camera.show({ fog: 0.5 })
    expect(source.latest()).toBe(clip)
    ;(await next()).fail(new Error('again'))
    while (failures.length === 0) await new Promise(setImmediate)
    expect(source.latest()).toBe(clip)
    expect(source.encodings()).toBe(4)
    ;(await next()).finish(clip)
  })
})

describe.skipIf(lacksPrograms('the encoder', 'ffmpeg'))('the encoder', () => {
  const frames: LoopFrames = {
    width: 32,
    height: 32,
    fps: 10,
    count: 20,
    frame: (index) => Buffer.alloc(32 * 32 * 3, index * 10),
  }
  const draw = () => Promise.resolve(frames)

  it.each(['h264', 'h265'] as const)('writes %s with a key frame a second', async (codec) => {
    const encoder = createClipEncoder()
    const clip = await encoder.encode(codec, draw)
    expect(clip).toMatchObject({ codec, width: 32, height: 32, fps: 10 })
    expect(clip.units.map(({ isKey }) => isKey)).toEqual(
      Array.from({ length: 20 }, (_, i) => i % 10 === 0),
    )
    for (const { nals, isKey } of clip.units)
      expect(nals).toHaveLength(isKey ? clip.parameterSets.length + 1 : 1)
    await encoder.stop()
  })

  it('says so when there is no ffmpeg', async () => {
    const encoder = createClipEncoder({ ffmpegPath: '/nowhere/ffmpeg' })
    await expect(encoder.encode('h264', draw)).rejects.toThrow(/ENOENT/)
    await encoder.stop()
  })

  it('says what ffmpeg said', async () => {
    const encoder = createClipEncoder()
    const odd = () => Promise.resolve({ ...frames, width: 0 })
    await expect(encoder.encode('h264', odd)).rejects.toThrow(/ffmpeg could not encode h264/)
    // The next one is not harmed by it.
    expect((await encoder.encode('h264', draw)).units).toHaveLength(20)
    await encoder.stop()
  })

  it('ends an ffmpeg that hangs', async () => {
    const encoder = createClipEncoder({ timeoutMs: 300 })
    const endless = { ...frames, count: Number.POSITIVE_INFINITY }
    await expect(encoder.encode('h264', () => Promise.resolve(endless))).rejects.toThrow(/ffmpeg/)
    await encoder.stop()
  })

  it('takes no more than its queue holds, and nothing when stopped', async () => {
    const encoder = createClipEncoder({ maxQueued: 1 })
    const first = encoder.encode('h264', draw)
    await expect(encoder.encode('h264', draw)).rejects.toThrow('too many')
    await first
    await encoder.stop()
    await expect(encoder.encode('h264', draw)).rejects.toThrow('stopped')
  })
})
