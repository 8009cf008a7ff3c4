import { describe, expect, it } from 'vitest'
import type { CheckinGrade } from '../../../gateway/domain/checkin.ts'
import {
  type CoveredRound,
  countRounds,
  coverage,
  dayIndex,
  type FreeVisit,
  localDays,
  type RoundVisit,
} from '../../../gateway/domain/patrol-coverage.ts'

const zone = 'Asia/Shanghai'
const hour = 3_600_000
const day = 24 * hour
/** 2026-11-20, 00:00 in the town, a Friday. */
const friday = Date.UTC(2026, 10, 19, 16)

let made = 0
function aRound(part: Partial<CoveredRound> = {}): CoveredRound {
  const dueFrom = part.dueFrom ?? friday + 8 * hour
  return {
    id: `round-${++made}`,
    village: '990101101201',
    team: '红袖标1队',
    points: ['p1', 'p2'],
    dueFrom,
    dueUntil: dueFrom + 3 * hour,
    excusedReason: null,
    ...part,
  }
}

function visitsOf(
  round: CoveredRound,
  grade: CheckinGrade = 'static',
  points = round.points,
): RoundVisit[] {
  return points.map((point) => ({ round: round.id, point, grade }))
}

const free: FreeVisit[] = []
const threeDays = localDays({ from: friday, to: friday + 3 * day }, zone)
const afterwards = friday + 3 * day

describe('local days', () => {
  it('are whole, also where the span begins and ends within one', () => {
    const days = localDays({ from: friday + 5 * hour, to: friday + day + 1 }, zone)
    expect(days.stamps).toEqual(['20261120', '20261121'])
    expect(days.midnights).toEqual([friday, friday + day, friday + 2 * day])
  })

  it('a span that ends at midnight does not touch the next', () => {
    expect(localDays({ from: friday, to: friday + day }, zone).stamps).toEqual(['20261120'])
  })

  it('are 23 and 25 hours where the clocks change', () => {
    const spring = localDays(
      { from: Date.UTC(2026, 2, 28, 12), to: Date.UTC(2026, 2, 30, 12) },
      'Europe/Berlin',
    )
    const lengths = spring.midnights.slice(1).map((at, i) => at - (spring.midnights[i] as number))
    expect(lengths).toEqual([24 * hour, 23 * hour, 24 * hour])
  })

  it.each([
    [friday - 1, undefined],
    [friday, 0],
    [friday + day - 1, 0],
    [friday + day, 1],
    [friday + 3 * day - 1, 2],
    [friday + 3 * day, undefined],
  ])('%i is day %s', (at, index) => {
    expect(dayIndex(threeDays, at)).toBe(index)
  })
})

describe('the counts of a day', () => {
  const done = aRound()
  const inPart = aRound()
  const nobody = aRound()
  const storm = aRound({ excusedReason: '暴雨' })
  const walkedAllTheSame = aRound({ excusedReason: '暴雨' })
  const rounds = [done, inPart, nobody, storm, walkedAllTheSame]
  const visits = [
    ...visitsOf(done),
    ...visitsOf(inPart, 'static', ['p1']),
    ...visitsOf(walkedAllTheSame),
  ]

  it('are of what was done, missed (also in part) and excused', () => {
    expect(countRounds({ rounds, visits, freeVisits: free }, afterwards)).toEqual({
      planned: 5,
      done: 2,
      missed: 2,
      excused: 1,
    })
  })

  it('before the end nothing is missed', () => {
    const early = friday + 8 * hour
    expect(countRounds({ rounds, visits, freeVisits: free }, early)).toMatchObject({
      planned: 5,
      missed: 0,
    })
  })
})

