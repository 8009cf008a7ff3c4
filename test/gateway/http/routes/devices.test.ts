import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  adoptedDeviceSchema,
  type DeviceView,
  deviceSchema,
  pageOf,
  type QuarantineView,
} from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, villageA, villageB } from '../house.ts'
import { allPages, onAir, sayOnce, seen } from '../on-air.ts'
import { minute, townClock, townMonday } from '../town-clock.ts'

/** The devices of the town, what was last heard of them, and how new ones come in. */

const clock = townClock()
const path = '/api/v1/devices'
const page = pageOf(deviceSchema.strict()).strict()
let house: House

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      `grid-one,一格,viewer,${villageA}001`,
      `admin-grid,格管,townAdmin,${villageA}001`,
      `watcher,看守,supervisor,990101101`,
    ],
  })
})

afterAll(() => house?.stop())

async function device(id: string, username = 'operator-town'): Promise<DeviceView> {
  const { body } = await (await house.as(username)).get(`${path}/${id}`)
  return deviceSchema.strict().parse(body)
}

/** What was heard last is kept with the next checkpoint of the rules; this makes it due. */
async function checkpoint(): Promise<void> {
  clock.advance(6000)
  await sayOnce(house, 'v8-reader1', 'status', 'online')
}

const ids = (list: readonly { id: string }[]) => list.map((one) => one.id)

describe('the list of devices', () => {
  it('is of the documented shape, by id', async () => {
    const { body } = await (await house.as('operator-town')).get(`${path}?limit=200`)
    const { items, nextCursor } = page.parse(body)
    expect(items).toHaveLength(117)
    expect(nextCursor).toBeNull()
    expect(ids(items)).toEqual(ids(items).toSorted())
    expect(items.every((one) => one.online === null && one.latest.length === 0)).toBe(true)
  })

  it.each([1, 13, 50, 116, 117, 118])('in pages of %i has each once', async (limit) => {
    const { items, sizes } = await allPages(
      await house.as('operator-town'),
      `${path}?limit=${limit}`,
    )
    expect(new Set(ids(items)).size).toBe(117)
    expect(items).toHaveLength(117)
    expect(sizes).toHaveLength(Math.ceil(117 / limit))
  })

  it.each([
    ['operator-town', '', 117],
    ['operator-town', `&village=${villageB}`, 15],
    ['viewer-a', '', 14],
    ['viewer-a', `&village=${villageB}`, 0],
  ])('for %s (%s) has %i', async (username, query, count) => {
    const { items } = await allPages(await house.as(username), `${path}?limit=200${query}`)
    expect(items).toHaveLength(count)
  })

  it('of a grid are those that stand in it', async () => {
    const { items } = await allPages(await house.as('grid-one'), `${path}?limit=200`)
    expect(items.length).toBeGreaterThan(0)
    expect(items.every((one) => one.grid === `${villageA}001`)).toBe(true)
  })

  it('keeps where a camera looks', async () => {
    expect(await device('v1-cam1')).toMatchObject({
      kind: 'camera',
      adapter: 'onvif',
      headingDeg: 195,
      fieldOfViewDeg: 60,
      state: 'active',
    })
    expect(await device('v1-pm1')).toMatchObject({ headingDeg: null, fieldOfViewDeg: null })
  })

  it.each(['nonsense', 'djEtcG0x%00', '%20', Buffer.from('a/#').toString('base64url')])(
    'a cursor that the gateway never gave is refused (%s)',
    async (cursor) => {
      const answer = await (await house.as('operator-town')).get(`${path}?cursor=${cursor}`)
      expect(answer.status).toBe(400)
      expect(answer.body.detail).toMatch(/ask for the first page again/)
    },
  )

  it('a village that is no code is refused', async () => {
    const answer = await (await house.as('operator-town')).get(`${path}?village=Qingshi`)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(/12 digits of a village/)
  })
})

