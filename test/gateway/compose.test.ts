import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../gateway/config/config.ts'
import type { DeviceView, QuarantineView } from '../../gateway/http/schemas.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from '../adapters/mqtt/mosquitto.ts'
import { type House, openHouse, type Person, villageA } from './http/house.ts'
import { seen } from './http/on-air.ts'

/** The whole house at somebody else's broker: a real Mosquitto of the operating system. */

const fires = `/api/v1/cases?hazard=forestFire&village=${villageA}`

describe.skipIf(lacksMosquitto('the house at an outside broker'))('at an outside broker', () => {
  let mosquitto: Mosquitto
  let house: House
  let admin: Person
  let operator: Person
  let field: MqttClient

  beforeAll(async () => {
    mosquitto = await startMosquitto()
    // As the environment says it, so that the setting itself is part of what is shown.
    const { mqtt: settings } = parseConfig({ LIANXUN_MQTT_URL: mosquitto.url })
    house = await openHouse({ mqtt: settings })
    admin = await house.as('townAdmin-town')
    operator = await house.as('operator-town')
    field = await mqtt.connectAsync(mosquitto.url, { clientId: 'field', reconnectPeriod: 20 })
    await until('the house to be ready', isReady)
  })

  afterAll(async () => {
    await field?.endAsync(true)
    await house?.stop()
    await mosquitto?.stop()
  })

  const isReady = async () => (await house.ask('/readyz')).status === 200

  async function say(device: string, channel: string, payload: unknown, village = villageA) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    await field.publishAsync(`lianxun/${village}/${device}/${channel}`, text, { qos: 1 })
  }

  async function waiting(device: string, count: number): Promise<QuarantineView[]> {
    const path = `/api/v1/quarantine?state=waiting&device=${device}`
    const { items } = await seen<{ items: QuarantineView[] }>(
      operator,
      path,
      (body) => body.items.length === count,
    )
    return items
  }

  it('opens no port of its own', () => {
    expect(house.gateway.mqttPort()).toBeUndefined()
  })

  it('a known device is heard', async () => {
    await say('v1-pm1', 'telemetry', { readings: { pm25: 33 } })
    const one = await seen<DeviceView>(
      operator,
      '/api/v1/devices/v1-pm1',
      (body) => body.online === true,
    )
    expect(one.lastReceivedAt).toBeGreaterThan(Date.now() - 60_000)
  })

  it('an unknown device waits in quarantine; adopted, what it said counts and makes its case', async () => {
    const start = Date.now() - 60_000
    const sent = [0, 15, 30].map((seconds) => ({
      ts: start + seconds * 1000,
      readings: { smoke: 9 },
    }))
    for (const message of sent) await say('v1-smoke9', 'telemetry', message)
    const entries = await waiting('v1-smoke9', 3)
    expect(entries.every((entry) => entry.reason === 'unknownDevice')).toBe(true)
    expect(entries[0]?.detail).toMatch(/adopt it, or correct the id/)
    expect((await operator.get(fires)).body.items).toEqual([])

    // A replay before the cause is mended changes nothing.
    const early = await operator.post(`/api/v1/quarantine/${entries[0]?.id}/replay`)
    expect(early.status).toBe(400)
    expect(early.body.detail).toMatch(/No device "v1-smoke9" is known/)

    const adopted = await admin.post('/api/v1/devices', {
      id: 'v1-smoke9',
      name: '青石村林火烟感9',
      kind: 'smokeSensor',
      village: villageA,
      lon: 106.705588,
      lat: 29.189727,
    })
    expect(adopted.status).toBe(201)
    await waiting('v1-smoke9', 0)
    const query = `device=v1-smoke9&property=smoke&from=${start}&to=${Date.now()}&resolution=raw`
    const { body } = await operator.get(`/api/v1/series?${query}`)
    expect(body.points).toEqual(sent.map(({ ts, readings }) => [ts, readings.smoke]))
    const { items } = await seen<{ items: { id: string; alarms: number }[] }>(
      operator,
      fires,
      (found) => found.items.length === 1,
    )
    expect(items[0]).toMatchObject({ alarms: 1, lastAlarm: { device: 'v1-smoke9' } })
  })

  it('from then on it is heard like any other', async () => {
    const now = Date.now()
    await say('v1-smoke9', 'telemetry', { ts: now, readings: { smoke: 1.5 } })
    const query = `device=v1-smoke9&property=smoke&from=${now}&to=${now + 1}&resolution=raw`
    await seen<{ points: number[][] }>(
      operator,
      `/api/v1/series?${query}`,
      (body) => body.points.length === 1,
    )
  })

  it('a device that speaks for another village is not believed', async () => {
    await say('v1-pm2', 'telemetry', { readings: { pm25: 500 } }, '990101101202')
    const [entry] = await waiting('v1-pm2', 1)
    // It is the device's own village that hears of it.
    expect(entry).toMatchObject({ reason: 'wrongVillage', village: villageA })
    await operator.post(`/api/v1/quarantine/${entry?.id}/discard`)
  })

  it('a malformed message of nobody waits for the town, not for a village', async () => {
    await say('ghost', 'telemetry', '{"readings"', 'nowhere')
    const [entry] = await waiting('ghost', 1)
    expect(entry).toMatchObject({ reason: 'unparseable', village: 'nowhere' })
    const village = await (await house.as('operator-a')).get('/api/v1/quarantine')
    expect(JSON.stringify(village.body)).not.toContain('ghost')
  })

  it('while the broker is away it is not ready and says why; after that nothing is lost', async () => {
    await mosquitto.kill('SIGTERM')
    await until('the outage to be seen', async () => !(await isReady()))
    const { status, body } = await house.ask('/readyz')
    expect(status).toBe(503)
    expect(body.problems[0]).toMatch(/^mqtt: .+/)
    // People go on working.
    expect((await operator.get('/api/v1/cases')).status).toBe(200)
    await mosquitto.start()
    await until('the return', async () => field.connected && (await isReady()))
    const at = Date.now()
    await say('v1-pm3', 'telemetry', { ts: at, readings: { pm25: 3 } })
    const query = `device=v1-pm3&property=pm25&from=${at}&to=${at + 1}&resolution=raw`
    await seen<{ points: number[][] }>(
      operator,
      `/api/v1/series?${query}`,
      (found) => found.points.length === 1,
    )
  })
})
