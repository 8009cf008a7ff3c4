import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { compose, type Gateway } from '../../gateway/compose.ts'
import { parseConfig } from '../../gateway/config/config.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { ask } from '../support/raw-http.ts'
import { importTown, type Person, signIn, villageA } from '../support/town-gateway.ts'

/**
 * The whole gateway on a clock that the test sets. The gateway looks for silent devices every five
 * seconds; here the test says when, by holding on to what was given to `setInterval`.
 */
const hourMs = 3_600_000
const silentAfterMs = 900_000
const lookEveryMs = 5000
const heard = ['v1-pm1', 'v1-pm2', 'v1-smoke1']

let directory: string
let gateway: Gateway
let desk: Person
let devices: MqttClient[]
let looks: (() => void)[]
let step = 0
let passed = 0
let reads = 0

const clock = {
  now: () => Date.now() + step + passed,
  monotonic() {
    reads += 1
    return performance.now() + passed
  },
}

beforeEach(async () => {
  step = 0
  passed = 0
  looks = []
  directory = await mkdtemp(path.join(tmpdir(), 'lianxun-clock-'))
  const settings = { LIANXUN_DATA_DIR: directory, LIANXUN_HTTP_PORT: '0', LIANXUN_MQTT_PORT: '0' }
  const secrets = await importTown(settings)
  const real = globalThis.setInterval
  vi.spyOn(globalThis, 'setInterval').mockImplementation(((run: () => void, ms: number) => {
    if (ms === lookEveryMs) looks.push(run)
    return real(run, ms)
  }) as typeof setInterval)
  gateway = await compose(parseConfig(settings), { clock, logger: pino({ level: 'silent' }) })
  await gateway.start()
  desk = await signIn(() => gateway.httpPort(), {
    username: 'desk01',
    password: secrets.users.desk01 ?? '',
  })
  devices = await Promise.all(
    heard.map((id) =>
      mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort()}`, {
        clientId: id,
        username: id,
        password: secrets.devices[id] ?? '',
      }),
    ),
  )
  await speak(devices)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(devices.map((device) => device.endAsync(true)))
  await gateway.stop()
  await rm(directory, { recursive: true, force: true })
})

/** Without a time of its own: the gateway's clock tells. */
async function speak(some: readonly MqttClient[]): Promise<void> {
  for (const device of some) {
    const property = device.options.clientId === 'v1-smoke1' ? 'smoke' : 'pm25'
    const topic = `lianxun/${villageA}/${device.options.clientId}/telemetry`
    await device.publishAsync(topic, JSON.stringify({ readings: { [property]: 1 } }), { qos: 1 })
  }
}

async function isCaughtUp(): Promise<boolean> {
  const { text } = await ask(gateway.httpPort(), '/metrics')
  return text.includes('lianxun_correlator_lag 0\n')
}

/** One look at who is silent; what it writes, the next question finds. */
async function look(): Promise<void> {
  await until('the rules to have seen it all', isCaughtUp)
  const before = reads
  for (const run of looks) run()
  await until('the look', () => reads >= before + 2)
}

const alarms = async () => (await desk.get('/api/v1/alarms')).body.items as { device: string }[]

async function offline(): Promise<string[]> {
  const { items } = (await desk.get('/api/v1/devices?limit=200')).body as {
    items: { id: string; online: boolean | null }[]
  }
  return items.filter(({ online }) => online === false).map(({ id }) => id)
}

test.each([
  ['forward', hourMs],
  ['back', -hourMs],
])('clock steps of one hour %s: no false offline, no false silence', async (_name, ms) => {
  step = ms
  await look()
  await look()
  expect(await alarms()).toEqual([])
  expect(await offline()).toEqual([])
  await speak(devices)
  passed += 10 * 60_000
  await look()
  step = 0
  await look()
  expect(await alarms()).toEqual([])
  expect(await offline()).toEqual([])
  // The session of the screen lives on too, or the answers above would be none.
  expect((await desk.get('/api/v1/session')).status).toBe(200)
})

test.each([
  ['forward', hourMs],
  ['back', -hourMs],
])('a device that is really silent is found all the same after a step %s', async (_name, ms) => {
  step = ms
  await speak(devices)
  passed += silentAfterMs / 2
  await speak(devices.slice(1))
  passed += silentAfterMs / 2 + 1000
  await look()
  await until('the alarm', async () => (await alarms()).length > 0)
  expect((await alarms()).map(({ device }) => device)).toEqual(['v1-pm1'])
})
