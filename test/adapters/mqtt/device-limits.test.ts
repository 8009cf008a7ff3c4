import { generate } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

/** What one device may do, on a real broker with real sockets. */

const reading = '{"readings":{"pm25":1}}'
let house: House
let broker: Awaited<ReturnType<typeof startEmbedded>>

async function start(overrides: Parameters<typeof startEmbedded>[1] = {}): Promise<void> {
  broker = await startEmbedded(house, overrides)
}

beforeEach(() => {
  house = fakeHouse(['a', 'b', 'c'])
})
afterEach(() => broker.stop())

describe('a device that sends too fast', () => {
  test('is read slowly; all it sent is acknowledged in the end, in order', async () => {
    await start({ deviceRate: 200, deviceBurst: 50 })
    const client = await loggedIn(broker.listening, 'a', { keepalive: 1 })
    const sent = 600
    for (let i = 1; i <= sent; i++) {
      client.send(
        publishPacket(topicOf('a'), `{"ts":${i},"readings":{"pm25":1}}`, { messageId: i }),
      )
    }
    await until('the flood to be seen', () => broker.throttled().has('a'))
    // Others do not wait for it.
    const other = await loggedIn(broker.listening, 'b')
    other.send(publishPacket(topicOf('b'), reading))
    await other.next('puback')
    expect(client.received.length).toBeLessThan(sent)
    await until('all acknowledgements', () => client.received.length === sent + 1)
    expect(client.received.slice(1).map((one) => 'messageId' in one && one.messageId)).toEqual(
      Array.from({ length: sent }, (_, i) => i + 1),
    )
    expect(broker.throttled().get('a')?.messages).toBe(house.counts.heldBack)
    expect(broker.throttled().has('b')).toBe(false)
    expect(house.lines.filter((line) => line.includes('sends more than'))).toHaveLength(1)
    expect(client.isClosed()).toBe(false)
    client.socket.destroy()
    other.socket.destroy()
  })

  test.each([0, 2] as const)('with QoS %i just so', async (qos) => {
    await start({ deviceRate: 200, deviceBurst: 20 })
    const client = await loggedIn(broker.listening, 'a')
    for (let i = 1; i <= 100; i++) {
      client.send(publishPacket(topicOf('a'), reading, { qos, messageId: i }))
    }
    await until('all of them', () => house.messages().length === 100)
    expect(broker.throttled().has('a')).toBe(true)
    client.socket.destroy()
  })

  test('a new connection does not help it', async () => {
    await start({ deviceRate: 1, deviceBurst: 20 })
    const first = await loggedIn(broker.listening, 'a')
    for (let i = 1; i <= 40; i++) first.send(publishPacket(topicOf('a'), reading, { messageId: i }))
    await until('the flood to be seen', () => broker.throttled().has('a'))
    first.socket.destroy()
    const second = await loggedIn(broker.listening, 'a', { clientId: 'a-2' })
    const before = house.messages().length
    second.send(publishPacket(topicOf('a'), reading))
    // Another device's later message comes first.
    const other = await loggedIn(broker.listening, 'b')
    other.send(publishPacket(topicOf('b'), reading))
    await other.next('puback')
    expect(house.messages()).toHaveLength(before + 1)
    second.socket.destroy()
    other.socket.destroy()
  })

  test('its packets may be large: they arrive whole', async () => {
    await start({ deviceRate: 100, deviceBurst: 5 })
    const client = await loggedIn(broker.listening, 'a')
    const note = 'x'.repeat(200_000)
    for (let i = 1; i <= 10; i++) {
      const payload = `{"type":"smoke","id":"${i}","note":"${note}"}`
      client.send(publishPacket(topicOf('a', 'event'), payload, { messageId: i }))
    }
    for (let i = 1; i <= 10; i++) await client.next('puback')
    expect(house.messages().every(({ decoded }) => Array.isArray(decoded))).toBe(true)
    client.socket.destroy()
  })

  test('a rate of 0 is no limit', async () => {
    await start({ deviceRate: 0 })
    const client = await loggedIn(broker.listening, 'a')
    for (let i = 1; i <= 5_000; i++) {
      client.send(publishPacket(topicOf('a'), reading, { messageId: i }))
    }
    await until('all acknowledgements', () => client.received.length === 5_001)
    expect(broker.throttled().size).toBe(0)
    client.socket.destroy()
  })

  test('stop does not wait for a flood', async () => {
    await start({ deviceRate: 1, deviceBurst: 10 })
    const client = await loggedIn(broker.listening, 'a')
    for (let i = 1; i <= 500; i++)
      client.send(publishPacket(topicOf('a'), reading, { messageId: i }))
    await until('the flood to be seen', () => broker.throttled().has('a'))
    await broker.stop()
    await client.closed
    expect(broker.throttled().size).toBe(0)
  })
})

