import { expect, test } from 'vitest'
import { createAdapters } from '../../adapters/registry.ts'
import { fakeHouse, topicOf } from './mqtt/kit.ts'

test('every adapter has a name of its own and decodes before it was started', async () => {
  const mqtt = { mode: 'embedded', host: '127.0.0.1', port: 0 } as const
  const adapters = createAdapters({ mqtt }, fakeHouse().context)
  expect(adapters.map(({ name }) => name)).toEqual(['mqtt'])
  const [adapter] = adapters
  expect(adapter?.connected()).toBe(false)
  expect(adapter?.port?.()).toBeUndefined()
  const payload = Buffer.from('{"readings":{"rain":2}}')
  expect(await adapter?.decode({ topic: topicOf('a'), payload, receivedAt: 5 })).toMatchObject([
    { property: 'rain', value: 2, observedAt: 5 },
  ])
})

test.each([
  { mode: 'embedded', host: '127.0.0.1', port: 65_536 },
  { mode: 'embedded', host: '', port: 1 },
  { mode: 'embedded', host: 'x', port: 1, maxPacketBytes: 0 },
  { mode: 'broker', url: 'http://broker' },
  { mode: 'broker', url: 'nonsense' },
] as const)('settings that cannot work are refused at once: %j', (mqtt) => {
  expect(() => createAdapters({ mqtt }, fakeHouse().context)).toThrow()
})

test('a port that is taken is an error that says what to do', async () => {
  const first = createAdapters(
    { mqtt: { mode: 'embedded', host: '127.0.0.1', port: 0 } },
    fakeHouse().context,
  )[0]
  await first?.start()
  const port = first?.port?.() ?? 0
  const second = createAdapters(
    { mqtt: { mode: 'embedded', host: '127.0.0.1', port } },
    fakeHouse().context,
  )[0]
  await expect(second?.start()).rejects.toThrow(/another program on this port.*LIANXUN_MQTT_PORT/)
  await second?.stop()
  await first?.stop()
  await second?.start()
  expect(second?.connected()).toBe(true)
  await second?.stop()
})
