import { describe, expect, test } from 'vitest'
import type { PatrolPoint, PatrolRoute } from '../../../gateway/domain/patrol.ts'
import {
  type PointSurroundings,
  pointProblems,
  routeProblems,
  villageOfGrid,
} from '../../../gateway/domain/patrol-checks.ts'
import { defaultPatrolRules } from '../../../gateway/domain/patrol-rules.ts'

const village = '990101101201'
const other = '990101101202'

function point(id: string, change: Partial<PatrolPoint> = {}): PatrolPoint {
  return {
    id,
    name: `点 ${id}`,
    grid: `${village}001`,
    lon: 106.7,
    lat: 29.19,
    radiusM: 60,
    tag: 'qr',
    tagUid: null,
    hint: null,
    checklist: [],
    reader: null,
    ...change,
  }
}

function route(change: Partial<PatrolRoute> = {}): PatrolRoute {
  return {
    id: 'r1',
    name: '青石村联巡线',
    village,
    team: '红袖标1队',
    points: ['a', 'b'],
    order: 'any',
    minWalkS: 120,
    checklist: [],
    shifts: [],
    ...change,
  }
}

const reader = { kind: 'tagReader', village } as const
const hazards = new Set(['forestFire', 'traffic'])

function around(change: Partial<PointSurroundings> = {}): PointSurroundings {
  const points = [point('a', { tagUid: '0411223344' }), point('b', { reader: 'rd1' })]
  const devices: Record<string, ReturnType<PointSurroundings['device']>> = {
    rd1: reader,
    rd2: reader,
    rd3: { kind: 'tagReader', village: other },
    cam: { kind: 'camera', village },
  }
  return { hazards, points, routes: [route()], device: (id) => devices[id], ...change }
}

describe('a point', () => {
  test.each([
    ['nothing', point('c'), []],
    ['its own tag and reader', point('b', { reader: 'rd1', tagUid: '04AA' }), []],
    [
      'the tag of another',
      point('c', { tagUid: '0411223344' }),
      ['tagUid: 0411223344 is the tag of the point 点 a (a) already.'],
    ],
    [
      'hazards that nobody knows, and one twice',
      point('c', { checklist: ['flood', 'traffic', 'traffic'] }),
      ['checklist: there is no hazard flood.', 'checklist: one of the hazards is there twice.'],
    ],
    [
      'a reader that is none',
      point('c', { reader: 'cam' }),
      ['reader: there is no tag reader cam.'],
    ],
    ['an unknown reader', point('c', { reader: 'x' }), ['reader: there is no tag reader x.']],
    [
      'a reader of another village',
      point('c', { reader: 'rd3' }),
      [`reader: rd3 stands in another village (${other}).`],
    ],
    [
      'the reader of another point',
      point('c', { reader: 'rd1' }),
      ['reader: rd1 stands at the point 点 b (b) already.'],
    ],
    [
      'no reader where it is all',
      point('c', { tag: 'reader' }),
      ['reader: say which device reads the badges at this point.'],
    ],
    [
      'a place in another village than its route',
      point('a', { grid: `${other}001` }),
      [
        'lon, lat: the point would lie in another village than the route 青石村联巡线, which passes it.',
      ],
    ],
  ])('with %s', (_, one, problems) => {
    expect(pointProblems(one, around())).toEqual(problems)
  })
})

describe('a route', () => {
  const points = new Map([
    ['a', point('a')],
    ['b', point('b')],
    ['far', point('far', { grid: `${other}003` })],
  ])
  const town = { hazards, villages: new Set([village, other]), points }
  const days = ['mon', 'tue'] as const
  const shift = { days: [...days], start: '08:30', end: '11:30' }

  test.each([
    ['nothing', route(), []],
    [
      'no such village',
      route({ village: '990101101299' }),
      ['village: there is no village 990101101299.'],
    ],
    [
      'unknown and strange points, and one twice',
      route({ points: ['a', 'x', 'far', 'a'] }),
      [
        'points: there is no point x.',
        `points: 点 far (far) lies in another village (${other}).`,
        'points: a is there twice.',
      ],
    ],
    ['an unknown hazard', route({ checklist: ['fire'] }), ['checklist: there is no hazard fire.']],
    [
      'two shifts that begin together on one day',
      route({ shifts: [shift, { ...shift, days: ['tue', 'wed'], end: '12:00' }] }),
      ['shifts: two of them begin on tue 08:30.'],
    ],
    [
      'a day twice in a shift',
      route({ shifts: [{ ...shift, days: ['mon', 'mon'] }] }),
      ['shifts: the shift at 08:30 names a day twice.'],
    ],
    ['a shift each of two days', route({ shifts: [shift, { ...shift, days: ['wed'] }] }), []],
  ])('with %s', (_, one, problems) => {
    expect(routeProblems(one, town)).toEqual(problems)
  })

  test('its village is in the code of its points', () => {
    expect(villageOfGrid(`${village}001`)).toBe(village)
  })
})

describe('the rules of late and missed rounds', () => {
  const [late, missed] = defaultPatrolRules([])

  test('are two, of the hazard of missed rounds', () => {
    expect(late).toMatchObject({ id: 'patrol-late', severity: 'blue', hazard: 'patrolMissed' })
    expect(missed).toMatchObject({
      id: 'patrol-missed',
      severity: 'yellow',
      kinds: ['patrolRoute'],
    })
  })

  test('are left out where the town has its own, or something else of that id', () => {
    if (!late || !missed) throw new Error('there are two')
    expect(defaultPatrolRules([{ ...missed, id: 'own' }])).toEqual([late])
    expect(defaultPatrolRules([{ ...late, kinds: ['camera'] }])).toEqual([missed])
    expect(defaultPatrolRules([late, missed])).toEqual([])
    const otherKind = { ...missed, id: 'cams', kinds: ['camera' as const] }
    expect(defaultPatrolRules([otherKind])).toEqual([late, missed])
  })
})
