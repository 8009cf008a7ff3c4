import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type PatrolCoverageView,
  patrolCoverageSchema,
} from '../../../../gateway/http/schemas/patrol.ts'
import { type House, openHouse, townCode, villageA, villageB } from '../house.ts'
import { day, hour, townClock, townMonday } from '../town-clock.ts'

/** What was walked, as each may see it. Days of the week before: nobody plans rounds there. */

let house: House

/** Midnight of the town's Monday a week ago. */
const monday = townMonday - 10 * hour - 7 * day
const grid = `${villageA}001`

interface Walk {
  id: string
  village: string
  dueFrom: number
  points: string[]
  visited: string[]
}

async function seedRound({ id, village, dueFrom, points, visited }: Walk): Promise<void> {
  const body = { name: '联巡线', points, order: 'any', minWalkS: 0, checklist: [] }
  await house.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('patrol_round')
      .values({
        id,
        route: `route-${id}`,
        village,
        team: '红袖标1队',
        slot_at: dueFrom,
        due_from: dueFrom,
        due_until: dueFrom + 2 * hour,
        body: JSON.stringify(body),
        settled_at: dueFrom + 2 * hour,
        missed_at: dueFrom + 2 * hour,
      })
      .execute()
    for (const point of visited) {
      const at = dueFrom + hour
      const row = { id: `${id}-${point}`, status: 'accepted', grade: 'static', marks: '[]' }
      const when = { at, said_at: at, received_at: at }
      await trx
        .insertInto('checkin')
        .values({ ...row, ...when, point, round: id, village, findings: '[]', grid: village })
        .execute()
    }
  })
}

beforeAll(async () => {
  house = await openHouse({
    clock: townClock(),
    people: [`grid-one,一格,gridWorker,${grid}`],
  })
  const points = ['p101', 'p102']
  const [first, next] = [monday + 9 * hour, monday + day + 9 * hour]
  await seedRound({ id: 'a1', village: villageA, dueFrom: first, points, visited: points })
  await seedRound({ id: 'a2', village: villageA, dueFrom: next, points, visited: ['p101'] })
  await seedRound({ id: 'b1', village: villageB, dueFrom: first, points: ['p201'], visited: [] })
})

afterAll(() => house?.stop())

/** A walk of the other village past a point of this one. */
async function seedPassing(): Promise<number> {
  const dueFrom = monday + 4 * day + 9 * hour
  const points = ['p102', 'p201']
  await seedRound({ id: 'b9', village: villageB, dueFrom, points, visited: ['p102'] })
  return dueFrom
}

const span = { from: monday, to: monday + 2 * day }

async function ask(username: string, { from, to } = span) {
  return (await house.as(username)).get(`/api/v1/patrol/coverage?from=${from}&to=${to}`)
}

async function coverage(username: string): Promise<PatrolCoverageView> {
  const { body, text } = await ask(username)
  return patrolCoverageSchema.strict().parse(body, { error: () => text })
}

describe('GET /patrol/coverage', () => {
  it('counts at a point who passes it on a route of another village, and not for this village', async () => {
    const dueFrom = await seedPassing()
    const { body } = await ask('villageCadre-a', { from: dueFrom, to: dueFrom + hour })
    const of = (id: string) => body.points.find((point: { id: string }) => point.id === id)
    expect(of('p102')).toMatchObject({ planned: [1], visited: [1] })
    expect(of('p201')).toBeUndefined()
    expect(body.villages).toMatchObject([{ village: villageA, planned: 0, score: 0 }])
    expect(body.teams).toEqual([])
    const town = (await ask('townAdmin-town', { from: dueFrom, to: dueFrom + hour })).body
    expect(town.villages).toContainEqual(
      expect.objectContaining({ village: villageB, planned: 1, missed: 1 }),
    )
    const b9 = house.db.deleteFrom('patrol_round').where('id', '=', 'b9')
    await house.db.deleteFrom('checkin').where('round', '=', 'b9').execute()
    await b9.execute()
  })

  it('has every point and village of the asker, and the teams that had rounds', async () => {
    const { days, points, villages, teams } = await coverage('operator-town')
    expect(days).toEqual(['20260608', '20260609'])
    expect(points).toHaveLength(48)
    expect(points.find(({ id }) => id === 'p101')).toMatchObject({
      name: '青石村村口',
      village: villageA,
      planned: [1, 1],
      visited: [1, 1],
      lastAt: monday + day + 10 * hour,
    })
    expect(points.find(({ id }) => id === 'p102')).toMatchObject({
      planned: [1, 1],
      visited: [1, 0],
      lastAt: monday + 10 * hour,
    })
    expect(points.find(({ id }) => id === 'p103')).toMatchObject({
      planned: [0, 0],
      visited: [0, 0],
      lastAt: null,
    })
    expect(villages).toHaveLength(8)
    expect(villages.find(({ village }) => village === villageA)).toEqual({
      village: villageA,
      planned: 2,
      done: 1,
      missed: 1,
      excused: 0,
      streakDays: 0,
      score: 10 + 1 + 1 + 1,
      days: [
        { planned: 1, done: 1, missed: 0, excused: 0 },
        { planned: 1, done: 0, missed: 1, excused: 0 },
      ],
    })
    expect(teams.map(({ village, done }) => [village, done])).toEqual([
      [villageA, 1],
      [villageB, 0],
    ])
  })

  it.each(['viewer-a', 'patroller-a', 'villageCadre-a'])(
    'is of the own village for %s',
    async (username) => {
      const { points, villages, teams } = await coverage(username)
      expect(new Set(points.map(({ village }) => village))).toEqual(new Set([villageA]))
      expect(villages.map(({ village }) => village)).toEqual([villageA])
      expect(teams.map(({ village }) => village)).toEqual([villageA])
    },
  )

  it('is of the own points for a grid worker, who is no judge of teams', async () => {
    const { points, villages, teams } = await coverage('grid-one')
    expect(points.map(({ id, planned }) => [id, planned])).toEqual([['p101', [1, 1]]])
    expect({ villages, teams }).toEqual({ villages: [], teams: [] })
  })

  it('days are whole, whatever the hour of the span', async () => {
    const { body } = await ask('operator-town', {
      from: monday + 20 * hour,
      to: monday + 30 * hour,
    })
    expect(body.days).toEqual(['20260608', '20260609'])
    expect(body.villages[0]).toMatchObject({ planned: 2 })
  })

  it.each([
    [monday, monday],
    [monday, monday - 1],
    [monday, monday + 100 * day + 1],
  ])('refuses the span %i to %i', async (from, to) => {
    const answer = await ask('operator-town', { from, to })
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(/at most 100 days/)
  })
})

describe("the village's board", () => {
  it("has today's rounds", async () => {
    await seedRound({
      id: 'today',
      village: villageA,
      dueFrom: townMonday,
      points: ['p103'],
      visited: ['p103'],
    })
    const { body } = await (await house.as('viewer-a')).get(`/api/v1/villages/${villageA}/board`)
    expect(body.patrols).toMatchObject({ done: 1, missed: 0, excused: 0 })
    expect(body.patrols.planned).toBeGreaterThanOrEqual(1)
    expect(body.village.code.startsWith(townCode)).toBe(true)
  })
})
