import { describe, expect, test } from 'vitest'
import { stillOf } from '../../../dashboard/src/console/case-still.ts'
import { liveCameraOf } from '../../../dashboard/src/console/live-camera.ts'
import { aCamera, turning } from '../camera-views.ts'
import { anAlarm } from '../case-views.ts'
import { anEntry } from '../town-views.ts'

const place = { lon: 106.72, lat: 29.22 }
/** West of the place by a kilometre, looking at it. */
const near = aCamera({ id: 'near', lon: 106.71, lat: 29.22, headingDeg: 90 })
const far = aCamera({ id: 'far', lon: 106.69, lat: 29.22, headingDeg: 90 })
const alarm = anAlarm({ device: 'v5-smoke2', cause: {} })

describe('the camera beside an alarm', () => {
  test('its own comes first, however far', () => {
    const own = { ...alarm, device: 'far', cause: { bearingDeg: 88 } }
    expect(liveCameraOf(place, own, [near, far])).toEqual({
      camera: far,
      isOwn: true,
      bearingDeg: 88,
    })
  })
  test('else the nearest that looks there', () => {
    const found = liveCameraOf(place, alarm, [far, near])
    expect(found?.camera.id).toBe('near')
    expect(found?.isOwn).toBe(false)
    expect(found?.bearingDeg).toBeCloseTo(90, 0)
  })
  test('one that looks elsewhere does not see it, unless it turns', () => {
    const away = { ...near, headingDeg: 270 }
    expect(liveCameraOf(place, alarm, [away])).toBeNull()
    expect(liveCameraOf(place, alarm, [{ ...away, abilities: turning() }])?.camera.id).toBe('near')
    const byHand = { ...away, abilities: turning([], false) }
    expect(liveCameraOf(place, alarm, [byHand])).toBeNull()
    const preset = { token: 'p', name: '', panDeg: 180, tiltDeg: null }
    const turned = { ...away, abilities: turning([preset], false) }
    expect(liveCameraOf(place, alarm, [turned])?.camera.id).toBe('near')
  })
  test('one that does not answer shows nothing', () => {
    expect(liveCameraOf(place, alarm, [{ ...near, path: 'down' }, far])?.camera.id).toBe('far')
    expect(liveCameraOf(place, alarm, [{ ...near, path: 'noLogin' }])).toBeNull()
  })
  test('what was reported without a device has one too', () =>
    expect(liveCameraOf(place, null, [near])?.camera.id).toBe('near'))
  test('no cameras, none', () => expect(liveCameraOf(place, alarm, [])).toBeNull())
})

describe('the still at alarm time', () => {
  const still = (at: number, camera: string, part = {}) =>
    anEntry({
      act: 'cameraPicture',
      at,
      facts: { camera, bearingDeg: 56 },
      pictures: [`${at}`],
      ...part,
    })
  const from = (...timeline: ReturnType<typeof anEntry>[]) =>
    stillOf({ timeline }, { raisedAt: 1_000, deviceName: 'A' })
  test('is the nearest in time', () =>
    expect(from(still(5_000, 'B'), still(1_200, 'C'))).toEqual({
      camera: 'C',
      sha256: '1200',
      at: 1_200,
      bearingDeg: 56,
    }))
  test('of the alarm’s own camera before others', () =>
    expect(from(still(9_000, 'A'), still(1_200, 'C'))?.camera).toBe('A'))
  test('without pictures there is none', () => {
    expect(from(anEntry({ pictures: ['x'] }), still(1, 'A', { pictures: [] }))).toBeNull()
    expect(stillOf(undefined, null)).toBeNull()
  })
})
