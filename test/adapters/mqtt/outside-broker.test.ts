import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMqttAdapter, type MqttAdapter } from '../../../adapters/mqtt/adapter.ts'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { fakeHouse, type House, topicOf, until } from './kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from './mosquitto.ts'

const adapterFor = (url: string, parts: House) =>
  createMqttAdapter(
    { mode: 'broker', url, clientId: 'gateway-test', minReconnectMs: 20, maxReconnectMs: 100 },
    parts.context,
  )

const reading = (value: number) => `{"ts":${1763712000000 + value},"readings":{"pm25":${value}}}`

describe.skipIf(lacksMosquitto('outside broker'))('an outside broker (Mosquitto)', () => {
  let house: House
  let mosquitto: Mosquitto
  let adapter: MqttAdapter
  let device: MqttClient

  beforeEach(async () => {
    house = fakeHouse()
    mosquitto = await startMosquitto()
    adapter = adapterFor(mosquitto.url, house)
    await adapter.start()
    await until('the subscription', () => adapter.connected())
    device = await mqtt.connectAsync(mosquitto.url, { clientId: 'device', reconnectPeriod: 20 })
  })

  afterEach(async () => {
    house.openGate()
    await device.endAsync(true)
    await adapter.stop()
    await mosquitto.stop()
  })

  const publish = (value: number, topic = topicOf('a')) =>
    device.publishAsync(topic, reading(value), { qos: 1 })

  /** A gateway of the same session: what it gets was not acknowledged before. */
  async function restart(): Promise<House> {
    await adapter.stop()
    const next = fakeHouse()
    adapter = adapterFor(mosquitto.url, next)
    await adapter.start()
    await until('the subscription', () => adapter.connected())
    return next
  }

  test('messages of any device and village come in', async () => {
    await publish(1)
    await publish(2, 'lianxun/000000000000/nobody/telemetry')
    await until('both', () => house.stored.length === 2)
    expect(house.payloads()).toEqual([reading(1), reading(2)])
  })

  test('a PUBACK is withheld until the commit: what was not committed comes again', async () => {
    house.closeGate()
    await publish(1)
    await until('the message at the ingest', () => house.accepted.length === 1)
    // The gateway dies here: nothing was committed, nothing may have been acknowledged.
    const settings = { clientId: 'gateway-test', clean: false, reconnectPeriod: 0 }
    const heir = mqtt.connect(mosquitto.url, settings)
    const again: string[] = []
    heir.on('message', (topic, payload, { dup }) =>
      again.push(`${topic} ${payload.toString()} ${dup}`),
    )
    await until('the message again', () => again.length > 0)
    expect(again).toEqual([`${topicOf('a')} ${reading(1)} true`])
    await heir.endAsync(true)
  })

  test('what was committed does not come again', async () => {
    for (let i = 0; i < 50; i++) await publish(i)
    await until('all of them', () => house.stored.length === 50)
    const next = await restart()
    await publish(99)
    await until('the next message', () => next.stored.length > 0)
    expect(next.payloads()).toEqual([reading(99)])
  })

  test('commits are waited for together, not one after the other', async () => {
    house.closeGate()
    for (let i = 0; i < 15; i++) await publish(i)
    await until('15 at the ingest', () => house.accepted.length === 15)
    expect(house.stored).toHaveLength(0)
    house.openGate()
    for (let i = 15; i < 60; i++) await publish(i)
    await until('the rest', () => house.stored.length === 60)
  })

  test('what could not be stored comes again until it can', async () => {
    house.failWith(new StoreError('the disk is full'))
    await publish(1)
    await until('two tries', () => house.accepted.length >= 2)
    expect(house.stored).toHaveLength(0)
    house.failWith(undefined)
    await until('the message', () => house.stored.length === 1)
    expect(house.lines.join('\n')).toContain('the disk is full')
  })

  test('what came while the gateway was away comes at its return', async () => {
    await adapter.stop()
    for (let i = 0; i < 30; i++) await publish(i)
    const next = await restart()
    await until('all of them', () => next.stored.length === 30)
    expect(next.payloads()).toEqual(Array.from({ length: 30 }, (_, i) => reading(i)))
  })

  test('a retained status counts; a retained reading without a time is no reading of now', async () => {
    await adapter.stop()
    const retained = { qos: 1, retain: true } as const
    await device.publishAsync(topicOf('a', 'status'), 'online', retained)
    await device.publishAsync(topicOf('a'), '{"readings":{"pm25":1}}', retained)
    await device.publishAsync(topicOf('b'), reading(5), retained)
    const next = fakeHouse()
    const settings = { mode: 'broker', url: mosquitto.url, clientId: 'another' } as const
    const other = createMqttAdapter(settings, next.context)
    await other.start()
    await until('status and timed reading', () => next.stored.length === 2)
    await other.stop()
    expect(next.stored.map(({ message }) => message.topic).sort()).toEqual(
      [topicOf('a', 'status'), topicOf('b')].sort(),
    )
  })

  test('a broker that dies and returns: back by itself, nothing lost', async () => {
    await publish(1)
    await until('the first', () => house.stored.length === 1)
    await mosquitto.kill('SIGTERM')
    await until('the outage to be seen', () => !adapter.connected())
    await mosquitto.start()
    await until('the return', () => adapter.connected() && device.connected)
    await publish(2)
    await until('the second', () => house.payloads().includes(reading(2)))
    expect(house.lines.filter((line) => line.includes('no connection'))).toHaveLength(1)
  })
})

describe.skipIf(lacksMosquitto('outside broker with a password'))(
  'login at the outside broker',
  () => {
    test('a wrong password is said in words and shows no secret', async () => {
      const password = { user: 'gateway', secret: 'right-one' }
      const mosquitto = await startMosquitto({ password })
      const house = fakeHouse()
      const url = mosquitto.url.replace('right-one', 'wrong-one')
      const adapter = createMqttAdapter({ mode: 'broker', url, minReconnectMs: 20 }, house.context)
      await adapter.start()
      await until('the refusal', () =>
        house.lines.some((line) => line.includes('refuses the user')),
      )
      expect(adapter.connected()).toBe(false)
      await adapter.stop()
      expect(house.lines.join('\n')).not.toContain('wrong-one')

      const right = createMqttAdapter({ mode: 'broker', url: mosquitto.url }, house.context)
      await right.start()
      await until('the connection', () => right.connected())
      await right.stop()
      await mosquitto.stop()
    })

    test('start does not fail for want of a broker, and stop ends the trying', async () => {
      const house = fakeHouse()
      const url = 'mqtt://127.0.0.1:9'
      const adapter = createMqttAdapter({ mode: 'broker', url, minReconnectMs: 20 }, house.context)
      await adapter.start()
      await until('the outage to be told', () => house.lines.length > 0)
      expect(adapter.connected()).toBe(false)
      await adapter.stop()
      expect(house.lines).toHaveLength(1)
    })
  },
)
