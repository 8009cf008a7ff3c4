import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { streamEvents } from '../../../../gateway/http/schemas.ts'
import { until } from '../../../adapters/mqtt/kit.ts'
import { type House, openHouse, type Person, signIn, villageA, villageB } from '../house.ts'
import { type Listener, type ListenOptions, type LiveEvent, listen } from '../listener.ts'
import { onAir, sayOnce } from '../on-air.ts'
import { hour, minute, townClock } from '../town-clock.ts'

/** What a screen hears while devices speak and people act, in the documented shapes. */

const clock = townClock()
const open: Listener[] = []
let house: House
let operator: Person

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`grid-three,三格,gridWorker,${villageA}003`, `leaver,走人,operator,990101101`],
  })
  operator = await house.as('operator-town')
})

afterAll(async () => {
  for (const live of open) live.stop()
  await house?.stop()
})

async function hear(options: ListenOptions): Promise<Listener> {
  const live = await listen(house.base, options)
  open.push(live)
  await live.wait((event) => event.event === 'hello')
  return live
}

type Name = keyof typeof streamEvents

/** Every event must be one of the documented ones, and of its shape to the letter. */
function expectDocumented({ event, data }: LiveEvent): void {
  expect(Object.keys(streamEvents)).toContain(event)
  const schema = streamEvents[event as Name]
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema
  const outcome = strict.safeParse(data)
  expect(outcome.error, `${event}: ${JSON.stringify(data)}`).toBeUndefined()
}

const of = (name: Name, fits: (data: LiveEvent['data']) => boolean = () => true) => {
  return (event: LiveEvent) => event.event === name && fits(event.data)
}

const help = (device: string) =>
  sayOnce(house, device, 'event', { ts: clock.now(), type: 'help', state: 'pulse' })

/** Where the device stands decides which grid hears of it. */
const named = (live: Listener, name: Name) => live.events.filter((one) => one.event === name)

describe('the events', () => {
  it('of a call for help are all there, each in its documented shape', async () => {
    const live = await hear({ cookie: operator.cookie })
    await help('v1-sos1')
    const alarm = await live.wait(of('alarm', (data) => data.device === 'v1-sos1'))
    const incident = await live.wait(of('incident', (data) => data.id === alarm.data.incident))
    const opened = await live.wait(of('case', (data) => data.incident === incident.data.id))
    await live.wait(of('device', (data) => data.id === 'v1-sos1' && data.online === true))
    expect(opened.data).toMatchObject({ state: 'reported', alarms: 1, severity: 'red' })
    await operator.post(`/api/v1/cases/${opened.data.id}/actions`, { action: 'accept' })
    await live.wait(of('case', (data) => data.state === 'accepted'))
    await operator.post(`/api/v1/alarms/${alarm.data.id}/acknowledge`)
    await live.wait(of('alarm', (data) => data.acknowledgedBy === 'operator'))
    for (const event of live.events) expectDocumented(event)
    live.stop()
  })

  it('say what asking says', async () => {
    const live = await hear({ cookie: operator.cookie })
    await help('v2-sos1')
    const { data } = await live.wait(of('case', (one) => one.village === villageB))
    const { body } = await operator.get(`/api/v1/cases?village=${villageB}`)
    expect(data).toEqual(body.items[0])
    live.stop()
  })

  it('carry readings with device, property, time and value, and no id', async () => {
    const live = await hear({ cookie: operator.cookie })
    await sayOnce(house, 'v3-met1', 'telemetry', {
      ts: clock.now() - minute,
      readings: { temperature: 21.5, humidity: 60 },
    })
    const event = await live.wait(of('readings', (data) => data[0][0] === 'v3-met1'))
    expectDocumented(event)
    expect(event.id).toBeUndefined()
    expect(event.data.toSorted()).toEqual([
      ['v3-met1', 'humidity', clock.now() - minute, 60],
      ['v3-met1', 'temperature', clock.now() - minute, 21.5],
    ])
    live.stop()
  })

  it('tell of a check-in to those of its place', async () => {
    const live = await hear({ cookie: operator.cookie })
    const elsewhere = await hear({ cookie: (await house.as('operator-a')).cookie })
    const walker = await house.as('patroller-a')
    const checkIn = (id: string, point: string) =>
      walker.post('/api/v1/patrol/checkins', [
        { id, tag: 'manual', point, note: '标签坏了', at: clock.now() },
      ])
    await checkIn('told-1', 'p201')
    await checkIn('told-2', 'p101')
    const own = await elsewhere.wait(of('patrol'))
    const { body } = await operator.get('/api/v1/patrol/checkins/told-2')
    expect(own.data).toEqual({ id: body.round, kind: 'round' })
    expectDocumented(own)
    await live.wait(of('patrol', (data) => data.id === body.round))
    expect(named(live, 'patrol').length).toBeGreaterThan(named(elsewhere, 'patrol').length)
    live.stop()
    elsewhere.stop()
  })

  it('tell of a device that goes, with when', async () => {
    const live = await hear({ cookie: operator.cookie })
    const air = await onAir(house, 'v3-pm1')
    await air.say('status', 'online')
    await live.wait(of('device', (data) => data.id === 'v3-pm1' && data.online === true))
    await air.say('status', 'offline')
    const gone = await live.wait(of('device', (data) => data.id === 'v3-pm1' && !data.online))
    expect(gone.data).toEqual({ id: 'v3-pm1', online: false, at: clock.now() })
    await air.leave()
    live.stop()
  })

  it('come with ids that grow, so that a browser resumes after the last', async () => {
    const live = await hear({ cookie: operator.cookie })
    await help('v4-sos1')
    await live.wait(of('case', (data) => data.village === '990101101204'))
    const numbers = live.events
      .filter((event) => event.id !== undefined)
      .map((event) => Number(event.id?.split('.')[0]))
    expect(numbers.length).toBeGreaterThan(3)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    live.stop()
  })
})

