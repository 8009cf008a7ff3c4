import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { vi } from 'vitest'
import { compose } from '../../gateway/compose.ts'
import { parseConfig } from '../../gateway/config/config.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { ask } from '../support/raw-http.ts'
import { importTown, type Person, signIn } from '../support/town-gateway.ts'
import type { Settings } from './gateway-process.ts'

/**
 * The whole gateway on a clock that the test sets. The gateway looks for silent devices every five
 * seconds; here the test says when, by holding on to what was given to `setInterval`.
 */
export interface ClockedGateway {
  desk: Person
  /** Time that passes, for both clocks. */
  pass(ms: number): void
  /** What somebody does to the wall clock; 0 is right again. */
  step(ms: number): void
  device(id: string): Promise<MqttClient>
  /** A figure of /metrics. */
  figure(name: string): Promise<number>
  /** One look at who is silent; what it writes, the next question finds. */
  look(): Promise<void>
  stop(): Promise<void>
}

const lookEveryMs = 5000
const healthLooksEveryMs = 2000

function clockOfTheTest() {
  let stepped = 0
  let passed = 0
  let reads = 0
  const clock = {
    now: () => Date.now() + stepped + passed,
    monotonic() {
      reads += 1
      return performance.now() + passed
    },
  }
  return {
    clock,
    reads: () => reads,
    pass: (ms: number) => {
      passed += ms
    },
    step: (ms: number) => {
      stepped = ms
    },
  }
}

export async function startClockedGateway(
  more: Settings = {},
  { healthEveryMs }: { healthEveryMs?: number } = {},
): Promise<ClockedGateway> {
  const { clock, reads, pass, step } = clockOfTheTest()
  const looks: (() => void)[] = []
  const clients: MqttClient[] = []
  const directory = await mkdtemp(path.join(tmpdir(), 'lianxun-clock-'))
  const settings = {
    LIANXUN_DATA_DIR: directory,
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: '0',
    ...more,
  }
  const secrets = await importTown(settings)
  const real = globalThis.setInterval
  vi.spyOn(globalThis, 'setInterval').mockImplementation(((run: () => void, ms: number) => {
    if (ms === lookEveryMs) looks.push(run)
    return real(run, ms === healthLooksEveryMs ? (healthEveryMs ?? ms) : ms)
  }) as typeof setInterval)
  const gateway = await compose(parseConfig(settings), { clock, logger: pino({ level: 'silent' }) })
  await gateway.start()
  const desk = await signIn(() => gateway.httpPort(), {
    username: 'desk01',
    password: secrets.users.desk01 ?? '',
  })

  async function figure(name: string): Promise<number> {
    const { text } = await ask(gateway.httpPort(), '/metrics')
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])
  }

  const isCaughtUp = async () => (await figure('lianxun_correlator_lag')) === 0

  return {
    desk,
    pass,
    step,
    figure,
    async device(id) {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort()}`, {
        clientId: id,
        username: id,
        password: secrets.devices[id] ?? '',
        reconnectPeriod: 0,
      })
      clients.push(client)
      return client
    },
    async look() {
      await until('the rules to have seen it all', isCaughtUp)
      const before = reads()
      for (const run of looks) run()
      await until('the look', () => reads() >= before + 2)
    },
    async stop() {
      vi.restoreAllMocks()
      await Promise.all(clients.map((client) => client.endAsync(true)))
      await gateway.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Without a time of its own: the gateway's clock tells. */
export async function speak(devices: readonly MqttClient[], village: string): Promise<void> {
  for (const device of devices) {
    const id = device.options.clientId ?? ''
    const property = id.includes('smoke') ? 'smoke' : 'pm25'
    const topic = `lianxun/${village}/${id}/telemetry`
    await device.publishAsync(topic, JSON.stringify({ readings: { [property]: 1 } }), { qos: 1 })
  }
}
