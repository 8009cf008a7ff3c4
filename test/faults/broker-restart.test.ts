import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from '../adapters/mqtt/mosquitto.ts'
import { type AcknowledgedStream, startStream } from '../support/acknowledged-stream.ts'
import { openTownGateway, type TownGateway, villageA } from '../support/town-gateway.ts'

const rounds = 2

describe.skipIf(lacksMosquitto('broker restart'))('broker restart', () => {
  let mosquitto: Mosquitto
  let gateway: TownGateway
  let stream: AcknowledgedStream

  beforeEach(async () => {
    mosquitto = await startMosquitto({ config: ['max_queued_messages 0'] })
    gateway = await openTownGateway({ settings: { LIANXUN_MQTT_URL: mosquitto.url } })
    await until('the broker', isReady)
    stream = startStream({ port: mosquitto.port, secrets: gateway.secrets.devices })
  })

  afterEach(async () => {
    stream?.kill()
    await gateway?.remove()
    await mosquitto?.stop()
  })

  const isReady = async () => (await gateway.ask('/readyz')).status === 200

  async function head(): Promise<number> {
    return Number(/^lianxun_log_head (\d+)$/m.exec((await gateway.ask('/metrics')).text)?.[1])
  }

  async function restart(signal: NodeJS.Signals): Promise<number> {
    await stream.progress(500)
    await mosquitto.kill(signal)
    await until('readiness to tell of it', async () => !(await isReady()))
    expect((await gateway.ask('/readyz')).text).toContain('mqtt: is not connected')
    const begun = performance.now()
    await mosquitto.start()
    await until('the gateway to be back', isReady, 60_000)
    const backAfterMs = Math.round(performance.now() - begun)
    const before = await head()
    await until('new rows', async () => (await head()) > before, 30_000)
    return backAfterMs
  }

  /**
   * Ends the publishing, and the gateway once it has what was said last of all: the broker hands
   * everything over in the order in which it came.
   */
  async function settle(): Promise<Record<string, number>> {
    const done = await stream.finish()
    const client = await mqtt.connectAsync(mosquitto.url)
    const payload = JSON.stringify({ id: 'the-last', type: 'selfTest', state: 'pulse' })
    await client.publishAsync(`lianxun/${villageA}/v1-sos1/event`, payload, { qos: 1 })
    await client.endAsync()
    const desk = await gateway.as('desk01')
    const heard = async () => (await desk.get('/api/v1/observations?device=v1-sos1')).text
    await until('the last word', async () => (await heard()).includes('selfTest'), 60_000)
    expect((await gateway.end('SIGTERM')).code).toBe(0)
    return done
  }

  test('a restart: back within 60 s, nothing lost, no row twice', {
    timeout: 240_000,
  }, async () => {
    const backAfterMs = []
    for (let round = 0; round < rounds; round++) backAfterMs.push(await restart('SIGTERM'))
    console.log(`broker restart: the gateway was back after ${backAfterMs.join(', ')} ms`)
    await stream.expectStored(gateway.dataDir, await settle())
  })

  test('kill -9: back within 60 s, no row twice', { timeout: 240_000 }, async () => {
    const backAfterMs = []
    for (let round = 0; round < rounds; round++) backAfterMs.push(await restart('SIGKILL'))
    const done = await settle()
    const { lost } = await stream.storedOnce(gateway.dataDir, done)
    // Mosquitto acknowledges first and saves afterwards, so it may forget what nobody else has yet.
    console.log(
      `broker kill -9: the gateway was back after ${backAfterMs.join(', ')} ms; ` +
        `Mosquitto forgot ${lost.length} of ${stream.rows(done)}`,
    )
    // How much depends on when it last saved; most of it must have come through.
    expect(lost.length).toBeLessThan(stream.rows(done) / 2)
  })
})
