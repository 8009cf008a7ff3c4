import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceRegistry } from '../../../gateway/storage/device-registry.ts'
import { createDeviceStore } from '../../../gateway/storage/device-store.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { hashSecret } from '../../../gateway/storage/secrets.ts'
import { openDatabase } from '../../support/house-file.ts'

const key = Buffer.alloc(32, 3)
const day = 86_400_000
let now = 1_763_712_000_000
const clock = { now: () => now, monotonic: () => 0 }
let directory: string
let db: Kysely<Tables>

beforeEach(async () => {
  now = 1_763_712_000_000
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
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  expect(registry.all()).toEqual([])
  expect(registry.admit('a', secretOf('a'))).toBeUndefined()
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
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  await registry.reload()
  expect(registry.admit('a', secretOf('a'))).toBeDefined()
  expect(registry.admit('a', secretOf('b'))).toBeUndefined()
  expect(registry.admit('a', Buffer.alloc(0))).toBeUndefined()
  expect(registry.admit('mute', Buffer.alloc(0))).toBeUndefined()
  expect(registry.admit('nobody', secretOf('nobody'))).toBeUndefined()
  expect(registry.admit('__proto__', secretOf('a'))).toBeUndefined()
  expect(registry.get('constructor')).toBeUndefined()
})

test('a changed table counts from the next reload', async () => {
  await add('a')
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  await registry.reload()
  await add('c')
  const changes = { village: '990101101202', secret_hash: hashSecret(key, 'rotated') }
  await db.updateTable('device').set(changes).where('id', '=', 'a').execute()
  expect(registry.get('c')).toBeUndefined()
  await registry.reload()
  expect(registry.get('c')?.id).toBe('c')
  expect(registry.get('a')?.village).toBe('990101101202')
  expect(registry.admit('a', secretOf('a'))).toBeUndefined()
  expect(registry.admit('a', Buffer.from('rotated'))).toBeDefined()
})

test('reloads that overlap end with the newest', async () => {
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  const first = registry.reload()
  await add('a')
  await Promise.all([first, registry.reload(), registry.reload()])
  expect(registry.get('a')?.id).toBe('a')
})

test('a failed reload keeps what was known and does not stop the next', async () => {
  await add('a')
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  await registry.reload()
  await db.schema.alterTable('device').renameTo('device_away').execute()
  await expect(registry.reload()).rejects.toThrow(/device/)
  expect(registry.get('a')?.id).toBe('a')
  await db.schema.alterTable('device_away').renameTo('device').execute()
  await add('b')
  await registry.reload()
  expect(registry.get('b')?.id).toBe('b')
})

