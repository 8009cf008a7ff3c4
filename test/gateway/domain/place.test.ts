import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Boundary,
  contains,
  distanceM,
  gridAt,
  isInScope,
  type LonLat,
  type Place,
  spotAt,
} from '../../../gateway/domain/place.ts'
import { sampleTown } from '../pipeline/sample-town.ts'

const box = (west: number, south: number, east: number, north: number): LonLat[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]
const polygon = (...rings: LonLat[][]): Boundary => ({ type: 'Polygon', coordinates: rings })

describe('a point in a polygon', () => {
  /** A U: the reservoir between its arms belongs to nobody. */
  const horseshoe: LonLat[] = [
    [0, 0],
    [6, 0],
    [6, 6],
    [4, 6],
    [4, 2],
    [2, 2],
    [2, 6],
    [0, 6],
    [0, 0],
  ]
  const lake = polygon(box(0, 0, 10, 10), box(4, 4, 6, 6))
  const twoLakes = polygon(box(0, 0, 10, 10), box(1, 1, 3, 3), box(7, 7, 9, 9))
  /** Two hamlets of one village; the second has a hole, and in the hole lies a third part. */
  const scattered: Boundary = {
    type: 'MultiPolygon',
    coordinates: [[box(0, 0, 2, 2)], [box(5, 0, 15, 10), box(8, 3, 12, 7)], [box(9, 4, 11, 6)]],
  }
  const rows: [string, Boundary, LonLat, boolean][] = [
    ['inside a box', polygon(box(0, 0, 1, 1)), [0.5, 0.5], true],
    ['east of it', polygon(box(0, 0, 1, 1)), [1.5, 0.5], false],
    ['west of it', polygon(box(0, 0, 1, 1)), [-0.5, 0.5], false],
    ['north of it', polygon(box(0, 0, 1, 1)), [0.5, 1.5], false],
    ['south of it', polygon(box(0, 0, 1, 1)), [0.5, -0.5], false],
    ['level with its upper corners', polygon(box(0, 0, 1, 1)), [-1, 1], false],
    ['level with its lower corners', polygon(box(0, 0, 1, 1)), [-1, 0], false],
    ['in the left arm of a horseshoe', polygon(horseshoe), [1, 5], true],
    ['in the right arm', polygon(horseshoe), [5, 5], true],
    ['between the arms', polygon(horseshoe), [3, 5], false],
    ['below the arms', polygon(horseshoe), [3, 1], true],
    ['in a hole', lake, [5, 5], false],
    ['beside a hole', lake, [3, 5], true],
    ['in the second hole', twoLakes, [8, 8], false],
    ['between two holes', twoLakes, [5, 5], true],
    ['in the first part', scattered, [1, 1], true],
    ['in the second part', scattered, [6, 5], true],
    ['between the parts', scattered, [3, 1], false],
    ['in the hole of a part', scattered, [8.5, 5], false],
    ['on the island in the hole', scattered, [10, 5], true],
    ['in the south-west of the world', polygon(box(-71, -34, -70, -33)), [-70.5, -33.5], true],
    ['in nothing', polygon(), [0, 0], false],
    ['in a part without rings', { type: 'MultiPolygon', coordinates: [[]] }, [0, 0], false],
  ]
  it.each(rows)('%s', (_, boundary, point, expected) => {
    expect(contains(boundary, point)).toBe(expected)
  })

  const coordinate = fc.double({ min: -20, max: 20, noNaN: true })
  /** A star around the origin: any radii, in order of the angle. */
  const star = fc
    .array(fc.double({ min: 0.5, max: 10, noNaN: true }), { minLength: 3, maxLength: 20 })
    .map((radii): LonLat[] => {
      const corners = radii.map((radius, i): LonLat => {
        const angle = (2 * Math.PI * i) / radii.length
        return [radius * Math.cos(angle), radius * Math.sin(angle)]
      })
      return [...corners, corners[0] as LonLat]
    })

  it('does not depend on where a ring begins, nor which way it goes', () => {
    fc.assert(
      fc.property(star, fc.tuple(coordinate, coordinate), fc.nat(20), (ring, point, turn) => {
        const expected = contains(polygon(ring), point)
        expect(contains(polygon(ring.toReversed()), point)).toBe(expected)
        const open = ring.slice(0, -1)
        const begin = turn % open.length
        const turned = [...open.slice(begin), ...open.slice(0, begin)]
        expect(contains(polygon([...turned, turned[0] as LonLat]), point)).toBe(expected)
      }),
    )
  })

  it('a star holds what lies on the way to its corners, and nothing beyond them', () => {
    fc.assert(
      fc.property(star, fc.nat(19), (ring, pick) => {
        const [x, y] = ring[pick % (ring.length - 1)] as LonLat
        expect(contains(polygon(ring), [x * 0.999, y * 0.999])).toBe(true)
        expect(contains(polygon(ring), [x * 25, y * 25])).toBe(false)
      }),
    )
  })

  it('a hole takes away exactly what it holds', () => {
    fc.assert(
      fc.property(star, fc.tuple(coordinate, coordinate), (hole, point) => {
        const around = polygon(box(-30, -30, 30, 30), hole)
        expect(contains(around, point)).toBe(!contains(polygon(hole), point))
      }),
    )
  })
})

