import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askOne } from '../../support/one-series.ts'
import { createSeriesHouse } from '../../support/series-house.ts'

const rounds = 5
const month = (n: number) => Date.UTC(2026, n % 2, 10)
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-crash-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** Runs the writer, kills it with SIGKILL after so many commits, and returns what it was told is stored. */
async function writeAndKill(device: string, afterCommits: number): Promise<number[]> {
  const writer = new URL('./observation-writer.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [writer, directory, device], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    if (output.split('\n').length > afterCommits) child.kill('SIGKILL')
  })
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')
  // The last line may be cut short.
  return output.split('\n').slice(1, -1).map(Number)
}

function check(file: string): void {
  const db = new Database(join(directory, file), { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
}

test('kill -9: what was resolved is stored once, and the series follow exactly', async () => {
  const committed = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    committed.set(`d${round}`, await writeAndKill(`d${round}`, 300 + round * 400))
  }
  const clock = { now: () => Date.now(), monotonic: () => 0 }
  const store = createSeriesHouse({ directory, clock })
  await store.start()
  const entries = await store.log.read(0, 1_000_000)
  expect(entries.map((e) => e.seq)).toEqual(entries.map((_, i) => i + 1))
  const range = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 2, 1) }
  for (const [device, numbers] of committed) {
    expect(numbers.length).toBeGreaterThan(200)
    const logged = entries.flatMap(({ observation: o }) => (o.device === device ? [o] : []))
    const times = new Set(logged.map((o) => o.observedAt))
    expect(times.size).toBe(logged.length)
    expect(numbers.filter((n) => !times.has(month(n) + n))).toEqual([])
    const query = { device, property: 'pm25', ...range } as const
    const raw = await askOne(store.series, { ...query, resolution: 'raw' })
    expect(raw.points.map(([at]) => at)).toEqual([...times].toSorted((a, b) => a - b))
    const days = await askOne(store.series, { ...query, resolution: 'day' })
    const counted = days.points.map((point) => point[4] ?? 0)
    expect(counted.reduce((a, b) => a + b, 0)).toBe(logged.length)
    const kept = await store.quarantine.list({ scope: null, device, limit: 10_000 })
    const payloads = new Set(kept.map((e) => Buffer.from(e.payload).toString()))
    expect(numbers.filter((n) => n % 10 === 0 && !payloads.has(`wrong ${n}`))).toEqual([])
  }
  await store.stop()
  for (const file of ['observations.db', 'series-2026-01.db', 'series-2026-02.db']) check(file)
})
