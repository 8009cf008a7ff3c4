import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../../gateway/domain/errors.ts'
import { hashPassword, verifyPassword } from '../../../gateway/storage/passwords.ts'
import { verifyHash } from '../../../gateway/storage/secrets.ts'
import { createSessionStore } from '../../../gateway/storage/session-store.ts'
import {
  type DeviceRow,
  deviceRow,
  type UserRow,
} from '../../../gateway/storage/town-files/shapes.ts'
import type { TownFiles } from '../../../gateway/storage/town-files/town-files.ts'
import { type GeneratedSecrets, importTown } from '../../../gateway/storage/town-import.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { createVault } from '../../../gateway/storage/vault.ts'
import { sampleTown } from '../pipeline/sample-town.ts'
import { townCode, useHouseTables, villageA, villageB } from './house-tables.ts'

const house = useHouseTables()
const key = Buffer.alloc(32, 5)
const located = <T>(file: string, values: T[]) =>
  values.map((value, i) => ({ value, at: `${file} row ${i + 2}` }))

async function bring(files: TownFiles): Promise<GeneratedSecrets> {
  let made: GeneratedSecrets = { devices: {}, users: {} }
  await importTown({ db: house.db, key, newId: randomUUID }, files, async (generated) => {
    made = generated
  })
  return made
}

const { places, rules, hazards } = sampleTown()
beforeEach(() => bring({ places: located('places', places), hazards: located('hazards', hazards) }))

const device = (id: string, over: Partial<DeviceRow> = {}): DeviceRow => ({
  id,
  name: id,
  kind: 'camera',
  village: villageA,
  lon: 106.704425,
  lat: 29.183339,
  adapter: 'mqtt',
  ...over,
})
const bringDevices = (...rows: DeviceRow[]) => bring({ devices: located('devices.csv', rows) })

const user = (username: string, over: Partial<UserRow> = {}): UserRow => ({
  username,
  displayName: '王五',
  role: 'gridWorker',
  scope: villageA,
  ...over,
})
const bringUsers = (...rows: UserRow[]) => bring({ users: located('users.csv', rows) })

describe("a camera's login", () => {
  const address = 'http://192.168.1.64/onvif/device_service'
  const camera = (login?: string) => device('cam', { adapter: 'onvif', address, login })
  const rows = () => house.db.selectFrom('camera').selectAll().execute()

  it('is sealed, stays when a file does not say it, and is replaced when one does', async () => {
    await bringDevices(camera('admin:a:b c'))
    const [first] = await rows()
    expect(first).toMatchObject({ device: 'cam', username: 'admin', masks: '[]', held: '[]' })
    expect(JSON.stringify(first)).not.toContain('a:b c')
    expect(createVault(key).open(first?.password_sealed ?? '', 'camera:cam')).toBe('a:b c')
    await bringDevices(camera())
    expect(await rows()).toEqual([first])
    await bringDevices(camera('guard:other'))
    expect(await rows()).toMatchObject([{ username: 'guard' }])
  })

  it('is of no use without an address', async () => {
    const lone = device('cam', { adapter: 'onvif', login: 'admin:secret' })
    await expect(bringDevices(lone)).rejects.toThrow(
      /devices.csv row 2, column login: is of no use/,
    )
    expect(await rows()).toEqual([])
  })

  it.each(['admin', ':x', 'admin:', `${'u'.repeat(65)}:x`])('is not %j', (login) => {
    expect(deviceRow.shape.login.safeParse(login).success).toBe(false)
  })
})