describe('the answer', () => {
  it('is an event stream that nothing on the way keeps or holds back', async () => {
    const live = await hear({ cookie: operator.cookie })
    expect(live.status).toBe(200)
    expect(live.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    expect(live.headers['content-length']).toBeUndefined()
    expect(live.events[0]?.data).toEqual({ now: clock.now() })
    live.stop()
  })

  it('beats while nothing happens, so that a dead line is noticed', async () => {
    const live = await hear({ cookie: operator.cookie })
    await until('a heartbeat', () => live.beats() > 0)
    live.stop()
  })

  it.each(['v1 pm1', 'a/b', 'a;b', '%00', 'x'.repeat(13_001)])(
    'to devices that are none is 400 (%.10s)',
    async (devices) => {
      const query = new URLSearchParams({ devices }).toString()
      const answer = await operator.get(`/api/v1/stream?${query}`)
      expect(answer.status).toBe(400)
      expect(answer.body.detail).toMatch(/querystring\.devices/)
    },
  )
})

describe('who hears what', () => {
  it('a village its own, a grid its own, both without what lies beside', async () => {
    const village = await hear({ cookie: (await house.as('viewer-a')).cookie })
    const grid = await hear({ cookie: (await house.as('grid-three')).cookie })
    clock.advance(hour)
    // Neighbour first: what comes of it must be over when the own one arrives.
    await help('v5-sos1')
    await sayOnce(house, 'v1-pm1', 'telemetry', { readings: { pm25: 5 } })
    await sayOnce(house, 'v1-smoke3', 'telemetry', { readings: { smoke: 1 } })
    await village.wait(of('readings', (data) => data[0][0] === 'v1-smoke3'))
    await grid.wait(of('readings', (data) => data[0][0] === 'v1-smoke3'))
    const heard = (live: Listener) =>
      new Set(named(live, 'readings').flatMap((one) => one.data.map((r: string[]) => r[0])))
    expect(heard(village)).toEqual(new Set(['v1-pm1', 'v1-smoke3']))
    expect(heard(grid)).toEqual(new Set(['v1-smoke3']))
    expect(named(grid, 'device').map((one) => one.data.id)).not.toContain('v1-pm1')
    for (const live of [village, grid]) {
      expect(JSON.stringify(live.events)).not.toMatch(/v5-sos1|990101101205/)
      live.stop()
    }
  })

  it('asking for devices of another village does not show them', async () => {
    const { cookie } = await house.as('viewer-a')
    const live = await hear({ cookie, query: '?devices=v2-pm1,v1-pm2' })
    await sayOnce(house, 'v2-pm1', 'telemetry', { readings: { pm25: 8 } })
    await sayOnce(house, 'v1-pm3', 'telemetry', { readings: { pm25: 8 } })
    await sayOnce(house, 'v1-pm2', 'telemetry', { readings: { pm25: 9 } })
    await live.wait(of('readings', (data) => data[0][0] === 'v1-pm2'))
    expect(named(live, 'readings')).toHaveLength(1)
    live.stop()
  })

  it('the device filter cuts the readings and nothing else', async () => {
    const live = await hear({ cookie: operator.cookie, query: '?devices=v8-pm1' })
    await sayOnce(house, 'v6-pm1', 'telemetry', { readings: { pm25: 8 } })
    await help('v6-sos1')
    await live.wait(of('case', (data) => data.village === '990101101206'))
    await live.wait(of('device', (data) => data.id === 'v6-pm1'))
    expect(named(live, 'readings')).toEqual([])
    live.stop()
  })
})

describe('resuming', () => {
  it('shows what was missed as it is now, once, however often it changed', async () => {
    const live = await hear({ cookie: operator.cookie })
    await help('v7-sos1')
    const opened = await live.wait(of('case', (data) => data.village === '990101101207'))
    const lastEventId = live.events.findLast((event) => event.id !== undefined)?.id
    live.stop()
    await live.closed
    const path = `/api/v1/cases/${opened.data.id}/actions`
    await operator.post(path, { action: 'accept' })
    await operator.post(path, { action: 'dispatch', to: { team: '红袖标7队' } })
    await operator.post(path, { action: 'sign' })
    const again = await hear({ cookie: operator.cookie, lastEventId })
    await again.wait(of('case', (data) => data.state === 'handling'))
    const cases = named(again, 'case').filter((event) => event.data.id === opened.data.id)
    expect(cases.map((event) => event.data.version)).toEqual([4])
    expect(named(again, 'reset')).toEqual([])
    again.stop()
  })

  it('of an id it never gave begins anew and says so, in the documented shape', async () => {
    const live = await hear({ cookie: operator.cookie, lastEventId: '7.otherhouse' })
    const reset = await live.wait(of('reset'))
    expectDocumented(reset)
    expect(live.events.map((event) => event.event).slice(0, 2)).toEqual(['hello', 'reset'])
    live.stop()
  })

  it('somebody of another place resumes into nothing of this one', async () => {
    const live = await hear({ cookie: operator.cookie })
    const hello = live.events[0]?.id
    live.stop()
    await help('v8-sos1')
    await sayOnce(house, 'v1-pm4', 'telemetry', { readings: { pm25: 5 } })
    const village = await hear({
      cookie: (await house.as('viewer-a')).cookie,
      lastEventId: hello,
    })
    await village.wait(of('device', (data) => data.id === 'v1-pm4'))
    expect(JSON.stringify(village.events)).not.toContain('990101101208')
    village.stop()
  })
})

describe('the end', () => {
  it('comes with sign-out, for every screen of that session and no other', async () => {
    const leaver = await signIn(house.ask, 'leaver')
    const screens = await Promise.all([
      hear({ cookie: leaver.cookie }),
      hear({ cookie: leaver.cookie }),
    ])
    const other = await hear({ cookie: operator.cookie })
    expect((await leaver.send('DELETE', '/api/v1/session')).status).toBe(204)
    await Promise.all(screens.map((screen) => screen.closed))
    await sayOnce(house, 'v3-pm4', 'telemetry', { readings: { pm25: 5 } })
    await other.wait(of('readings', (data) => data[0][0] === 'v3-pm4'))
    other.stop()
  })

  it('comes when the session’s time is over', async () => {
    const leaver = await signIn(house.ask, 'leaver')
    const screen = await hear({ cookie: leaver.cookie })
    clock.advance(12 * hour + 1)
    await screen.closed
    expect((await leaver.get('/api/v1/session')).status).toBe(401)
  })

  it('without a session there is no stream', async () => {
    const answer = await house.ask('/api/v1/stream')
    expect(answer.status).toBe(401)
    expect(answer.body.detail).toMatch(/Sign in first/)
  })
})
