import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { retentionDefaults } from '../../gateway/domain/retention.ts'
import { lianxun } from '../gateway/cli/commands.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

/** The audit log of the real gateway, killed while it writes and edited behind its back. */

const rounds = 3
/** Answers after which the process is killed, with more of them under way. */
const answersBefore = 15

let gateway: TownGateway
/** Changes that were answered with 200, over all rounds. */
let acknowledged = 0

beforeAll(async () => {
  gateway = await openTownGateway()
})

afterAll(() => gateway?.remove())

/** Changes the retention again and again until the gateway is gone; each answered one counts. */
async function change(lane: number, answered: () => void): Promise<void> {
  const admin = await gateway.as('admin01')
  for (let i = 0; ; i++) {
    const body = {
      series: retentionDefaults.series,
      pictures: 7 + ((i * 7 + lane) % 900),
      checkins: 9,
      audit: 999,
    }
    const status = await admin.send('PUT', '/api/v1/retention', body).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 0) return
    if (status !== 200) continue
    acknowledged += 1
    answered()
  }
}

const verify = () => lianxun(['audit', 'verify'], gateway.settings)
const open = () => new Database(path.join(gateway.dataDir, 'lianxun.db'))

test(`audit: kill -9 while entries are written, ${rounds} times: none is lost, the chain fits`, async () => {
  for (let round = 0; round < rounds; round++) {
    const enough = Promise.withResolvers<void>()
    let answers = 0
    const lanes = [0, 1, 2, 3].map((lane) =>
      change(lane, () => {
        answers += 1
        if (answers === answersBefore) enough.resolve()
      }),
    )
    await enough.promise
    await gateway.end('SIGKILL')
    await Promise.all(lanes)
    const verdict = await verify()
    expect(verdict.out).toContain('each fits the one before')
    expect(verdict.code).toBe(0)
    await gateway.start()
  }
  const db = open()
  const kept = db
    .prepare<[], number>("SELECT count(*) FROM audit WHERE act = 'changeRetention'")
    .pluck()
    .get() as number
  const ids = db.prepare<[], number>('SELECT id FROM audit ORDER BY id').pluck().all()
  db.close()
  console.log(`audit: ${acknowledged} acknowledged, ${kept} entries, ${rounds} kills`)
  expect(kept).toBeGreaterThanOrEqual(acknowledged)
  expect(ids).toEqual(ids.map((_, i) => i + 1))
})

test('audit: an entry that is edited in the file is named, by the page and by the command', async () => {
  const admin = await gateway.as('admin01')
  expect((await admin.get('/api/v1/audit/verdict')).body).toMatchObject({ ok: true })
  const db = open()
  const trigger = db
    .prepare<[], string>("SELECT sql FROM sqlite_master WHERE name = 'audit_is_never_changed'")
    .pluck()
    .get() as string
  // Whoever owns the file can take the trigger away; the key is not in it.
  expect(() => db.exec("UPDATE audit SET detail = 'x' WHERE id = 4")).toThrow('append-only')
  db.exec('DROP TRIGGER audit_is_never_changed')
  db.exec("UPDATE audit SET detail = 'nothing happened' WHERE id = 4")
  db.exec(trigger)
  db.close()
  expect((await admin.get('/api/v1/audit/verdict')).body).toMatchObject({
    ok: false,
    brokenAt: 4,
    entries: 3,
  })
  const told = await verify()
  expect(told.code).toBe(1)
  expect(told.out).toContain('Entry 4 is not what was written there')
  // The gateway goes on: a log that was tampered with is no reason to stop watching for fires.
  expect((await admin.get('/api/v1/cases')).status).toBe(200)
})
