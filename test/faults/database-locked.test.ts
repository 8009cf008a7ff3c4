import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { type AcknowledgedStream, startStream } from '../support/acknowledged-stream.ts'
import { openTownGateway, type Person, type TownGateway } from '../support/town-gateway.ts'

/** Another program holds a database for so long. */
const lockMs = Number(process.env.LIANXUN_LOCK_S ?? 30) * 1000
const queueBound = 50_000
/** Unacknowledged messages of each of 16 devices. */
const window = 200
/** Far below the 5 s that a busy handler on the main thread would freeze everything for. */
const answersWithinMs = 2500

interface House {
  gateway: TownGateway
  stream: AcknowledgedStream
  desk: Person
}

async function withHouse(
  { window }: { window: number },
  run: (house: House) => Promise<void>,
): Promise<void> {
  const gateway = await openTownGateway()
  const stream = startStream({ port: gateway.mqtt, secrets: gateway.secrets.devices, window })
  try {
    await stream.progress(2000)
    const desk = await gateway.as('desk01')
    await run({ gateway, stream, desk })
  } finally {
    stream.kill()
    await gateway.remove()
  }
}

function lock({ gateway }: House, file: string): () => void {
  const db = new Database(path.join(gateway.dataDir, file), { timeout: 5000 })
  db.exec('BEGIN IMMEDIATE')
  return () => {
    db.exec('ROLLBACK')
    db.close()
  }
}

interface Seen {
  slowestMs: number
  mostQueued: number
  problems: string[]
  /** Answers to people that were not 200. */
  refused: string[]
  reads: number
}

/** Asks again and again while the lock is held. */
async function watch({ gateway, desk }: House, screens: readonly string[]): Promise<Seen> {
  const end = performance.now() + lockMs
  const seen = { slowestMs: 0, mostQueued: 0, reads: 0 }
  const problems = new Set<string>()
  const refused = new Set<string>()
  async function timed<T>(asked: Promise<T>): Promise<T> {
    const begun = performance.now()
    const answer = await asked
    seen.slowestMs = Math.round(Math.max(seen.slowestMs, performance.now() - begun))
    return answer
  }
  while (performance.now() < end) {
    const { body } = await timed(gateway.ask('/readyz'))
    for (const problem of body.problems) problems.add(problem)
    const { text } = await timed(gateway.ask('/metrics'))
    const queued = Number(/^lianxun_store_queue (\d+)$/m.exec(text)?.[1] ?? 0)
    seen.mostQueued = Math.max(seen.mostQueued, queued)
    for (const screen of screens) {
      const { status } = await timed(desk.get(screen))
      seen.reads += 1
      if (status !== 200) refused.add(`${screen}: ${status}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { ...seen, problems: [...problems], refused: [...refused] }
}

async function everythingArrives({ gateway, stream }: House): Promise<void> {
  await stream.progress(2000)
  await until('readiness', async () => (await gateway.ask('/readyz')).status === 200, 30_000)
  const done = await stream.finish()
  expect((await gateway.end('SIGTERM')).code).toBe(0)
  await stream.expectStored(gateway.dataDir, done)
}

const tables = ['cases', 'alarms', 'incidents', 'devices', 'places', 'session'].map(
  (name) => `/api/v1/${name}`,
)

describe('database locked for 30 s', { concurrent: true, timeout: 90_000 + 2 * lockMs }, () => {
  test('the observation log: a bounded queue, no acknowledgement, screens go on', () =>
    withHouse({ window }, async (house) => {
      const { stream } = house
      const unlock = lock(house, 'observations.db')
      const atLock = await stream.acknowledged()
      const seen = await watch(house, tables)
      // What was committed before the lock may still have been on its way.
      const whileLocked = (await stream.acknowledged()) - atLock
      unlock()
      console.log(
        `observations.db locked ${lockMs} ms: ${JSON.stringify({ ...seen, whileLocked })}`,
      )
      expect(whileLocked).toBeLessThanOrEqual(16 * window)
      expect(seen.mostQueued).toBeLessThanOrEqual(queueBound)
      expect(seen.slowestMs).toBeLessThan(answersWithinMs)
      expect(seen.refused).toEqual([])
      expect(seen.problems.join()).toContain('another program holds the database')
      await everythingArrives(house)
    }))

  test('cases and places: devices notice nothing, screens read on, changes wait or are told', () =>
    // Fewer at a time: all that is acknowledged meanwhile is looked at afterwards.
    withHouse({ window: 2 }, async (house) => {
      const { gateway, stream } = house
      const password = gateway.secrets.users.desk02 ?? ''
      const unlock = lock(house, 'lianxun.db')
      const atLock = await stream.acknowledged()
      const signingIn = gateway.ask('/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'desk02', password }),
      })
      const seen = await watch(house, [...tables, '/api/v1/observations?device=v1-pm1'])
      const whileLocked = (await stream.acknowledged()) - atLock
      unlock()
      console.log(`lianxun.db locked ${lockMs} ms: ${JSON.stringify({ ...seen, whileLocked })}`)
      // The log is another file.
      expect(whileLocked).toBeGreaterThan(1000)
      expect(seen.refused).toEqual([])
      expect(seen.reads).toBeGreaterThan(50)
      expect(seen.slowestMs).toBeLessThan(answersWithinMs)
      const { status, text } = await signingIn
      expect(status).toBe(503)
      expect(text).toContain('Nothing was stored. Try again')
      await everythingArrives(house)
    }))
})
