import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'
import { fakeHouse, startEmbedded, until } from '../adapters/mqtt/kit.ts'

test('10,000 devices that reconnect at once are all back within 30 s', {
  timeout: 60_000,
}, async () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `d${i}`)
  const house = fakeHouse(ids)
  const broker = await startEmbedded(house)
  const clients = fork(path.join(import.meta.dirname, 'mqtt-reconnect-clients.ts'))
  clients.send({ port: broker.listening, ids })
  const [{ allAfterMs }] = (await once(clients, 'message')) as [{ allAfterMs: number }]
  console.log(`10,000 devices were back after ${Math.round(allAfterMs)} ms`)
  expect(allAfterMs).toBeLessThan(30_000)
  // Each arrival went through the ingest.
  await until('their presence', () => house.stored.length >= ids.length)
  expect(house.statuses('d9999')).toEqual(['online'])

  const gone = once(clients, 'exit')
  clients.kill('SIGKILL')
  await gone
  await broker.stop()
})
