import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  excusesAnswerSchema,
  type PatrolRoundView,
  patrolDaySchema,
  pointSchema,
  roundSchema,
  routeSchema,
} from '../../../../gateway/http/schemas/patrol.ts'
import { type House, openHouse, type Person, townCode, villageA, villageB } from '../house.ts'
import { hour, minute, townClock } from '../town-clock.ts'

/** Points, routes and rounds as the desk plans them and as a phone gets them. */

const clock = townClock()
const api = '/api/v1/patrol'
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const inVillage = { lon: 106.705543, lat: 29.190586 }

let house: House
let admin: Person
let cadre: Person
let made = 0

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      `walker,巡逻甲,patroller,${villageA}`,
      `loner,巡逻乙,patroller,${villageA}001`,
      `keeper-b,村干部乙,villageCadre,${villageB}`,
    ],
  })
  await house.db
    .updateTable('user')
    .set({ team: '红袖标1队' })
    .where('username', '=', 'walker')
    .execute()
  admin = await house.as('townAdmin-town')
  cadre = await house.as('villageCadre-a')
})

afterAll(() => house?.stop())

const point = (change: object = {}) => ({
  name: '老屋场',
  ...inVillage,
  radiusM: 60,
  tag: 'qr',
  ...change,
})
const route = (change: object = {}) => ({
  name: '青石村夜巡线',
  village: villageA,
  team: '红袖标1队',
  points: ['p101', 'p104'],
  shifts: [{ days: everyDay, start: '20:00', end: '02:00' }],
  ...change,
})

const addPoint = (change: object = {}, by = admin) =>
  by.post(`${api}/points`, { id: `x${++made}`, ...point(change) })
const addRoute = (change: object = {}, by = admin) =>
  by.post(`${api}/routes`, { id: `y${++made}`, ...route(change) })

async function rounds(of: string, by = admin, span = { from: -24, to: 48 }) {
  const at = (hours: number) => clock.now() + hours * hour
  const { status, body } = await by.get(`${api}/rounds?from=${at(span.from)}&to=${at(span.to)}`)
  expect(status).toBe(200)
  const items = body.items.map((one: unknown) => roundSchema.strict().parse(one))
  return items.filter((one: PatrolRoundView) => one.route === of) as PatrolRoundView[]
}

async function newRound(change: object = {}): Promise<PatrolRoundView> {
  const { body } = await addRoute(change)
  const [round] = await rounds(body.id)
  if (!round) throw new Error(`no round of ${body.id} was planned`)
  return round
}