const ringOf = (place: Place) => place.boundary.coordinates[0] as LonLat[]

const extent = (place: Place) => {
  const lons = ringOf(place).map(([lon]) => lon)
  const lats = ringOf(place).map(([, lat]) => lat)
  return [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)] as const
}

const within = (place: Place) => {
  const [west, east, south, north] = extent(place)
  return fc.tuple(
    fc.double({ min: west, max: east, noNaN: true }),
    fc.double({ min: south, max: north, noNaN: true }),
  )
}

describe('the grids of the sample town', () => {
  const { places } = sampleTown()
  const grids = places.filter((place) => place.level === 'grid')
  const villages = places.filter((place) => place.level === 'village')

  it.each(villages.map((village) => [village.name, village] as const))(
    '%s: every point lies in one grid at most, and in one of its own',
    (_, village) => {
      const own = grids.filter((grid) => grid.parent === village.code)
      expect(own).toHaveLength(6)
      let inVillage = 0
      let inGrid = 0
      fc.assert(
        fc.property(within(village), (point) => {
          const holding = grids.filter((grid) => contains(grid.boundary, point))
          expect(holding.length).toBeLessThanOrEqual(1)
          const found = gridAt(grids, village.code, point)
          expect(found).toBe(holding.find((grid) => grid.parent === village.code))
          if (contains(village.boundary, point)) inVillage += 1
          if (found !== undefined) inGrid += 1
        }),
        { numRuns: 300 },
      )
      // The grids share out their village; borders drawn by hand leave slivers only.
      expect(inVillage).toBeGreaterThan(50)
      expect(Math.abs(inVillage - inGrid)).toBeLessThan(inVillage / 20)
    },
  )

  it('another village’s grid is not given, even where the point lies in it', () => {
    const [grid] = grids as [Place]
    const [west, east, south, north] = extent(grid)
    const middle: LonLat = [(west + east) / 2, (south + north) / 2]
    expect(gridAt(grids, grid.parent as string, middle)).toBe(grid)
    const other = villages.find((village) => village.code !== grid.parent) as Place
    expect(gridAt(grids, other.code, middle)).toBeUndefined()
    expect(gridAt([], grid.parent as string, middle)).toBeUndefined()
  })
})

