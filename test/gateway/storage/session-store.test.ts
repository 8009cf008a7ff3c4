import { describe, expect, it } from 'vitest'
import type { NewSession } from '../../../gateway/ports/user-store.ts'
import { createSessionStore } from '../../../gateway/storage/session-store.ts'
import { addUser, townCode, useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()
const sessions = () => createSessionStore(house.db)
const passwordHash = 'hash-of-u'

function open(id: string, over: Partial<NewSession> = {}): Promise<boolean> {
  return sessions().add({
    id,
    userId: 'u',
    at: 100,
    address: '10.0.0.7',
    agent: 'Firefox',
    passwordHash,
    ...over,
  })
}

const addPerson = (id: string, over: Parameters<typeof addUser>[2] = {}) =>
  addUser(house.db, id, { password_hash: passwordHash, ...over })

describe('opening a session', () => {
  it('remembers from where', async () => {
    await addPerson('u')
    expect(await open('s')).toBe(true)
    expect(await sessions().of('u')).toEqual([
      { id: 's', createdAt: 100, lastSeenAt: 100, address: '10.0.0.7', agent: 'Firefox' },
    ])
  })

  it.each([
    ['whose password was changed meanwhile', { password_hash: 'another' }, {}],
    ['who was disabled meanwhile', { disabled_at: 99 }, {}],
    ['who is nobody', {}, { userId: 'nobody' }],
  ])('is refused to a person %s', async (_name, row, over) => {
    await addPerson('u', row)
    expect(await open('s', over)).toBe(false)
    expect(await house.db.selectFrom('session').selectAll().execute()).toEqual([])
  })
})

describe('a session', () => {
  it('names the person with present rights, not those at sign-in', async () => {
    await addPerson('u', { role: 'viewer' })
    await open('s')
    expect(await sessions().find('s')).toMatchObject({
      id: 's',
      actor: { id: 'u', role: 'viewer', scope: townCode, displayName: 'Person u' },
      createdAt: 100,
      lastSeenAt: 100,
    })
    await house.db.updateTable('user').set({ role: 'operator', scope: villageA }).execute()
    expect((await sessions().find('s'))?.actor).toMatchObject({ role: 'operator', scope: villageA })
    expect(JSON.stringify(await sessions().find('s'))).not.toContain(passwordHash)
    expect(await sessions().find('t')).toBeUndefined()
  })

  it('of a disabled person is none', async () => {
    await addPerson('u')
    await open('s')
    await house.db.updateTable('user').set({ disabled_at: 1 }).execute()
    expect(await sessions().find('s')).toBeUndefined()
  })

  it('remembers when it was last seen', async () => {
    await addPerson('u')
    await open('s')
    await open('t')
    await sessions().touch('s', 250)
    await sessions().touch('nobody', 999)
    expect(await sessions().find('s')).toMatchObject({ createdAt: 100, lastSeenAt: 250 })
    expect(await sessions().find('t')).toMatchObject({ lastSeenAt: 100 })
    expect((await sessions().of('u')).map(({ id }) => id)).toEqual(['s', 't'])
  })
})

describe('the end', () => {
  it('comes one by one', async () => {
    await addPerson('u')
    for (const id of ['s', 't']) await open(id)
    await sessions().remove('s')
    await sessions().remove('s')
    expect(await sessions().find('s')).toBeUndefined()
    expect(await sessions().find('t')).toBeDefined()
  })

  it('comes to all of one person, or all but one', async () => {
    await addPerson('u')
    await addPerson('v')
    for (const id of ['s1', 's2', 's3']) await open(id)
    await open('t', { userId: 'v' })
    expect((await sessions().removeOf('u', 's2')).toSorted()).toEqual(['s1', 's3'])
    expect(await sessions().removeOf('u')).toEqual(['s2'])
    expect(await sessions().removeOf('u')).toEqual([])
    expect(await sessions().find('t')).toBeDefined()
  })

  it('comes with the end of the person', async () => {
    for (const id of ['u', 'v']) {
      await addPerson(id)
      await open(`s-${id}`, { userId: id })
    }
    await house.db.deleteFrom('user').where('id', '=', 'u').execute()
    expect(await house.db.selectFrom('session').select('id').execute()).toEqual([{ id: 's-v' }])
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
    await addPerson('u')
    await open('s', { at: createdAt })
    await sessions().touch('s', lastSeenAt)
    await sessions().removeExpired({ createdAt: 200, lastSeenAt: 700 })
    expect((await sessions().find('s')) !== undefined).toBe(stays)
  })
})
