import { describe, expect, it } from 'vitest'
import { ConflictError } from '../../../gateway/domain/errors.ts'
import type { NewUser } from '../../../gateway/ports/user-store.ts'
import { createUserStore } from '../../../gateway/storage/user-store.ts'
import { addUser, townCode, useHouseTables, villageA, villageB } from './house-tables.ts'

const house = useHouseTables()
let ids = 0
const users = () => createUserStore({ db: house.db, newId: () => `u${++ids}` })

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
      team: null,
      unit: null,
    })
    expect(await users().find('王五')).toEqual({
      ...added,
      passwordHash: '$argon2id$x',
      secondFactor: null,
      disabledAt: null,
      passwordChangedAt: null,
    })
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

const neverExpired = { createdAt: 0, lastSeenAt: 0 }

async function addSession(id: string, userId: string, seen: number, created = seen): Promise<void> {
  await house.db
    .insertInto('session')
    .values({ id, user_id: userId, created_at: created, last_seen_at: seen })
    .execute()
}

describe('the team and unit of a person', () => {
  const groups = async (name: string) => {
    const { team, unit } = (await users().find(name)) ?? {}
    return { team, unit }
  }

  it('are kept, changed one by one, and taken away', async () => {
    await users().add(person('w', { team: '红袖标1队', unit: null }))
    expect(await groups('w')).toEqual({ team: '红袖标1队', unit: null })
    const { id = '' } = (await users().find('w')) ?? {}
    await users().change(id, { unit: '应急办' })
    expect(await groups('w')).toEqual({ team: '红袖标1队', unit: '应急办' })
    await users().change(id, { team: null, displayName: '夜班' })
    expect(await groups('w')).toEqual({ team: null, unit: '应急办' })
    expect(await users().listed('w', neverExpired)).toMatchObject({ team: null, unit: '应急办' })
  })
})

describe('who can be put to work', () => {
  it('are those of the area who may sign in, by name', async () => {
    await users().add(person('b', { team: '红袖标1队' }))
    await users().add(person('a', { unit: '应急办' }))
    await users().add(person('of-b', { scope: villageB }))
    await users().add(person('gone'))
    const gone = await users().find('gone')
    await users().change(gone?.id ?? '', { disabledAt: 1 })
    const names = async (scope: string) =>
      (await users().inService(scope)).map(({ username, team, unit }) => [username, team, unit])
    const own = [
      ['a', null, '应急办'],
      ['b', '红袖标1队', null],
    ]
    expect(await names(villageA)).toEqual(own)
    expect(await names(townCode)).toEqual([...own, ['of-b', null, null]])
  })

  it('teams are named by routes and by people, each once', async () => {
    const route = (id: string, village: string, team: string) => ({
      id,
      position: Number(id),
      body: JSON.stringify({ id, village, team, points: [] }),
    })
    await house.db.deleteFrom('patrol_route').execute()
    await house.db
      .insertInto('patrol_route')
      .values([route('1', villageA, '红袖标1队'), route('2', villageB, '红袖标2队')])
      .execute()
    await users().add(person('a', { team: '红袖标1队' }))
    await users().add(person('b', { team: '夜巡队' }))
    await users().add(person('c', { team: null }))
    expect(await users().teams(villageA)).toEqual(['红袖标1队', '夜巡队'])
    expect(await users().teams(villageB)).toEqual(['红袖标2队'])
    expect(await users().teams(townCode)).toEqual(['红袖标1队', '红袖标2队', '夜巡队'])
  })
})

