import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { PrivacyMask } from '../../../gateway/domain/camera.ts'
import { CameraError } from '../../../gateway/ports/cameras.ts'
import { createStills } from '../../../gateway/video/stills.ts'

async function whiteJpeg(width = 320, height = 200): Promise<Uint8Array> {
  const create = { width, height, channels: 3 as const, background: '#ffffff' }
  return sharp({ create })
    .withExif({ IFD0: { Copyright: 'somebody' } })
    .jpeg()
    .toBuffer()
}

interface Options {
  masks?: PrivacyMask[]
  still?: () => Promise<Uint8Array>
  grab?: () => Promise<Uint8Array>
}

function room({ masks = [], still = whiteJpeg, grab }: Options = {}) {
  let at = 0
  const asked = { still: 0, grab: 0 }
  const stills = createStills({
    clock: { now: () => 1_000 + at, monotonic: () => at },
    book: { get: (device) => ({ device, username: 'u', abilities: null, masks }) },
    link: {
      still() {
        asked.still += 1
        return still()
      },
    },
    grab() {
      asked.grab += 1
      return grab ? grab() : Promise.reject(new CameraError('timeout', 'no frame'))
    },
  })
  return { stills, asked, pass: (ms: number) => (at += ms) }
}

/** The grey value at a place given as fractions. */
async function greyAt(jpeg: Uint8Array, x: number, y: number): Promise<number> {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  const at = Math.floor(y * info.height) * info.width + Math.floor(x * info.width)
  return data[at] as number
}

describe('a still', () => {
  test('is masked before anybody has it, and carries nothing along', async () => {
    const masks: PrivacyMask[] = [
      [
        [0, 0],
        [0.5, 0],
        [0.5, 1],
        [0, 1],
      ],
    ]
    const { jpeg } = await room({ masks }).stills.take('cam', 0)
    expect(await greyAt(jpeg, 0.25, 0.5)).toBeLessThan(10)
    expect(await greyAt(jpeg, 0.75, 0.5)).toBeGreaterThan(245)
    expect((await sharp(jpeg).metadata()).exif).toBeUndefined()
  })

  test('is no larger than a screen', async () => {
    const { stills } = room({ still: () => whiteJpeg(4000, 3000) })
    const { width, height } = await sharp((await stills.take('cam', 0)).jpeg).metadata()
    expect([width, height]).toEqual([1920, 1440])
  })

  test('is taken once for all who ask at once, and again when it is too old', async () => {
    const { stills, asked, pass } = room()
    const [one, two] = await Promise.all([stills.take('cam', 0), stills.take('cam', 0)])
    expect(one).toBe(two)
    expect(asked.still).toBe(1)
    await stills.take('cam', 1000)
    expect(asked.still).toBe(1)
    pass(1000)
    await stills.take('cam', 1000)
    expect(asked.still).toBe(2)
  })

  test('comes out of the stream where the camera gives none', async () => {
    const still = () => Promise.reject(new CameraError('unsupported', 'it has none'))
    const { stills, asked } = room({ still, grab: whiteJpeg })
    expect((await stills.take('cam', 0)).jpeg.length).toBeGreaterThan(0)
    expect(asked).toEqual({ still: 1, grab: 1 })
  })

  test('is not tried another way when the password is wrong', async () => {
    const still = () => Promise.reject(new CameraError('wrongPassword', 'no'))
    const { stills, asked } = room({ still, grab: whiteJpeg })
    await expect(stills.take('cam', 0)).rejects.toThrow('no')
    expect(asked.grab).toBe(0)
    expect(stills.last('cam')).toBeUndefined()
  })

  test.each([
    ['nonsense', async () => Buffer.from('not a picture')],
    ['half a picture', async () => (await whiteJpeg()).subarray(0, 300)],
  ])('%s is refused in words', async (_name, still) => {
    const { stills } = room({ still })
    await expect(stills.take('cam', 0)).rejects.toThrow(/cannot be read/)
  })

  test('a hundred cameras at once are taken four at a time', async () => {
    let now = 0
    let most = 0
    const gates: (() => void)[] = []
    const still = async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise<void>((resolve) => gates.push(resolve))
      now -= 1
      return whiteJpeg(8, 8)
    }
    const { stills } = room({ still })
    const all = Promise.allSettled(Array.from({ length: 80 }, (_, i) => stills.take(`c${i}`, 0)))
    const opening = setInterval(() => gates.shift()?.())
    const results = await all
    clearInterval(opening)
    expect(most).toBe(4)
    // 4 under way and 64 that wait; the others are told at once.
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(12)
  })
})

describe('masks', () => {
  /** Its masks are whatever `book.masks` is when they are asked for. */
  function drawable(still: () => Promise<Uint8Array> = whiteJpeg) {
    const book = { masks: [] as PrivacyMask[], asked: 0 }
    const stills = createStills({
      clock: { now: () => 1_000, monotonic: () => 0 },
      book: { get: (device) => ({ device, username: 'u', abilities: null, masks: book.masks }) },
      link: {
        still() {
          book.asked += 1
          return still()
        },
      },
      grab: () => Promise.reject(new CameraError('timeout', 'no frame')),
    })
    return { stills, book }
  }
  const all: PrivacyMask[] = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  ]

  test('hold from the moment they are drawn, though the last still is young', async () => {
    const { stills, book } = drawable()
    expect(await greyAt((await stills.take('cam', 60_000)).jpeg, 0.5, 0.5)).toBeGreaterThan(250)
    book.masks = all
    expect(await greyAt((await stills.take('cam', 60_000)).jpeg, 0.5, 0.5)).toBeLessThan(5)
    await stills.take('cam', 60_000)
    expect(book.asked).toBe(2)
  })

  test('hold also for the still that was under way', async () => {
    const arriving = Promise.withResolvers<Uint8Array>()
    const parts = drawable(() => arriving.promise)
    const taking = parts.stills.take('cam', 0)
    arriving.resolve(await whiteJpeg())
    // Read from the camera, and not yet drawn on.
    await arriving.promise
    parts.book.masks = all
    expect(await greyAt((await taking).jpeg, 0.5, 0.5)).toBeLessThan(5)
  })
})

test('a camera that is given up says that it was late', async () => {
  const { stills } = room({ still: () => Promise.reject(new DOMException('late', 'AbortError')) })
  const taking = stills.take('cam', 0)
  await stills.stop()
  await expect(taking).rejects.toBeInstanceOf(CameraError)
})
