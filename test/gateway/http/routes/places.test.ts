import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  hazardSchema,
  type PlaceView,
  pageOf,
  placeSchema,
} from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, townCode, villageA, villageB } from '../house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse({ people: [`grid-one,一格,viewer,${villageA}001`] })
})

afterAll(() => house?.stop())

async function places(username: string): Promise<PlaceView[]> {
  const { body } = await (await house.as(username)).get('/api/v1/places')
  return pageOf(placeSchema.strict()).strict().parse(body).items
}

function levels(list: readonly PlaceView[]): Record<string, number> {
  const groups = Map.groupBy(list, (place) => place.level)
  return Object.fromEntries(Array.from(groups, ([level, group]) => [level, group.length]))
}

describe('places', () => {
  it('of the town are all: what a map needs, with polygons', async () => {
    const list = await places('viewer-town')
    expect(levels(list)).toEqual({ town: 1, village: 8, grid: 48 })
    const codes = new Set(list.map((place) => place.code))
    for (const { parent, level, boundary } of list) {
      expect(level === 'town' ? parent === null : codes.has(parent ?? '')).toBe(true)
      const ring = boundary.coordinates[0]?.[0]
      expect(ring?.length).toBeGreaterThan(0)
    }
  })

  it('of a village are its grids, itself, and the town around it', async () => {
    const list = await places('viewer-a')
    expect(levels(list)).toEqual({ town: 1, village: 1, grid: 6 })
    expect(list.every((place) => !place.code.startsWith(villageB))).toBe(true)
  })

  it('of a grid are itself and what it lies in', async () => {
    const codes = (await places('grid-one')).map((place) => place.code)
    expect(codes).toEqual([townCode, villageA, `${villageA}001`])
  })
})

describe('hazards', () => {
  it('are the town’s list, each with who is responsible and who helps', async () => {
    const { body } = await (await house.as('viewer-a')).get('/api/v1/hazards')
    const { items } = pageOf(hazardSchema.strict()).strict().parse(body)
    expect(items).toHaveLength(10)
    expect(items.find((hazard) => hazard.id === 'strawBurning')).toEqual({
      id: 'strawBurning',
      name: '秸秆焚烧',
      unit: '生态环保服务中心',
      assist: ['农服中心', '各村'],
    })
  })
})
