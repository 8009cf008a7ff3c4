import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import SqliteFile from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBackup } from '../../gateway/backup/read-backup.ts'
import { tableSums } from '../../gateway/backup/table-sums.ts'
import { productVersion } from '../../gateway/version.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { type AcknowledgedStream, startStream, storedKeys } from '../support/acknowledged-stream.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'
import { runCli } from './gateway-process.ts'

/**
 * Devices publish while another process makes the backup; it is restored into an empty folder and a
 * gateway goes on from there.
 */

let directory: string
let gateway: TownGateway
let stream: AcknowledgedStream
let restored: TownGateway | undefined

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lianxun-load-'))
  gateway = await openTownGateway()
  stream = startStream({ port: gateway.mqtt, secrets: gateway.secrets.devices, window: 20 })
})

afterAll(async () => {
  stream?.kill()
  await restored?.remove()
  await gateway?.remove()
  await rm(directory, { recursive: true, force: true })
})

function inDatabase<T>(file: string, read: (db: SqliteFile.Database) => T): T {
  const db = new SqliteFile(file, { fileMustExist: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}

function countOf(file: string, table: string, where = 'true'): number {
  return inDatabase(
    file,
    (db) => db.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get() as number,
  )
}

/** Alarms of what devices said; who is silent depends on when somebody listened. */
function outcomeOf(dataDir: string) {
  return inDatabase(path.join(dataDir, 'lianxun.db'), (db) => {
    const rows = db
      .prepare('SELECT rule, device, raised_at, cleared_at, state FROM alarm')
      .raw()
      .all()
    const cases = db.prepare('SELECT hazard, village, severity FROM "case"').raw().all()
    return {
      alarms: rows.map((row) => JSON.stringify(row)).toSorted(),
      cases: cases.map((row) => JSON.stringify(row)).toSorted(),
    }
  })
}

/** A house in which nothing was judged yet. */
function forgetJudgement(dataDir: string): void {
  inDatabase(path.join(dataDir, 'lianxun.db'), (db) => {
    db.pragma('foreign_keys = OFF')
    for (const table of [
      'alarm',
      'incident',
      'case_history',
      'case',
      'outbox',
      'consumer',
      'rule_state',
      'latest_reading',
      'presence',
    ]) {
      db.exec(`DELETE FROM "${table}"`)
    }
  })
}

async function expectAsInManifest(folder: string, file: string): Promise<void> {
  const { manifest } = await openBackup(file, productVersion())
  for (const { name, tables } of manifest.files) {
    if (!tables) continue
    const found = inDatabase(path.join(folder, name), (db) => {
      expect([name, db.pragma('integrity_check', { simple: true })]).toEqual([name, 'ok'])
      return tableSums(db)
    })
    expect([name, found]).toEqual([name, tables])
    for (const [table, { rows }] of Object.entries(tables)) {
      expect([name, table, countOf(path.join(folder, name), `"${table}"`)]).toEqual([
        name,
        table,
        rows,
      ])
    }
  }
}

async function caughtUp(house: TownGateway): Promise<void> {
  await until(
    'rules and series to catch up',
    async () => {
      const { text } = await house.ask('/metrics')
      return /^lianxun_correlator_lag 0$/m.test(text) && /^lianxun_series_lag 0$/m.test(text)
    },
    60_000,
  )
}

describe('backup under load', { timeout: 300_000 }, () => {
  test('restored into an empty folder: every table as in the manifest, nothing acknowledged is missing, nothing is doubled', async () => {
    await stream.progress(4000)
    const before = await stream.acknowledgedKeys()
    const file = path.join(directory, 'town.tar')
    const begun = performance.now()
    await runCli(['backup', file], gateway.settings)
    const tookMs = Math.round(performance.now() - begun)
    const during = (await stream.acknowledgedKeys()).length - before.length
    await stream.progress(1000)

    const folder = path.join(directory, 'restored')
    await runCli(['restore', file, '--into', folder], gateway.settings)
    await expectAsInManifest(folder, file)
    const keys = await storedKeys(folder)
    const stored = new Set(keys)
    expect(stored.size).toBe(keys.length)
    const lost = before.filter((key) => !stored.has(key))
    expect({ lost: lost.length, first: lost.slice(0, 3) }).toEqual({ lost: 0, first: [] })
    console.log(
      `backup under load: ${keys.length} rows in ${tookMs} ms, ${during} more acknowledged meanwhile, ${before.length} before it all there`,
    )

    // Reading the log brought the series along; they hold each reading of it once.
    const series = (await readdir(folder)).filter((name) => /^series-.*\.db$/.test(name))
    const raw = series.reduce((sum, name) => sum + countOf(path.join(folder, name), 'raw'), 0)
    expect(raw).toBe(countOf(path.join(folder, 'observations.db'), 'log', 'value IS NOT NULL'))
    const days = series.reduce(
      (sum, name) =>
        sum +
        inDatabase(path.join(folder, name), (db) =>
          Number(db.prepare('SELECT coalesce(sum(count), 0) FROM day').pluck().get()),
        ),
      0,
    )
    expect(days).toBe(raw)
    await goOnFrom(folder)
  })

  async function judged(folder: string) {
    restored = await openTownGateway({ dataDir: folder })
    await caughtUp(restored)
    expect((await restored.end('SIGTERM')).code).toBe(0)
    return outcomeOf(folder)
  }

  /** Going on from the backup's position ends where judging the whole log from its beginning does. */
  async function goOnFrom(folder: string): Promise<void> {
    const anew = path.join(directory, 'anew')
    await cp(folder, anew, { recursive: true })
    forgetJudgement(anew)
    const there = await judged(folder)
    expect(there.alarms.length).toBeGreaterThan(0)
    expect(there).toEqual(await judged(anew))
    await stream.finish()
  }

  test('SIGTERM while a backup is made: it ends within 10 s and nothing half-made is left', async () => {
    const admin = await gateway.as('admin01')
    const begun = await admin.send('POST', '/api/v1/backups')
    expect(begun.status).toBe(202)
    const { code, tookMs } = await gateway.end('SIGTERM')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(10_000)
    const left = await readdir(path.join(gateway.dataDir, 'backups'))
    expect(left.filter((name) => name.includes('.aside-'))).toEqual([])
    // Whole, or not there at all.
    for (const name of left) {
      const bytes = await readFile(path.join(gateway.dataDir, 'backups', name))
      expect(bytes.length).toBeGreaterThan(0)
      await openBackup(path.join(gateway.dataDir, 'backups', name), productVersion())
    }
    console.log(`SIGTERM during a backup: ended after ${Math.round(tookMs)} ms`)
  })
})
