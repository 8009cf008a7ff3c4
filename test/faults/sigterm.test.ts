import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AcknowledgedStream, startStream } from '../support/acknowledged-stream.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

const rounds = 3

let gateway: TownGateway
let stream: AcknowledgedStream

beforeAll(async () => {
  gateway = await openTownGateway()
  stream = startStream({ port: gateway.mqtt, secrets: gateway.secrets.devices, window: 50 })
})

afterAll(async () => {
  stream?.kill()
  await gateway?.remove()
})

describe('SIGTERM', { timeout: 180_000 }, () => {
  test('during ingest: drained within 10 s with code 0, all that was acknowledged is stored', async () => {
    const took: number[] = []
    for (let round = 0; round < rounds; round++) {
      await stream.progress(2000)
      const ended = await gateway.end('SIGTERM')
      expect(ended.code).toBe(0)
      took.push(Math.round(ended.tookMs))
      await gateway.start()
    }
    console.log(`SIGTERM during ingest: ended after ${took.join(', ')} ms`)
    expect(Math.max(...took)).toBeLessThan(10_000)
    const done = await stream.finish()
    expect((await gateway.end('SIGTERM')).code).toBe(0)
    await stream.expectStored(gateway.dataDir, done)
  })
})
