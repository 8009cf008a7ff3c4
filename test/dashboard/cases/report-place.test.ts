import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportOf } from '../../../dashboard/src/cases/report-dialog.tsx'
import {
  gridNamed,
  isReportable,
  middleOf,
  placeAt,
} from '../../../dashboard/src/cases/report-place.ts'
import { contains } from '../../../gateway/domain/place.ts'
import { places } from '../town-views.ts'

const grid = places.find((place) => place.level === 'grid')
if (!grid) throw new Error('the sample has a grid')

describe('where a point lies', () => {
  test('in the narrowest place that holds it', () => {
    expect(placeAt(places, [106.73, 29.23])?.code).toBe('990101101205002')
    expect(placeAt(places, [106.705, 29.205])?.code).toBe('990101101205')
    expect(placeAt(places, [100, 29])).toBeNull()
  })
  test('only what is one’s own is taken', () => {
    expect(isReportable(grid, '990101101')).toBe(true)
    expect(isReportable(grid, '990101101202')).toBe(false)
    expect(isReportable(null, '990101101')).toBe(false)
  })
})

describe('the middle of a place lies inside', () => {
  const shaped = (coordinates: [number, number][]) => ({
    ...grid,
    boundary: { type: 'Polygon' as const, coordinates: [coordinates] },
  })
  test('of a square', () => {
    const [lon, lat] = middleOf(grid)
    expect(lon).toBeCloseTo(106.735)
    expect(lat).toBeCloseTo(29.235)
  })
  test('of a crescent, whose middle lies outside', () => {
    const crescent = shaped([
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [0, 9],
      [9, 9],
      [9, 1],
      [0, 1],
      [0, 0],
    ])
    expect(contains(crescent.boundary, [5, 5])).toBe(false)
    expect(contains(crescent.boundary, middleOf(crescent))).toBe(true)
  })
  test('of any triangle', () => {
    const corner = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 80 }))
    fc.assert(
      fc.property(corner, corner, corner, (a, b, c) => {
        const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        fc.pre(Math.abs(area) > 20)
        const triangle = shaped([a, b, c, a])
        expect(contains(triangle.boundary, middleOf(triangle))).toBe(true)
      }),
    )
  })
})

describe('a grid that was chosen by its name', () => {
  test('is known by its middle, and by nothing else', () => {
    for (const place of places.filter(({ level }) => level === 'grid')) {
      const [lon, lat] = middleOf(place)
      expect(gridNamed(places, [lon, lat])).toBe(place.code)
      expect(gridNamed(places, [lon + 1e-6, lat])).toBeUndefined()
    }
    const village = places.find(({ level }) => level === 'village')
    expect(village && gridNamed([village], middleOf(village))).toBeUndefined()
    expect(gridNamed(places, [100, 29])).toBeUndefined()
  })
})

describe('what is sent', () => {
  const told = {
    hazard: 'geological',
    text: ' 后山开裂 ',
    severity: 'orange',
    source: 'resident',
    point: [106.7, 29.2],
  } as const
  test('words are trimmed; pictures only when there are any', () => {
    const sent = reportOf({ ...told, point: [106.7, 29.2] }, [])
    expect(sent).toEqual({
      hazard: 'geological',
      text: '后山开裂',
      severity: 'orange',
      source: 'resident',
      lon: 106.7,
      lat: 29.2,
    })
    expect(reportOf({ ...told, point: [106.7, 29.2] }, ['a'.repeat(64)])?.pictures).toHaveLength(1)
  })
  test.each([{ hazard: undefined }, { text: '  ' }, { point: undefined }])('%o: nothing', (part) =>
    expect(reportOf({ ...told, point: [106.7, 29.2], ...part } as never, [])).toBeNull(),
  )
})
