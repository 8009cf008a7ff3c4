import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LonLat } from '../../../gateway/domain/place.ts'
import { bearingDeg, camerasThatSee, type Watcher } from '../../../gateway/domain/sight.ts'

const home: LonLat = [106.7, 29.2]
const fixed = (change: Partial<Watcher> = {}): Watcher => ({
  id: 'fixed',
  position: home,
  headingDeg: 0,
  fieldOfViewDeg: 60,
  ptz: null,
  ...change,
})
const ptz = {
  continuous: true,
  absolute: true,
  panRangeDeg: [-180, 180] as [number, number],
  tiltRangeDeg: [-20, 90] as [number, number],
  presets: [],
}

/** A place so far away along a bearing; flat, which is near enough for some kilometres. */
function away(bearing: number, metres: number): LonLat {
  const rad = (bearing * Math.PI) / 180
  const lat = home[1] + (metres * Math.cos(rad)) / 111_195
  const lon = home[0] + (metres * Math.sin(rad)) / (111_195 * Math.cos((home[1] * Math.PI) / 180))
  return [lon, lat]
}

test('the bearing is that of the compass', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 359 }),
      fc.integer({ min: 100, max: 5000 }),
      (deg, far) => {
        const off = Math.abs(bearingDeg(home, away(deg, far)) - deg)
        expect(Math.min(off, 360 - off)).toBeLessThan(0.1)
      },
    ),
  )
})

describe('a camera that does not turn', () => {
  test.each([
    [0, true],
    [29, true],
    [331, true],
    [31, false],
    [180, false],
  ])('sees at bearing %i: %s', (bearing, sees) => {
    expect(camerasThatSee(away(bearing, 1000), [fixed()], 3)).toHaveLength(sees ? 1 : 0)
  })

  test('needs a heading, unless the place lies at its foot', () => {
    const blind = fixed({ headingDeg: null })
    expect(camerasThatSee(away(0, 1000), [blind], 3)).toEqual([])
    expect(camerasThatSee(away(90, 10), [blind], 3)).toHaveLength(1)
  })

  test('does not see farther than smoke can be seen', () => {
    expect(camerasThatSee(away(0, 8_100), [fixed()], 3)).toEqual([])
  })
})

test('one that turns is told how', () => {
  const [sighting] = camerasThatSee(away(150, 2000), [fixed({ ptz, headingDeg: 90 })], 3)
  expect(sighting?.aim).toMatchObject({ kind: 'position' })
  expect(sighting?.distanceM).toBeCloseTo(2000, -1)
  if (sighting?.aim?.kind === 'position') {
    expect(sighting.aim.position.panDeg).toBeCloseTo(60, 0)
  }
})

test('the nearest come first, and not more than asked for', () => {
  const cameras = [3000, 1000, 2000].map((far) =>
    fixed({ id: `at-${far}`, position: away(180, far), fieldOfViewDeg: 90 }),
  )
  expect(camerasThatSee(home, cameras, 2).map(({ camera }) => camera)).toEqual([
    'at-1000',
    'at-2000',
  ])
})
