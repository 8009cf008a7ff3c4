import { expect, test } from 'vitest'
import { type AdapterSettings, createAdapters } from '../../adapters/registry.ts'
import { fakeHouse, topicOf } from './mqtt/kit.ts'
import { createHouse } from './onvif/kit.ts'

function adaptersOf(mqtt: AdapterSettings['mqtt']) {
  const { meter, ...shared } = { ...createHouse().context, ...fakeHouse().context }
  return createAdapters({ mqtt, onvif: {} }, { ...shared, meterOf: () => meter })
}

test('every adapter has a name of its own and decodes before it was started', async () => {
  const mqtt = { mode: 'embedded', host: '127.0.0.1', port: 0 } as const
  const adapters = adaptersOf(mqtt)
  expect(adapters.map(({ name }) => name)).toEqual(['mqtt', 'onvif'])
  const [adapter, onvif] = adapters
  expect(onvif?.connected()).toBe(false)
  expect(onvif?.cameras).toBeDefined()
  expect(
    await onvif?.decode({ topic: 'x', payload: Buffer.from('?'), receivedAt: 5 }),
  ).toMatchObject({
    reason: 'unparseable',
  })
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
  expect(() => adaptersOf(mqtt)).toThrow()
})

test('a port that is taken is an error that says what to do', async () => {
  const first = adaptersOf({ mode: 'embedded', host: '127.0.0.1', port: 0 })[0]
  await first?.start()
  const port = first?.port?.() ?? 0
  const second = adaptersOf({ mode: 'embedded', host: '127.0.0.1', port })[0]
  await expect(second?.start()).rejects.toThrow(/another program on this port.*LIANXUN_MQTT_PORT/)
  await second?.stop()
  await first?.stop()
  await second?.start()
  expect(second?.connected()).toBe(true)
  await second?.stop()
})