describe('points', () => {
  it('of the sample town are there with their hints', async () => {
    const { body } = await admin.get(`${api}/points`)
    const points = body.items.map((one: unknown) => pointSchema.strict().parse(one))
    expect(points).toHaveLength(48)
    expect(points[0]).toMatchObject({
      id: 'p101',
      village: villageA,
      grid: `${villageA}001`,
      tag: 'nfc424',
      tagUid: '04440E50454F31',
      hint: '标签在村口公示牌左边立柱上，齐胸高，蓝色圆牌',
    })
  })

  it('keep to the asker, and numbers of tags to those who look after them', async () => {
    const { items } = (await cadre.get(`${api}/points`)).body
    expect(new Set(items.map((one: { village: string }) => one.village))).toEqual(
      new Set([villageA]),
    )
    expect(items[0].tagUid).not.toBeNull()
    for (const username of ['gridWorker-a', 'patroller-a', 'viewer-a']) {
      const seen = (await (await house.as(username)).get(`${api}/points`)).body.items
      expect(seen).toHaveLength(items.length)
      expect(seen.every((one: { tagUid: unknown }) => one.tagUid === null)).toBe(true)
    }
  })

  it('are added into the grid that contains them, changed whole, and removed', async () => {
    const { status, body } = await addPoint({ hint: '门右边', checklist: ['forestFire'] })
    expect(status).toBe(201)
    expect(body).toMatchObject({ grid: `${villageA}001`, village: villageA, hint: '门右边' })
    const changed = await admin.send('PUT', `${api}/points/${body.id}`, point({ tag: 'nfc424' }))
    expect(changed.body).toMatchObject({ id: body.id, tag: 'nfc424', hint: null, checklist: [] })
    expect((await admin.send('DELETE', `${api}/points/${body.id}`)).status).toBe(204)
    expect((await admin.send('DELETE', `${api}/points/${body.id}`)).status).toBe(404)
  })

  it.each([
    ['outside the town', { lon: 100, lat: 20 }, 400, /no grid of the town contains 100, 20/],
    ['with the tag of another', { tagUid: '04440E50454F31' }, 400, /青石村村口 \(p101\) already/],
    ['with an unknown hazard', { checklist: ['meteor'] }, 400, /there is no hazard meteor/],
    ['with an unknown reader', { reader: 'none' }, 400, /no tag reader none/],
    ['with the reader of another village', { reader: 'v2-reader1' }, 400, /another village/],
    ['with a camera as reader', { reader: 'v1-cam1' }, 400, /no tag reader v1-cam1/],
    ['of readers, without one', { tag: 'reader' }, 400, /which device reads/],
    ['with a UID in lower case', { tagUid: '04ab' }, 400, /upper-case/],
    ['with a tag of no kind', { tag: 'barcode' }, 400, /tag/],
    ['whose name is no name', { name: ' ' }, 400, /name: must hold letters/],
    ['whose name begins a line', { name: '村口\nBcc: x' }, 400, /no control characters/],
    ['whose name turns around', { name: '村口\u202Egnp.exe' }, 400, /no control characters/],
    ['whose hint ends a text', { hint: '门\u0000' }, 400, /hint: must hold letters/],
    ['that is there already', { id: 'p101' }, 409, /a point p101 already/],
  ])('%s are refused', async (_, change, status, text) => {
    const answer = await addPoint(change)
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(text)
  })

  it('on the way of a route can neither go nor move to another village', async () => {
    const gone = await admin.send('DELETE', `${api}/points/p101`)
    expect(gone.status).toBe(409)
    expect(gone.body.detail).toMatch(/Take the point out of 青石村联巡线/)
    const far = point({ lon: 106.738354, lat: 29.190468 })
    const moved = await admin.send('PUT', `${api}/points/p101`, far)
    expect(moved.status).toBe(400)
    expect(moved.body.detail).toMatch(/another village than the route 青石村联巡线/)
  })

  it('one reader stands at one point', async () => {
    expect((await addPoint({ tag: 'reader', reader: 'v1-reader1' })).status).toBe(201)
    const second = await addPoint({ reader: 'v1-reader1' })
    expect(second.status).toBe(400)
    expect(second.text).toMatch(/v1-reader1 stands at the point 老屋场/)
  })
})

