import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  deviceSchema,
  type QuarantineView,
  rotatedSecretSchema,
} from '../../../../gateway/http/schemas.ts'
import { until } from '../../../adapters/mqtt/kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from '../../../adapters/mqtt/mosquitto.ts'
import { type House, openHouse, type Person, villageA } from '../house.ts'
import { seen, villageOf } from '../on-air.ts'
import { townClock } from '../town-clock.ts'

/** Secrets of devices that change while they work, and devices that are shut out. */

const day = 86_400_000
const clock = townClock()
let house: House
let admin: Person

beforeAll(async () => {
  house = await openHouse({ clock })
  admin = await house.as('townAdmin-town')
})

afterAll(() => house?.stop())

interface Link {
  client: MqttClient
  closed: Promise<void>
  isClosed(): boolean
}

async function link(device: string, secret = house.secrets[device], more = ''): Promise<Link> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${house.gateway.mqttPort()}`, {
    clientId: `${device}${more}`,
    username: device,
    password: secret ?? '',
    reconnectPeriod: 0,
  })
  let isClosed = false
  client.on('error', () => {})
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      isClosed = true
      resolve()
    })
  })
  return { client, closed, isClosed: () => isClosed }
}

/** True: let in. */
async function opens(device: string, secret: string | undefined): Promise<boolean> {
  try {
    const { client } = await link(device, secret, '-trial')
    await client.endAsync(true)
    return true
  } catch (error) {
    expect((error as { code?: number }).code).toBe(4)
    return false
  }
}

async function rotate(device: string, body: object = {}) {
  const answer = await admin.post(`/api/v1/devices/${device}/secret`, body)
  expect(answer.status).toBe(200)
  return rotatedSecretSchema.strict().parse(answer.body)
}

const view = async (device: string) =>
  deviceSchema.strict().parse((await admin.get(`/api/v1/devices/${device}`)).body)

const audited = (act: string, device: string) =>
  house.db
    .selectFrom('audit')
    .select(['actor', 'reason', 'address', 'detail'])
    .where('act', '=', act)
    .where('subject', '=', `device:${device}`)
    .execute()

describe('a new secret', () => {
  it('leaves the device connected; the old one opens until the new one is used', async () => {
    const device = 'v1-pm1'
    const old = await link(device)
    const { secret, oldSecretUntil } = await rotate(device)
    expect(oldSecretUntil).toBe(clock.now() + 7 * day)
    expect((await view(device)).oldSecretUntil).toBe(oldSecretUntil)
    const topic = `lianxun/${villageOf(device)}/${device}/telemetry`
    await old.client.publishAsync(topic, '{"readings":{"pm25":31}}', { qos: 1 })
    expect(await opens(device, house.secrets[device])).toBe(true)
    expect(old.isClosed()).toBe(false)

    const fresh = await link(device, secret, '-new')
    await old.closed
    expect(await opens(device, house.secrets[device])).toBe(false)
    expect((await view(device)).oldSecretUntil).toBeNull()
    await fresh.client.publishAsync(topic, '{"readings":{"pm25":32}}', { qos: 1 })
    await until('the table to forget it', async () => {
      const row = await house.db
        .selectFrom('device')
        .select('previous_secret_hash')
        .where('id', '=', device)
        .executeTakeFirstOrThrow()
      return row.previous_secret_hash === null
    })
    await fresh.client.endAsync(true)
    expect(await audited('rotateSecret', device)).toMatchObject([{ address: '127.0.0.1' }])
  })

  it('at once: who is connected with the old one is cut off', async () => {
    const device = 'v1-pm2'
    const old = await link(device)
    const { secret, oldSecretUntil } = await rotate(device, { immediately: true })
    expect(oldSecretUntil).toBeNull()
    await old.closed
    expect(await opens(device, house.secrets[device])).toBe(false)
    expect(await opens(device, secret)).toBe(true)
    expect((await audited('rotateSecret', device))[0]?.detail).toContain('at once')
  })

  it('stands nowhere: not in the log of acts, not in the device', async () => {
    const { secret } = await rotate('v1-pm3')
    const text = JSON.stringify([
      await house.db.selectFrom('audit').selectAll().execute(),
      await house.db.selectFrom('device').selectAll().execute(),
      await view('v1-pm3'),
    ])
    expect(text).not.toContain(secret)
  })

  it.each([
    ['another town administrator’s village', 'townAdmin-a', 404],
    ['a supervisor', 'supervisor-town', 403],
    ['a viewer', 'viewer-town', 403],
  ])('is not for %s', async (_name, username, status) => {
    const person = await house.as(username)
    for (const act of ['secret', 'block', 'unblock']) {
      const answer = await person.post(`/api/v1/devices/v2-pm1/${act}`, { reason: 'x' })
      expect(answer.status).toBe(status)
    }
    expect((await view('v2-pm1')).blocked).toBeNull()
  })

  it('of a device that is not there: 404', async () => {
    expect((await admin.post('/api/v1/devices/nobody/secret')).status).toBe(404)
    expect((await admin.post('/api/v1/devices/nobody/block', { reason: 'x' })).status).toBe(404)
    expect((await admin.post('/api/v1/devices/nobody/unblock')).status).toBe(404)
  })

  it.each([{ immediately: 'yes' }, { immediately: 1 }, []])('not with %j: 400', async (body) => {
    expect((await admin.post('/api/v1/devices/v1-pm4/secret', body)).status).toBe(400)
  })
})

describe('a block', () => {
  it('cuts the device off and keeps it out, with its reason, until it is lifted', async () => {
    const device = 'v1-pm5'
    const open = await link(device)
    const { status, body } = await admin.post(`/api/v1/devices/${device}/block`, {
      reason: ' 疑似被盗 ',
    })
    expect(status).toBe(200)
    expect(deviceSchema.strict().parse(body)).toMatchObject({
      blocked: { at: clock.now(), reason: '疑似被盗' },
      online: false,
    })
    await open.closed
    expect(await opens(device, house.secrets[device])).toBe(false)

    const lifted = await admin.post(`/api/v1/devices/${device}/unblock`)
    expect(deviceSchema.strict().parse(lifted.body).blocked).toBeNull()
    expect(await opens(device, house.secrets[device])).toBe(true)
    expect(await audited('blockDevice', device)).toMatchObject([
      { reason: '疑似被盗', address: '127.0.0.1' },
    ])
    expect(await audited('unblockDevice', device)).toHaveLength(1)
  })

  it.each([{}, { reason: '' }, { reason: '   ' }, { reason: 'x'.repeat(501) }])(
    'needs a reason: %j is 400',
    async (body) => {
      expect((await admin.post('/api/v1/devices/v1-pm6/block', body)).status).toBe(400)
      expect((await view('v1-pm6')).blocked).toBeNull()
    },
  )
})

describe.skipIf(lacksMosquitto('blocked devices'))('behind an outside broker', () => {
  let broker: Mosquitto
  let behind: House
  let person: Person

  beforeAll(async () => {
    broker = await startMosquitto()
    behind = await openHouse({ clock, mqtt: { mode: 'broker', url: broker.url } })
    person = await behind.as('townAdmin-town')
  })
  afterAll(async () => {
    await behind?.stop()
    await broker?.stop()
  })

  it('what a blocked device sends waits in quarantine and counts nowhere', async () => {
    const device = 'v1-pm1'
    await until('the gateway at the broker', async () => {
      return (await behind.ask('/readyz')).status === 200
    })
    await person.post(`/api/v1/devices/${device}/block`, { reason: 'it lies' })
    const sender = await mqtt.connectAsync(broker.url)
    const topic = `lianxun/${villageA}/${device}/telemetry`
    await sender.publishAsync(topic, '{"readings":{"pm25":900}}', { qos: 1 })
    await sender.endAsync()
    const waiting = await seen<{ items: QuarantineView[] }>(
      person,
      `/api/v1/quarantine?state=waiting`,
      ({ items }) => items.length === 1,
    )
    expect(waiting.items[0]).toMatchObject({ device, reason: 'blocked' })
    const { body } = await person.get(`/api/v1/observations?device=${device}`)
    expect(body.items).toEqual([])

    // Lifted, it may be replayed: what the device sent is not lost.
    await person.post(`/api/v1/devices/${device}/unblock`)
    const replay = `/api/v1/quarantine/${waiting.items[0]?.id}/replay`
    expect((await person.post(replay, {})).body.state).toBe('replayed')
  })
})

describe('an ordinary device', () => {
  it('has none of the marks', async () => {
    expect(await view('v3-cam1')).toMatchObject({
      blocked: null,
      throttled: null,
      oldSecretUntil: null,
    })
  })
})