describe('payloads', () => {
  test.each([
    ['telemetry', 65_536, true],
    ['telemetry', 65_537, false],
    ['event', 1_000_000, true],
    ['checkin', 1_000_000, true],
  ])('%s of %i bytes', async (kind, bytes, isTaken) => {
    await start()
    const client = await loggedIn(broker.listening, 'a')
    const head = {
      telemetry: '"readings":{"pm25":1}',
      event: '"type":"smoke"',
      checkin: '"tag":"t"',
    }
    const json = `{${head[kind as 'event']}}`
    client.send(publishPacket(topicOf('a', kind), json.padEnd(bytes)))
    await client.next('puback')
    const decoded = house.messages()[0]?.decoded
    if (isTaken) expect(decoded).toHaveLength(1)
    else expect(decoded).toMatchObject({ reason: 'tooLarge', detail: /65537 bytes.*65536/ })
    client.socket.destroy()
  })
})

describe('subscriptions', () => {
  test('so many different ones of a client, and no more', async () => {
    await start({ maxSubscriptions: 2 })
    const client = await loggedIn(broker.listening, 'a')
    const subscribe = async (messageId: number, ...kinds: string[]) => {
      const subscriptions = kinds.map((kind) => ({ topic: topicOf('a', kind), qos: 1 as const }))
      client.send({ cmd: 'subscribe', messageId, subscriptions })
      const suback = await client.next('suback')
      return suback.cmd === 'suback' ? suback.granted : []
    }
    expect(await subscribe(1, 'telemetry', 'event', 'checkin', '#')).toEqual([1, 1, 128, 128])
    expect(await subscribe(2, 'event', '+')).toEqual([1, 128])
    client.socket.destroy()
  })

  test('20,000 in one packet are answered, and others are served', async () => {
    await start()
    const client = await loggedIn(broker.listening, 'a')
    const subscriptions = Array.from({ length: 20_000 }, () => ({
      topic: topicOf('a', '#'),
      qos: 1 as const,
    }))
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    const other = await loggedIn(broker.listening, 'b')
    other.send(publishPacket(topicOf('b'), reading))
    await other.next('puback')
    await client.next('suback')
    client.socket.destroy()
    other.socket.destroy()
  })
})

