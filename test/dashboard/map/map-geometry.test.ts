import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pointAt, roundDistanceM, wedge } from '../../../dashboard/src/map/map-geometry.ts'
import { distanceM, type LonLat } from '../../../gateway/domain/place.ts'

const tower: LonLat = [106.77, 29.22]

describe('rays', () => {
  test.each([
    [0, 'north'],
    [90, 'east'],
    [180, 'south'],
    [270, 'west'],
  ])('%d° goes %s', (bearing, direction) => {
    const [lon, lat] = pointAt(tower, bearing, 1_000)
    expect(lat > tower[1] + 0.001).toBe(direction === 'north')
    expect(lat < tower[1] - 0.001).toBe(direction === 'south')
    expect(lon > tower[0] + 0.001).toBe(direction === 'east')
    expect(lon < tower[0] - 0.001).toBe(direction === 'west')
  })
  test('are to scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 359 }),
        fc.integer({ min: 50, max: 6_000 }),
        (bearing, distance) => {
          expect(
            Math.abs(distanceM(tower, pointAt(tower, bearing, distance)) - distance),
          ).toBeLessThan(distance * 0.003 + 0.5)
        },
      ),
    )
  })
  test('a wedge is a closed ring from the tower', () => {
    const ring = wedge(tower, 56, 3, 4_000)
    expect(ring[0]).toEqual(tower)
    expect(ring.at(-1)).toEqual(tower)
  })
})

test.each([
  [96, 50],
  [1_930, 1_000],
  [210, 200],
  [7, 5],
])('the scale bar for at most %d m says %d m', (most, said) =>
  expect(roundDistanceM(most)).toBe(said),
)
