import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawClient, until } from '../adapters/mqtt/kit.ts'
import { openTownGateway, type TownGateway, villageA } from '../support/town-gateway.ts'

const longestGapMs = 6000
const others = ['v1-pm2', 'v1-pm3', 'v1-smoke1']
const ownTopic = (id: string) => `lianxun/${villageA}/${id}/telemetry`

/** About 60 kB: with the buffers of both sockets it takes some hundreds to fill the way. */
function manyReadings(message: number, startMs: number): string {
  return JSON.stringify(
    Array.from({ length: 700 }, (_, i) => ({
      ts: startMs + (message * 700 + i) * 1000,
      readings: { pm25: i % 90, temperature: 20 + (i % 10) },
    })),
  )
}

describe('one frozen subscriber or dashboard', () => {
  let gateway: TownGateway

  beforeAll(async () => {
    gateway = await openTownGateway()
  })

  afterAll(() => gateway?.remove())

  /** A device that hears what it says itself, and how long it was ever without a word. */
  async function chatter(id: string) {
    const device = await gateway.device(id, villageA)
    let last = performance.now()
    let longest = 0
    let heard = 0
    await device.client.subscribeAsync(ownTopic(id), { qos: 0 })
    device.client.on('message', () => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
      heard += 1
    })
    const over = new AbortController()
    const talking = (async () => {
      while (!over.signal.aborted) {
        await device.say('telemetry', JSON.stringify({ readings: { battery: heard % 100 } }))
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })()
    // Told by `stop`; one that nobody waits for must not end the run.
    talking.catch(() => {})
    return {
      heard: () => heard,
      longestGapMs: () => Math.max(longest, performance.now() - last),
      async stop() {
        over.abort()
        await talking
        await device.leave()
      },
    }
  }

  async function freeze(id: string) {
    const client = await rawClient(gateway.mqtt)
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
      clientId: `${id}-frozen`,
      username: id,
      password: Buffer.from(gateway.secrets.devices[id] ?? ''),
    })
    await client.next('connack')
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: ownTopic(id), qos: 0 }],
    })
    await client.next('suback')
    client.socket.pause()
    return client
  }

  test('a device that reads no more is cut off; the gap of the others stays below 6 s', {
    timeout: 180_000,
  }, async () => {
    const talkers = await Promise.all(others.map(chatter))
    const memoryBefore = await gateway.memory()
    const frozen = await freeze('v1-pm1')
    const speaker = await gateway.device('v1-pm1', villageA)
    const startMs = Date.now() - 20 * 86_400_000
    let sent = 0
    await until(
      'the frozen one to be cut off',
      async () => {
        await speaker.say('telemetry', manyReadings(sent++, startMs))
        // Who reads nothing learns only by writing that nobody is there any more.
        frozen.send({ cmd: 'pingreq' })
        return frozen.isClosed()
      },
      120_000,
    )
    const before = talkers.map((talker) => talker.heard())
    await until('the others to hear on', () =>
      talkers.every((talker, i) => talker.heard() > (before[i] ?? 0) + 5),
    )
    const gaps = talkers.map((talker) => Math.round(talker.longestGapMs()))
    const grownMb = Math.round(((await gateway.memory()) - memoryBefore) / 1_048_576)
    console.log(
      `frozen device: cut off after ${sent} messages of 60 kB; longest gap of the others ${Math.max(...gaps)} ms; memory +${grownMb} MB`,
    )
    expect(Math.max(...gaps)).toBeLessThan(longestGapMs)
    for (const talker of talkers) await talker.stop()
    await speaker.leave()
    frozen.socket.destroy()
    await frozen.closed
  })
})
