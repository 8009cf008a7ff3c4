import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QuarantineReason } from '../../gateway/domain/observation.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from '../adapters/mqtt/mosquitto.ts'
import {
  type DeviceClient,
  importTown,
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
  villageB,
} from '../support/town-gateway.ts'

/**
 * Each way of being wrong, from the wire to the desk: acknowledged, in quarantine with its reason,
 * seen there, repaired, counted once, and never a second time.
 */
interface Malformed {
  name: string
  reason: QuarantineReason
  channel?: 'telemetry' | 'event' | 'checkin' | 'status'
  village?: string
  payload: string | Buffer
  /** What the desk makes of it; it must hold exactly one observation. */
  repaired: string
}

const at = Date.now() - 3_600_000
/** A time of its own for each row, so that none is the repetition of another. */
const ts = (row: number) => at + row * 1000
const good = (row: number, property = 'pm25', value = 20) =>
  JSON.stringify({ ts: ts(row), readings: { [property]: value } })
const telemetry = (row: number, readings: object) => JSON.stringify({ ts: ts(row), readings })

const table: Malformed[] = [
  { name: 'no bytes', reason: 'unparseable', payload: '', repaired: good(1) },
  { name: 'half of it', reason: 'unparseable', payload: '{"readings":{"pm', repaired: good(2) },
  {
    name: 'bad UTF-8',
    reason: 'unparseable',
    payload: Buffer.from([0x7b, 0xff, 0xfe]),
    repaired: good(3),
  },
  {
    name: 'XML',
    reason: 'unparseable',
    payload: '<?xml version="1.0"?><!DOCTYPE a>',
    repaired: good(4),
  },
  { name: 'NaN', reason: 'unparseable', payload: '{"readings":{"pm25":NaN}}', repaired: good(5) },
  {
    name: 'a number too large',
    reason: 'invalid',
    payload: '{"readings":{"pm25":1e999}}',
    repaired: good(6),
  },
  {
    name: 'a value as text',
    reason: 'invalid',
    payload: telemetry(7, { pm25: '20' }),
    repaired: good(7),
  },
  { name: 'null', reason: 'invalid', payload: 'null', repaired: good(8) },
  { name: 'an empty array', reason: 'invalid', payload: '[]', repaired: good(9) },
  { name: 'no readings', reason: 'invalid', payload: telemetry(10, {}), repaired: good(10) },
  {
    name: 'unknown property',
    reason: 'unknownProperty',
    payload: telemetry(11, { pm26: 20 }),
    repaired: good(11),
  },
  {
    name: 'wrong unit (kelvin)',
    reason: 'implausibleValue',
    payload: telemetry(12, { temperature: 293.15 }),
    repaired: good(12, 'temperature', 20),
  },
  {
    name: 'a negative weight',
    reason: 'implausibleValue',
    payload: telemetry(13, { pm25: -1 }),
    repaired: good(13),
  },
  {
    name: 'time in 1970',
    reason: 'impossibleTime',
    payload: JSON.stringify({ ts: 1_763_712_000, readings: { pm25: 20 } }),
    repaired: good(14),
  },
  {
    name: 'time in 2099',
    reason: 'impossibleTime',
    payload: JSON.stringify({ ts: Date.UTC(2099, 0), readings: { pm25: 20 } }),
    repaired: good(15),
  },
  {
    name: 'time in words',
    reason: 'invalid',
    payload: '{"ts":"yesterday","readings":{"pm25":20}}',
    repaired: good(16),
  },
  {
    name: 'a time beyond all dates',
    reason: 'impossibleTime',
    payload: '{"ts":1e300,"readings":{"pm25":20}}',
    repaired: good(17),
  },
  {
    name: 'a thousand and one objects',
    reason: 'tooLarge',
    payload: `[${Array(1001).fill('{"readings":{"pm25":20}}').join()}]`,
    repaired: good(18),
  },
  {
    name: 'another village',
    reason: 'wrongVillage',
    village: villageB,
    payload: good(19),
    repaired: '',
  },
  {
    name: 'an event without a type',
    reason: 'invalid',
    channel: 'event',
    payload: '{"id":"e1"}',
    repaired: `{"ts":${ts(20)},"id":"e1","type":"selfTest"}`,
  },
  {
    name: 'a confidence in percent',
    reason: 'invalid',
    channel: 'event',
    payload: '{"id":"e2","type":"smoke","confidence":80}',
    repaired: `{"ts":${ts(21)},"id":"e2","type":"smoke","confidence":0.8}`,
  },
  {
    name: 'a picture that is none',
    reason: 'invalid',
    channel: 'event',
    payload: '{"id":"e3","type":"smoke","image":"aGVsbG8="}',
    repaired: `{"ts":${ts(22)},"id":"e3","type":"smoke"}`,
  },
  {
    name: 'a check-in without a tag',
    reason: 'invalid',
    channel: 'checkin',
    payload: '{"id":"c1"}',
    repaired: `{"ts":${ts(23)},"id":"c1","tag":"04A1"}`,
  },
  {
    name: 'a status that is none',
    reason: 'invalid',
    channel: 'status',
    payload: 'asleep',
    repaired: 'online',
  },
]

let gateway: TownGateway
let desk: Person
let station: DeviceClient

const outOfService = 'v1-pm6'

