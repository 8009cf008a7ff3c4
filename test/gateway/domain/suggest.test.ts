import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type PatrolPlace,
  type SuggestContext,
  type SuggestedPerson,
  type Suggestion,
  suggest,
} from '../../../gateway/domain/suggest.ts'

const village = '990101101201'
const other = '990101101202'
const grid = `${village}001`

const person = (id: string, over: Partial<SuggestedPerson> = {}): SuggestedPerson => ({
  id,
  name: `n-${id}`,
  scope: grid,
  isGridWorker: true,
  team: null,
  unit: null,
  isOnDuty: false,
  ...over,
})

/** A point of a grid, so many metres north of the case. */
const point = (id: string, metres: number, of = grid): PatrolPlace => ({
  id,
  grid: of,
  position: [106.7, 29.2 + metres / 111_195],
})

const context = (over: Partial<SuggestContext> = {}): SuggestContext => ({
  spot: { village, grid },
  position: [106.7, 29.2],
  hazard: { unit: '应急办', assist: ['农服中心'] },
  people: [],
  routes: [],
  points: [],
  openCases: () => 0,
  ...over,
})

const kinds = (all: readonly Suggestion[]) => all.map(({ to }) => `${to.kind} ${to.id}`)
const of = (kind: Suggestion['to']['kind'], over: Partial<SuggestContext>) =>
  suggest(context(over)).filter(({ to }) => to.kind === kind)

describe('workers', () => {
  it.each<[string, Partial<SuggestedPerson>, boolean]>([
    ['of the grid', {}, true],
    ['of the whole village', { scope: village }, true],
    ['of another grid, who could not open the case', { scope: `${village}002` }, false],
    ['of another village', { scope: other }, false],
    ['of the whole town, who is nobody’s neighbour', { scope: '990101101' }, false],
    ['who is no grid worker', { isGridWorker: false }, false],
  ])('%s', (_name, over, isOffered) => {
    expect(kinds(of('user', { people: [person('w', over)] }))).toEqual(isOffered ? ['user w'] : [])
  })

  it('of a grid are not offered where the village has none', () => {
    const people = [person('grid'), person('village', { scope: village })]
    const spot = { village, grid: null }
    expect(kinds(of('user', { people, spot }))).toEqual(['user village'])
  })

  it('are as far as the nearest point of their own grid; unknown where it has none', () => {
    const points = [point('far', 900), point('near', 300), point('else', 1, `${village}002`)]
    const [near] = of('user', { people: [person('w')], points })
    expect(near?.distanceM).toBeCloseTo(300, 0)
    expect(of('user', { people: [person('w')] })[0]?.distanceM).toBeNull()
  })
})

describe('teams', () => {
  const routes = [
    { team: '一队', village, points: ['p1', 'p2'] },
    { team: '二队', village, points: ['p3'] },
    { team: '别村队', village: other, points: ['p1'] },
  ]
  const points = [point('p1', 800), point('p2', 200), point('p3', 500)]

  it('are those of the village’s routes and of its people, each once', () => {
    const people = [person('a', { team: '一队' }), person('b', { team: '三队' })]
    expect(kinds(of('team', { routes, points, people }))).toEqual([
      'team 一队',
      'team 二队',
      'team 三队',
    ])
  })

  it('are as far as the nearest point they walk by', () => {
    const [one, two] = of('team', { routes, points })
    expect(one?.distanceM).toBeCloseTo(200, 0)
    expect(two?.distanceM).toBeCloseTo(500, 0)
  })

  it('are on duty while one of them is', () => {
    const people = [person('a', { team: '二队', isOnDuty: true, isGridWorker: false })]
    const all = of('team', { routes, points, people })
    expect(all.map(({ to, onDuty }) => [to.id, onDuty])).toEqual([
      ['二队', true],
      ['一队', false],
    ])
  })

  it('are not on duty for somebody of another village', () => {
    const people = [person('a', { team: '一队', isOnDuty: true, scope: other })]
    expect(of('team', { routes, people }).map(({ onDuty }) => onDuty)).toEqual([false, false])
  })
})

describe('units', () => {
  it('are the responsible one, then those that help, each once', () => {
    const hazard = { unit: '平安办', assist: ['司法所', '平安办', '各村'] }
    expect(kinds(of('unit', { hazard }))).toEqual(['unit 平安办', 'unit 司法所', 'unit 各村'])
  })

  it('that help come first while they are on duty and the responsible one is not', () => {
    const people = [
      person('x', { unit: '农服中心', isOnDuty: true, isGridWorker: false, scope: other }),
    ]
    expect(kinds(of('unit', { people }))).toEqual(['unit 农服中心', 'unit 应急办'])
  })

  it('a hazard that nobody is responsible for offers none', () => {
    expect(of('unit', { hazard: { unit: '', assist: [] } })).toEqual([])
  })
})

describe('the order', () => {
  it('is on duty, then nearest, then with the fewest open cases; the unknown distance last', () => {
    const people = [
      person('busy', { scope: grid }),
      person('free', { scope: grid }),
      person('duty', { scope: village, isOnDuty: true }),
    ]
    const openCases = ({ id }: { id: string }) => (id === 'busy' ? 3 : 0)
    const all = suggest(context({ people, openCases, points: [point('p', 400)] }))
    expect(kinds(all)).toEqual([
      'user duty',
      'user free',
      'user busy',
      'unit 应急办',
      'unit 农服中心',
    ])
    expect(all[2]).toMatchObject({ name: 'n-busy', openCases: 3, onDuty: false })
  })

  it('holds for whatever town there is, with nobody offered twice', () => {
    const anyPerson = fc.record({
      id: fc.stringMatching(/^[a-f]{1,2}$/),
      name: fc.constant('n'),
      scope: fc.constantFrom(grid, village, `${village}002`, other, '990101101'),
      isGridWorker: fc.boolean(),
      team: fc.constantFrom(null, '一队', '二队'),
      unit: fc.constantFrom(null, '应急办', '司法所'),
      isOnDuty: fc.boolean(),
    })
    const anyPoint = fc
      .tuple(fc.constantFrom('p1', 'p2', 'p3'), fc.integer({ min: 0, max: 5000 }))
      .map(([id, metres]) => point(id, metres))
    fc.assert(
      fc.property(
        fc.uniqueArray(anyPerson, { selector: ({ id }) => id, maxLength: 12 }),
        fc.array(anyPoint, { maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
        (people, points, loads) => {
          const routes = [{ team: '一队', village, points: ['p1', 'p2'] }]
          const openCases = ({ id }: { id: string }) => loads[id.length % loads.length] ?? 0
          const all = suggest(context({ people, points, routes, openCases }))
          expect(new Set(kinds(all)).size).toBe(all.length)
          const keys = all.map(
            ({ onDuty, distanceM, openCases: load }) =>
              [onDuty ? 0 : 1, distanceM ?? Infinity, load] as const,
          )
          for (const [index, key] of keys.entries()) {
            const before = keys[index - 1] ?? key
            const firstOther = key.findIndex((part, at) => part !== before[at])
            if (firstOther >= 0) {
              expect(key[firstOther]).toBeGreaterThan(before[firstOther] as number)
            }
          }
          for (const { to, onDuty } of all) {
            if (to.kind !== 'user') continue
            const who = people.find(({ id }) => id === to.id)
            expect(who?.isGridWorker && grid.startsWith(who.scope)).toBe(true)
            expect(onDuty).toBe(who?.isOnDuty)
          }
        },
      ),
    )
  })
})
