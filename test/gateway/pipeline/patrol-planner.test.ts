import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCheckinStore } from '../../../gateway/storage/checkin-store.ts'
import { hour, minute, type PatrolBench, patrolBench, start, village } from './patrol-bench.ts'

/** Shifts of r1 in the sample town: 08:30–11:30 and, up to 30 minutes later, 18:00–20:30. */

const points = ['p101', 'p102', 'p103', 'p104', 'p105', 'p106']
const local = (at: number) => new Date(at + 8 * hour).toISOString().slice(0, 16)
const morning = start + 30 * minute
const noon = start + 210 * minute

let bench: PatrolBench
beforeEach(async () => {
  bench = await patrolBench()
})
afterEach(() => bench.close())

async function firstRound() {
  const [round] = await bench.rounds('r1')
  if (!round) throw new Error('no round was planned')
  return round
}

const open = async () => (await bench.alarms()).filter((alarm) => alarm.cleared_at === null)
const rulesOf = (alarms: { rule: string }[]) => alarms.map(({ rule }) => rule)

/** The first round of r1 is over and nobody walked it. */
async function missed() {
  await bench.turn()
  bench.at(noon + 1)
  await bench.turn()
  return firstRound()
}

describe('planning', () => {
  test('two days ahead, each slot once, whatever chance says the next time', async () => {
    bench.random(0.5)
    await bench.turn()
    const rounds = await bench.rounds('r1')
    expect(rounds.map(({ dueFrom, dueUntil }) => `${local(dueFrom)} ${local(dueUntil)}`)).toEqual([
      '2026-11-21T08:30 2026-11-21T11:30',
      '2026-11-21T18:15 2026-11-21T20:45',
      '2026-11-22T08:30 2026-11-22T11:30',
      '2026-11-22T18:15 2026-11-22T20:45',
    ])
    expect(rounds[0]).toMatchObject({ team: '红袖标1队', village, points, name: '青石村联巡线' })
    bench.random(0.99)
    bench.pass(11 * minute)
    await bench.turn()
    await bench.restart()
    await bench.turn()
    expect(await bench.rounds('r1')).toEqual(rounds)
    bench.pass(24 * hour)
    await bench.turn()
    expect((await bench.rounds('r1')).map(({ dueFrom }) => local(dueFrom)).slice(4)).toEqual([
      '2026-11-23T08:30',
      '2026-11-23T18:30',
    ])
  })

  test('a season asks for more rounds of a shift', async () => {
    bench.inSeason(2)
    await bench.turn()
    const today = (await bench.rounds('r1')).slice(0, 2)
    expect(today.map(({ dueFrom, dueUntil }) => `${local(dueFrom)} ${local(dueUntil)}`)).toEqual([
      '2026-11-21T08:30 2026-11-21T10:00',
      '2026-11-21T10:00 2026-11-21T11:30',
    ])
  })

  test('a town that is edited is planned anew at once', async () => {
    await bench.turn()
    const [, , third] = await bench.rounds('r1')
    const route = await bench.store.route('r1')
    if (!route || !third) throw new Error('the sample town has r1')
    await bench.desk.changeRoute({ ...route, team: '红袖标2队', shifts: route.shifts.slice(0, 1) })
    const rounds = await bench.rounds('r1')
    expect(rounds.map(({ team, dueFrom }) => [team, local(dueFrom)])).toEqual([
      ['红袖标2队', '2026-11-21T08:30'],
      ['红袖标2队', '2026-11-22T08:30'],
    ])
  })
})

