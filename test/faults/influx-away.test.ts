import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type InfluxProcess, type Instead, startInflux } from '../support/influx-server.ts'
import { lacksPrograms } from '../support/programs.ts'
import { villageA } from '../support/town-gateway.ts'
import { type ClockedGateway, startClockedGateway } from './clocked-gateway.ts'

/** The real server goes away in every way there is, while devices go on speaking. */

// What is left alone for half a minute here comes again after a tenth of a second.
vi.mock('../../gateway/storage/influx/pauses.ts', async (original) => {
  const real = await original<typeof import('../../gateway/storage/influx/pauses.ts')>()
  return { ...real, sleep: (ms: number, called: AbortSignal) => real.sleep(ms / 300, called) }
})

/** Not so often that the gateway takes it for a flood of questions. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, { message: what, interval: 100, timeout: 60_000 }).toBe(true)
}

const minuteMs = 60_000
const bucket = 'town'
const names = ['v1-pm1', 'v1-pm2', 'v1-smoke1', 'v1-smoke2']

describe.skipIf(lacksPrograms('InfluxDB away', 'influxd'))('InfluxDB away for 10 min', () => {
  let influx: InfluxProcess
  let gateway: ClockedGateway
  let devices: MqttClient[]
  /** What was acknowledged: device, property, time, value. */
  const acknowledged = new Set<string>()
  const begun = Date.now() - 3_600_000
  let spoken = 0

  beforeAll(async () => {
    influx = await startInflux()
    await influx.createDatabase(bucket)
    const settings = { LIANXUN_INFLUX_URL: influx.door.url, LIANXUN_INFLUX_BUCKET: bucket }
    gateway = await startClockedGateway(settings, { healthEveryMs: 100 })
    devices = await Promise.all(names.map((id) => gateway.device(id)))
  })

  afterAll(async () => {
    await gateway?.stop()
    await influx?.stop()
  })

  async function say(device: MqttClient, at: number, readings: Record<string, number>) {
    const id = device.options.clientId ?? ''
    const topic = `lianxun/${villageA}/${id}/telemetry`
    await device.publishAsync(topic, JSON.stringify({ ts: at, readings }), { qos: 1 })
    for (const [property, value] of Object.entries(readings)) {
      acknowledged.add(`${id} ${property} ${at} ${value}`)
    }
  }

  async function speak(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      spoken += 1
      const at = begun + spoken * 1000
      const words = devices.map((device, n) => {
        const isAir = device.options.clientId?.includes('pm') ?? false
        const pm25 = (spoken % 40) + n / 8
        const readings: Record<string, number> = isAir
          ? { pm25, humidity: 60 }
          : { battery: 90 - n }
        return say(device, at, readings)
      })
      await Promise.all(words)
    }
  }

  const lag = () => gateway.figure('lianxun_series_lag')

  async function item() {
    const { items } = (await gateway.desk.get('/api/v1/health')).body as {
      items: { id: string; level: string; facts: Record<string, string | number>; text: string }[]
    }
    return items.find(({ id }) => id === 'series')
  }

  /** They were acknowledged already; now rules have judged them too. */
  const judged = () =>
    until('rules to judge', async () => (await gateway.figure('lianxun_correlator_lag')) === 0)

  async function alarms(): Promise<{ device: string; rule: string }[]> {
    return (await gateway.desk.get('/api/v1/alarms?limit=200')).body.items as never
  }

  async function inInflux(): Promise<Set<string>> {
    const found = new Set<string>()
    for (const device of names) {
      for (const property of ['pm25', 'humidity', 'battery', 'temperature']) {
        const statement = `SELECT "${property}" FROM "reading" WHERE "device" = '${device}'`
        for (const [at, value] of await influx.rows(bucket, statement)) {
          found.add(`${device} ${property} ${at} ${value}`)
        }
      }
    }
    return found
  }

  async function allArrived(): Promise<void> {
    await until('all to be written', async () => (await lag()) === 0)
    const found = await inInflux()
    expect(found.size).toBe(acknowledged.size)
    expect(found).toEqual(acknowledged)
    expect(await gateway.figure('lianxun_series_refused')).toBe(0)
    await until('health to be well', async () => (await item())?.level === 'ok')
  }

  test('stopped: nobody waits, the lag is on the health page, all arrives afterwards', async () => {
    await speak(20)
    await allArrived()
    await influx.kill('SIGTERM')
    await speak(40)
    const at = Date.now()
    const [, , smoke] = devices as [MqttClient, MqttClient, MqttClient]
    await say(smoke, at - 2000, { temperature: 20 })
    await say(smoke, at - 1000, { temperature: 60 })
    await judged()
    const heat = { device: 'v1-smoke1', rule: 'heat-rise' }
    await until('the alarm', async () =>
      (await alarms()).some(({ device, rule }) => device === heat.device && rule === heat.rule),
    )
    gateway.pass(10 * minuteMs + 1000)
    await until('the lag on the health page', async () => (await item())?.level === 'bad')
    const found = await item()
    expect(found?.facts).toMatchObject({ cause: 'away', minutes: expect.any(Number) })
    expect(found?.facts['minutes']).toBeGreaterThanOrEqual(10)
    expect(found?.facts['waiting']).toBeGreaterThanOrEqual(40 * names.length)
    expect(found?.text).toContain('cannot be reached')
    const series = `/api/v1/series?device=v1-pm1&property=pm25&from=${begun}&to=${at}`
    const answer = await gateway.desk.get(series)
    expect(answer.status).toBe(503)
    await influx.start()
    await allArrived()
    const { points } = (await gateway.desk.get(`${series}&resolution=raw`)).body as {
      points: unknown[]
    }
    expect(points).toHaveLength(60)
  })

  test('killed in the middle of writing, three times', async () => {
    for (let round = 0; round < 3; round++) {
      const before = influx.door.written()
      const speaking = speak(60)
      await until('a write', async () => influx.door.written() > before)
      await influx.kill('SIGKILL')
      await speaking
      // All of that may have been written before; this was not.
      await speak(2)
      await judged()
      expect(await lag()).toBeGreaterThan(0)
      await influx.start()
    }
    await allArrived()
  })

  const body = JSON.stringify({ error: 'not today' })
  const rows: [string, Instead, RegExp][] = [
    ['400', { status: 400, body }, /takes none of the readings: not today/],
    ['401', { status: 401, body }, /LIANXUN_INFLUX_TOKEN/],
    ['404', { status: 404, body }, /LIANXUN_INFLUX_BUCKET/],
    ['429', { status: 429, headers: { 'retry-after': '7' }, body }, /asks for time/],
    ['503', { status: 503, headers: { 'retry-after': '7' }, body }, /asks for time/],
    ['500', { status: 500, body }, /answers 500/],
    ['a cut connection', 'cut', /cannot be reached/],
  ]

  test.each(rows)('answering %s for a while', async (_, instead, text) => {
    influx.door.answer(instead)
    await speak(10)
    await judged()
    await until('it to be tried again', async () => influx.door.turnedAway() > 3)
    await speak(10)
    await until('the trouble on the health page', async () => text.test((await item())?.text ?? ''))
    expect(await lag()).toBeGreaterThan(0)
    influx.door.answer(null)
    await allArrived()
  })

  test('by turns, while devices speak', async () => {
    for (const [, instead] of [...rows, ...rows.toReversed()]) {
      influx.door.answer(instead)
      await speak(5)
      await until('an answer', async () => influx.door.turnedAway() > 0)
      influx.door.answer(null)
      await speak(2)
    }
    await judged()
    await allArrived()
    console.log(`InfluxDB away: ${acknowledged.size} readings, each arrived once`)
  })
})
