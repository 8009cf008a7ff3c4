import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { middleOf, nearestSpot, spotOfScope } from '../../../gateway/domain/nearest-spot.ts'
import { type LonLat, type Place, spotAt } from '../../../gateway/domain/place.ts'

/** Two villages side by side, 0.01° each way; the first has one grid in its western half. */

const square = (west: number, east: number): Place['boundary'] => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, 29],
      [east, 29],
      [east, 29.01],
      [west, 29.01],
      [west, 29],
    ],
  ],
})
const place = (code: string, level: Place['level'], boundary: Place['boundary']): Place => ({
  code,
  name: code,
  level,
  parent: level === 'grid' ? code.slice(0, 12) : '990101101',
  boundary,
})
const one = '990101101201'
const two = '990101101202'
const places = [
  place('990101101', 'town', square(106, 106.02)),
  place(one, 'village', square(106, 106.01)),
  place(two, 'village', square(106.01, 106.02)),
  place(`${one}001`, 'grid', square(106, 106.005)),
]
const points = [{ grid: `${one}001`, lon: 106.004, lat: 29.005 }]
const near = (position: LonLat, withinM = 20_000) =>
  nearestSpot({ places, points }, position, withinM)

describe('the nearest place of a position', () => {
  it('inside is where it lies', () => {
    expect(near([106.002, 29.005])).toEqual({ village: one, grid: `${one}001` })
    expect(near([106.008, 29.005])).toEqual({ village: one, grid: null })
    expect(near([106.015, 29.005])).toEqual({ village: two, grid: null })
  })

  it('a little outside is the nearest village', () => {
    expect(near([106.021, 29.005])).toEqual({ village: two, grid: null })
    expect(near([105.99, 29.005])).toEqual({ village: one, grid: null })
    expect(near([106.018, 29.02])).toEqual({ village: two, grid: null })
  })

  it('is the grid of a point that is nearer than any border', () => {
    const outside = [{ grid: `${one}001`, lon: 106.03, lat: 29.005 }]
    expect(nearestSpot({ places, points: outside }, [106.029, 29.005], 20_000)).toEqual({
      village: one,
      grid: `${one}001`,
    })
  })

  it('is none beyond the distance, and none without villages', () => {
    expect(near([106.031, 29.005], 1000)).toBeUndefined()
    expect(near([106.029, 29.005], 1000)).toEqual({ village: two, grid: null })
    expect(nearestSpot({ places: [], points }, [106, 29], 20_000)).toBeUndefined()
  })

  it('agrees with where positions lie, wherever they are asked for', () => {
    const anywhere = fc.tuple(
      fc.double({ min: 105.99, max: 106.03, noNaN: true }),
      fc.double({ min: 28.99, max: 29.02, noNaN: true }),
    )
    fc.assert(
      fc.property(anywhere, (position) => {
        const spot = near(position)
        expect([one, two]).toContain(spot?.village)
        const inside = spotAt(places, position)
        if (inside) expect(spot).toEqual(inside)
      }),
    )
  })
})

describe('a person’s own place', () => {
  it('is the village or grid itself, and a village of the town', () => {
    expect(spotOfScope(places, one)).toEqual({ village: one, grid: null })
    expect(spotOfScope(places, `${one}001`)).toEqual({ village: one, grid: `${one}001` })
    expect(spotOfScope(places, '990101101')).toEqual({ village: one, grid: null })
    expect(spotOfScope(places, `${two}009`)).toEqual({ village: two, grid: null })
    expect(spotOfScope(places, '880000000000')).toBeUndefined()
  })

  it('has a middle', () => {
    const [lon, lat] = middleOf(place(two, 'village', square(106.01, 106.02)))
    expect(lon).toBeCloseTo(106.014, 3)
    expect(lat).toBeCloseTo(29.004, 3)
  })
})