describe('a round that nobody walks', () => {
  test('is late when half of its time is over: a blue alarm and a case that names the route', async () => {
    await bench.turn()
    bench.at(morning + 90 * minute - 1)
    await bench.turn()
    expect(await bench.alarms()).toEqual([])
    bench.pass(1)
    await bench.turn()
    const alarms = (await bench.alarms()).filter(({ device }) => device === 'patrol-r1')
    expect(alarms).toMatchObject([{ rule: 'patrol-late', severity: 'blue', village }])
    const one = (await bench.cases()).find((each) => each.village === village)
    expect(one).toMatchObject({
      hazard: 'patrolMissed',
      village,
      grid: null,
      title: '青石村 漏巡：青石村联巡线',
      timeline: ['opened', 'alarm patrol-late'],
    })
    expect(await bench.cases()).toHaveLength(8)
  })

  test('is late no more once somebody is on the way', async () => {
    await bench.turn()
    bench.at(morning + 2 * hour)
    await bench.turn()
    await bench.walk((await firstRound()).id, ['p103'])
    await bench.turn()
    const alarms = (await bench.alarms()).filter(({ device }) => device === 'patrol-r1')
    expect(alarms).toMatchObject([{ rule: 'patrol-late', cleared_at: morning + 2 * hour }])
    expect((await firstRound()).lateAt).toBeNull()
  })

  test('is missed at its end: yellow, in the case of the late one, told once across restarts', async () => {
    await bench.turn()
    bench.at(morning + 2 * hour)
    await bench.turn()
    bench.at(noon)
    await bench.turn()
    const told = await bench.log.head()
    for (let again = 0; again < 2; again++) {
      await bench.restart()
      bench.pass(minute)
      await bench.turn()
    }
    expect(await bench.log.head()).toBe(told)
    const alarms = (await bench.alarms()).filter(({ device }) => device === 'patrol-r1')
    expect(alarms).toMatchObject([
      { rule: 'patrol-late', cleared_at: noon },
      { rule: 'patrol-missed', severity: 'yellow', raised_at: noon, cleared_at: null },
    ])
    const own = (await bench.cases()).filter(({ title }) => title.includes('青石村'))
    expect(own).toHaveLength(1)
    expect(own[0]).toMatchObject({ severity: 'yellow' })
    expect(own[0]?.timeline).toEqual([
      'opened',
      'alarm patrol-late',
      'cleared patrol-late',
      'alarm patrol-missed',
      'severity patrol-missed',
    ])
    expect(await firstRound()).toMatchObject({ settledAt: noon, missedAt: noon, lateAt: null })
  })

  test('is told once also when the house fell between telling and noting it', async () => {
    await bench.turn()
    const note = () => Promise.reject(new Error('disk full'))
    await bench.restart({ note })
    bench.at(noon)
    await bench.turn()
    expect(bench.warnings).toEqual([expect.stringContaining('disk full')])
    const told = await bench.log.head()
    const [first, ...others] = await open()
    expect(first).toMatchObject({ rule: 'patrol-missed', raised_at: noon })
    expect(others).toEqual([])
    await bench.restart()
    bench.pass(minute)
    await bench.turn()
    const again = (await bench.alarms()).filter(({ device }) => device === first?.device)
    expect(again).toEqual([first])
    // Of the seven others nothing had been told.
    expect(await bench.log.head()).toBe(told + 7)
  })

  test('walked in part it is missed too; a point counts by an accepted check-in only', async () => {
    await bench.turn()
    const round = await firstRound()
    await bench.walk(round.id, points.slice(0, 5))
    await bench.walk(round.id, ['p106'], 'refused')
    bench.at(noon)
    await bench.turn()
    expect(rulesOf(await open())).toContain('patrol-missed')
  })

  test('walked, nothing is told', async () => {
    await bench.turn()
    for (const route of ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8']) {
      const [round] = await bench.rounds(route)
      await bench.walk(round?.id ?? '', round?.points ?? [])
    }
    bench.at(noon)
    await bench.turn()
    expect(await bench.log.head()).toBe(0)
    expect(await firstRound()).toMatchObject({ settledAt: noon, missedAt: null })
  })
})

test('a round is missed after all when one of its visits does not count', async () => {
  await bench.turn()
  const round = await firstRound()
  await bench.walk(round.id, points)
  bench.at(noon)
  await bench.turn()
  expect((await open()).map(({ device }) => device)).not.toContain('patrol-r1')
  const walked = await firstRound()
  const checkins = createCheckinStore({ db: bench.db, town: () => undefined })
  const said = { verdict: 'discounted' as const, by: 'u1', text: null, at: noon }
  await checkins.review(walked.visits[0]?.checkin ?? '', said)
  bench.pass(hour)
  await bench.turn()
  const own = (await open()).filter(({ device }) => device === 'patrol-r1')
  expect(own).toMatchObject([{ rule: 'patrol-missed', raised_at: noon + hour }])
})