describe('rotation', () => {
  async function rotated({ oldUntil = now + 7 * day }: { oldUntil?: number | null } = {}) {
    await add('a')
    const registry = createDeviceRegistry({ db, key, clock, warn: (text) => warnings.push(text) })
    const store = createDeviceStore({ db, clock })
    await registry.reload()
    const before = registry.admit('a', secretOf('a'))
    const rotate = async (secret: string, until: number | null = oldUntil) => {
      const opens = await store.rotate('a', {
        secretHash: hashSecret(key, secret),
        oldUntil: until,
      })
      await registry.reload()
      return opens
    }
    const until = await rotate('new')
    const opens = (secret: string) => registry.admit('a', Buffer.from(secret)) !== undefined
    return { registry, store, before, rotate, until, opens }
  }
  const warnings: string[] = []
  const row = () =>
    db
      .selectFrom('device')
      .select(['previous_secret_hash as hash', 'previous_secret_until as until'])
      .where('id', '=', 'a')
      .executeTakeFirstOrThrow()

  test('the old secret opens until its time, and whoever came with it stays', async () => {
    const { registry, before, until, opens } = await rotated()
    expect(until).toBe(now + 7 * day)
    expect(registry.standing('a').oldSecretUntil).toBe(until)
    expect(before?.holds()).toBe(true)
    expect(opens('secret-a')).toBe(true)
    now += 7 * day
    expect(opens('secret-a')).toBe(false)
    expect(before?.holds()).toBe(false)
    expect(registry.standing('a').oldSecretUntil).toBeNull()
    expect(opens('new')).toBe(true)
  })

  test('the first use of the new secret ends the old one, in the table too', async () => {
    const { registry, before, opens } = await rotated()
    let told = 0
    const stop = registry.onChange(() => {
      told += 1
    })
    expect(opens('new')).toBe(true)
    expect(told).toBe(1)
    expect(before?.holds()).toBe(false)
    expect(opens('secret-a')).toBe(false)
    expect(registry.standing('a').oldSecretUntil).toBeNull()
    await registry.settled()
    expect(await row()).toEqual({ hash: null, until: null })
    stop()
    await registry.reload()
    expect(told).toBe(1)
    expect(opens('secret-a')).toBe(false)
    expect(opens('new')).toBe(true)
  })

  test('a reload that read the table before brings the old secret not back', async () => {
    const { registry, opens } = await rotated()
    const reading = registry.reload()
    expect(opens('new')).toBe(true)
    await reading
    expect(opens('secret-a')).toBe(false)
    expect(opens('new')).toBe(true)
  })

  test('a table that cannot be written is written later; the old secret is gone at once', async () => {
    const { registry, opens } = await rotated()
    await db.schema.alterTable('device').renameTo('device_away').execute()
    expect(opens('new')).toBe(true)
    await registry.settled()
    expect(warnings.join()).toContain('device a')
    await db.schema.alterTable('device_away').renameTo('device').execute()
    expect((await row()).hash).not.toBeNull()
    await registry.reload()
    expect(opens('secret-a')).toBe(false)
    await registry.settled()
    expect((await row()).hash).toBeNull()
  })

  test('at once: the old secret and who came with it are out', async () => {
    const { before, opens, until } = await rotated({ oldUntil: null })
    expect(until).toBeNull()
    expect(before?.holds()).toBe(false)
    expect(opens('secret-a')).toBe(false)
    expect(opens('new')).toBe(true)
  })

  test('a second rotation before the first was carried out keeps the secret in use', async () => {
    const { rotate, opens } = await rotated()
    await rotate('newer')
    expect(opens('new')).toBe(false)
    expect(opens('secret-a')).toBe(true)
    expect(opens('newer')).toBe(true)
    expect(opens('secret-a')).toBe(false)
  })

  test('a second rotation after the first was used keeps the first', async () => {
    const { registry, rotate, opens } = await rotated()
    expect(opens('new')).toBe(true)
    await registry.settled()
    await rotate('newer')
    expect(opens('secret-a')).toBe(false)
    expect(opens('new')).toBe(true)
  })

  test('a device without a secret has no old one', async () => {
    await add('mute', null)
    const store = createDeviceStore({ db, clock })
    const oldUntil = now + day
    expect(await store.rotate('mute', { secretHash: hashSecret(key, 'x'), oldUntil })).toBeNull()
  })

  test('a device that is not there is said', async () => {
    const store = createDeviceStore({ db, clock })
    await expect(store.rotate('x', { secretHash: 'h', oldUntil: null })).rejects.toThrow('device x')
    await expect(store.block('x', { at: now, reason: 'r' })).rejects.toThrow('device x')
    await expect(store.unblock('x')).rejects.toThrow('device x')
  })
})

describe('blocking', () => {
  test('ends what was admitted and admits nobody, until unblocked', async () => {
    await add('a')
    const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
    const store = createDeviceStore({ db, clock })
    await registry.reload()
    const before = registry.admit('a', secretOf('a'))
    await store.block('a', { at: now, reason: 'it shouts' })
    await registry.reload()
    expect(before?.holds()).toBe(false)
    expect(registry.isBlocked('a')).toBe(true)
    expect(registry.standing('a').blocked).toEqual({ at: now, reason: 'it shouts' })
    expect(registry.admit('a', secretOf('a'))).toBeUndefined()
    await store.unblock('a')
    await registry.reload()
    expect(registry.isBlocked('a')).toBe(false)
    expect(registry.admit('a', secretOf('a'))).toBeDefined()
  })

  test('a device that is removed holds nothing', async () => {
    await add('a')
    const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
    await registry.reload()
    const before = registry.admit('a', secretOf('a'))
    await db.deleteFrom('device').execute()
    await registry.reload()
    expect(before?.holds()).toBe(false)
    expect(registry.standing('a')).toEqual({ blocked: null, oldSecretUntil: null })
  })
})