describe('distance', () => {
  // Great circles on the mean sphere, to 0.1 %: from the cities' own coordinates.
  const rows: [string, LonLat, LonLat, number][] = [
    ['nowhere', [106.7, 29.18], [106.7, 29.18], 0],
    ['a degree of latitude', [106.7, 29], [106.7, 30], 111_195],
    ['a degree of longitude on the equator', [0, 0], [1, 0], 111_195],
    ['a degree of longitude at 60° north', [0, 60], [1, 60], 55_597],
    ['a quarter of the world', [0, 0], [0, 90], 10_007_557],
    ['the other side of the world', [0, 0], [180, 0], 20_015_115],
    ['over the pole', [0, 80], [180, 80], 2_223_901],
    ['across the date line', [179.5, 0], [-179.5, 0], 111_195],
    ['Beijing to Shanghai', [116.4074, 39.9042], [121.4737, 31.2304], 1_067_310],
    ['Chongqing to Chengdu', [106.5516, 29.563], [104.0665, 30.5728], 264_430],
    ['a hundred metres in the town', [106.7, 29.18], [106.70103, 29.18], 100],
  ]
  it.each(rows)('%s', (_, from, to, metres) => {
    const tolerance = Math.max(0.5, metres * 0.001)
    expect(Math.abs(distanceM(from, to) - metres)).toBeLessThanOrEqual(tolerance)
  })

  const anywhere = fc.tuple(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: -90, max: 90, noNaN: true }),
  )

  it('is the same both ways, never more than half the world, never a detour', () => {
    fc.assert(
      fc.property(anywhere, anywhere, anywhere, (a, b, c) => {
        const ab = distanceM(a, b)
        expect(ab).toBeGreaterThanOrEqual(0)
        expect(ab).toBeLessThanOrEqual(20_015_116)
        expect(distanceM(b, a)).toBeCloseTo(ab, 3)
        // Near the opposite point the arcsine turns a rounding of 1e-16 into some decimetres.
        expect(ab).toBeLessThanOrEqual(distanceM(a, c) + distanceM(c, b) + 1)
      }),
    )
  })

  it('is a number between opposite points too, where rounding goes past 1', () => {
    fc.assert(
      fc.property(anywhere, ([lon, lat]) => {
        const opposite: LonLat = [lon > 0 ? lon - 180 : lon + 180, -lat]
        expect(distanceM([lon, lat], opposite)).toBeCloseTo(20_015_114, -2)
      }),
    )
  })
})

describe('scope', () => {
  const town = '990101101'
  const village = `${town}201`
  const grid = `${village}001`
  const rows: [string, string, boolean][] = [
    [town, town, true],
    [town, village, true],
    [town, grid, true],
    [village, village, true],
    [village, grid, true],
    [village, town, false],
    [village, `${town}202`, false],
    [village, `${town}202001`, false],
    [grid, grid, true],
    [grid, village, false],
    [grid, `${village}002`, false],
    [town, '990101102', false],
    [town, '990101102201', false],
  ]
  it.each(rows)('%s sees %s: %s', (scope, code, expected) => {
    expect(isInScope(scope, code)).toBe(expected)
  })
})

describe('the spot of a point', () => {
  const place = (code: string, boundary: Boundary): Place => ({
    code,
    name: code,
    level: code.length === 9 ? 'town' : code.length === 12 ? 'village' : 'grid',
    parent: code.length === 9 ? null : code.slice(0, -3),
    boundary,
  })
  const places = [
    place('990101101', polygon(box(0, 0, 30, 10))),
    place('990101101201', polygon(box(0, 0, 10, 10))),
    place('990101101201001', polygon(box(0, 0, 5, 10))),
    // Drawn a little beyond its village.
    place('990101101201002', polygon(box(7, 0, 11, 10))),
    place('990101101202', polygon(box(12, 0, 20, 10))),
  ]

  it.each<[string, LonLat, ReturnType<typeof spotAt>]>([
    ['in a grid', [2, 5], { village: '990101101201', grid: '990101101201001' }],
    ['between the grids of a village', [6, 5], { village: '990101101201', grid: null }],
    ['in a village without grids', [15, 5], { village: '990101101202', grid: null }],
    [
      'in a grid beyond its village',
      [10.5, 5],
      { village: '990101101201', grid: '990101101201002' },
    ],
    ['in the town and in no village', [25, 5], undefined],
    ['outside', [50, 50], undefined],
    ['at no place at all', [Number.NaN, 5], undefined],
  ])('%s', (_name, point, spot) => {
    expect(spotAt(places, point)).toEqual(spot)
  })

  it('of the sample town agrees with its grids', () => {
    const { places: all } = sampleTown()
    const inside = all.filter(({ level }) => level === 'village')
    fc.assert(
      fc.property(
        fc.double({ min: 106.69, max: 106.78, noNaN: true }),
        fc.double({ min: 29.17, max: 29.26, noNaN: true }),
        (lon, lat) => {
          const spot = spotAt(all, [lon, lat])
          const village = inside.find(({ boundary }) => contains(boundary, [lon, lat]))
          if (village) expect(spot?.village).toBe(village.code)
          if (spot?.grid) expect(isInScope(spot.village, spot.grid)).toBe(true)
        },
      ),
    )
  })
})
