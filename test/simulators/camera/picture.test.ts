import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { createPicture, type Picture } from '../../../simulators/camera/picture.ts'
import { clockText } from '../../../simulators/camera/picture-caption.ts'

const width = 320
const height = 180
const noonMs = Date.parse('2026-11-22T12:00:00+08:00')
const midnightMs = Date.parse('2026-11-22T00:00:00+08:00')
const fire = { bearingDeg: 105, distanceM: 1500, smoke: 0.8, flames: 0 }

function picture(change: { name?: string; headingDeg?: number } = {}): Picture {
  const size = { width, height, streamWidth: width, streamHeight: height }
  return createPicture({
    name: '东山 1',
    headingDeg: 90,
    fieldOfViewDeg: 60,
    seed: 3,
    ...size,
    ...change,
  })
}

async function grey(jpeg: Buffer): Promise<Buffer> {
  return await sharp(jpeg).greyscale().raw().toBuffer()
}

async function still(from: Picture, atMs = noonMs): Promise<Buffer> {
  return await grey(await from.stillJpeg(atMs))
}

function mean(values: Buffer): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** How much two pictures differ, and where the middle of the difference lies, 0–1 from the left. */
function difference(left: Buffer, right: Buffer): { sum: number; across: number } {
  let sum = 0
  let moment = 0
  for (let i = 0; i < left.length; i++) {
    const off = Math.abs(left[i]! - right[i]!)
    // Below this it is the JPEG's doing.
    if (off < 12) continue
    sum += off
    moment += off * (i % width)
  }
  return { sum, across: moment / Math.max(1, sum) / width }
}

describe('a still', () => {
  it('is a JPEG of the size that was asked for, the same for the same moment', async () => {
    const jpeg = await picture().stillJpeg(noonMs)
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width, height })
    expect(await picture().stillJpeg(noonMs)).toEqual(jpeg)
  })

  it('differs from second to second: clock, clouds and noise', async () => {
    const camera = picture()
    const stills = [0, 1, 2].map((seconds) => camera.stillJpeg(noonMs + seconds * 1000))
    const [first, second, third] = await Promise.all(stills)
    expect(first!.equals(second!) || second!.equals(third!)).toBe(false)
  })

  it('differs from camera to camera', async () => {
    const [one, other] = [await still(picture()), await still(picture({ name: '西山' }))]
    expect(difference(one, other).sum).toBeGreaterThan(50_000)
  })

  it('is dark at night by the clock of the town, or when it is told to be', async () => {
    const camera = picture()
    const [noon, midnight] = [await still(camera), await still(camera, midnightMs)]
    expect(mean(noon)).toBeGreaterThan(90)
    expect(mean(midnight)).toBeLessThan(40)
    camera.show({ light: 'day' })
    expect(mean(await still(camera, midnightMs))).toBeGreaterThan(90)
    camera.show({ light: 'night' })
    expect(mean(await still(camera))).toBeLessThan(40)
  })

  it('bears the time of the town', () => {
    expect(clockText(noonMs)).toBe('2026-11-22 12:00:00')
    expect(clockText(midnightMs - 1000)).toBe('2026-11-21 23:59:59')
  })

  it('loses its contrast in fog', async () => {
    const camera = picture()
    const spread = async () => {
      const values = await still(camera)
      const middle = mean(values)
      return Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / values.length)
    }
    const clear = await spread()
    camera.show({ fog: 0.95 })
    expect(await spread()).toBeLessThan(clear * 0.65)
  })
})

describe('smoke', () => {
  it.each([
    [80, 20 / 60],
    [105, 45 / 60],
  ])('stands at its bearing of %i°', async (bearingDeg, across) => {
    const camera = picture()
    const before = await still(camera)
    camera.show({ fires: [{ ...fire, bearingDeg, smoke: 0.3 }] })
    const found = difference(before, await still(camera))
    expect(found.sum).toBeGreaterThan(1000)
    expect(Math.abs(found.across - across)).toBeLessThan(0.08)
  })

  it('is not seen by who looks elsewhere', async () => {
    const camera = picture()
    const before = await still(camera)
    camera.show({ fires: [{ ...fire, bearingDeg: 270 }] })
    expect(difference(before, await still(camera)).sum).toBe(0)
  })

  it('grows', async () => {
    const camera = picture()
    const before = await still(camera)
    const sums = []
    for (const smoke of [0.2, 0.5, 1]) {
      camera.show({ fires: [{ ...fire, smoke }] })
      sums.push(difference(before, await still(camera)).sum)
    }
    expect(sums[1]).toBeGreaterThan(sums[0]! * 1.5)
    expect(sums[2]).toBeGreaterThan(sums[1]! * 1.5)
  })

  it('comes to the middle when the camera turns to it, and near when it zooms', async () => {
    const camera = picture()
    camera.show({ light: 'night' })
    const seen = async () => {
      camera.show({ fires: [] })
      const before = await still(camera)
      camera.show({ fires: [{ ...fire, flames: 0.5 }] })
      return difference(before, await still(camera))
    }
    camera.look({ panDeg: 15 })
    const turned = await seen()
    // It leans to the right with the wind.
    expect(Math.abs(turned.across - 0.53)).toBeLessThan(0.08)
    camera.look({ zoom: 4 })
    expect((await seen()).sum).toBeGreaterThan(turned.sum * 1.5)
    expect(camera.view()).toEqual({ panDeg: 15, tiltDeg: 0, zoom: 4 })
  })

  it('is lit by its fire at night', async () => {
    const camera = picture()
    camera.show({ light: 'night' })
    const brightestRed = async () => {
      const pixels = await sharp(await camera.stillJpeg(noonMs))
        .raw()
        .toBuffer()
      // The lettering is as bright, but white.
      let most = 0
      for (let i = 0; i < pixels.length; i += 3) most = Math.max(most, pixels[i]! - pixels[i + 2]!)
      return most
    }
    const before = await brightestRed()
    camera.show({ fires: [{ ...fire, flames: 1 }] })
    expect(await brightestRed()).toBeGreaterThan(before + 40)
  })
})