describe('the list of people', () => {
  it('shows when each was last seen and how many sessions are open, expired ones not', async () => {
    await addUser(house.db, 'u')
    await addUser(house.db, 'v', { disabled_at: 5, totp_secret: 'sealed', totp_last_step: 7 })
    await addSession('s1', 'u', 100)
    await addSession('s2', 'u', 300)
    await addSession('s3', 'u', 50)
    await addSession('s4', 'u', 400, 10)
    const expiry = { createdAt: 60, lastSeenAt: 60 }
    const page = { scope: townCode, limit: 10, cursor: undefined, expiry }
    expect((await users().list(page)).items).toMatchObject([
      { id: 'u', secondFactor: false, disabled: false, lastSeenAt: 300, sessions: 2 },
      { id: 'v', secondFactor: true, disabled: true, lastSeenAt: null, sessions: 0 },
    ])
    expect(await users().listed('name-u', expiry)).toMatchObject({ lastSeenAt: 300, sessions: 2 })
    expect(await users().listed('nobody', expiry)).toBeUndefined()
  })

  it('keeps to the scope and goes on page by page', async () => {
    for (let n = 1; n <= 7; n++) await users().add(person(`p${n}`))
    await users().add(person('elsewhere', { scope: villageB }))
    await users().add(person('grid', { scope: `${villageA}001` }))
    await users().add(person('town', { scope: townCode }))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await users().list({ scope: villageA, limit: 3, cursor, expiry: neverExpired })
      seen.push(...page.items.map((one) => one.username))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(['grid', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'])
  })

  it.each(['nonsense', Buffer.from('[5]').toString('base64url'), "' or 1=1"])(
    'a cursor that is none is refused: %s',
    async (cursor) => {
      const asked = { scope: townCode, limit: 3, cursor, expiry: neverExpired }
      await expect(users().list(asked)).rejects.toThrow(/cursor is not one/)
    },
  )
})

describe('a change', () => {
  it('of some fields leaves the others', async () => {
    const { id } = await users().add(person('a'))
    await users().change(id, { role: 'operator' })
    expect(await users().find('a')).toMatchObject({ role: 'operator', displayName: '显示 a' })
    await users().change(id, { displayName: '甲', disabledAt: 9 })
    expect(await users().find('a')).toMatchObject({ displayName: '甲', disabledAt: 9 })
    await users().change(id, { disabledAt: null })
    expect(await users().find('a')).toMatchObject({ role: 'operator', disabledAt: null })
  })

  const admin = (name: string, scope = townCode) =>
    users().add(person(name, { role: 'townAdmin', scope }))

  it.each([
    ['disabled', { disabledAt: 1 }],
    ['made somebody else', { role: 'viewer' as const }],
    ['bound to a village', { scope: villageA }],
  ])('the last administrator cannot be %s', async (_name, change) => {
    const { id } = await admin('boss')
    await admin('of-a-village', villageA)
    const former = await admin('former')
    await users().change(former.id, { disabledAt: 1 })
    const refused = users().change(id, change)
    await expect(refused).rejects.toThrow(ConflictError)
    await expect(refused).rejects.toThrow('boss is the last administrator here')
    expect(await users().find('boss')).toMatchObject({ role: 'townAdmin', disabledAt: null })
  })

  it('of an administrator passes while another stays', async () => {
    const { id } = await admin('boss')
    await admin('deputy')
    await users().change(id, { role: 'viewer' })
    expect(await users().find('boss')).toMatchObject({ role: 'viewer' })
  })

  it('of two administrators who demote each other at once one is refused', async () => {
    const both = [await admin('one'), await admin('two')]
    const done = await Promise.allSettled(
      both.map(({ id }) => users().change(id, { role: 'viewer' })),
    )
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('of the password notes when', async () => {
    const { id } = await users().add(person('a'))
    await users().setPassword(id, 'other', 77)
    expect(await users().find('a')).toMatchObject({ passwordHash: 'other', passwordChangedAt: 77 })
  })
})

describe('the second factor', () => {
  const offered = { sealed: 'v1.x', lastStep: null }

  it('is offered, then used step by step, and goes', async () => {
    const { id } = await users().add(person('a'))
    await users().setSecondFactor(id, 'v1.x')
    expect((await users().find('a'))?.secondFactor).toEqual(offered)
    expect(await users().useStep(id, offered, 10)).toBe(true)
    expect((await users().find('a'))?.secondFactor).toEqual({ sealed: 'v1.x', lastStep: 10 })
    await users().setSecondFactor(id, null)
    expect((await users().find('a'))?.secondFactor).toBeNull()
  })

  it('takes no step twice, none before the last, and none of another secret', async () => {
    const { id } = await users().add(person('a'))
    await users().setSecondFactor(id, 'v1.x')
    const at = [10, 10, 9, 11, 10].map((step) => users().useStep(id, offered, step))
    expect(await Promise.all(at)).toEqual([true, false, false, true, false])
    await users().setSecondFactor(id, 'v1.y')
    expect(await users().useStep(id, offered, 12)).toBe(false)
  })
})