describe('routes', () => {
  it('of the sample town are there; one is added, replaced and removed with its rounds', async () => {
    const all = (await admin.get(`${api}/routes`)).body.items
    expect(all.map((one: unknown) => routeSchema.strict().parse(one).id)).toContain('r8')
    const { status, body } = await addRoute()
    expect(status).toBe(201)
    expect(body).toMatchObject({ order: 'any', minWalkS: 0, checklist: [] })
    // The burn ban asks for twice as many rounds, and they share the time.
    const planned = await rounds(body.id)
    expect(planned.map(({ dueFrom }) => (dueFrom - clock.now()) / hour)).toEqual([10, 13, 34, 37])
    expect(planned[0]).toMatchObject({ state: 'planned', visited: 0, marked: 0, team: '红袖标1队' })
    expect(planned[0]?.points).toEqual([
      { id: 'p101', name: '青石村村口', visitedAt: null },
      { id: 'p104', name: '青石村老屋场', visitedAt: null },
    ])
    await admin.send('PUT', `${api}/routes/${body.id}`, route({ points: ['p102'], team: '夜班' }))
    expect((await rounds(body.id)).map(({ team, points }) => [team, points.length])).toEqual(
      Array.from({ length: 4 }, () => ['夜班', 1]),
    )
    expect((await admin.send('DELETE', `${api}/routes/${body.id}`)).status).toBe(204)
    expect(await rounds(body.id)).toEqual([])
  })

  const shift = { days: ['mon'], start: '08:00', end: '09:00' }
  it.each([
    ['past a point of another village', { points: ['p101', 'p201'] }, 400, /another village/],
    ['past a point twice', { points: ['p101', 'p101'] }, 400, /p101 is there twice/],
    ['past nowhere', { points: [] }, 400, /points/],
    ['past what is not there', { points: ['p999'] }, 400, /there is no point p999/],
    ['with an unknown hazard', { checklist: ['meteor'] }, 400, /there is no hazard meteor/],
    ['with two shifts at once', { shifts: [shift, shift] }, 400, /begin on mon 08:00/],
    ['at no time', { shifts: [{ ...shift, start: '8:00' }] }, 400, /a time such as 08:30/],
    ['that are there already', { id: 'r1' }, 409, /a route r1 already/],
    ['in no village', { village: '990101101299' }, 404, /no such village|such village/],
  ])('%s are refused', async (_, change, status, text) => {
    const answer = await admin.post(`${api}/routes`, { id: `y${++made}`, ...route(), ...change })
    expect(answer.status === status || (status === 404 && answer.status === 400)).toBe(true)
    if (status !== 404) expect(answer.text).toMatch(text)
  })

  it('speak under a name that no device may have, and are no devices', async () => {
    const adopted = await admin.post('/api/v1/devices', {
      id: 'patrol-r1',
      name: '冒名',
      kind: 'tagReader',
      village: villageA,
      ...inVillage,
    })
    expect(adopted.status).toBe(409)
    expect(adopted.body.detail).toMatch(/name of a patrol route/)
    const asRoute = await admin.post('/api/v1/devices', {
      id: 'z1',
      name: '路线',
      kind: 'patrolRoute',
      village: villageA,
      ...inVillage,
    })
    expect(asRoute.status).toBe(400)
    expect(asRoute.text).toMatch(/kind/)
    const real = await admin.post('/api/v1/devices', {
      id: 'patrol-own',
      name: '读卡器',
      kind: 'tagReader',
      village: villageA,
      ...inVillage,
    })
    expect(real.status).toBe(201)
    const taken = await admin.post(`${api}/routes`, { id: 'own', ...route() })
    expect(taken.status).toBe(409)
    expect((await admin.get('/api/v1/devices/patrol-r1')).status).toBe(404)
    expect((await admin.post('/api/v1/devices/patrol-r1/block', { reason: 'n' })).status).toBe(404)
    const listed = (await admin.get('/api/v1/devices?limit=200')).body.items
    expect(listed.filter((one: { id: string }) => one.id === 'patrol-r1')).toEqual([])
  })
})

describe('a round', () => {
  it('is found by itself, in the asker’s area only', async () => {
    const round = await newRound()
    expect((await cadre.get(`${api}/rounds/${round.id}`)).body).toEqual(round)
    const stranger = await house.as('keeper-b')
    expect((await stranger.get(`${api}/rounds/${round.id}`)).status).toBe(404)
    const excused = await stranger.post(`${api}/rounds/${round.id}/excuse`, { reason: '暴雨' })
    expect(excused.status).toBe(404)
  })

  it('is excused with a reason, once', async () => {
    const { id } = await newRound()
    const answer = await cadre.post(`${api}/rounds/${id}/excuse`, { reason: '山洪封路' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ state: 'excused', excusedReason: '山洪封路' })
    const again = await cadre.post(`${api}/rounds/${id}/excuse`, { reason: '再来' })
    expect(again.status).toBe(409)
    expect(again.body.detail).toMatch(/excused already/)
    expect((await cadre.post(`${api}/rounds/${id}/excuse`, {})).status).toBe(400)
  })

  it('goes to another team that somebody is in', async () => {
    const { id } = await newRound()
    const given = await cadre.post(`${api}/rounds/${id}/team`, { team: '红袖标2队' })
    expect(given.body).toMatchObject({ id, team: '红袖标2队' })
    const unknown = await cadre.post(`${api}/rounds/${id}/team`, { team: '无此队' })
    expect(unknown.status).toBe(400)
    expect(unknown.body.detail).toMatch(/nobody is in a team 无此队/)
    await cadre.post(`${api}/rounds/${id}/excuse`, { reason: '暴雨' })
    const over = await cadre.post(`${api}/rounds/${id}/team`, { team: '红袖标1队' })
    expect(over.status).toBe(409)
  })

  it.each([
    ['that ends before it begins', 'from=1000&to=1000'],
    ['of more than 100 days', `from=0&to=${101 * 86_400_000}`],
  ])('is not asked for by a span %s', async (_, span) => {
    const { status, body } = await admin.get(`${api}/rounds?${span}`)
    expect(status).toBe(400)
    expect(body.detail).toMatch(/at most 100 days/)
  })
})