describe('the team and unit of a person', () => {
  const groups = (username: string) =>
    house.db
      .selectFrom('user')
      .select(['team', 'unit'])
      .where('username', '=', username)
      .executeTakeFirstOrThrow()

  it('are what the file says, and none where it says nothing', async () => {
    await bringUsers(user('w', { team: '红袖标1队', unit: '应急办' }), user('other'))
    expect(await groups('w')).toEqual({ team: '红袖标1队', unit: '应急办' })
    expect(await groups('other')).toEqual({ team: null, unit: null })
  })

  it('stay when a later file does not mention them, and change when it does', async () => {
    await bringUsers(user('w', { team: '红袖标1队', unit: '应急办' }))
    await bringUsers(user('w', { displayName: '王五 (夜班)' }))
    expect(await groups('w')).toEqual({ team: '红袖标1队', unit: '应急办' })
    await bringUsers(user('w', { team: '红袖标2队' }))
    expect(await groups('w')).toEqual({ team: '红袖标2队', unit: '应急办' })
  })

  it('change nobody’s rights: who is signed in stays', async () => {
    await bringUsers(user('w', { password: 'Lantern-Hill-42' }))
    const { id, password_hash: passwordHash } = await house.db
      .selectFrom('user')
      .selectAll()
      .executeTakeFirstOrThrow()
    const sessions = createSessionStore(house.db)
    await sessions.add({ id: 's', userId: id, at: 1, passwordHash, address: '::1', agent: null })
    await bringUsers(user('w', { team: '红袖标1队', unit: '应急办' }))
    expect((await sessions.find('s'))?.actor).toMatchObject({ team: '红袖标1队', unit: '应急办' })
  })
})

describe('people and their sessions', () => {
  const changes: [string, Partial<UserRow>, boolean][] = [
    ['nothing', {}, true],
    ['another display name', { displayName: '王五 (夜班)' }, true],
    ['the password they have', { password: 'Lantern-Hill-42' }, true],
    ['another role', { role: 'viewer' }, false],
    ['another place', { scope: villageB }, false],
    ['another password', { password: 'River-Stone-77' }, false],
  ]
  it.each(changes)('%s: who is signed in stays or not', async (_, over, stays) => {
    await bringUsers(user('w', { password: 'Lantern-Hill-42' }), user('other'))
    const people = await house.db.selectFrom('user').selectAll().execute()
    const sessions = createSessionStore(house.db)
    for (const { id, username, password_hash: passwordHash } of people) {
      const from = { address: '::1', agent: null }
      await sessions.add({ id: username, userId: id, at: 1, passwordHash, ...from })
    }
    await bringUsers(user('w', over))
    expect((await sessions.find('w')) !== undefined).toBe(stays)
    // Nobody else is signed out.
    expect(await sessions.find('other')).toBeDefined()
    const after = await house.db
      .selectFrom('user')
      .selectAll()
      .where('username', '=', 'w')
      .execute()
    expect(after).toHaveLength(1)
    // The person is the same: their cases and their audit go by this id.
    expect(after[0]?.id).toBe(people.find(({ username }) => username === 'w')?.id)
    const password = over.password ?? 'Lantern-Hill-42'
    expect(await verifyPassword(after[0]?.password_hash ?? '', password)).toBe(true)
  })

  it('get a password once, and keep it over the next import', async () => {
    const first = await bringUsers(user('a'), user('b', { password: 'Lantern-Hill-42' }))
    expect(Object.keys(first.users)).toEqual(['a'])
    const second = await bringUsers(user('a'), user('b'))
    expect(second.users).toEqual({})
    const row = await house.db
      .selectFrom('user')
      .select('password_hash')
      .where('username', '=', 'a')
      .executeTakeFirstOrThrow()
    expect(await verifyPassword(row.password_hash, first.users['a'] as string)).toBe(true)
  })

  it('who were set up by hand are taken over, not doubled', async () => {
    await house.db
      .insertInto('user')
      .values({
        id: 'by-hand',
        username: 'admin',
        display_name: 'x',
        role: 'townAdmin',
        scope: townCode,
        password_hash: await hashPassword('Lantern-Hill-42'),
      })
      .execute()
    expect(await bringUsers(user('admin', { role: 'supervisor', scope: townCode }))).toMatchObject({
      users: {},
    })
    const rows = await house.db.selectFrom('user').select(['id', 'role']).execute()
    expect(rows).toEqual([{ id: 'by-hand', role: 'supervisor' }])
  })
})

const hashOf = async (id: string) => {
  const query = house.db.selectFrom('device').select('secret_hash').where('id', '=', id)
  return (await query.executeTakeFirstOrThrow()).secret_hash ?? undefined
}