async function setState(folder: string, state: 'active' | 'outOfService'): Promise<void> {
  const file = path.join(folder, 'devices.csv')
  const [head = '', ...rows] = (await readFile(file, 'utf8')).trim().split(/\r?\n/)
  const lines = rows.map((row) => `${row},${row.startsWith(outOfService) ? state : ''}`)
  await writeFile(file, `${head},state\n${lines.join('\n')}\n`)
}

beforeAll(async () => {
  gateway = await openTownGateway({
    prepare: (folder) => setState(folder, 'outOfService'),
  })
  desk = await gateway.as('desk01')
  station = await gateway.device('v1-pm1', villageA)
  await until('its presence', async () => (await stored()) === 1)
})

afterAll(async () => {
  await station?.leave()
  await gateway?.remove()
})

interface Item {
  id: number
  reason: string
  detail: string
  payload: string
  state: string
  count: number
  village: string | null
}

async function waiting(device = 'v1-pm1'): Promise<Item[]> {
  return (await desk.get(`/api/v1/quarantine?state=waiting&device=${device}`)).body.items
}

async function stored(device = 'v1-pm1'): Promise<number> {
  const { items } = (await desk.get(`/api/v1/observations?device=${device}&limit=200`)).body
  return items.length
}

test.each(table)('malformed payload, $name: $reason', async (row) => {
  const { channel = 'telemetry', village = villageA, payload, reason, repaired } = row
  const before = await stored()
  await station.client.publishAsync(`lianxun/${village}/v1-pm1/${channel}`, payload, { qos: 1 })
  await station.client.publishAsync(`lianxun/${village}/v1-pm1/${channel}`, payload, { qos: 1 })
  const [item, ...others] = (await waiting()) as [Item, ...Item[]]
  expect(others).toEqual([])
  // Sent twice it is one, counted twice.
  expect(item).toMatchObject({ reason, state: 'waiting', count: 2, village: villageA })
  expect(item.detail.length).toBeGreaterThan(20)
  expect(await stored()).toBe(before)

  const replay = (body: object) => desk.send('POST', `/api/v1/quarantine/${item.id}/replay`, body)
  const unchanged = await replay({})
  expect(unchanged.status).toBe(400)
  expect(unchanged.body.detail).toContain('Still not acceptable')
  if (repaired === '') {
    const discarded = await desk.send('POST', `/api/v1/quarantine/${item.id}/discard`, {})
    expect(discarded.body.state).toBe('discarded')
  } else {
    const answers = await Promise.all([1, 2, 3].map(() => replay({ payload: repaired })))
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
    expect(await stored()).toBe(before + 1)
    expect((await replay({ payload: repaired })).status).toBe(409)
  }
  expect(await waiting()).toEqual([])
  expect(await stored()).toBe(before + (repaired === '' ? 0 : 1))
})

test('malformed payload, out of service: the device is put back, then the message counts', async () => {
  const device = await gateway.device(outOfService, villageA)
  await device.say('telemetry', good(1))
  await device.leave()
  const items = await waiting(outOfService)
  const [item] = items.filter(({ payload }) => payload.includes('pm25')) as [Item]
  expect(item.reason).toBe('outOfService')
  expect(await stored(outOfService)).toBe(0)
  await importTown(gateway.settings, { prepare: (folder) => setState(folder, 'active') })
  const replay = () => desk.send('POST', `/api/v1/quarantine/${item.id}/replay`, {})
  await until('the gateway to know of it', async () => (await replay()).status === 200)
  expect(await stored(outOfService)).toBe(1)
  expect((await replay()).status).toBe(409)
})

describe.skipIf(lacksMosquitto('unknown device'))('through an outside broker', () => {
  let mosquitto: Mosquitto
  let house: TownGateway

  beforeAll(async () => {
    mosquitto = await startMosquitto()
    house = await openTownGateway({ settings: { LIANXUN_MQTT_URL: mosquitto.url } })
    await until('the broker', async () => (await house.ask('/readyz')).status === 200)
  })

  afterAll(async () => {
    await house?.remove()
    await mosquitto?.stop()
  })

  test('malformed payload, unknown device: adopted from quarantine, its message counts', async () => {
    const admin = await house.as('admin01')
    const client = await mqtt.connectAsync(mosquitto.url)
    for (const [device, village] of [
      ['new-pm1', villageA],
      ['new-pm1', villageA],
      ['stray', '000000000000'],
    ]) {
      await client.publishAsync(`lianxun/${village}/${device}/telemetry`, good(1), { qos: 1 })
    }
    await client.endAsync()
    const listed = async () => (await admin.get('/api/v1/quarantine?state=waiting')).body.items
    await until('both messages', async () => (await listed()).length === 2)
    await until('the repetition', async () =>
      (await listed()).some(({ count }: Item) => count === 2),
    )
    for (const { reason } of await listed()) expect(reason).toBe('unknownDevice')
    const adopted = await admin.send('POST', '/api/v1/devices', {
      id: 'new-pm1',
      name: '新空气站',
      kind: 'airStation',
      village: villageA,
      lon: 106.7044,
      lat: 29.1833,
    })
    expect(adopted.status).toBe(201)
    const seen = async () =>
      (await admin.get('/api/v1/observations?device=new-pm1')).body.items as unknown[]
    await until('its reading', async () => (await seen()).length > 0)
    expect(await seen()).toHaveLength(1)
    expect((await listed()).map(({ device }: { device: string }) => device)).toEqual(['stray'])
  })
})
