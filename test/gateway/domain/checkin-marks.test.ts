import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../gateway/domain/checkin-chain.ts'
import { type CheckinFacts, marksOf } from '../../../gateway/domain/checkin-marks.ts'
import { type OpenRound, roundOf } from '../../../gateway/domain/checkin-round.ts'
import type { LonLat } from '../../../gateway/domain/place.ts'

const minute = 60_000
const noon = Date.UTC(2026, 5, 15, 4)
/** One degree of latitude is 111,195 m. */
const north = (metres: number): LonLat => [106.7, 29.19 + metres / 111_195]
const here = north(0)

const honest: CheckinFacts = {
  at: noon,
  receivedAt: noon + 2_000,
  isSkewed: false,
  isReplayed: false,
  isByPhone: true,
  fix: { position: north(20), accuracyM: 15 },
  point: { id: 'p2', position: here, radiusM: 60 },
  round: { points: ['p1', 'p2', 'p3'], order: 'strict', minWalkS: 120 },
  isRoutePoint: true,
  visited: new Set(['p1']),
  neighbours: [{ point: 'p1', position: north(1500), at: noon - 20 * minute }],
  uses: [{ patroller: 'wang', phone: 'a', at: noon - minute }],
  patroller: 'wang',
  phone: 'a',
}

const marks = (change: Partial<CheckinFacts>) => marksOf({ ...honest, ...change })
const use = (patroller: string, phone: string, at = noon - 9 * minute) => ({ patroller, phone, at })
const step = (point: string, metres: number, seconds: number) => ({
  point,
  position: north(metres),
  at: noon + seconds * 1000,
})

describe('marks of a check-in', () => {
  it('are none for an honest one', () => {
    expect(marksOf(honest)).toEqual([])
  })

  it.each<[string, Partial<CheckinFacts>, string[]]>([
    ['5 km off', { fix: { position: north(5000), accuracyM: 15 } }, ['outsideRadius']],
    ['just outside', { fix: { position: north(91), accuracyM: 15 } }, ['outsideRadius']],
    ['just inside', { fix: { position: north(89), accuracyM: 15 } }, []],
    ['within a poor fix', { fix: { position: north(255), accuracyM: 100 } }, []],
    [
      'a fix that says nothing',
      { fix: { position: north(265), accuracyM: 9000 } },
      ['outsideRadius'],
    ],
    ['no position', { fix: null }, ['noFix']],
    ['no position, by a reader', { fix: null, isByPhone: false }, []],
    ['200 km/h', { neighbours: [step('p9', 10_000, -180)] }, ['impossibleSpeed']],
    ['by car', { neighbours: [step('p9', 10_000, -600)] }, []],
    ['faster than the route', { neighbours: [step('p1', 100, -119)] }, ['impossibleSpeed']],
    ['as fast as the route', { neighbours: [step('p1', 100, -120)] }, []],
    ['fast from a point of no route', { neighbours: [step('p9', 100, -60)] }, []],
    ['the same point again', { neighbours: [step('p2', 0, -1)] }, []],
    ['before one that came earlier', { neighbours: [step('p3', 9_000, 200)] }, ['impossibleSpeed']],
    ['a wrong clock', { isSkewed: true }, ['clockSkew']],
    ['a used tap', { isReplayed: true }, ['replayedTag']],
    ['outside all rounds', { round: null }, ['outOfShift']],
    ['at a point of no route', { round: null, isRoutePoint: false }, []],
    ['of no point', { round: null, point: null, isRoutePoint: false }, []],
    ['before its turn', { visited: new Set() }, ['outOfOrder']],
    [
      'in any order',
      { visited: new Set(), round: { points: ['p1', 'p2'], order: 'any', minWalkS: 0 } },
      [],
    ],
    ['an hour later', { receivedAt: noon + 60 * minute }, ['lateSync']],
    ['a quarter of an hour later', { receivedAt: noon + 15 * minute }, []],
    ['another’s phone', { uses: [use('li', 'a')] }, ['duplicateDevice']],
    ['two phones', { uses: [use('wang', 'b')] }, ['duplicateDevice']],
    ['another with another phone', { uses: [use('li', 'b')] }, []],
    ['another’s phone, long ago', { uses: [use('li', 'a', noon - 11 * minute)] }, []],
  ])('%s', (_, change, expected) => {
    expect(marks(change)).toEqual(expected)
  })

  it('stand together, in the order people know', () => {
    expect(
      marks({ fix: null, isSkewed: true, round: null, receivedAt: noon + 60 * minute }),
    ).toEqual(['noFix', 'clockSkew', 'outOfShift', 'lateSync'])
  })
})

describe('the round of a check-in', () => {
  const round = (id: string, change: Partial<OpenRound> = {}): OpenRound => ({
    id,
    team: 'red',
    points: ['p1', 'p2'],
    order: 'any',
    minWalkS: 0,
    dueFrom: noon - 60 * minute,
    dueUntil: noon + 60 * minute,
    ...change,
  })
  const asked = { point: 'p2', at: noon, named: null, team: 'red' }
  const found = (rounds: OpenRound[], change = {}) => roundOf({ ...asked, ...change }, rounds)?.id

  it('is the one that the phone named, where it fits', () => {
    const rounds = [round('a'), round('b', { team: 'blue' })]
    expect(found(rounds, { named: 'b' })).toBe('b')
    expect(found(rounds, { named: 'elsewhere' })).toBe('a')
    expect(found([round('a'), round('b', { points: ['p1'] })], { named: 'b' })).toBe('a')
  })

  it('is the own team’s, else another’s', () => {
    const rounds = [round('a', { team: 'blue' }), round('b')]
    expect(found(rounds)).toBe('b')
    expect(found(rounds, { team: null })).toBe('a')
    expect(found([round('a', { team: 'blue' })])).toBe('a')
  })

  it('is the one whose time it is: ten minutes before and after count', () => {
    const early = round('early', { dueUntil: noon - 10 * minute })
    const next = round('next', { dueFrom: noon + 10 * minute })
    expect(found([early])).toBe('early')
    expect(found([next])).toBe('next')
    expect(found([early, next, round('now')])).toBe('now')
    expect(found([early], { at: noon + 1 })).toBeUndefined()
    expect(found([next], { at: noon - 1 })).toBeUndefined()
  })
})

describe('the text that a hash is made over', () => {
  it('has its keys in order and nothing that is undefined', () => {
    const text = canonicalJson({
      tag: 'qr',
      at: 1,
      previousHash: undefined,
      findings: ['b', 'a'],
      a: { z: 1, b: null },
    })
    expect(text).toBe('{"a":{"b":null,"z":1},"at":1,"findings":["b","a"],"tag":"qr"}')
  })
})
