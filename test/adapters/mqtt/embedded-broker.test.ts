import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import {
  fakeHouse,
  type House,
  loggedIn,
  publishPacket,
  startEmbedded,
  topicOf,
  until,
} from './kit.ts'

let house: House
let broker: Awaited<ReturnType<typeof startEmbedded>>

beforeEach(async () => {
  house = fakeHouse(['a', 'b'])
  broker = await startEmbedded(house)
})

afterEach(async () => {
  house.openGate()
  await broker.stop()
})

const reading = '{"ts":1763712000000,"readings":{"pm25":182.5}}'

test('a QoS 1 message is acknowledged after its commit and not before', async () => {
  const client = await loggedIn(broker.listening, 'a')
  await until('the arrival to be stored', () => house.stored.length === 1)
  house.closeGate()
  client.send(publishPacket(topicOf('a'), reading, { messageId: 65_280 }))
  await until('the message at the ingest', () => house.messages().length === 1)
  client.send({ cmd: 'pingreq' })
  await client.next('pingresp')
  expect(client.received.some(({ cmd }) => cmd === 'puback')).toBe(false)
  house.openGate()
  expect(await client.next('puback')).toMatchObject({ messageId: 65_280 })
  expect(house.messages()[0]?.decoded).toMatchObject([
    { kind: 'reading', device: 'a', property: 'pm25', value: 182.5, observedAt: 1763712000000 },
  ])
})

test('a QoS 2 message gets its PUBREC after its commit, and a resent one is stored once', async () => {
  const client = await loggedIn(broker.listening, 'a')
  await until('the arrival to be stored', () => house.stored.length === 1)
  house.closeGate()
  const packet = publishPacket(topicOf('a'), reading, { qos: 2, messageId: 9 })
  client.send(packet)
  await until('the message at the ingest', () => house.messages().length === 1)
  client.send({ cmd: 'pingreq' })
  await client.next('pingresp')
  expect(client.received.some(({ cmd }) => cmd === 'pubrec')).toBe(false)
  house.openGate()
  await client.next('pubrec')
  client.send(publishPacket(topicOf('a'), reading, { qos: 2, messageId: 9, dup: true }))
  await client.next('pubrec')
  client.send({ cmd: 'pubrel', messageId: 9 })
  await client.next('pubcomp')
  expect(house.messages()).toHaveLength(1)
})

test('a QoS 0 message is stored too', async () => {
  const client = await loggedIn(broker.listening, 'a')
  client.send(publishPacket(topicOf('a'), reading, { qos: 0, messageId: undefined }))
  await until('the message', () => house.messages().length === 1)
})

test('what could not be stored is not acknowledged: the connection ends', async () => {
  const client = await loggedIn(broker.listening, 'a')
  house.failWith(new StoreError('the disk is full'))
  client.send(publishPacket(topicOf('a'), reading))
  await client.closed
  expect(client.received.some(({ cmd }) => cmd === 'puback')).toBe(false)
  expect(house.lines.join('\n')).toContain('the disk is full')
})

test('what cannot be decoded is handed over with its reason, and acknowledged', async () => {
  const client = await loggedIn(broker.listening, 'a')
  client.send(publishPacket(topicOf('a'), '{"readings":{"pm25":"high"}}'))
  await client.next('puback')
  expect(house.messages()[0]?.decoded).toEqual({
    reason: 'invalid',
    detail: 'readings.pm25: found "high", expected a finite number.',
  })
  expect(house.counts.failures).toBe(1)
})

test('a wrong village in its own topic is for people to see, not a trespass', async () => {
  const client = await loggedIn(broker.listening, 'a')
  client.send(publishPacket(topicOf('a', 'telemetry', '990101101299'), reading))
  await client.next('puback')
  expect(house.messages()).toHaveLength(1)
})

test('many messages in one write share the wait for the commit', async () => {
  const client = await loggedIn(broker.listening, 'a')
  await until('the arrival to be stored', () => house.stored.length === 1)
  house.closeGate()
  for (let i = 1; i <= 100; i++) {
    client.send(publishPacket(topicOf('a'), `{"ts":${i},"readings":{"pm25":1}}`, { messageId: i }))
  }
  await until('all of them at the ingest', () => house.messages().length === 100)
  house.openGate()
  await until('all acknowledgements', () => client.received.length === 101)
})

test('stop commits and acknowledges what is under way, then no socket is open', async () => {
  const client = await loggedIn(broker.listening, 'a')
  await until('the arrival to be stored', () => house.stored.length === 1)
  house.closeGate()
  client.send(publishPacket(topicOf('a'), reading, { messageId: 3 }))
  await until('the message at the ingest', () => house.messages().length === 1)
  const stopped = broker.stop()
  house.openGate()
  await stopped
  await client.closed
  expect(client.received.at(-1)).toMatchObject({ cmd: 'puback', messageId: 3 })
  expect(broker.connected()).toBe(false)
  expect(broker.port()).toBeUndefined()
})
