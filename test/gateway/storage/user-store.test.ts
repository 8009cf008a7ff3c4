import { describe, expect, it } from 'vitest'
import { ConflictError } from '../../../gateway/domain/errors.ts'
import type { NewUser } from '../../../gateway/ports/user-store.ts'
import {
  createAuditLog,
  createSessionStore,
  createUserStore,
} from '../../../gateway/storage/user-store.ts'
import { addUser, townCode, useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()
let ids = 0
const users = () => createUserStore({ db: house.db, newId: () => `u${++ids}` })
const sessions = () => createSessionStore(house.db)

const person = (username: string, over: Partial<NewUser> = {}): NewUser => ({
  username,
  displayName: `显示 ${username}`,
  role: 'gridWorker',
  scope: villageA,
  passwordHash: '$argon2id$x',
  ...over,
})

describe('users', () => {
  it('are found by the name as it is written', async () => {
    const added = await users().add(person('王五'))
    expect(added).toEqual({
      id: added.id,
      username: '王五',
      displayName: '显示 王五',
      role: 'gridWorker',
      scope: villageA,
    })
    expect(await users().find('王五')).toEqual({ ...added, passwordHash: '$argon2id$x' })
    await users().add(person('Desk'))
    for (const name of ['desk', 'DESK', ' Desk', 'Desk ', '', '%', added.id]) {
      expect(await users().find(name)).toBeUndefined()
    }
  })

  it('have a name of their own; the second is a conflict and changes nothing', async () => {
    await users().add(person('a'))
    const again = users().add(person('a', { role: 'townAdmin', passwordHash: 'other' }))
    await expect(again).rejects.toThrow(ConflictError)
    await expect(again).rejects.toThrow('There is a user a already.')
    expect(await users().find('a')).toMatchObject({
      role: 'gridWorker',
      passwordHash: '$argon2id$x',
    })
    expect(await users().count()).toBe(1)
  })

  it('of many who add the same name at once one wins', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => users().add(person('a'))),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await users().count()).toBe(1)
  })

  it('are counted', async () => {
    expect(await users().count()).toBe(0)
    for (const name of ['a', 'b', 'c']) await users().add(person(name))
    expect(await users().count()).toBe(3)
  })
})

describe('the first user', () => {
  it('is added once in the life of an installation, also after it was removed', async () => {
    expect(await users().addOnce('admin', person('admin'))).toBe(true)
    expect(await users().addOnce('admin', person('admin'))).toBe(false)
    await house.db.deleteFrom('user').execute()
    expect(await users().addOnce('admin', person('admin'))).toBe(false)
    expect(await users().count()).toBe(0)
    expect(await users().addOnce('another-mark', person('admin'))).toBe(true)
  })

  it('does not take the place of one who came with an import', async () => {
    await addUser(house.db, 'imported', { username: 'admin', password_hash: 'theirs' })
    expect(await users().addOnce('admin', person('admin'))).toBe(false)
    expect((await users().find('admin'))?.passwordHash).toBe('theirs')
  })

  it('of two starts at once only one adds it', async () => {
    const added = await Promise.all(
      Array.from({ length: 5 }, () => users().addOnce('admin', person('admin'))),
    )
    expect(added.filter(Boolean)).toHaveLength(1)
  })
})

describe('sessions', () => {
  it('name the person with present rights, not those at sign-in', async () => {
    await addUser(house.db, 'u', { role: 'viewer' })
    await sessions().add({ id: 's', userId: 'u', at: 100 })
    expect(await sessions().find('s')).toMatchObject({
      id: 's',
      actor: { id: 'u', role: 'viewer', scope: townCode, displayName: 'Person u' },
      createdAt: 100,
      lastSeenAt: 100,
    })
    await house.db.updateTable('user').set({ role: 'operator', scope: villageA }).execute()
    expect((await sessions().find('s'))?.actor).toMatchObject({ role: 'operator', scope: villageA })
    expect(JSON.stringify(await sessions().find('s'))).not.toContain('argon2')
    expect(await sessions().find('t')).toBeUndefined()
  })

  it('remember when they were last seen', async () => {
    await addUser(house.db, 'u')
    await sessions().add({ id: 's', userId: 'u', at: 100 })
    await sessions().add({ id: 't', userId: 'u', at: 100 })
    await sessions().touch('s', 250)
    await sessions().touch('nobody', 999)
    expect(await sessions().find('s')).toMatchObject({ createdAt: 100, lastSeenAt: 250 })
    expect(await sessions().find('t')).toMatchObject({ lastSeenAt: 100 })
  })

  it('end one by one', async () => {
    await addUser(house.db, 'u')
    for (const id of ['s', 't']) await sessions().add({ id, userId: 'u', at: 1 })
    await sessions().remove('s')
    await sessions().remove('s')
    expect(await sessions().find('s')).toBeUndefined()
    expect(await sessions().find('t')).toBeDefined()
  })

  it('fall with their user', async () => {
    for (const id of ['u', 'v']) {
      await addUser(house.db, id)
      await sessions().add({ id: `s-${id}`, userId: id, at: 1 })
    }
    await house.db.deleteFrom('user').where('id', '=', 'u').execute()
    expect(await house.db.selectFrom('session').select('id').execute()).toEqual([{ id: 's-v' }])
  })

  it('cannot be opened for nobody', async () => {
    await expect(sessions().add({ id: 's', userId: 'nobody', at: 1 })).rejects.toThrow(
      /FOREIGN KEY/,
    )
  })

  const ages: [string, number, number, boolean][] = [
    ['fresh', 500, 900, true],
    ['created just in time', 200, 900, true],
    ['created too long ago, though used all day', 199, 999, false],
    ['used just in time', 500, 700, true],
    ['left alone too long', 500, 699, false],
    ['both', 1, 1, false],
  ]
  it.each(ages)('%s: stays or goes', async (_, createdAt, lastSeenAt, stays) => {
    await addUser(house.db, 'u')
    await sessions().add({ id: 's', userId: 'u', at: createdAt })
    await sessions().touch('s', lastSeenAt)
    await sessions().removeExpired({ createdAt: 200, lastSeenAt: 700 })
    expect((await sessions().find('s')) !== undefined).toBe(stays)
  })
})

describe('the audit log', () => {
  it('keeps who did what when, in order, with the hour of the gateway', async () => {
    let now = 100
    const audit = createAuditLog({ db: house.db, clock: { now: () => now, monotonic: () => 0 } })
    await audit.write({ actor: 'u', act: 'signIn', subject: 'user:u' })
    now = 90
    await audit.write({ actor: null, act: 'refused', subject: 'picture:x', detail: "'; drop" })
    const rows = await house.db.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(rows.map(({ id: _id, ...row }) => row)).toEqual([
      { at: 100, actor: 'u', act: 'signIn', subject: 'user:u', detail: null },
      { at: 90, actor: null, act: 'refused', subject: 'picture:x', detail: "'; drop" },
    ])
  })
})
