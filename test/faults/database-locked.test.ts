import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { type AcknowledgedStream, startStream } from '../support/acknowledged-stream.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

/** Another program holds a database for `LIANXUN_LOCK_S` seconds; 30 is what must be survived. */
const lockMs = Number(process.env.LIANXUN_LOCK_S ?? 8) * 1000
const queueBound = 50_000
const window = 200

let gateway: TownGateway
let stream: AcknowledgedStream

beforeEach(async () => {
  gateway = await openTownGateway()
  stream = startStream({ port: gateway.mqtt, secrets: gateway.secrets.devices, window })
  await stream.progress(2000)
})

afterEach(async () => {
  stream?.kill()
  await gateway?.remove()
})

function lock(file: string): () => void {
  const db = new Database(path.join(gateway.dataDir, file), { timeout: 5000 })
  db.exec('BEGIN IMMEDIATE')
  return () => {
    db.exec('ROLLBACK')
    db.close()
  }
}

/** Looks again and again while the lock is held; how long the slowest look took. */
async function watch(): Promise<{ slowestMs: number; mostQueued: number; problems: string[] }> {
  const end = performance.now() + lockMs
  let slowestMs = 0
  let mostQueued = 0
  const problems = new Set<string>()
  while (performance.now() < end) {
    const begun = performance.now()
    const { body } = await gateway.ask('/readyz')
    slowestMs = Math.max(slowestMs, performance.now() - begun)
    for (const problem of body.problems) problems.add(problem)
    const { text } = await gateway.ask('/metrics')
    mostQueued = Math.max(mostQueued, Number(/^lianxun_store_queue (\d+)$/m.exec(text)?.[1] ?? 0))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { slowestMs, mostQueued, problems: [...problems] }
}

async function everythingArrives(): Promise<void> {
  await stream.progress(2000)
  await until('readiness', async () => (await gateway.ask('/readyz')).status === 200)
  const done = await stream.finish()
  expect((await gateway.end('SIGTERM')).code).toBe(0)
  await stream.expectStored(gateway.dataDir, done)
}

test('database locked: the observation log', { timeout: 60_000 + 2 * lockMs }, async () => {
  const unlock = lock('observations.db')
  const atLock = await stream.acknowledged()
  const seen = await watch()
  // What was committed before the lock may still have been on its way.
  const whileLocked = (await stream.acknowledged()) - atLock
  unlock()
  console.log(`observation log locked ${lockMs} ms: ${JSON.stringify({ ...seen, whileLocked })}`)
  expect(whileLocked).toBeLessThan(16 * window)
  expect(seen.mostQueued).toBeLessThanOrEqual(queueBound)
  expect(seen.slowestMs).toBeLessThan(1000)
  expect(seen.problems.join()).toContain('another program holds the database')
  await everythingArrives()
})

test('database locked: cases and places', { timeout: 60_000 + 2 * lockMs }, async () => {
  const password = gateway.secrets.users.desk01 ?? ''
  const unlock = lock('lianxun.db')
  const atLock = await stream.acknowledged()
  const signingIn = gateway.ask('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'desk01', password }),
  })
  const seen = await watch()
  const whileLocked = (await stream.acknowledged()) - atLock
  unlock()
  console.log(`tables locked ${lockMs} ms: ${JSON.stringify({ ...seen, whileLocked })}`)
  // The log is another file: devices notice nothing.
  expect(whileLocked).toBeGreaterThan(1000)
  // People wait for some seconds, and are then told to try again.
  const { status, text } = await signingIn
  expect([200, 503]).toContain(status)
  if (status === 503) expect(text).toContain('Nothing was stored. Try again')
  expect(seen.slowestMs).toBeLessThan(1000)
  await everythingArrives()
})