const gridNow = async () => (await house.db.selectFrom('device').select('grid').execute())[0]?.grid

describe('devices', () => {
  it('keep their secret until a file gives another', async () => {
    const { devices } = await bringDevices(device('d'))
    expect(verifyHash(key, devices['d'] as string, await hashOf('d'))).toBe(true)
    expect(await bringDevices(device('d'))).toMatchObject({ devices: {} })
    expect(verifyHash(key, devices['d'] as string, await hashOf('d'))).toBe(true)
    expect(await bringDevices(device('d', { secret: 'a-given-secret-of-its-own' }))).toMatchObject({
      devices: {},
    })
    expect(verifyHash(key, 'a-given-secret-of-its-own', await hashOf('d'))).toBe(true)
    expect(verifyHash(key, devices['d'] as string, await hashOf('d'))).toBe(false)
  })

  it('that had none get one', async () => {
    await bringDevices(device('d'))
    await house.db.updateTable('device').set({ secret_hash: null }).execute()
    const { devices } = await bringDevices(device('d'))
    expect(verifyHash(key, devices['d'] as string, await hashOf('d'))).toBe(true)
  })

  it('that move to another village move out of their grid', async () => {
    await bringDevices(device('d'))
    expect(await gridNow()).toBe(`${villageA}001`)
    await bringDevices(device('d', { village: villageB }))
    // The point lies in a grid of the old village: the new village alone is responsible.
    expect(await gridNow()).toBeNull()
    await bringDevices(device('d'))
    expect(await gridNow()).toBe(`${villageA}001`)
  })

  it('lose what the file leaves out of their description, but not their state', async () => {
    await bringDevices(
      device('d', { address: 'http://10.0.0.7', headingDeg: 90, state: 'outOfService' }),
    )
    await bringDevices(device('d'))
    const row = await house.db.selectFrom('device').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ address: null, heading_deg: null, state: 'outOfService' })
    await bringDevices(device('d', { state: 'active' }))
    expect(
      (await createTownRepository({ db: house.db, timeZone: 'UTC' }).contents()).devices,
    ).toMatchObject([{ state: 'active' }])
  })
})

describe('an import', () => {
  it('that is wrong in one row writes no row of any file, and keeps no secret', async () => {
    const before = await createTownRepository({ db: house.db, timeZone: 'UTC' }).contents()
    let isAsked = false
    const importing = importTown(
      { db: house.db, key, newId: randomUUID },
      {
        rules: located('rules.yaml', rules),
        devices: located('devices.csv', [
          device('ok'),
          device('lost', { village: '990101101999' }),
        ]),
        users: located('users.csv', [user('ok')]),
      },
      async () => {
        isAsked = true
      },
    )
    await expect(importing).rejects.toThrow(ConfigError)
    await expect(importing).rejects.toThrow(
      'devices.csv row 3, column village: there is no village 990101101999',
    )
    expect(isAsked).toBe(false)
    expect(await createTownRepository({ db: house.db, timeZone: 'UTC' }).contents()).toEqual(before)
  })

  it('of rules alone takes the order of the file', async () => {
    await bring({ rules: located('rules.yaml', rules) })
    await bring({ rules: located('rules.yaml', rules.toReversed()) })
    const town = await createTownRepository({ db: house.db, timeZone: 'UTC' }).load()
    expect(town.rules).toEqual(rules.toReversed())
    expect(town.hazards).toEqual(hazards)
  })

  it('is seen whole by others, or not at all', async () => {
    const repository = createTownRepository({ db: house.db, timeZone: 'UTC' })
    const before = await repository.revision()
    const state = { isDone: false }
    const importing = bring({ rules: located('rules.yaml', rules) }).finally(() => {
      state.isDone = true
    })
    const seen: number[] = []
    while (!state.isDone) {
      seen.push((await repository.load()).rules.length)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await importing
    expect(seen.filter((count) => count !== 0 && count !== rules.length)).toEqual([])
    expect(await repository.revision()).toBe(before + 1)
  })
})
