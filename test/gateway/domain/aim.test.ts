import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aimAlong, turnDeg } from '../../../gateway/domain/aim.ts'
import type { PtzAbility } from '../../../gateway/domain/camera.ts'

const bearing = fc.integer({ min: 0, max: 359 })

function ptz(change: Partial<PtzAbility> = {}): PtzAbility {
  const calibrated = { panRangeDeg: [-180, 180], tiltRangeDeg: [-30, 90] } as const
  return {
    continuous: true,
    absolute: true,
    panRangeDeg: [...calibrated.panRangeDeg],
    tiltRangeDeg: [...calibrated.tiltRangeDeg],
    presets: [],
    ...change,
  }
}

const preset = (token: string, panDeg: number | null) => ({
  token,
  name: token,
  panDeg,
  tiltDeg: 0,
})

test('the turn from one direction to another is the short way', () => {
  fc.assert(
    fc.property(bearing, bearing, (from, to) => {
      const turn = turnDeg(from, to)
      expect(Math.abs(turn)).toBeLessThanOrEqual(180)
      expect((((from + turn - to) % 360) + 360) % 360).toBe(0)
    }),
  )
  expect(turnDeg(350, 10)).toBe(20)
  expect(turnDeg(10, 350)).toBe(-20)
})

describe('a calibrated camera', () => {
  test('looks along any bearing when it turns all round', () => {
    fc.assert(
      fc.property(bearing, bearing, (headingDeg, bearingDeg) => {
        const aim = aimAlong(ptz(), { headingDeg, bearingDeg })
        if (aim?.kind !== 'position') throw new Error('no position')
        expect((((headingDeg + aim.position.panDeg - bearingDeg) % 360) + 360) % 360).toBe(0)
      }),
    )
  })

  test('that counts 0 to 360 is told the same direction by its own number', () => {
    const aim = aimAlong(ptz({ panRangeDeg: [0, 360] }), { headingDeg: 100, bearingDeg: 90 })
    expect(aim).toEqual({ kind: 'position', position: { panDeg: 350, tiltDeg: 0, zoom: 0 } })
  })

  test('keeps its tilt within what it can', () => {
    const view = { headingDeg: 0, bearingDeg: 0, tiltDeg: -80 }
    expect(aimAlong(ptz(), view)).toMatchObject({ position: { tiltDeg: -30 } })
  })

  test('that does not reach so far takes a preset that is near', () => {
    const short = ptz({ panRangeDeg: [-45, 45], presets: [preset('a', -90), preset('b', 80)] })
    const aim = aimAlong(short, { headingDeg: 0, bearingDeg: 100 })
    expect(aim).toEqual({ kind: 'preset', token: 'b', offDeg: 20 })
  })
})

describe('a camera with presets alone', () => {
  const only = (...presets: PtzAbility['presets']) => ptz({ absolute: false, presets })

  test('takes the nearest, across north too', () => {
    const aim = aimAlong(only(preset('a', 20), preset('b', -15)), {
      headingDeg: 0,
      bearingDeg: 350,
    })
    expect(aim).toEqual({ kind: 'preset', token: 'b', offDeg: 5 })
  })

  test('does not look elsewhere when none is near', () => {
    expect(aimAlong(only(preset('a', 90)), { headingDeg: 0, bearingDeg: 0 })).toBeUndefined()
  })

  test('takes none whose direction nobody knows', () => {
    expect(aimAlong(only(preset('a', null)), { headingDeg: 0, bearingDeg: 0 })).toBeUndefined()
  })
})
