import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupName, listBackups, pruneBackups } from '../../../gateway/backup/backup-folder.ts'
import type { BackupOrders } from '../../../gateway/backup/backup-process.ts'
import { type BackupRun, runBackupProcess } from '../../../gateway/backup/child.ts'
import { type BackupKeeper, createBackupKeeper, lastDueAt } from '../../../gateway/backup/keeper.ts'
import { openBackup } from '../../../gateway/backup/read-backup.ts'
import { ConflictError } from '../../../gateway/domain/errors.ts'
import { localTime } from '../../../gateway/domain/town-time.ts'
import { type Installation, makeInstallation, removeInstallation, version } from './installation.ts'

const minute = 60_000
const hour = 60 * minute
const timeZone = 'Asia/Shanghai'
/** 2026-01-31 12:00 in the town. */
const noon = Date.UTC(2026, 0, 31, 4)

let directory: string
let wall: number
let monotonic: number
let said: string[]
let look: () => void
let started: BackupOrders[]
let runs: { resolve(bytes: number): Promise<void>; reject(why: string): Promise<void> }[]
let keeper: BackupKeeper

beforeEach(async () => {
  directory = path.join(await mkdtemp(path.join(tmpdir(), 'lianxun-keeper-')), 'backups')
  wall = noon
  monotonic = 0
  said = []
  started = []
  runs = []
  keeper = makeKeeper()
})
afterEach(async () => {
  await keeper.stop()
  await rm(path.dirname(directory), { recursive: true, force: true })
})

/** Ends when the test says so; a whole one is a file then. */
function run(orders: BackupOrders, progress: (done: number) => void): BackupRun {
  const ended = Promise.withResolvers<{ bytes: number }>()
  started.push(orders)
  progress(0.25)
  runs.push({
    async resolve(bytes) {
      await writeFile(orders.file, 'x'.repeat(bytes))
      ended.resolve({ bytes })
      await settled()
    },
    async reject(why) {
      ended.reject(new Error(why))
      await settled()
    },
  })
  return {
    done: ended.promise,
    stop: async () => ended.reject(new Error('stopped')),
  }
}

/** Until nothing runs any more. */
async function settled(): Promise<void> {
  while ((await keeper.list()).some(({ state }) => state === 'running')) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Until one was started: looking at the folder comes first. */
async function untilStarted(count: number): Promise<void> {
  for (let turn = 0; turn < 10_000 && started.length < count; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(started).toHaveLength(count)
}

function makeKeeper(keep = 3): BackupKeeper {
  return createBackupKeeper({
    dataDir: '/nowhere',
    directory,
    keep,
    productVersion: version,
    timeZone,
    clock: { now: () => wall, monotonic: () => monotonic },
    run,
    log: { info: (text) => said.push(text), warn: (text) => said.push(`! ${text}`) },
    repeat(run) {
      look = run
      return () => {}
    },
  })
}

function pass(ms: number): void {
  wall += ms
  monotonic += ms
}

describe('a backup on request', () => {
  it('answers at once, is listed while it runs, and done when it is', async () => {
    await keeper.start()
    const begun = await keeper.begin('request')
    expect(begun).toMatchObject({ cause: 'request', state: 'running', at: noon, error: null })
    expect(await keeper.list()).toEqual([{ ...begun, progress: 0.25 }])
    await runs[0]?.resolve(1234)
    expect(await keeper.list()).toEqual([
      { ...begun, state: 'done', progress: 1, bytes: 1234, at: noon },
    ])
    expect(keeper.state()).toEqual({ lastAt: noon, failure: null })
    expect(said).toEqual([expect.stringContaining(begun.name)])
  })

  it('is refused while one runs', async () => {
    const [first, second] = await Promise.allSettled([
      keeper.begin('request'),
      keeper.begin('request'),
    ])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(ConflictError) })
    await expect(keeper.begin('request')).rejects.toThrow(/wait for its end/)
    expect(started).toHaveLength(1)
  })

  it('that fails says why until one succeeds', async () => {
    await keeper.begin('request')
    await runs[0]?.reject('the disk is full')
    expect(keeper.state()).toEqual({ lastAt: null, failure: 'the disk is full' })
    expect(await keeper.list()).toMatchObject([{ state: 'failed', error: 'the disk is full' }])
    expect(said).toEqual(['! backup: the disk is full'])
    pass(minute)
    await keeper.begin('request')
    await runs[1]?.resolve(1)
    expect(keeper.state()).toEqual({ lastAt: wall, failure: null })
    expect(await keeper.list()).toMatchObject([{ state: 'done' }])
  })

  it('ends with the gateway, and none begins after that', async () => {
    await keeper.begin('request')
    await keeper.stop()
    expect(said).toEqual([])
    await expect(keeper.begin('request')).rejects.toThrow(ConflictError)
  })
})

