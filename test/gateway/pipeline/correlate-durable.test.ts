import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  createObservationStore,
  type ObservationStore,
} from '../../../gateway/storage/observation-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { forestFire, strawBurning } from './scenes.ts'

/** The correlator behind the real observation log. */

let bench: CorrelationBench
let directory: string
let observations: ObservationStore

beforeEach(async () => {
  bench = await correlationBench()
  directory = await mkdtemp(join(tmpdir(), 'lianxun-durable-'))
  observations = await openLog()
})

afterEach(async () => {
  await bench.close()
  await observations.stop()
  await rm(directory, { recursive: true })
})

async function openLog(): Promise<ObservationStore> {
  const { clock } = bench
  const store = createObservationStore({ directory, clock })
  await store.start()
  return store
}

it('wakes at a commit and writes the case without being ticked', async () => {
  const outbox = createOutbox(bench.db)
  const correlator = await bench.correlator({ log: observations.log })
  const fire = forestFire(noon, 'v1-smoke1', 'v1-cam1')
  await observations.log.append(fire)
  const head = await observations.log.head()
  while (correlator.position() < head) {
    const changed = outbox.changed()
    if (correlator.position() < head) await changed
  }
  expect((await bench.rows()).cases).toMatchObject([{ hazard: 'forestFire', severity: 'red' }])
})

it('goes on after a restart of everything, and sees redelivered messages once', async () => {
  const afternoon = strawBurning(bench.devices, noon, 'v3-pm2')
  const half = afternoon.length >> 1
  const first = await bench.correlator({ log: observations.log })
  await observations.log.append(afternoon.slice(0, half))
  await first.tick()
  await first.stop()
  await observations.stop()
  observations = await openLog()
  const second = await bench.correlator({ log: observations.log })
  expect(second.position()).toBe(half)
  await observations.log.append(afternoon)
  await second.tick()
  const { cases } = await bench.rows()
  expect(cases).toHaveLength(1)
  expect(cases[0]?.timeline).toHaveLength(3)
})
