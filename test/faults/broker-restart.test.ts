import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from '../adapters/mqtt/mosquitto.ts'
import { type AcknowledgedStream, startStream } from '../support/acknowledged-stream.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

const rounds = 2

describe.skipIf(lacksMosquitto('broker restart'))('broker restart (an outside Mosquitto)', () => {
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
    await until('new rows', async () => (await head()) > before)
    return backAfterMs
  }

  /** Ends the publishing, and the gateway when the log grows no more. */
  async function settle(): Promise<Record<string, number>> {
    const done = await stream.finish()
    let last = -1
    let since = performance.now()
    await until('the end of what the broker kept', async () => {
      const present = await head()
      if (present !== last) since = performance.now()
      last = present
      return present >= stream.rows(done) || performance.now() - since > 3000
    })
    expect((await gateway.end('SIGTERM')).code).toBe(0)
    return done
  }

  test('a restart: back within 60 s, nothing lost, no row twice', {
    timeout: 60_000,
  }, async () => {
    const backAfterMs = []
    for (let round = 0; round < rounds; round++) backAfterMs.push(await restart('SIGTERM'))
    console.log(`broker restart: the gateway was back after ${backAfterMs.join(', ')} ms`)
    await stream.expectStored(gateway.dataDir, await settle())
  })

  test('kill -9: back within 60 s, no row twice', { timeout: 60_000 }, async () => {
    const backAfterMs = []
    for (let round = 0; round < rounds; round++) backAfterMs.push(await restart('SIGKILL'))
    const done = await settle()
    const { lost } = await stream.storedOnce(gateway.dataDir, done)
    // Mosquitto acknowledges first and saves afterwards, so it may forget what nobody else has yet.
    console.log(
      `broker kill -9: the gateway was back after ${backAfterMs.join(', ')} ms; ` +
        `Mosquitto forgot ${lost.length} of ${stream.rows(done)}`,
    )
    expect(lost.length).toBeLessThan(stream.rows(done) / 10)
  })
})
