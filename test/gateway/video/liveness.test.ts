import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import type { Observation } from '../../../gateway/domain/observation.ts'
import { CameraError } from '../../../gateway/ports/cameras.ts'
import { createLiveness, type SavedView } from '../../../gateway/video/liveness.ts'

type Scene = 'hill' | 'wall' | 'black'

/** Light that falls from one side or the other, with a little noise of its own. */
async function jpegOf(scene: Scene, noise: number): Promise<Uint8Array> {
  const [width, height] = [180, 160]
  const grey = Buffer.alloc(width * height)
  for (let i = 0; i < grey.length; i++) {
    const x = i % width
    const slope = scene === 'hill' ? x : width - x
    grey[i] = scene === 'black' ? 2 : 30 + slope + ((i * 7 + noise * 13) % 9)
  }
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .jpeg()
    .toBuffer()
}

const camera: Device = {
  id: 'cam',
  name: '瞭望1',
  kind: 'camera',
  village: '990101101201',
  grid: null,
  position: [106.7, 29.18],
  adapter: 'onvif',
  address: null,
  headingDeg: 0,
  fieldOfViewDeg: 60,
  state: 'active',
}

let stop = async () => {}
afterEach(() => stop())

/** Each entry is one look, a minute after the one before; the test waits until all are over. */
async function watch(
  looks: (Scene | 'same' | 'away')[],
  { saved, turned = false }: { saved?: SavedView; turned?: boolean } = {},
) {
  let at = 0
  let look = -1
  let noise = 0
  const told: string[] = []
  const views = new Map<string, SavedView>(saved ? [['cam', saved]] : [])
  const over = Promise.withResolvers<void>()
  const liveness = createLiveness({
    ingest: {
      async accept(_message, observations) {
        for (const one of observations as Observation[]) {
          if (one.kind === 'event') told.push(`${look}: ${one.type} ${one.state}`)
        }
      },
    },
    stills: {
      async take() {
        look += 1
        const scene = looks[look]
        if (scene === undefined || scene === 'away') throw new CameraError('timeout', 'away')
        if (scene !== 'same') noise += 1
        const jpeg = await jpegOf(scene === 'same' ? 'hill' : scene, noise)
        return { jpeg, at }
      },
      last: () => undefined,
      stop: async () => {},
    },
    views: {
      load: async () => views,
      save: async (id, { references, faults }) => void views.set(id, { references, faults }),
    },
    devices: {
      get: () => camera,
      speaker: () => camera,
      all: () => [camera],
      isBlocked: () => false,
      standing: () => ({ blocked: null, oldSecretUntil: null }),
      admit: () => undefined,
      onChange: () => () => {},
    },
    book: { get: () => ({ device: 'cam', username: 'u', abilities: null, masks: [] }) },
    link: {
      path: () => ({ path: 'up', since: 0, trouble: null, problem: null }),
      position: async () => ({ panDeg: 0, tiltDeg: 0, zoom: 0, moving: false }),
    },
    isAway: () => turned,
    hourOf: () => 10,
    clock: { now: () => 1_763_712_000_000 + at, monotonic: () => at },
    logger: { warn: (text) => told.push(text) },
    async pause(ms, signal) {
      at += ms
      if (look < looks.length - 1 || signal.aborted) return
      over.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    },
  })
  stop = () => liveness.stop()
  await liveness.start()
  await over.promise
  return { told, faults: liveness.faults('cam'), views, liveness }
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

describe('what a picture says of its camera becomes events of the camera', () => {
  test('a living picture says nothing', async () => {
    expect((await watch(times(12, 'hill'))).told).toEqual([])
  })

  test('frozen, and well again', async () => {
    const { told } = await watch(['hill', ...times(6, 'same' as const), 'hill'])
    expect(told).toEqual(['5: pictureFrozen active', '7: pictureFrozen clear'])
  })

  test('black, and well again', async () => {
    const { told, faults } = await watch(['hill', ...times(4, 'black' as const), 'hill'])
    expect(told).toEqual(['3: pictureBlack active', '5: pictureBlack clear'])
    expect(faults).toEqual([])
  })

  test('moved stands until the view is back', async () => {
    const { told, faults } = await watch([
      ...times(3, 'hill' as const),
      ...times(4, 'wall' as const),
    ])
    expect(told).toEqual(['5: pictureMoved active'])
    expect(faults).toEqual(['pictureMoved'])
  })

  test('moved on purpose: somebody says so, and the new view is the right one', async () => {
    const looks = [...times(3, 'hill' as const), ...times(4, 'wall' as const)]
    const { told, liveness, views } = await watch(looks)
    await liveness.accept('cam')
    expect(told).toEqual(['5: pictureMoved active', '6: pictureMoved clear'])
    expect(liveness.faults('cam')).toEqual([])
    await stop()
    const after = await watch(times(4, 'wall'), { saved: views.get('cam') as SavedView })
    expect(after.told).toEqual([])
  })

  test('one that gives no picture is not judged by it', async () => {
    expect((await watch(['hill', ...times(9, 'away' as const), 'hill'])).told).toEqual([])
  })
})

describe('after a restart', () => {
  test('a fault that stands is not told again, and its end is', async () => {
    const { views } = await watch(['hill', ...times(7, 'same' as const)])
    const saved = views.get('cam') as SavedView
    expect(saved.faults).toEqual(['pictureFrozen'])
    await stop()
    const { told } = await watch(['hill'], { saved })
    expect(told).toEqual(['0: pictureFrozen clear'])
  })

  test('the view that was learned is known', async () => {
    const { views } = await watch(times(3, 'hill'))
    await stop()
    const { told } = await watch(times(3, 'wall'), { saved: views.get('cam') as SavedView })
    expect(told).toEqual(['2: pictureMoved active'])
  })
})
