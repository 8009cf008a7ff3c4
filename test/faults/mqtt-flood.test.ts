import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceView } from '../../gateway/http/schemas.ts'
import { createObservationStore } from '../../gateway/storage/observation-store.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { type DeviceClient, openTownGateway, type TownGateway } from '../support/town-gateway.ts'

/** One device floods; a hundred others, at one message a second each, must hardly notice. */

const flooder = 'v1-pm1'
const floodMs = 12_000
const startMs = Math.floor(Date.now() / 1_000) * 1_000 - 2 * 86_400_000
let gateway: TownGateway

beforeAll(async () => {
  gateway = await openTownGateway({ settings: { LIANXUN_DEVICE_RATE: '50' } })
}, 60_000)
afterAll(() => gateway?.remove())

const villageOf = (id: string) => `99010110120${id.charAt(1)}`

async function comeIn(ids: readonly string[]): Promise<DeviceClient[]> {
  return await Promise.all(ids.map((id) => gateway.device(id, villageOf(id))))
}

/** One message a second, in times that are spread; resolves with how long each acknowledgement took. */
async function talk(client: DeviceClient, { index, untilMs }: { index: number; untilMs: number }) {
  const tookMs: number[] = []
  await delay(index * 10)
  for (let round = 0; performance.now() < untilMs; round++) {
    const begun = performance.now()
    const ts = startMs + round
    await client.say('telemetry', JSON.stringify({ ts, readings: { battery: 50 } }))
    tookMs.push(performance.now() - begun)
    await delay(Math.max(0, begun + 1_000 - performance.now()))
  }
  return tookMs
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

async function deviceView(): Promise<DeviceView> {
  const admin = await gateway.as('admin01')
  return (await admin.get(`/api/v1/devices/${flooder}`)).body
}

async function storedTimes(): Promise<Set<number>> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const directory = gateway.dataDir
  const store = createObservationStore({ directory, clock })
  await store.start()
  const times = new Set<number>()
  let after = 0
  for (;;) {
    const entries = await store.log.read(after, 5_000)
    if (entries.length === 0) break
    after = entries.at(-1)?.seq ?? after
    for (const { observation } of entries) {
      const { device, kind, observedAt } = observation
      if (device === flooder && kind === 'reading') times.add(observedAt)
    }
  }
  await store.stop()
  return times
}

test('one device floods at 5,000 messages/s: throttled and said so; others p99 ≤ 500 ms', {
  timeout: 180_000,
}, async () => {
  const ids = Object.keys(gateway.secrets.devices)
    .filter((id) => id !== flooder)
    .slice(0, 100)
  const others = await comeIn(ids)
  expect(others).toHaveLength(100)

  const child = fork(path.join(import.meta.dirname, 'mqtt-flooder.ts'))
  const topic = `lianxun/${villageOf(flooder)}/${flooder}/telemetry`
  const secret = gateway.secrets.devices[flooder]
  child.send({ port: gateway.mqtt, id: flooder, secret, topic, startMs })
  await once(child, 'message')
  await until('it to be throttled', async () => (await deviceView()).throttled !== null, 30_000)

  const untilMs = performance.now() + floodMs
  const took = (
    await Promise.all(others.map((client, index) => talk(client, { index, untilMs })))
  ).flat()
  const during = await deviceView()
  const { text } = await gateway.ask('/metrics')
  child.send('stop')
  const [result] = (await once(child, 'message')) as [
    { sent: number; seconds: number; acknowledged: number[] },
  ]
  child.kill('SIGKILL')

  const sorted = took.toSorted((a, b) => a - b)
  const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => percentile(sorted, share).toFixed(1))
  const { sent, seconds, acknowledged } = result
  console.log(
    `flood: one device sent ${sent} messages in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)}/s), ${acknowledged.length} were read and acknowledged, ${during.throttled?.messages} of them late; ${took.length} messages of 100 others: p50 ${p50} ms, p99 ${p99} ms, longest ${worst} ms`,
  )
  expect(took.length).toBeGreaterThan(500)
  expect(percentile(sorted, 0.99)).toBeLessThanOrEqual(500)

  // Held to its rate: the burst, what the rate allows meanwhile, and a chunk over.
  expect(acknowledged.length).toBeLessThan(500 + 50 * seconds + 1_000)
  expect(acknowledged.length).toBeGreaterThan(500)
  expect(during.throttled?.messages).toBeGreaterThan(0)
  expect(text).toContain('\nlianxun_throttled_devices 1\n')
  expect(text).toMatch(/\nlianxun_adapter_held_back_total\{adapter="mqtt"\} [1-9]/)

  await until('the end of the flood', async () => (await deviceView()).throttled === null, 60_000)
  await Promise.all(others.map((client) => client.leave()))
  await gateway.end('SIGTERM')
  const lines = gateway.output().split('\n')
  expect(lines.filter((line) => line.includes(`${flooder} sends more than 50`))).toHaveLength(1)
  expect(lines.filter((line) => line.includes(`${flooder} keeps to its rate again`))).toHaveLength(
    1,
  )

  const stored = await storedTimes()
  expect(acknowledged.filter((ts) => !stored.has(ts))).toEqual([])
})
