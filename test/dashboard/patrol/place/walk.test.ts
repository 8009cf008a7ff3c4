import { describe, expect, test } from 'vitest'
import type { DayPoint, DayRound } from '../../../../dashboard/patrol/phone.ts'
import {
  bearing,
  distanceM,
  probablePoint,
  roundFor,
  roundNow,
  walkOf,
} from '../../../../dashboard/patrol/place/walk.ts'
import type { PatrolDay } from '../../../../gateway/http/schemas/patrol.ts'

const noon = 1_800_000_000_000
const hour = 3_600_000

const point = (id: string, lon: number, part: Partial<DayPoint> = {}): DayPoint => ({
  id,
  name: id,
  lon,
  lat: 29.19,
  radiusM: 30,
  tag: 'qr',
  hint: null,
  checklist: [],
  reader: null,
  village: '990101101201',
  grid: '990101101201001',
  placeName: '青石村',
  ...part,
})

const points = [point('a', 106.7), point('b', 106.71), point('c', 106.72)]

const round = (id: string, part: Partial<DayRound> = {}): DayRound => ({
  id,
  route: 'r',
  name: id,
  village: '990101101201',
  team: '一队',
  state: 'due',
  dueFrom: noon - hour,
  dueUntil: noon + hour,
  points: points.map(({ id: one, name }) => ({ id: one, name, visitedAt: null })),
  visited: 0,
  excusedReason: null,
  order: 'any',
  checklist: [],
  isOwn: true,
  ...part,
})

const dayOf = (...rounds: DayRound[]): PatrolDay => ({
  now: noon,
  person: { id: 'u', name: '林', team: '一队', scope: '990101101201' },
  town: { code: '990101101', name: '云岭镇', timeZone: 'Asia/Shanghai' },
  rounds,
  points,
  hazards: [],
  tasks: [],
})

const fixAt = (lon: number) => ({ lon, lat: 29.19, accuracyM: 5, at: noon })

test('distance and direction are those of a map', () => {
  const [a, b] = [
    { lon: 106.7, lat: 29.19 },
    { lon: 106.71, lat: 29.19 },
  ]
  expect(distanceM(a, b)).toBeCloseTo(970.8, 0)
  expect(bearing(a, b)).toBeCloseTo(90, 1)
  expect(bearing(b, a)).toBeCloseTo(270, 1)
  expect(bearing(a, { lon: 106.7, lat: 29.2 })).toBeCloseTo(0, 5)
})

describe('which round', () => {
  test('is walked: what runs and is not done, else what comes next, own ones first', () => {
    const done = round('done', { state: 'done' })
    const open = round('open')
    const later = round('later', { dueFrom: noon + hour, dueUntil: noon + 2 * hour })
    const others = round('others', { isOwn: false, dueFrom: noon - 2 * hour })
    expect(roundNow(dayOf(others, done, later, open), noon)?.id).toBe('open')
    expect(roundNow(dayOf(done, later), noon)?.id).toBe('done')
    expect(roundNow(dayOf(later), noon)?.id).toBe('later')
    expect(roundNow(dayOf(others), noon)?.id).toBe('others')
    expect(roundNow(dayOf(round('storm', { state: 'excused' })), noon)).toBeNull()
  })

  test('a check-in belongs to: an open one with that point, ten minutes around it too', () => {
    const day = dayOf(round('others', { isOwn: false }), round('own'))
    expect(roundFor(day, 'a', noon)?.id).toBe('own')
    expect(roundFor(day, 'a', noon + hour + 9 * 60_000)?.id).toBe('own')
    expect(roundFor(day, 'a', noon + hour + 11 * 60_000)).toBeNull()
    expect(roundFor(day, 'elsewhere', noon)).toBeNull()
  })
})

describe('the walk', () => {
  test('counts what the gateway said and what only the phone knows', () => {
    const said = round('own', {
      points: points.map(({ id, name }, n) => ({ id, name, visitedAt: n === 0 ? noon : null })),
    })
    const visits = [{ round: 'own', point: 'b', at: noon }]
    const walk = walkOf({ day: dayOf(said), now: noon, visits, fix: fixAt(106.719) })
    expect(walk).toMatchObject({ visited: 2, total: 3, next: { id: 'c' } })
    expect(walk?.distanceM).toBeLessThan(120)
    expect(walk?.bearing).toBeCloseTo(90, 1)
  })

  test('goes to the nearest point in any order, to the next one in a strict one', () => {
    const near = { now: noon, visits: [], fix: fixAt(106.7201) }
    expect(walkOf({ ...near, day: dayOf(round('own')) })?.next?.id).toBe('c')
    const strict = round('own', { order: 'strict' })
    expect(walkOf({ ...near, day: dayOf(strict) })?.next?.id).toBe('a')
  })

  test('says no distance without a fix', () => {
    const walk = walkOf({ day: dayOf(round('own')), now: noon, visits: [], fix: null })
    expect(walk).toMatchObject({ next: { id: 'a' }, distanceM: null, bearing: null })
  })
})

test('a tag that cannot be read here is most likely the one of its kind that is near', () => {
  const day = { ...dayOf(), points: [...points, point('n', 106.7001, { tag: 'nfc424' })] }
  const kind = 'nfc424' as const
  expect(probablePoint(day, { kind, fix: fixAt(106.7), next: null })?.id).toBe('n')
  expect(probablePoint(day, { kind, fix: fixAt(106.72), next: null })).toBeNull()
  expect(probablePoint(day, { kind, fix: null, next: null })).toBeNull()
})