describe('the daily backup', () => {
  it('is made at 02:30 of the town, once', async () => {
    await mkdir(directory, { recursive: true })
    await writeFile(path.join(directory, backupName(noon - hour, 'schedule')), '')
    await keeper.start()
    pass(14 * hour + 29 * minute)
    look()
    expect(started).toEqual([])
    pass(minute)
    look()
    await untilStarted(1)
    expect(started[0]?.file).toMatch(/lianxun-20260131T183000Z-schedule\.tar$/)
    await runs[0]?.resolve(1)
    for (let i = 0; i < 23; i++) {
      pass(hour)
      look()
    }
    expect(started).toHaveLength(1)
    pass(hour)
    look()
    await untilStarted(2)
  })

  it('is made up for some minutes after the start of a machine that was off', async () => {
    await keeper.start()
    pass(4 * minute)
    look()
    expect(started).toEqual([])
    pass(minute)
    look()
    await untilStarted(1)
  })

  it('that failed is tried again after an hour', async () => {
    await keeper.start()
    pass(5 * minute)
    look()
    await untilStarted(1)
    await runs[0]?.reject('away')
    pass(59 * minute)
    look()
    expect(started).toHaveLength(1)
    pass(minute)
    look()
    await untilStarted(2)
  })

  it('a folder that cannot be made is a failure, not a crash', async () => {
    await writeFile(directory, 'in the way')
    await keeper.start()
    pass(hour)
    look()
    while (keeper.state().failure === null) await new Promise((resolve) => setImmediate(resolve))
    expect(keeper.state().failure).toMatch(/EEXIST|ENOTDIR/)
    // So that listing has a folder again.
    await rm(directory)
  })

  it('is due at the last 02:30 that is over, wherever the town lies', () => {
    const zones = fc.constantFrom('Asia/Shanghai', 'Asia/Urumqi', 'Europe/Berlin', 'UTC')
    fc.assert(
      fc.property(
        fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
        zones,
        (now, zone) => {
          const due = lastDueAt(now, zone)
          expect(due).toBeLessThanOrEqual(now)
          expect(now - due).toBeLessThan(25 * hour + 1)
          const { minute: at } = localTime(due, zone)
          // Where the clocks go forward there is no 02:30.
          expect([150, 210, 90]).toContain(at)
        },
      ),
    )
  })
})

describe('the folder', () => {
  beforeEach(() => mkdir(directory, { recursive: true }))

  it('keeps the newest of each kind, and all that people named', async () => {
    const names = [1, 2, 3, 4, 5].map((day) => backupName(noon + day * 24 * hour, 'schedule'))
    const copies = [1, 2, 3, 4].map((day) => `before-000${day}-x-2026010${day}T000000Z.db`)
    for (const name of [...names, ...copies, 'before-the-fair.tar', 'notes.txt']) {
      await writeFile(path.join(directory, name), '')
    }
    await pruneBackups(directory, 3)
    expect((await readdir(directory)).toSorted()).toEqual(
      [...names.slice(2), ...copies.slice(1), 'before-the-fair.tar', 'notes.txt'].toSorted(),
    )
  })

  it('lists what is a backup, newest first, with its time and cause', async () => {
    await writeFile(path.join(directory, backupName(noon, 'schedule')), 'abc')
    await writeFile(path.join(directory, 'before-0002-trust-20260201T000000Z.db'), 'ab')
    await writeFile(path.join(directory, 'mine.tar'), 'a')
    await utimes(path.join(directory, 'mine.tar'), noon / 1000 - 60, noon / 1000 - 60)
    await writeFile(path.join(directory, 'notes.txt'), '')
    await mkdir(path.join(directory, 'folder.tar'))
    const listed = await listBackups(directory)
    expect(listed.map(({ name, cause, bytes, at }) => [name, cause, bytes, at])).toEqual([
      ['before-0002-trust-20260201T000000Z.db', 'migration', 2, Date.UTC(2026, 1, 1)],
      [backupName(noon, 'schedule'), 'schedule', 3, noon],
      ['mine.tar', 'request', 1, noon - minute],
    ])
  })

  it('what a killed backup left aside goes at the next start', async () => {
    const left = `${backupName(noon, 'schedule')}.aside-x1y2z3`
    await mkdir(path.join(directory, left))
    await mkdir(path.join(directory, 'mine.tar.aside-x1y2z3'))
    await keeper.start()
    expect(await readdir(directory)).toEqual(['mine.tar.aside-x1y2z3'])
  })
})

describe('the process of its own', () => {
  let house: Installation
  beforeEach(async () => {
    house = await makeInstallation()
  })
  afterEach(() => removeInstallation(house))

  const orders = (file: string): BackupOrders => ({
    dataDir: house.dataDir,
    backupDir: path.join(house.dataDir, 'backups'),
    file,
    productVersion: version,
    now: noon,
  })

  it('makes a whole backup and says how far it is', async () => {
    const file = path.join(house.root, 'own.tar')
    const told: number[] = []
    const { bytes } = await runBackupProcess(orders(file), (done) => told.push(done)).done
    expect(bytes).toBeGreaterThan(10_000)
    expect(told.length).toBeGreaterThan(1)
    const { manifest } = await openBackup(file, version)
    expect(manifest.createdAt).toBe(noon)
  })

  it('says why it failed', async () => {
    await rm(path.join(house.dataDir, 'lianxun.db'))
    const made = runBackupProcess(orders(path.join(house.root, 'own.tar')), () => {})
    await expect(made.done).rejects.toThrow(/There is no lianxun\.db/)
  })

  it('is gone when stop resolves', async () => {
    const made = runBackupProcess(orders(path.join(house.root, 'own.tar')), () => {})
    const failed = expect(made.done).rejects.toThrow(/ended before it was done/)
    await made.stop()
    await failed
  })
})
