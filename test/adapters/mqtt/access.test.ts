import { generate } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  village,
} from './kit.ts'

let house: House
let broker: Awaited<ReturnType<typeof startEmbedded>>
let port: number

beforeAll(async () => {
  house = fakeHouse(['a', 'b', 'a2', 'c'])
  broker = await startEmbedded(house)
  port = broker.listening
})

afterAll(() => broker.stop())

type Connect = Parameters<typeof connectPacket>[1]

async function answerTo(device: string, overrides: Connect): Promise<number | undefined> {
  const client = await rawClient(port)
  client.send(connectPacket(device, overrides))
  const connack = await client.next('connack')
  const code = connack.cmd === 'connack' ? connack.returnCode : undefined
  if (code !== 0) await client.closed
  client.socket.destroy()
  await client.closed
  return code
}

const will = (topic: string, payload = 'offline') => ({
  will: { topic, payload: Buffer.from(payload), qos: 1 as const, retain: true },
})

describe('who may connect (CONNACK return code)', () => {
  const cases: [string, number, Connect][] = [
    ['its id and secret', 0, {}],
    ['MQTT 3.1', 0, { protocolId: 'MQIsdp', protocolVersion: 3 }],
    ['an empty client id with clean session', 0, { clientId: '' }],
    ['its id and a dash', 0, { clientId: 'a-modem' }],
    ['its id and a colon', 0, { clientId: 'a:2' }],
    ['its id and a slash', 0, { clientId: 'a/line/2' }],
    ['a client id that only begins like its id', 2, { clientId: 'a3' }],
    ["a client id that is nobody's", 2, { clientId: 'mqttjs_12ab' }],
    ["a client id that goes on from another device's", 2, { clientId: 'b-modem' }],
    ['a client id longer than any device needs', 2, { clientId: `a-${'x'.repeat(300)}` }],
    ['a client id of 65 KB of dashes', 2, { clientId: `a${'-'.repeat(64_000)}` }],
    ['a kept session, which is not kept', 0, { clean: false }],
    ['its own will', 0, will(topicOf('a', 'status'))],
    ['a wrong secret', 4, { password: Buffer.from('secret-b') }],
    ['an empty secret', 4, { password: Buffer.alloc(0) }],
    ['no password', 4, { password: undefined }],
    ['an unknown device', 4, { username: 'nobody' }],
    ['a prototype property as its id', 4, { username: '__proto__', clientId: '__proto__' }],
    ['no user name', 5, { username: undefined, password: undefined }],
    ["another device's client id", 2, { clientId: 'b' }],
    ["a will on another device's topic", 5, will(topicOf('b', 'status'))],
    ['a will on a foreign topic', 5, will('home/lamp')],
    ['a will on $SYS', 5, will('$SYS/broker/uptime')],
    ['a will with a wildcard', 5, will(topicOf('a', '#'))],
  ]
  test.each(cases)('%s: %i', async (_name, code, overrides) => {
    expect(await answerTo('a', overrides)).toBe(code)
  })

  test('an empty client id with a kept session: 2 [MQTT-3.1.3-8]', async () => {
    const client = await rawClient(port)
    const connect = generate(connectPacket('a', { clientId: '' }))
    const flagsAt = 9
    connect[flagsAt] = (connect[flagsAt] as number) & ~0x02
    client.write(connect)
    expect(await client.next('connack')).toMatchObject({ returnCode: 2 })
    await client.closed
  })

  test('MQTT 5 is told that it is not spoken here', async () => {
    const client = await rawClient(port)
    client.send(connectPacket('a', { protocolVersion: 5 }))
    await client.closed
  })
})

describe('client ids', () => {
  test('other credentials never take over a connection', async () => {
    const victim = await loggedIn(port, 'a', { clientId: 'a-modem' })
    expect(await answerTo('b', { clientId: 'a-modem' })).toBe(2)
    expect(await answerTo('a', { clientId: 'a-modem', password: Buffer.from('x') })).toBe(4)
    expect(await answerTo('b', { clientId: 'a-modem', ...will(topicOf('b', 'status')) })).toBe(2)
    victim.send({ cmd: 'pingreq' })
    await victim.next('pingresp')
    expect(victim.isClosed()).toBe(false)
    victim.socket.destroy()
  })

  test('the device itself takes over its own, and its old will stays unsaid', async () => {
    const before = house.statuses('a2').length
    const old = await loggedIn(port, 'a2', will(topicOf('a2', 'status')))
    const fresh = await loggedIn(port, 'a2')
    await old.closed
    fresh.send({ cmd: 'pingreq' })
    await fresh.next('pingresp')
    expect(house.statuses('a2').slice(before)).toEqual(['online'])
    fresh.socket.destroy()
  })

  test('an empty one gets one of its own each time, so that both stay', async () => {
    const first = await loggedIn(port, 'a', { clientId: '' })
    const second = await loggedIn(port, 'a', { clientId: '' })
    for (const client of [first, second]) {
      client.send({ cmd: 'pingreq' })
      await client.next('pingresp')
      client.socket.destroy()
    }
  })
})

