import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type AlarmView,
  alarmSchema,
  type IncidentView,
  incidentSchema,
  pageOf,
} from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, townCode, villageA, villageB } from '../house.ts'
import { allPages, onAir, sayOnce, seen } from '../on-air.ts'
import { minute, townClock } from '../town-clock.ts'

/** Alarms and incidents as devices make them, over real MQTT. */

const clock = townClock()
const alarmPage = pageOf(alarmSchema.strict()).strict()
const incidentPage = pageOf(incidentSchema.strict()).strict()
let house: House

async function alarms(query = '', username = 'operator-town'): Promise<AlarmView[]> {
  const { body } = await (await house.as(username)).get(`/api/v1/alarms?limit=200&${query}`)
  return alarmPage.parse(body).items
}

async function incidents(query = '', username = 'operator-town'): Promise<IncidentView[]> {
  const { body } = await (await house.as(username)).get(`/api/v1/incidents?limit=200&${query}`)
  return incidentPage.parse(body).items
}

/** Smoke over the limit for longer than the rule's delay. */
async function smoke(device: string, value: number): Promise<void> {
  const air = await onAir(house, device)
  for (const secondsAgo of [40, 20, 0]) {
    await air.say('telemetry', { ts: clock.now() - secondsAgo * 1000, readings: { smoke: value } })
  }
  await air.leave()
}

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      `grid-one,一格,gridWorker,${villageA}001`,
      `grid-two,二格,gridWorker,${villageA}002`,
      `grid-three,三格,gridWorker,${villageA}003`,
    ],
  })
  await sayOnce(house, 'v1-sos1', 'event', { ts: clock.now(), type: 'help', state: 'pulse' })
  clock.advance(minute)
  await smoke('v1-smoke1', 9)
  clock.advance(minute)
  await smoke('v1-smoke3', 8)
  await sayOnce(house, 'v2-sos1', 'event', { ts: clock.now(), type: 'help', state: 'pulse' })
  await seen<{ items: unknown[] }>(
    await house.as('operator-town'),
    '/api/v1/alarms',
    (body) => body.items.length === 4,
  )
})

afterAll(() => house?.stop())

const devices = (list: readonly AlarmView[]) => list.map((one) => one.device)