describe('what was last heard', () => {
  it('is nothing of a device that was offline before it said anything', async () => {
    const row = { device: 'v2-met1', last_received_at: 0, online: 0 }
    await house.db.insertInto('presence').values(row).execute()
    expect(await device('v2-met1')).toMatchObject({ online: false, lastReceivedAt: null })
  })

  it('is there with value, unit and time, and the device is online', async () => {
    await sayOnce(house, 'v1-met1', 'telemetry', {
      ts: townMonday - minute,
      readings: { temperature: 31.2, humidity: 40, wind: 3.5 },
    })
    await checkpoint()
    const person = await house.as('operator-town')
    await seen<DeviceView>(person, `${path}/v1-met1`, (body) => body.latest.length === 3)
    expect(await device('v1-met1')).toMatchObject({
      online: true,
      lastReceivedAt: townMonday,
      latest: [
        { property: 'humidity', value: 40, unit: '%', at: townMonday - minute },
        { property: 'temperature', value: 31.2, unit: '°C', at: townMonday - minute },
        { property: 'wind', value: 3.5, unit: 'm/s', at: townMonday - minute },
      ],
    })
  })

  it('a reading that comes late does not replace a newer one', async () => {
    const air = await onAir(house, 'v1-met1')
    await air.say('telemetry', { ts: townMonday - 60 * minute, readings: { temperature: 10 } })
    await air.say('telemetry', { ts: townMonday, readings: { temperature: 33 } })
    await air.leave()
    await checkpoint()
    const person = await house.as('operator-town')
    const { latest } = await seen<DeviceView>(person, `${path}/v1-met1`, (body) =>
      body.latest.some((one) => one.value === 33),
    )
    expect(latest.find((one) => one.property === 'temperature')?.at).toBe(townMonday)
    expect(latest.find((one) => one.property === 'humidity')?.value).toBe(40)
  })

  it('a device whose line breaks is offline; its last word stays', async () => {
    await sayOnce(house, 'v1-met1', 'status', 'offline')
    const person = await house.as('operator-town')
    const gone = await seen<DeviceView>(person, `${path}/v1-met1`, (body) => body.online === false)
    expect(gone.latest).toHaveLength(3)
  })

  it('is the same in the list and alone', async () => {
    const person = await house.as('viewer-a')
    const { body } = await person.get(`${path}?limit=200`)
    const listed = body.items.find((one: DeviceView) => one.id === 'v1-met1')
    expect(listed).toEqual(await device('v1-met1', 'viewer-a'))
  })

  it.each([
    ['grid-one', 'v2-pm1'],
    ['viewer-a', 'v2-pm1'],
    ['operator-town', 'v1-pm99'],
  ])('for %s there is no %s', async (username, id) => {
    const answer = await (await house.as(username)).get(`${path}/${id}`)
    expect(answer.status).toBe(404)
    expect(answer.body.detail).toMatch(/no such device, or it is outside your area/)
  })
})

const fresh = (id: string, more: object = {}) => ({
  id,
  name: '新空气站',
  kind: 'airStation',
  village: villageA,
  lon: 106.704425,
  lat: 29.183339,
  ...more,
})

describe('adopting', () => {
  it('gives a secret that opens the door at once, and only to its own topics', async () => {
    const admin = await house.as('townAdmin-town')
    const answer = await admin.post(path, fresh('v1-new'))
    expect(answer.status).toBe(201)
    const { device: view, secret } = adoptedDeviceSchema.strict().parse(answer.body)
    expect(view).toMatchObject({ id: 'v1-new', adapter: 'mqtt', grid: `${villageA}001` })
    await expect(onAir(house, 'v1-new', 'a-guess')).rejects.toThrow(/not authori[sz]ed|Bad user/i)
    const air = await onAir(house, 'v1-new', secret)
    await air.say('telemetry', { readings: { pm25: 7 } })
    await air.leave()
    await checkpoint()
    await seen<DeviceView>(admin, `${path}/v1-new`, (body) => body.latest[0]?.value === 7)
  })

  it('a point in no grid belongs to the village itself', async () => {
    const admin = await house.as('townAdmin-a')
    const answer = await admin.post(path, fresh('v1-far', { lon: 10, lat: 10 }))
    expect(answer.body.device).toMatchObject({ village: villageA, grid: null })
  })

  it('is written down with who did it', async () => {
    const rows = await house.db
      .selectFrom('audit')
      .innerJoin('user', 'user.id', 'audit.actor')
      .select(['username', 'act', 'at'])
      .where('subject', '=', 'device:v1-new')
      .execute()
    expect(rows).toEqual([
      { username: 'townAdmin-town', act: 'adoptDevice', at: clock.now() - 6000 },
    ])
  })

  it.each([
    ['operator-town', {}, 403, /role operator/],
    ['watcher', {}, 403, /role supervisor/],
    ['townAdmin-a', { village: villageB }, 404, /outside your area/],
    ['admin-grid', {}, 404, /outside your area/],
    ['townAdmin-town', { village: '990101101' }, 400, /no village 990101101/],
    ['townAdmin-town', { village: `${villageA}001` }, 400, /no village/],
    ['townAdmin-town', { id: '' }, 400, /body\.id/],
    ['townAdmin-town', { id: 'x'.repeat(65) }, 400, /body\.id/],
    ['townAdmin-town', { id: '../x' }, 400, /body\.id/],
    ['townAdmin-town', { name: '' }, 400, /body\.name/],
    ['townAdmin-town', { lon: '106.7' }, 400, /body\.lon/],
    ['townAdmin-town', { id: 'v1-pm1' }, 409, /v1-pm1/],
  ])('by %s with %j is %i', async (username, more, status, words) => {
    const answer = await (await house.as(username)).post(path, fresh('v1-none', more))
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(words)
    const left = await (await house.as('operator-town')).get(`${path}/v1-none`)
    expect(left.status).toBe(404)
  })

  it('two who adopt the same device at once: one gets the secret, and it is the right one', async () => {
    const names = ['townAdmin-town', 'townAdmin-a']
    const answers = await Promise.all(
      names.map(async (name) => (await house.as(name)).post(path, fresh('v1-twice'))),
    )
    const won = answers.find((answer) => answer.status === 201)
    expect(answers.map((answer) => answer.status)).toContain(409)
    const air = await onAir(house, 'v1-twice', won?.body.secret)
    await air.leave()
  })

  it('of what the device said as somebody unknown nothing is left waiting', async () => {
    const person = await house.as('operator-town')
    const { body } = await person.get('/api/v1/quarantine?state=waiting&device=v1-new')
    expect((body.items as QuarantineView[]).length).toBe(0)
  })
})
