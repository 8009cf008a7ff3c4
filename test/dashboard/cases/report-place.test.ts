import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportOf } from '../../../dashboard/src/cases/report-dialog.tsx'
import {
  alike,
  isReportable,
  middleOf,
  placeAt,
} from '../../../dashboard/src/cases/report-place.ts'
import { contains } from '../../../gateway/domain/place.ts'
import { aCase } from '../case-views.ts'
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

describe('what may be the same thing', () => {
  const now = 100_000_000
  const near = aCase({ id: 'near', lastAlarm: null, openedAt: now - 60_000 })
  const point: [number, number] = [near.lon, near.lat]
  const report = { hazard: 'forestFire', point, place: null }
  const ids = (cases: Parameters<typeof alike>[0], told: Parameters<typeof alike>[1] = report) =>
    alike(cases, told, now).map(({ one }) => one.id)

  test('open, of the same hazard, near and recent', () => {
    expect(ids([near])).toEqual(['near'])
    expect(ids([aCase({ ...near, state: 'closed' })])).toEqual([])
    expect(ids([aCase({ ...near, hazard: 'flood' })])).toEqual([])
    expect(ids([aCase({ ...near, lat: near.lat + 0.05 })])).toEqual([])
    expect(ids([aCase({ ...near, openedAt: now - 90_000_000 })])).toEqual([])
  })
  test('who knows only the grid sees all of it', () => {
    const far = aCase({ ...near, lat: near.lat + 0.05 })
    expect(ids([far], { ...report, place: grid })).toEqual(['near'])
  })
  test('the nearest first, three at most', () => {
    const row = [3, 1, 2, 4].map((n) => aCase({ ...near, id: `${n}`, lat: near.lat + n * 0.001 }))
    expect(ids(row)).toEqual(['1', '2', '3'])
  })
  test('nothing before hazard and place are known', () => {
    expect(ids([near], { ...report, hazard: undefined })).toEqual([])
    expect(ids([near], { ...report, point: null })).toEqual([])
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