describe('a storm', () => {
  const excuse = async (body: object, by = cadre) => by.post(`${api}/excuses`, body)
  const span = (from: number, to: number) => ({
    from: clock.now() + from * hour,
    to: clock.now() + to * hour,
  })

  it('excuses what an area was to walk in its time, and nothing else', async () => {
    const storm = { place: villageB, ...span(7, 20), reason: '雷暴' }
    const before = await rounds('r2')
    const { status, body } = await excuse(storm, await house.as('keeper-b'))
    expect(status).toBe(200)
    expect(excusesAnswerSchema.strict().parse(body).excused).toBe(2)
    const after = await rounds('r2')
    const hit = before.filter(
      ({ dueFrom, dueUntil }) => dueFrom < storm.to && dueUntil > storm.from,
    )
    expect(hit).toHaveLength(2)
    for (const { id, state, excusedReason } of after) {
      const isHit = hit.some((one) => one.id === id)
      expect([state === 'excused', excusedReason]).toEqual([isHit, isHit ? '雷暴' : null])
    }
    expect((await rounds('r3')).filter(({ state }) => state === 'excused')).toEqual([])
    expect((await excuse(storm, await house.as('keeper-b'))).body.excused).toBe(0)
  })

  it.each([
    [-9e15, -9e15 + 1],
    [9e15 - 1, 9e15],
    [0, 32 * 24 * hour],
  ])('from %s to %s is none', async (from, to) => {
    const answer = await excuse(
      { place: villageB, from, to, reason: '雷暴' },
      await house.as('keeper-b'),
    )
    expect(answer.status).toBe(400)
  })

  it('of next week excuses rounds that nobody had planned yet', async () => {
    const { body } = await addRoute({ points: ['p103'] })
    const week = { place: villageA, ...span(7 * 24, 8 * 24), reason: '台风' }
    const { excused } = (await excuse(week)).body
    expect(excused).toBeGreaterThanOrEqual(2)
    const far = await rounds(body.id, admin, { from: 7 * 24, to: 8 * 24 })
    expect(far.map(({ state }) => state)).toEqual(['excused', 'excused'])
    await admin.send('PUT', `${api}/routes/${body.id}`, route({ points: ['p103'] }))
    expect(await rounds(body.id, admin, { from: 7 * 24, to: 8 * 24 })).toEqual(far)
  })

  it('that was announced is named in the reason', async () => {
    const event = await admin.post('/api/v1/planned-events', {
      kind: 'drill',
      title: '防汛演练',
      hazards: ['flood'],
      place: villageA,
      startsAt: clock.now() + hour,
      endsAt: clock.now() + 20 * hour,
    })
    const { id } = await newRound({ points: ['p106'] })
    const body = {
      place: villageA,
      ...span(9, 14),
      reason: '全员参加',
      plannedEvent: event.body.id,
    }
    expect((await excuse(body)).status).toBe(200)
    const round = (await cadre.get(`${api}/rounds/${id}`)).body
    expect(round.excusedReason).toBe('全员参加（防汛演练）')
    const unknown = await excuse({ ...body, plannedEvent: 'none' })
    expect(unknown.status).toBe(400)
    expect(unknown.body.detail).toMatch(/no planned event none/)
    const elsewhere = { ...body, place: villageB }
    const strange = await excuse(elsewhere, await house.as('keeper-b'))
    expect([strange.status, strange.text.includes('防汛演练')]).toEqual([400, false])
  })

  it.each([
    ['over before it begins', () => ({ ...span(2, 1), place: villageA }), 400],
    ['of two months', () => ({ ...span(-40 * 24, 0), place: villageA }), 400],
    ['too far ahead', () => ({ ...span(32 * 24, 33 * 24), place: villageA }), 400],
    ['in a grid', () => ({ ...span(1, 2), place: `${villageA}001` }), 400],
    ['elsewhere', () => ({ ...span(1, 2), place: villageB }), 404],
    ['in the whole town, by a village', () => ({ ...span(1, 2), place: townCode }), 404],
  ])('%s is refused', async (_, body, status) => {
    expect((await excuse({ ...body(), reason: 'n' })).status).toBe(status)
  })
})

