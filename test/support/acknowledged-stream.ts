import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect } from 'vitest'
import type { LogEntry } from '../../gateway/domain/observation.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { keysOf, type StreamDevice } from '../faults/kill-9-stream.ts'
import { createSeriesHouse } from './series-house.ts'

/**
 * Devices in a process of their own that publish, keep what was not acknowledged and send it again;
 * at the end the log must hold each acknowledged observation, and each once.
 */

const startMs = Math.floor(Date.now() / 1000) * 1000 - 25 * 86_400_000
const kinds = { pm: 'airStation', smoke: 'smokeSensor', water: 'waterLevelGauge' } as const
const deviceIds = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [`v${n}-pm1`, `v${n}-smoke1`])

export interface AcknowledgedStream {
  acknowledged(): Promise<number>
  /** What the log must hold by now: acknowledgements come in the order of sending. */
  acknowledgedKeys(): Promise<string[]>
  /** Resolves when so many more were acknowledged. */
  progress(by: number, timeoutMs?: number): Promise<void>
  /** Publishes no more; resolves when nothing waits for its acknowledgement. */
  finish(): Promise<Record<string, number>>
  kill(): void
  /** Rows that so many messages of each device must make. */
  rows(done: Record<string, number>): number
  /** Reads the log of a gateway that has stopped: each once, nothing that was never sent. */
  storedOnce(dataDir: string, done: Record<string, number>): Promise<{ lost: string[] }>
  /** The same, and nothing is missing. */
  expectStored(dataDir: string, done: Record<string, number>): Promise<void>
}

export interface StreamOptions {
  port: number
  secrets: Record<string, string>
  /** Unacknowledged messages of one device. */
  window?: number
}

export function startStream({ port, secrets, window = 5 }: StreamOptions): AcknowledgedStream {
  const devices: StreamDevice[] = deviceIds.map((id) => ({
    id,
    village: `99010110120${id.charAt(1)}`,
    secret: secrets[id] ?? '',
    kind: id.includes('smoke') ? kinds.smoke : kinds.pm,
  }))
  const child = fork(path.join(import.meta.dirname, '../faults/kill-9-publisher.ts'))
  child.send({ port, startMs, window, devices })

  async function progressNow(): Promise<{ progress: number; counts: Record<string, number> }> {
    child.send('progress')
    const [answer] = await once(child, 'message')
    return answer
  }

  const acknowledged = async () => (await progressNow()).progress

  const expectedOf = (done: Record<string, number>) =>
    devices.flatMap((device) =>
      Array.from({ length: done[device.id] ?? 0 }, (_, i) => keysOf(device, i, startMs)).flat(),
    )

  async function storedOnce(dataDir: string, done: Record<string, number>) {
    const keys = await storedKeys(dataDir)
    const stored = new Set(keys)
    expect(stored.size).toBe(keys.length)
    const lost = expectedOf(done).filter((key) => !stored.has(key))
    expect(keys.length + lost.length).toBe(expectedOf(done).length)
    return { lost }
  }

  return {
    acknowledged,
    acknowledgedKeys: async () => expectedOf((await progressNow()).counts),
    rows: (done) => expectedOf(done).length,
    async progress(by, timeoutMs = 30_000) {
      const before = await acknowledged()
      const grew = async () => (await acknowledged()) >= before + by
      await until(`${by} more acknowledgements`, grew, timeoutMs)
    },
    async finish() {
      const finished = doneOf(child)
      child.send('finish')
      return finished
    },
    kill: () => void child.kill('SIGKILL'),
    storedOnce,
    async expectStored(dataDir, done) {
      const { lost } = await storedOnce(dataDir, done)
      expect({ lost: lost.length, first: lost.slice(0, 3) }).toEqual({ lost: 0, first: [] })
    },
  }
}

async function doneOf(child: ChildProcess): Promise<Record<string, number>> {
  const [{ done }] = (await once(child, 'message')) as [{ done: Record<string, number> }]
  return done
}

async function readLog(directory: string): Promise<LogEntry[]> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const store = createSeriesHouse({ directory, clock })
  await store.start()
  const entries: LogEntry[] = []
  for (;;) {
    const more = await store.log.read(entries.at(-1)?.seq ?? 0, 5000)
    if (more.length === 0) break
    entries.push(...more)
  }
  await store.stop()
  return entries
}

/** Of every reading in the log of a gateway that does not run. */
export async function storedKeys(dataDir: string): Promise<string[]> {
  return (await readLog(dataDir)).map(keyOf).filter((key) => key !== undefined)
}

function keyOf({ observation }: LogEntry): string | undefined {
  if (observation.kind !== 'reading') return undefined
  const { device, property, observedAt, value } = observation
  return `${device} ${property} ${observedAt} ${value}`
}