describe('a fault of the camera', () => {
  it('frozen: the same bytes whatever happens, until it is over', async () => {
    const camera = picture()
    const before = await camera.stillJpeg(noonMs)
    camera.setMode('frozen', noonMs)
    camera.show({ fires: [fire], light: 'night' })
    expect(await camera.stillJpeg(noonMs + 60_000)).toEqual(before)
    expect(await camera.stillJpeg(noonMs + 3_600_000)).toEqual(before)
    camera.setMode('live', noonMs)
    expect(mean(await still(camera))).toBeLessThan(40)
  })

  it('black: nothing but the lettering', async () => {
    const camera = picture()
    camera.setMode('black', noonMs)
    expect(camera.mode()).toBe('black')
    expect(mean(await still(camera))).toBeLessThan(12)
  })

  it('moved: other hills, under the same name', async () => {
    const camera = picture()
    const before = await still(camera)
    const minuteLater = difference(before, await still(camera, noonMs + 60_000)).sum
    camera.setMode('moved', noonMs)
    const moved = difference(before, await still(camera)).sum
    expect(moved).toBeGreaterThan(minuteLater * 5)
  })
})

describe('the loop for the stream', () => {
  it('need not be made again for what it would not show', () => {
    const camera = picture()
    const key = camera.loopKey(noonMs)
    expect(camera.loopKey(noonMs + 60_000)).toBe(key)
    camera.show({ fires: [{ ...fire, smoke: 0.5 }] })
    const smoky = camera.loopKey(noonMs)
    expect(smoky).not.toBe(key)
    camera.show({ fires: [{ ...fire, smoke: 0.51 }] })
    expect(camera.loopKey(noonMs)).toBe(smoky)
    camera.show({ fires: [{ ...fire, smoke: 0.6 }] })
    expect(camera.loopKey(noonMs)).not.toBe(smoky)
    camera.show({ fires: [] })
    camera.look({ panDeg: 1 })
    expect(camera.loopKey(noonMs)).not.toBe(key)
    camera.look({ panDeg: 0 })
    for (const mode of ['black', 'moved', 'frozen'] as const) {
      camera.setMode(mode, noonMs)
      expect(camera.loopKey(noonMs)).not.toBe(key)
    }
    expect(camera.loopKey(midnightMs)).toBe(camera.loopKey(noonMs))
    camera.setMode('live', noonMs)
    expect(camera.loopKey(midnightMs)).not.toBe(key)
  })

  it('shows no seam where it begins again', async () => {
    const camera = picture()
    camera.show({ fires: [{ ...fire, flames: 0.5 }] })
    const loop = await camera.loopFrames(noonMs)
    const frames = Array.from({ length: loop.count }, (_, i) => loop.frame(i))
    const change = (a: Buffer, b: Buffer) => {
      let sum = 0
      for (let i = 0; i < a.length; i += 3) sum += Math.abs(a[i]! - b[i]!)
      return sum
    }
    const steps = frames.slice(1).map((frame, i) => change(frames[i]!, frame))
    const seam = change(frames.at(-1)!, frames[0]!)
    expect(frames[0]!.length).toBe(width * height * 3)
    expect(Math.min(...steps)).toBeGreaterThan(0)
    expect(seam).toBeLessThan(Math.max(...steps) * 1.3)
  })

  it('stands still when the camera is frozen', async () => {
    const camera = picture()
    camera.setMode('frozen', noonMs)
    const loop = await camera.loopFrames(midnightMs)
    expect(loop.frame(17)).toEqual(loop.frame(0))
    expect(mean(loop.frame(0))).toBeGreaterThan(80)
  })
})