describe('a phone’s day', () => {
  const dayOf = async (username: string) => {
    const { status, body } = await (await house.as(username)).get(`${api}/day`)
    expect(status).toBe(200)
    return patrolDaySchema.parse(body)
  }

  it('has the own rounds first, their points with hints, and what can be reported', async () => {
    const lent = await newRound({ village: villageB, team: '红袖标1队', points: ['p201'] })
    const day = await dayOf('walker')
    expect(day).toMatchObject({
      now: clock.now(),
      person: { name: '巡逻甲', team: '红袖标1队', scope: villageA },
      town: { code: townCode, timeZone: 'Asia/Shanghai' },
    })
    const own = day.rounds.map(({ isOwn }) => isOwn)
    expect(own.indexOf(false) === -1 || own.lastIndexOf(true) < own.indexOf(false)).toBe(true)
    expect(day.rounds.map(({ id }) => id)).toContain(lent.id)
    expect(day.rounds.every(({ village, isOwn }) => village === villageA || isOwn)).toBe(true)
    const begin = clock.now() - 34 * hour
    for (const { dueFrom, dueUntil } of day.rounds) {
      expect(dueUntil).toBeGreaterThan(begin)
      expect(dueFrom).toBeLessThan(begin + 72 * hour)
    }
    const there = day.points.find(({ id }) => id === 'p201')
    expect(there).toMatchObject({
      placeName: '柳溪村第一网格',
      hint: expect.stringContaining('标签'),
    })
    expect(day.points.find(({ id }) => id === 'p202')).toBeUndefined()
    const hazards = day.hazards.map(({ id }) => id)
    expect(hazards).toContain('dispute')
    expect(hazards).toContain('forestFire')
  })

  it('tells no number of a tag', async () => {
    const { text } = await (await house.as('walker')).get(`${api}/day`)
    expect(text).not.toContain('04440E50454F31')
    expect(text).not.toContain('tagUid')
  })

  it('without a team has the rounds that pass the own area', async () => {
    const day = await dayOf('loner')
    expect(day.person.team).toBeNull()
    expect(day.rounds.length).toBeGreaterThan(0)
    for (const { isOwn, points } of day.rounds) {
      expect(isOwn).toBe(false)
      const grids = points.map(({ id }) => day.points.find((one) => one.id === id)?.grid)
      expect(grids).toContain(`${villageA}001`)
    }
  })

  it('is not for those who only look', async () => {
    expect((await (await house.as('viewer-a')).get(`${api}/day`)).status).toBe(403)
  })
})

describe('a missed round of the running house', () => {
  it('is an alarm of its route by name, wherever alarms are shown', async () => {
    const start = new Date(clock.now() + 8 * hour + minute).toISOString().slice(11, 16)
    const end = new Date(clock.now() + 8 * hour + 5 * minute).toISOString().slice(11, 16)
    const shifts = [{ days: everyDay, start, end }]
    const { body } = await addRoute({ name: '水库边短线', points: ['p102'], shifts })
    const planned = await rounds(body.id)
    clock.advance(6 * minute)
    // Whatever is done wakes the planner; this round is another one.
    const other = await newRound({ points: ['p105'] })
    await cadre.post(`${api}/rounds/${other.id}/excuse`, { reason: 'n' })
    const device = `patrol-${body.id}`
    const alarms = async () =>
      (await admin.get(`/api/v1/alarms?device=${device}&limit=50`)).body.items
    await expect.poll(async () => (await alarms()).length, { timeout: 15_000 }).toBeGreaterThan(0)
    const missed = (await alarms()).filter((one: { rule: string }) => one.rule === 'patrol-missed')
    expect(missed[0]).toMatchObject({ deviceName: '水库边短线', ruleName: '巡逻：漏巡' })
    const { items } = (await admin.get(`/api/v1/cases?hazard=patrolMissed&limit=50`)).body
    const [one] = items.filter((each: { title: string }) => each.title.includes('水库边短线'))
    expect(one).toMatchObject({ title: '青石村 漏巡：水库边短线', village: villageA, grid: null })
    const detail = (await admin.get(`/api/v1/cases/${one.id}`)).body
    expect(detail.lastAlarm.deviceName).toBe('水库边短线')
    expect(planned[0]?.state).toBe('planned')
    expect((await admin.get(`${api}/rounds/${planned[0]?.id}`)).body.state).toBe('missed')
  })
})
