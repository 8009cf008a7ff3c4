import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type House,
  openHouse,
  type Person,
  seedCase,
  signIn,
  villageA,
  villageB,
} from './house.ts'
import { type LiveEvent as Event, type Listener, listen as listenTo } from './listener.ts'

/** The live stream over a real socket. */

function listen(
  base: string,
  { cookie }: Pick<Person, 'cookie'>,
  more: { query?: string; lastEventId?: string } = {},
): Promise<Listener> {
  return listenTo(base, { cookie, ...more })
}

let house: House
let operator: Person

beforeAll(async () => {
  house = await openHouse()
  operator = await house.as('operator-town')
})

afterAll(() => house?.stop())

let count = 0

/** A change of a case, through the house, so that the outbox has it. */
async function change(village: string): Promise<string> {
  count += 1
  const id = `live-${count}`
  await seedCase(house.db, { id, village })
  await operator.post(`/api/v1/cases/${id}/actions`, { action: 'accept' })
  return id
}

const isCase = (id: string) => (event: Event) => event.event === 'case' && event.data.id === id

const devicesOf = (live: Listener) =>
  live.events.filter((one) => one.event === 'readings').flatMap((one) => one.data)
const has = (device: string) => (event: Event) =>
  event.event === 'readings' && event.data.some((reading: string[]) => reading[0] === device)

describe('the live stream', () => {
  it('says hello, and then sends what changes as its present view', async () => {
    const live = await listen(house.base, operator)
    await live.wait((event) => event.event === 'hello')
    const id = await change(villageA)
    const event = await live.wait(isCase(id))
    expect(event.data).toMatchObject({
      state: 'accepted',
      version: 2,
      lastAlarm: { id: `a-${id}` },
    })
    expect(event.id).toMatch(/^\d+\.[0-9a-f]{8}$/)
    live.stop()
  })

  it('keeps to the scope', async () => {
    const live = await listen(house.base, await house.as('viewer-a'))
    const elsewhere = await change(villageB)
    const here = await change(villageA)
    await live.wait(isCase(here))
    expect(live.events.some(isCase(elsewhere))).toBe(false)
    live.stop()
  })

  it('resumes after the last id: nothing is lost, nothing comes twice', async () => {
    const first = await listen(house.base, operator)
    const seen = await change(villageA)
    const last = await first.wait(isCase(seen))
    first.stop()
    await first.closed
    const missed = [await change(villageA), await change(villageB), await change(villageA)]
    const again = await listen(house.base, operator, { lastEventId: last.id as string })
    const fresh = await change(villageA)
    await again.wait(isCase(fresh))
    const cases = again.events
      .filter((event) => event.event === 'case')
      .map((event) => event.data.id)
    expect(cases).toEqual([...missed, fresh])
    expect(again.events.some((event) => event.event === 'reset')).toBe(false)
    again.stop()
  })

  it('can be resumed from the hello, before anything happened', async () => {
    const first = await listen(house.base, operator)
    const hello = await first.wait((event) => event.event === 'hello')
    first.stop()
    await first.closed
    const id = await change(villageA)
    const again = await listen(house.base, operator, { lastEventId: hello.id as string })
    await again.wait(isCase(id))
    again.stop()
  })

  it('loses nothing when many resume while changes go on', async () => {
    const start = await listen(house.base, operator)
    const hello = await start.wait((event) => event.event === 'hello')
    start.stop()
    const ids: string[] = []
    const changing = (async () => {
      for (let index = 0; index < 20; index++) ids.push(await change(villageA))
    })()
    const many = await Promise.all(
      Array.from({ length: 10 }, () =>
        listen(house.base, operator, { lastEventId: hello.id as string }),
      ),
    )
    await changing
    const last = ids.at(-1) as string
    for (const live of many) {
      await live.wait(isCase(last))
      const got = live.events
        .filter((event) => event.event === 'case')
        .map((event) => event.data.id)
      expect(got.filter((id) => ids.includes(id))).toEqual(ids)
      live.stop()
    }
  })

  it.each([
    ['another installation', '1.ffffffff'],
    ['the future', (id: string) => id.replace(/^\d+/, '999999999')],
    ['nonsense', 'abc'],
    ['a plain number', '1'],
  ])('an id of %s means: ask everything again', async (_name, id) => {
    const first = await listen(house.base, operator)
    const hello = await first.wait((event) => event.event === 'hello')
    first.stop()
    const lastEventId = typeof id === 'string' ? id : id(hello.id as string)
    const live = await listen(house.base, operator, { lastEventId })
    const reset = await live.wait((event) => event.event === 'reset')
    expect(reset.id).toBe(hello.id)
    live.stop()
  })

  it('carries new readings of the scope, and of the asked devices only', async () => {
    const all = await listen(house.base, await house.as('viewer-a'))
    const some = await listen(house.base, operator, { query: '?devices=v1-pm2' })
    const other = await listen(house.base, operator, { query: '?devices=v2-pm1' })
    await Promise.all([all, some, other].map((live) => live.wait((one) => one.event === 'hello')))
    await publish('v2-pm1', villageB, { pm25: 30 })
    await publish('v1-pm1', villageA, { pm25: 41.5 })
    await publish('v1-pm2', villageA, { pm25: 42.5 })
    await all.wait(has('v1-pm2'))
    await some.wait(has('v1-pm2'))
    await other.wait(has('v2-pm1'))
    expect(devicesOf(all).map((reading) => reading[0])).toEqual(['v1-pm1', 'v1-pm2'])
    expect(devicesOf(some)).toEqual([['v1-pm2', 'pm25', expect.any(Number), 42.5]])
    for (const live of [all, some, other]) live.stop()
  })

  it('ends when its session is signed out', async () => {
    const person = await signIn(house.ask, 'supervisor-town')
    const live = await listen(house.base, person)
    await live.wait((event) => event.event === 'hello')
    await person.send('DELETE', '/api/v1/session')
    await live.closed
  })

  it('ends when its session is taken away in the database, within two heartbeats', async () => {
    const person = await signIn(house.ask, 'villageCadre-town')
    const live = await listen(house.base, person)
    await live.wait((event) => event.event === 'hello')
    const user = await house.db
      .selectFrom('user')
      .select('id')
      .where('username', '=', 'villageCadre-town')
      .executeTakeFirstOrThrow()
    await house.db.deleteFrom('session').where('user_id', '=', user.id).execute()
    await live.closed
  })

  it('is counted in the figures while somebody listens', async () => {
    const live = await listen(house.base, operator)
    await live.wait((event) => event.event === 'hello')
    expect((await house.ask('/metrics')).text).toMatch(/^lianxun_stream_clients [1-9]/m)
    live.stop()
  })
})

async function publish(
  device: string,
  village: string,
  readings: Record<string, number>,
): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${house.gateway.mqttPort()}`, {
    username: device,
    password: house.secrets[device] as string,
    clientId: device,
  })
  await client.publishAsync(
    `lianxun/${village}/${device}/telemetry`,
    JSON.stringify({ readings }),
    {
      qos: 1,
    },
  )
  await client.endAsync()
}
