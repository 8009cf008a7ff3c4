import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CalibrationEntry } from '../../../gateway/ports/calibrations.ts'
import { createCalibrationRegistry } from '../../../gateway/storage/calibration-registry.ts'
import { createCalibrationStore } from '../../../gateway/storage/calibration-store.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { createUserStore } from '../../../gateway/storage/user-store.ts'
import { openDatabase } from '../../support/house-file.ts'

let directory: string
let db: Kysely<Tables>

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-calibration-'))
  db = await openDatabase(path.join(directory, 'lianxun.db'))
})
beforeEach(async () => {
  await db.deleteFrom('calibration').execute()
})
afterAll(async () => {
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

function entry(from: number, change: Partial<CalibrationEntry> = {}): CalibrationEntry {
  return {
    device: 'v1-pm1',
    property: 'pm25',
    from,
    factor: 0.94,
    offset: 0.8,
    reason: '与标准站比对',
    by: 'u1',
    at: 5000,
    ...change,
  }
}

describe('the table', () => {
  it('has those of one device, newest first', async () => {
    const store = createCalibrationStore(db)
    const negative = entry(-5, { property: 'tilt', factor: -1 })
    for (const one of [entry(10), entry(30), entry(20), negative]) await store.put(one)
    await store.put(entry(99, { device: 'v1-pm2' }))
    expect(await store.list('v1-pm1')).toEqual([entry(30), entry(20), entry(10), negative])
    expect(await store.list('nobody')).toEqual([])
  })

  it('one of the same time gives way, and is the answer', async () => {
    const store = createCalibrationStore(db)
    expect(await store.put(entry(10))).toBeUndefined()
    expect(await store.put(entry(10, { factor: 1.2, by: 'u2' }))).toEqual(entry(10))
    expect(await store.put(entry(10, { property: 'co' }))).toBeUndefined()
    expect(await store.list('v1-pm1')).toHaveLength(2)
  })

  it('what is removed is the answer, and nothing else goes', async () => {
    const store = createCalibrationStore(db)
    await store.put(entry(10))
    await store.put(entry(20))
    expect(await store.remove({ device: 'v1-pm1', property: 'co', from: 10 })).toBeUndefined()
    expect(await store.remove(entry(10))).toEqual(entry(10))
    expect(await store.remove(entry(10))).toBeUndefined()
    expect(await store.list('v1-pm1')).toEqual([entry(20)])
  })

  it('takes a hundred of one property, and says what to do about the next', async () => {
    const store = createCalibrationStore(db)
    for (let from = 0; from < 100; from++) await store.put(entry(from))
    await expect(store.put(entry(100))).rejects.toThrow(/has 100 calibrations.*remove one/)
    await store.put(entry(99, { factor: 2 }))
    await store.put(entry(100, { property: 'co' }))
    expect(await store.list('v1-pm1')).toHaveLength(101)
  })

  it('names people as others know them', async () => {
    const users = createUserStore({ db, newId: () => 'u-zhang' })
    const place = { role: 'townAdmin', scope: '990101101' } as const
    await users.add({ username: 'zhang', displayName: '张工', ...place, passwordHash: '' })
    const store = createCalibrationStore(db)
    await store.put(entry(1, { by: 'u-zhang' }))
    expect(await store.list('v1-pm1')).toEqual([entry(1, { by: '张工' })])
  })

  it('each change is seen by other processes; asking is none', async () => {
    const store = createCalibrationStore(db)
    const towns = createTownRepository({ db, timeZone: 'Asia/Shanghai' })
    const before = await towns.revision()
    await store.put(entry(1))
    expect(await towns.revision()).toBe(before + 1)
    await store.remove(entry(1))
    await store.remove(entry(1))
    await store.list('v1-pm1')
    expect(await towns.revision()).toBe(before + 2)
  })
})

describe('in memory', () => {
  it('knows nothing before its first reload, and each in order after', async () => {
    const store = createCalibrationStore(db)
    await store.put(entry(20, { factor: 2 }))
    await store.put(entry(10, { factor: 3 }))
    await store.put(entry(5, { property: 'co' }))
    const registry = createCalibrationRegistry(db)
    expect(registry.of('v1-pm1', 'pm25')).toEqual([])
    await registry.reload()
    expect(registry.of('v1-pm1', 'pm25')).toEqual([
      { device: 'v1-pm1', property: 'pm25', from: 10, factor: 3, offset: 0.8 },
      { device: 'v1-pm1', property: 'pm25', from: 20, factor: 2, offset: 0.8 },
    ])
    expect([...(registry.ofDevice('v1-pm1')?.keys() ?? [])].toSorted()).toEqual(['co', 'pm25'])
    expect(registry.of('v1-pm1', 'tilt')).toEqual([])
    expect(registry.ofDevice('v1-pm2')).toBeUndefined()
  })

  it('has what another connection wrote, once it reads again', async () => {
    const registry = createCalibrationRegistry(db)
    await registry.reload()
    const other = await openDatabase(path.join(directory, 'lianxun.db'))
    try {
      await createCalibrationStore(other).put(entry(7))
    } finally {
      await other.destroy()
    }
    expect(registry.of('v1-pm1', 'pm25')).toEqual([])
    await registry.reload()
    expect(registry.of('v1-pm1', 'pm25')).toHaveLength(1)
  })
})