describe('alarms', () => {
  it('are newest first, with what raised them', async () => {
    const list = await alarms()
    expect(new Set(devices(list.slice(0, 2)))).toEqual(new Set(['v2-sos1', 'v1-smoke3']))
    expect(devices(list.slice(2))).toEqual(['v1-smoke1', 'v1-sos1'])
    expect(list.find((one) => one.device === 'v1-smoke1')).toMatchObject({
      rule: 'smoke-high',
      ruleName: '林火烟感报警',
      deviceName: '青石村林火烟感1',
      hazard: 'forestFire',
      // Orange in the rule; June is no fire season.
      severity: 'orange',
      state: 'activeUnacknowledged',
      village: villageA,
      acknowledgedAt: null,
      clearedAt: null,
      cause: { property: 'smoke', value: 9, limit: 5 },
    })
  })

  it.each([
    ['device=v1-smoke1', ['v1-smoke1']],
    [`village=${villageB}`, ['v2-sos1']],
    [`village=${villageA}&hazard=helpCall`, ['v1-sos1']],
    ['device=nothing', []],
    ['active=false&device=v1-sos1', ['v1-sos1']],
  ])('?%s', async (query, expected) => {
    expect(devices(await alarms(query))).toEqual(expected)
  })

  it('of one incident are found by it', async () => {
    const [fire] = await incidents('hazard=forestFire')
    const list = await alarms(`incident=${fire?.id}`)
    expect(devices(list).toSorted()).toEqual(['v1-smoke1', 'v1-smoke3'])
  })

  it('page without double or gap', async () => {
    const { items, sizes } = await allPages(
      await house.as('operator-town'),
      '/api/v1/alarms?limit=1',
    )
    expect(items.map((one) => one.id)).toEqual((await alarms()).map((one) => one.id))
    expect(sizes).toEqual([1, 1, 1, 1])
  })

  it('are cut to the village and to the grid', async () => {
    expect(devices(await alarms('', 'viewer-a')).toSorted()).toEqual([
      'v1-smoke1',
      'v1-smoke3',
      'v1-sos1',
    ])
    const byGrid = await Promise.all(
      ['grid-one', 'grid-two', 'grid-three'].map((name) => alarms('', name)),
    )
    for (const [index, list] of byGrid.entries()) {
      expect(list.every((one) => one.grid === `${villageA}00${index + 1}`)).toBe(true)
    }
    expect(byGrid[2]).not.toEqual([])
    expect(await alarms(`village=${villageB}`, 'viewer-a')).toEqual([])
  })

  it.each([
    ['limit=0', /limit/],
    ['village=12', /12 digits/],
    ['active=perhaps', /active/],
    ['cursor=xyz', /first page again/],
  ])('?%s is refused in words', async (query, words) => {
    const answer = await (await house.as('operator-town')).get(`/api/v1/alarms?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(words)
  })
})

describe('acknowledging', () => {
  it('answers with the alarm as it is now; it leaves the unseen and stays active', async () => {
    const [alarm] = await alarms('device=v1-smoke1')
    const person = await house.as('villageCadre-a')
    const answer = await person.post(`/api/v1/alarms/${alarm?.id}/acknowledge`)
    expect(alarmSchema.strict().parse(answer.body)).toMatchObject({
      id: alarm?.id,
      state: 'activeAcknowledged',
      acknowledgedAt: clock.now(),
      acknowledgedBy: 'villageCadre',
    })
    expect(devices(await alarms('unacknowledged=true'))).not.toContain('v1-smoke1')
    expect(devices(await alarms('active=true'))).toContain('v1-smoke1')
  })

  it('twice is 409 with the present alarm', async () => {
    const [alarm] = await alarms('device=v1-smoke1')
    const again = await (await house.as('operator-a')).post(
      `/api/v1/alarms/${alarm?.id}/acknowledge`,
    )
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      detail: expect.stringMatching(/acknowledged already/),
      present: { id: alarm?.id, state: 'activeAcknowledged' },
    })
  })

  it('of a grid reaches no further than the grid', async () => {
    const [alarm] = await alarms('device=v1-sos1')
    expect(alarm?.grid).toBe(`${villageA}003`)
    const path = `/api/v1/alarms/${alarm?.id}/acknowledge`
    expect((await (await house.as('grid-one')).post(path)).status).toBe(404)
    expect((await (await house.as('grid-three')).post(path)).status).toBe(200)
  })

  it('an alarm that is none is 404', async () => {
    const answer = await (await house.as('operator-a')).post('/api/v1/alarms/none/acknowledge')
    expect(answer.status).toBe(404)
    expect(answer.body.detail).toMatch(/no such alarm/)
  })

  it('what clears unseen stays listed until somebody has seen it', async () => {
    clock.advance(5 * minute)
    const air = await onAir(house, 'v1-smoke3')
    for (const secondsAgo of [130, 60, 0]) {
      await air.say('telemetry', { ts: clock.now() - secondsAgo * 1000, readings: { smoke: 0.5 } })
    }
    await air.leave()
    const person = await house.as('operator-town')
    const path = '/api/v1/alarms?device=v1-smoke3&unacknowledged=true'
    const { items } = await seen<{ items: AlarmView[] }>(
      person,
      path,
      (body) => body.items[0]?.state === 'clearedUnacknowledged',
    )
    expect(devices(await alarms('active=true'))).not.toContain('v1-smoke3')
    const answer = await person.post(`/api/v1/alarms/${items[0]?.id}/acknowledge`)
    expect(answer.body).toMatchObject({ state: 'cleared', clearedAt: expect.any(Number) })
    expect(devices(await alarms('unacknowledged=true'))).not.toContain('v1-smoke3')
  })
})

describe('incidents', () => {
  it('join alarms of one hazard nearby, and each has its one case', async () => {
    const list = await incidents()
    expect(list.map((one) => `${one.hazard} ${one.village} ${one.alarms}`).toSorted()).toEqual([
      `forestFire ${villageA} 2`,
      `helpCall ${villageA} 1`,
      `helpCall ${villageB} 1`,
    ])
    expect(new Set(list.map((one) => one.case)).size).toBe(3)
    for (const one of list) {
      const { body } = await (await house.as('operator-town')).get(`/api/v1/cases/${one.case}`)
      expect(body).toMatchObject({ incident: one.id, alarms: one.alarms, hazard: one.hazard })
    }
  })

  it('are newest first, page, and are cut to the scope', async () => {
    const whole = await incidents()
    const opened = whole.map((one) => one.openedAt)
    expect(opened).toEqual(opened.toSorted((a, b) => b - a))
    const { items } = await allPages(await house.as('operator-town'), '/api/v1/incidents?limit=1')
    expect(items.map((one) => one.id)).toEqual(whole.map((one) => one.id))
    const mine = await incidents('', 'viewer-a')
    expect(mine).toHaveLength(2)
    expect(mine.every((one) => one.village === villageA)).toBe(true)
  })

  it('end with their case', async () => {
    const [call] = await incidents(`hazard=helpCall&village=${villageB}`)
    const person = await house.as('operator-town')
    const act = { action: 'void', reason: '误按' }
    await person.post(`/api/v1/cases/${call?.case}/actions`, act)
    const [ended] = await incidents(`hazard=helpCall&village=${villageB}`)
    expect(ended).toMatchObject({ id: call?.id, closedAt: clock.now() })
    const open = await incidents('open=true')
    expect(open.map((one) => one.village)).toEqual([villageA, villageA])
  })

  it('tell nobody of places they may not see', async () => {
    const text = JSON.stringify(await incidents('', 'grid-two'))
    expect(text).not.toContain(villageB)
    expect(text).not.toMatch(new RegExp(`"${townCode}201001"`))
  })
})