describe('teams and villages', () => {
  it('have the round on the day on which its window opens, though it ends on the next', () => {
    const night = aRound({ dueFrom: friday + 23 * hour })
    const { teams } = coverage(
      { rounds: [night], visits: [], freeVisits: free },
      threeDays,
      afterwards,
    )
    expect(teams[0]?.days.map(({ missed }) => missed)).toEqual([1, 0, 0])
  })

  it('a team of two villages has a row in each; each village has its sum', () => {
    const here = [aRound(), aRound({ team: '红袖标2队' })]
    const there = aRound({ village: '990101101202' })
    const visits = [...visitsOf(here[0] as CoveredRound, 'cryptographic'), ...visitsOf(there)]
    const { teams, villages } = coverage(
      { rounds: [...here, there], visits, freeVisits: free },
      threeDays,
      afterwards,
    )
    expect(teams.map(({ village, team, score }) => [village, team, score])).toEqual([
      ['990101101201', '红袖标1队', 14],
      ['990101101201', '红袖标2队', 0],
      ['990101101202', '红袖标1队', 12],
    ])
    expect(villages).toMatchObject([
      { village: '990101101201', planned: 2, done: 1, missed: 1, score: 14, streakDays: 0 },
      { village: '990101101202', planned: 1, done: 1, missed: 0, score: 12, streakDays: 1 },
    ])
    expect(villages[0]).not.toHaveProperty('team')
  })

  it('count a point once a round, by its best proof', () => {
    const round = aRound()
    const visits = [
      ...visitsOf(round, 'manual'),
      ...visitsOf(round, 'cryptographic', ['p1']),
      ...visitsOf(round, 'static', ['p1', 'p2']),
    ]
    const { teams } = coverage({ rounds: [round], visits, freeVisits: free }, threeDays, afterwards)
    expect(teams[0]?.score).toBe(10 + 2 + 1)
  })

  it('the streak ends with the last day that is over: today can still be missed', () => {
    const yesterday = aRound()
    const today = aRound({ dueFrom: friday + day + 8 * hour })
    const walked = { rounds: [yesterday, today], visits: visitsOf(yesterday), freeVisits: free }
    const tonight = friday + day + 20 * hour
    expect(coverage(walked, threeDays, tonight).teams[0]).toMatchObject({
      missed: 1,
      streakDays: 1,
    })
    expect(coverage(walked, threeDays, friday + 2 * day).teams[0]).toMatchObject({ streakDays: 0 })
  })
})

describe('points', () => {
  const [early, late] = [aRound(), aRound({ dueFrom: friday + 18 * hour })]

  it('have beside what was asked for what was walked', () => {
    const visits = [...visitsOf(early), ...visitsOf(late, 'static', ['p2'])]
    const { points } = coverage(
      { rounds: [early, late], visits, freeVisits: free },
      threeDays,
      afterwards,
    )
    expect(points.get('p1')).toMatchObject({ planned: [2, 0, 0], visited: [1, 0, 0] })
    expect(points.get('p2')).toMatchObject({ planned: [2, 0, 0], visited: [2, 0, 0] })
  })

  it('whoever comes outside the rounds does not make up for a round', () => {
    const freeVisits = [{ point: 'p1', patroller: 'u1', at: friday + 6 * hour }]
    const { points } = coverage({ rounds: [early], visits: [], freeVisits }, threeDays, afterwards)
    expect(points.get('p1')).toMatchObject({ planned: [1, 0, 0], visited: [0, 0, 0] })
  })

  it('on a day that asked for nothing people who came count, each once', () => {
    const at = friday + day + 6 * hour
    const freeVisits = [
      { point: 'p9', patroller: 'u1', at },
      { point: 'p9', patroller: 'u1', at: at + hour },
      { point: 'p9', patroller: 'u2', at },
      { point: 'p9', patroller: 'u2', at: friday - 1 },
    ]
    const { points } = coverage({ rounds: [], visits: [], freeVisits }, threeDays, afterwards)
    expect(points.get('p9')).toMatchObject({ planned: [0, 0, 0], visited: [0, 2, 0] })
  })

  it('an excused round asks for nothing, and its visits count as such', () => {
    const storm = aRound({ excusedReason: '暴雨' })
    const visits = visitsOf(storm, 'static', ['p1'])
    const { points } = coverage(
      { rounds: [storm], visits, freeVisits: free },
      threeDays,
      afterwards,
    )
    expect(points.get('p1')).toMatchObject({ planned: [0, 0, 0], visited: [1, 0, 0] })
    expect(points.get('p2')).toMatchObject({ planned: [0, 0, 0], visited: [0, 0, 0] })
  })
})
