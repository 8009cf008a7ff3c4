import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMqttAdapter } from '../../../adapters/mqtt/adapter.ts'
import { probeId, probeTopic } from '../../../adapters/mqtt/probe.ts'
import { StoreError } from '../../../gateway/domain/errors.ts'
import {
  connectPacket,
  fakeHouse,
  type House,
  loggedIn,
  publishPacket,
  rawClient,
  startEmbedded,
  topicOf,
  until,
} from './kit.ts'
import { lacksMosquitto, type Mosquitto, startMosquitto } from './mosquitto.ts'

const patient = () => AbortSignal.timeout(20_000)
let house: House

beforeEach(() => {
  house = fakeHouse(['a'])
})

describe('the probe of the embedded broker', () => {
  let broker: Awaited<ReturnType<typeof startEmbedded>>

  beforeEach(async () => {
    broker = await startEmbedded(house)
  })
  afterEach(() => {
    house.openGate()
    return broker.stop()
  })

  test('comes through to a commit, again and again, and is no observation', async () => {
    for (let i = 1; i <= 3; i++) {
      await broker.probe(patient())
      expect(house.probes()).toBe(i)
    }
    expect(house.accepted).toEqual([])
    expect(house.counts.messages ?? 0).toBe(0)
  })

  test('waits for the commit', async () => {
    house.closeGate()
    let isThrough = false
    const probing = broker.probe(patient()).then(() => {
      isThrough = true
    })
    const client = await loggedIn(broker.listening, 'a')
    client.send({ cmd: 'pingreq' })
    await client.next('pingresp')
    expect(isThrough).toBe(false)
    house.openGate()
    await probing
    client.socket.destroy()
  })

  test('fails when nothing is stored', async () => {
    house.failWith(new StoreError('the disk is full'))
    await expect(broker.probe(patient())).rejects.toThrow(/./)
    house.failWith(undefined)
    await broker.probe(patient())
  })

  test('gives up when it is told to', async () => {
    house.closeGate()
    const controller = new AbortController()
    const probing = broker.probe(controller.signal)
    controller.abort(new Error('too late'))
    await expect(probing).rejects.toThrow('too late')
    await expect(broker.probe(controller.signal)).rejects.toThrow('too late')
  })

  test('fails when the broker does not listen', async () => {
    await broker.stop()
    await expect(broker.probe(patient())).rejects.toThrow(/./)
  })

  test('nobody else gets in as the probe, or speaks on its topic', async () => {
    for (const password of ['', 'x', 'secret-a', '0'.repeat(24)]) {
      const client = await rawClient(broker.listening)
      client.send(connectPacket(probeId, { username: probeId, password: Buffer.from(password) }))
      expect(await client.next('connack')).toMatchObject({ returnCode: 4 })
      await client.closed
    }
    const device = await loggedIn(broker.listening, 'a')
    device.send(publishPacket(probeTopic, 'x'))
    await device.closed
    expect(house.probes()).toBe(0)
  })
})

test('a broker that listens everywhere is reached at this machine', async () => {
  const broker = await startEmbedded(house, { host: '0.0.0.0' })
  await broker.probe(patient())
  expect(house.probes()).toBe(1)
  await broker.stop()
})

describe.skipIf(lacksMosquitto('the probe'))('the probe at an outside broker', () => {
  let mosquitto: Mosquitto

  beforeEach(async () => {
    mosquitto = await startMosquitto()
  })
  afterEach(() => mosquitto.stop())

  test('goes through the broker to a commit; another gateway’s and a forged one are nothing', async () => {
    const settings = { mode: 'broker', url: mosquitto.url } as const
    const one = createMqttAdapter({ ...settings, clientId: 'one' }, house.context)
    const otherHouse = fakeHouse(['a'])
    const two = createMqttAdapter({ ...settings, clientId: 'two' }, otherHouse.context)
    await one.start()
    await two.start()
    await until('both to be connected', () => one.connected() && two.connected())
    await one.probe(patient())
    const stranger = await mqtt.connectAsync(mosquitto.url)
    await stranger.publishAsync(probeTopic, 'forged', { qos: 1 })
    // Messages of one sender keep their order: when this one is there, the forged one was.
    await stranger.publishAsync(topicOf('a'), '{"readings":{"pm25":1}}', { qos: 1 })
    await until('the message at both', () => {
      return house.messages().length === 1 && otherHouse.messages().length === 1
    })
    expect(house.probes()).toBe(1)
    expect(otherHouse.probes()).toBe(0)
    expect(house.accepted).toHaveLength(1)
    await stranger.endAsync()
    await one.stop()
    await two.stop()
  })
})