describe('a missed round', () => {
  test('that was walked and is uploaded late is well again', async () => {
    const round = await missed()
    await bench.walk(round.id, points.slice(0, 4))
    bench.pass(hour)
    await bench.turn()
    expect((await open()).map(({ device }) => device)).toContain('patrol-r1')
    await bench.walk(round.id, points.slice(4))
    await bench.turn()
    const own = (await bench.alarms()).filter(({ device }) => device === 'patrol-r1')
    expect(own).toMatchObject([{ rule: 'patrol-missed', cleared_at: noon + 1 + hour }])
    const one = (await bench.cases()).find(({ title }) => title.includes('青石村'))
    expect(one?.timeline.at(-1)).toBe('cleared patrol-missed')
    const told = await bench.log.head()
    await bench.turn()
    expect(await bench.log.head()).toBe(told)
  })

  test('that is excused is well again, at once', async () => {
    const round = await missed()
    const actor = {
      id: 'u1',
      username: 'u',
      displayName: 'u',
      role: 'supervisor',
      scope: '9',
    } as const
    await bench.desk.excuse(actor, round, '山洪封路')
    await bench.turn()
    expect((await open()).map(({ device }) => device)).not.toContain('patrol-r1')
    expect(await firstRound()).toMatchObject({ excusedReason: '山洪封路', missedAt: null })
  })

  test('is followed by another: the alarm is of that one then, in the same case', async () => {
    await missed()
    const [, second] = await bench.rounds('r1')
    bench.at(second?.dueUntil ?? 0)
    await bench.turn()
    const own = (await bench.alarms()).filter(({ device }) => device === 'patrol-r1')
    expect(own.filter(({ cleared_at }) => cleared_at === null)).toHaveLength(1)
    const cases = (await bench.cases()).filter(({ title }) => title.includes('青石村'))
    expect(cases).toHaveLength(1)
    expect(cases[0]?.timeline.filter((act) => act === 'alarm patrol-missed')).toHaveLength(2)
    const [first] = await bench.rounds('r1')
    expect([first?.missedAt, (await bench.rounds('r1'))[1]?.missedAt]).toEqual([
      null,
      second?.dueUntil,
    ])
  })

  test('is over when the next round of its route is walked', async () => {
    await missed()
    const [, second] = await bench.rounds('r1')
    bench.at((second?.dueFrom ?? 0) + minute)
    await bench.walk(second?.id ?? '', points)
    await bench.turn()
    expect((await open()).map(({ device }) => device)).not.toContain('patrol-r1')
  })

  test('of a route that is taken away has no alarm any more', async () => {
    await missed()
    const route = await bench.store.route('r1')
    if (!route) throw new Error('the sample town has r1')
    await bench.desk.removeRoute(route)
    expect((await open()).map(({ device }) => device)).not.toContain('patrol-r1')
    const before = await bench.log.head()
    await bench.turn()
    expect(await bench.log.head()).toBe(before)
  })
})

test('after a long outage only the rounds of the last day are told', async () => {
  await bench.turn()
  bench.at(start + 40 * hour)
  await bench.restart()
  await bench.turn()
  const own = (await bench.rounds('r1')).filter(({ dueUntil }) => dueUntil < start + 40 * hour)
  expect(own.map(({ settledAt }) => settledAt)).toEqual(Array(4).fill(start + 40 * hour))
  expect(own.map(({ missedAt }) => missedAt !== null)).toEqual([false, false, false, true])
  const entries = await bench.log.read(0, 1000)
  const told = entries.flatMap(({ observation }) =>
    observation.kind === 'event' && observation.state === 'active' ? [observation.senderId] : [],
  )
  const ofRoute = told.filter((id) => own.some((round) => id?.startsWith(round.id)))
  expect(ofRoute).toEqual(own.slice(2).map(({ id }) => `${id}:patrolMissed:active`))
})

describe('a route that speaks', () => {
  test('is known to nobody who looks for devices, and is never heard or silent', async () => {
    await missed()
    expect(bench.registry.speaker('patrol-r1')).toMatchObject({
      kind: 'patrolRoute',
      adapter: 'patrol',
      name: '青石村联巡线',
      village,
      position: [106.705543, 29.190586],
    })
    expect(bench.registry.get('patrol-r1')).toBeUndefined()
    expect(bench.registry.all().map(({ kind }) => kind)).not.toContain('patrolRoute')
    expect(await bench.db.selectFrom('presence').selectAll().execute()).toEqual([])
    const topics = await bench.db.selectFrom('outbox').select('topic').execute()
    expect(topics.map(({ topic }) => topic)).not.toContain('device')
    expect(await bench.db.selectFrom('device').select('kind').distinct().execute()).toEqual([
      { kind: 'tagReader' },
    ])
  })
})
