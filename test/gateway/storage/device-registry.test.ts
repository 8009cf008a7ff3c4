import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../../gateway/storage/database.ts'
import { createDeviceRegistry } from '../../../gateway/storage/device-registry.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { hashSecret } from '../../../gateway/storage/secrets.ts'

const key = Buffer.alloc(32, 3)
let directory: string
let db: Kysely<Tables>

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-registry-'))
  db = await openDatabase(path.join(directory, 'lianxun.db'))
})
afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

async function add(id: string, secret: string | null = `secret-${id}`): Promise<void> {
  const row = {
    id,
    name: `Station ${id}`,
    kind: 'camera',
    village: '990101101201',
    grid: '990101101201003',
    lon: 106.7,
    lat: 29.18,
    adapter: 'mqtt',
    address: 'http://10.0.0.9',
    heading_deg: 90,
    field_of_view_deg: 62.5,
    state: 'active',
    secret_hash: secret === null ? null : hashSecret(key, secret),
  }
  await db.insertInto('device').values(row).execute()
}

const secretOf = (id: string) => Buffer.from(`secret-${id}`)

test('knows nobody before its first reload, and everybody after', async () => {
  await add('b')
  await add('a')
  const registry = createDeviceRegistry({ db, key })
  expect(registry.all()).toEqual([])
  expect(registry.verifySecret('a', secretOf('a'))).toBe(false)
  await registry.reload()
  expect(registry.all().map(({ id }) => id)).toEqual(['a', 'b'])
  expect(registry.get('a')).toEqual({
    id: 'a',
    name: 'Station a',
    kind: 'camera',
    village: '990101101201',
    grid: '990101101201003',
    position: [106.7, 29.18],
    adapter: 'mqtt',
    address: 'http://10.0.0.9',
    headingDeg: 90,
    fieldOfViewDeg: 62.5,
    state: 'active',
  })
})

test('a secret opens its own device only', async () => {
  await add('a')
  await add('b')
  await add('mute', null)
  const registry = createDeviceRegistry({ db, key })
  await registry.reload()
  expect(registry.verifySecret('a', secretOf('a'))).toBe(true)
  expect(registry.verifySecret('a', secretOf('b'))).toBe(false)
  expect(registry.verifySecret('a', Buffer.alloc(0))).toBe(false)
  expect(registry.verifySecret('mute', Buffer.alloc(0))).toBe(false)
  expect(registry.verifySecret('nobody', secretOf('nobody'))).toBe(false)
  expect(registry.verifySecret('__proto__', secretOf('a'))).toBe(false)
  expect(registry.get('constructor')).toBeUndefined()
})

test('a changed table counts from the next reload', async () => {
  await add('a')
  const registry = createDeviceRegistry({ db, key })
  await registry.reload()
  await add('c')
  const changes = { village: '990101101202', secret_hash: hashSecret(key, 'rotated') }
  await db.updateTable('device').set(changes).where('id', '=', 'a').execute()
  expect(registry.get('c')).toBeUndefined()
  await registry.reload()
  expect(registry.get('c')?.id).toBe('c')
  expect(registry.get('a')?.village).toBe('990101101202')
  expect(registry.verifySecret('a', secretOf('a'))).toBe(false)
  expect(registry.verifySecret('a', Buffer.from('rotated'))).toBe(true)
})

test('reloads that overlap end with the newest', async () => {
  const registry = createDeviceRegistry({ db, key })
  const first = registry.reload()
  await add('a')
  await Promise.all([first, registry.reload(), registry.reload()])
  expect(registry.get('a')?.id).toBe('a')
})

test('a failed reload keeps what was known and does not stop the next', async () => {
  await add('a')
  const registry = createDeviceRegistry({ db, key })
  await registry.reload()
  await db.schema.alterTable('device').renameTo('device_away').execute()
  await expect(registry.reload()).rejects.toThrow(/device/)
  expect(registry.get('a')?.id).toBe('a')
  await db.schema.alterTable('device_away').renameTo('device').execute()
  await add('b')
  await registry.reload()
  expect(registry.get('b')?.id).toBe('b')
})
