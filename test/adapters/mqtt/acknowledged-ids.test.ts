import { expect, test } from 'vitest'
import {
  connectPacket,
  fakeHouse,
  publishPacket,
  rawClient,
  startEmbedded,
  topicOf,
  until,
} from './kit.ts'

/** Over a real socket, because that is where text and bytes differ. */
test('the id that is acknowledged is the id that was sent, whatever its bytes', async () => {
  const house = fakeHouse(['a'])
  const adapter = await startEmbedded(house)
  const client = await rawClient(adapter.listening)
  client.send(connectPacket('a'))
  await client.next('connack')
  const ids = [1, 127, 128, 255, 256, 0x7f80, 0x8000, 0x80ff, 0xc3a9, 0xfffe, 0xffff]
  for (const messageId of ids) {
    client.send(publishPacket(topicOf('a'), '{"readings":{"pm25":1}}', { messageId }))
  }
  const acknowledged = () =>
    client.received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId] : []))
  await until('all are acknowledged', () => acknowledged().length >= ids.length)
  expect(acknowledged()).toEqual(ids)
  client.socket.destroy()
  await adapter.stop()
})