describe('what aedes would keep in memory', () => {
  test('an offline session is not kept: nothing waits for who comes back', async () => {
    await start()
    const gone = await loggedIn(broker.listening, 'a', { clean: false })
    const subscriptions = [{ topic: topicOf('a', '#'), qos: 1 as const }]
    gone.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    await gone.next('suback')
    gone.send({ cmd: 'disconnect' })
    await gone.closed
    const sender = await loggedIn(broker.listening, 'a', { clientId: 'a-sender' })
    for (let i = 1; i <= 100; i++)
      sender.send(publishPacket(topicOf('a'), reading, { messageId: i }))
    await until('the acknowledgements', () => sender.received.length === 101)
    const back = await rawClient(broker.listening)
    back.send(connectPacket('a', { clean: false }))
    expect(await back.next('connack')).toMatchObject({ returnCode: 0, sessionPresent: false })
    back.send({ cmd: 'pingreq' })
    await back.next('pingresp')
    expect(back.received.filter(({ cmd }) => cmd === 'publish')).toEqual([])
    back.socket.destroy()
    sender.socket.destroy()
  })

  test('retained messages are one status a device, and capped', async () => {
    await start({ maxRetained: 2 })
    const retained = async (device: string) => {
      const client = await loggedIn(broker.listening, device)
      client.send(publishPacket(topicOf(device, 'status'), 'online', { retain: true }))
      await client.next('puback')
      client.send(publishPacket(topicOf(device), reading, { retain: true, messageId: 2 }))
      await client.next('puback')
      const subscriptions = [{ topic: topicOf(device, '#'), qos: 1 as const }]
      client.send({ cmd: 'subscribe', messageId: 3, subscriptions })
      await client.next('suback')
      client.send({ cmd: 'pingreq' })
      await client.next('pingresp')
      client.socket.destroy()
      return client.received.flatMap((one) => (one.cmd === 'publish' ? [one.topic] : []))
    }
    expect(await retained('a')).toEqual([topicOf('a', 'status')])
    expect(await retained('b')).toEqual([topicOf('b', 'status')])
    const refused = house.counts.refused ?? 0
    expect(await retained('c')).toEqual([])
    expect(house.counts.refused).toBe(refused + 1)
    expect(await retained('a')).toEqual([topicOf('a', 'status')])
  })

  test('unfinished QoS 2 messages of a client are bounded', async () => {
    await start({ deviceRate: 0 })
    const client = await loggedIn(broker.listening, 'a')
    for (let i = 1; i <= 1_100; i++) {
      if (client.isClosed()) break
      client.write(generate(publishPacket(topicOf('a'), reading, { qos: 2, messageId: i })))
    }
    await client.closed
    expect(client.received.filter(({ cmd }) => cmd === 'pubrec').length).toBeLessThanOrEqual(1_000)
  })
})

describe('who may no longer be connected', () => {
  test.each<[string, (house: House) => void]>([
    ['its secret was dropped', (one) => one.devices.change('a', 'another')],
    ['it was blocked', (one) => one.devices.block('a')],
    ['it was removed', (one) => one.devices.remove('a')],
  ])('%s: its connections end within a second, others stay', async (_name, change) => {
    await start()
    const clients = [
      await loggedIn(broker.listening, 'a'),
      await loggedIn(broker.listening, 'a', { clientId: 'a-2' }),
    ]
    const other = await loggedIn(broker.listening, 'b')
    const refused = house.counts.refused ?? 0
    change(house)
    await Promise.all(clients.map(({ closed }) => closed))
    other.send({ cmd: 'pingreq' })
    await other.next('pingresp')
    expect(house.counts.refused).toBe(refused + 2)
    other.socket.destroy()
  })

  test('a blocked device leaves no will and no presence behind', async () => {
    await start()
    const will = { topic: topicOf('a', 'status'), payload: Buffer.from('offline'), qos: 1 as const }
    const client = await loggedIn(broker.listening, 'a', { will: { ...will, retain: true } })
    await until('its arrival', () => house.statuses('a').length === 1)
    house.devices.block('a')
    await client.closed
    const back = await rawClient(broker.listening)
    back.send(connectPacket('a'))
    expect(await back.next('connack')).toMatchObject({ returnCode: 4 })
    expect(house.statuses('a')).toEqual(['online'])
    expect(house.lines.join('\n')).toContain('refused "a": it is blocked')
  })

  test('a change that does not concern it leaves a connection alone, and its presence', async () => {
    await start()
    const client = await loggedIn(broker.listening, 'a')
    for (let i = 0; i < 20; i++) house.devices.tell()
    house.devices.change('b', 'another')
    const watched = await loggedIn(broker.listening, 'c')
    house.devices.block('c')
    await watched.closed
    client.send(publishPacket(topicOf('a'), reading))
    await client.next('puback')
    expect(house.statuses('a')).toEqual(['online'])
    client.socket.destroy()
  })
})