describe('what may be subscribed to (SUBACK)', () => {
  const cases: [string, number][] = [
    [topicOf('a'), 1],
    [topicOf('a', 'status'), 1],
    [topicOf('a', '+'), 1],
    [topicOf('a', '#'), 1],
    ['#', 128],
    ['+', 128],
    ['$SYS/#', 128],
    ['lianxun/#', 128],
    ['lianxun/+/a/status', 128],
    [`lianxun/${village}/+/status`, 128],
    [`lianxun/${village}/#`, 128],
    [topicOf('b', 'status'), 128],
    [topicOf('a2', '#'), 128],
    [topicOf('a', 'telemetry', '990101101299'), 128],
    ['home/lamp', 128],
  ]
  test('own topics only', async () => {
    const client = await loggedIn(port, 'a')
    const subscriptions = cases.map(([topic]) => ({ topic, qos: 1 as const }))
    client.send({ cmd: 'subscribe', messageId: 5, subscriptions })
    const suback = await client.next('suback')
    expect(suback.cmd === 'suback' && suback.granted).toEqual(cases.map(([, granted]) => granted))
    client.socket.destroy()
  })

  test('a device hears its own messages and its retained status', async () => {
    const client = await loggedIn(port, 'c')
    const subscriptions = [{ topic: topicOf('c', '#'), qos: 1 as const }]
    client.send({ cmd: 'subscribe', messageId: 5, subscriptions })
    await client.next('suback')
    client.send(publishPacket(topicOf('c', 'status'), 'online', { retain: true }))
    expect(await client.next('publish')).toMatchObject({ topic: topicOf('c', 'status') })
    client.send(publishPacket(topicOf('c'), '{"readings":{"rain":1}}', { retain: true }))
    expect(await client.next('publish')).toMatchObject({ topic: topicOf('c') })

    const later = await loggedIn(port, 'c', { clientId: 'c-second' })
    later.send({ cmd: 'subscribe', messageId: 5, subscriptions })
    const kept = await later.next('publish')
    expect(kept).toMatchObject({ topic: topicOf('c', 'status'), retain: true })
    later.send({ cmd: 'unsubscribe', messageId: 6, unsubscriptions: [topicOf('c', '#')] })
    await later.next('unsuback')
    expect(later.received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1)
    client.socket.destroy()
    later.socket.destroy()
  })

  test('another device hears nothing of it', async () => {
    const other = await loggedIn(port, 'b')
    const subscriptions = [{ topic: topicOf('b', '#'), qos: 1 as const }]
    other.send({ cmd: 'subscribe', messageId: 5, subscriptions })
    await other.next('suback')
    const client = await loggedIn(port, 'a')
    client.send(publishPacket(topicOf('a'), '{"readings":{"rain":1}}'))
    await client.next('puback')
    other.send({ cmd: 'pingreq' })
    await other.next('pingresp')
    expect(other.received.some(({ cmd }) => cmd === 'publish')).toBe(false)
    client.socket.destroy()
    other.socket.destroy()
  })
})

describe('publishing elsewhere ends the connection, undelivered and counted', () => {
  const topics = [
    topicOf('b'),
    topicOf('a2'),
    'home/lamp',
    '$SYS/broker/uptime',
    `lianxun/${village}/a`,
    `lianxun/${village}/a/telemetry/extra`,
    `lianxun/${village}//telemetry`,
    `${topicOf('a')}\u0000`,
  ]
  test.each(topics)('%j', async (topic) => {
    const before = { messages: house.messages().length, refused: house.counts.refused ?? 0 }
    const client = await loggedIn(port, 'a')
    client.send(publishPacket(topic, '{"readings":{"rain":1}}'))
    await client.closed
    expect(client.received.some(({ cmd }) => cmd === 'puback')).toBe(false)
    expect(house.messages()).toHaveLength(before.messages)
    expect(house.counts.refused).toBe(before.refused + 1)
  })
})

describe('status and wills', () => {
  test('a broken connection says its will, a goodbye does not', async () => {
    const before = house.statuses('b').length
    const leaving = await loggedIn(port, 'b', will(topicOf('b', 'status')))
    leaving.send({ cmd: 'disconnect' })
    await leaving.closed
    const breaking = await loggedIn(port, 'b', will(topicOf('b', 'status')))
    breaking.socket.destroy()
    await until('the will', () => house.statuses('b').at(-1) === 'offline')
    expect(
      house
        .statuses('b')
        .slice(before)
        .filter((text) => text === 'offline'),
    ).toHaveLength(1)
  })

  test('a connection that breaks without a will is offline, the next one online', async () => {
    const client = await loggedIn(port, 'b')
    client.socket.resetAndDestroy()
    await until('offline', () => house.statuses('b').at(-1) === 'offline')
    const next = await loggedIn(port, 'b')
    await until('online', () => house.statuses('b').at(-1) === 'online')
    next.send({ cmd: 'disconnect' })
    await next.closed
    expect(house.statuses('b').at(-1)).toBe('online')
  })
})
