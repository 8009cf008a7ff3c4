import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { madeUserSchema, userSchema } from '../../../../gateway/http/schemas/people.ts'
import {
  type House,
  openHouse,
  type Person,
  password,
  signIn,
  townCode,
  villageA,
  villageB,
} from '../house.ts'
import { listen } from '../listener.ts'
import { auditOf, idOf, nextPassword, trySignIn, withSecondFactor } from '../people-kit.ts'
import { minute, townClock } from '../town-clock.ts'

/** People's accounts, as their administrators keep them. */

const clock = townClock()
const path = '/api/v1/users'
const names = Array.from({ length: 40 }, (_, n) => `q${String(n).padStart(2, '0')}`)
let next = 0
let house: House
let admin: Person
let village: Person
let name: string

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [...names, '王五'].map((one) => `${one},${one},operator,${villageA}`),
  })
  admin = await house.as('townAdmin-town')
  village = await house.as('townAdmin-a')
})

afterAll(() => house?.stop())

describe('teams', () => {
  it('are those of the routes and people of the own places', async () => {
    expect((await admin.get('/api/v1/teams')).body.items).toHaveLength(8)
    expect((await village.get('/api/v1/teams')).body).toEqual({ items: ['红袖标1队'] })
  })
})

beforeEach(() => {
  clock.advance(2 * minute)
  name = names[next++] as string
})

const statusOf = async (one: Person) => (await one.get('/api/v1/session')).status
const change = (who: string, body: unknown, by = admin) => by.send('PATCH', `${path}/${who}`, body)

describe('the list', () => {
  it('is of the administrator’s places, by name, page by page', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await village.get(`${path}?limit=6${cursor ? `&cursor=${cursor}` : ''}`)
      for (const one of page.body.items) seen.push(userSchema.strict().parse(one).username)
      cursor = page.body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(seen.toSorted())
    expect(seen).toEqual(expect.arrayContaining([...names, '王五', 'viewer-a']))
    expect(seen).not.toContain('viewer-town')
    const all = (await admin.get(`${path}?limit=200`)).body.items
    expect(all.length).toBe(seen.length + 7)
    expect(JSON.stringify(all)).not.toMatch(/argon2|v1\./)
  })

  it('says who is signed in', async () => {
    const before = clock.now()
    await signIn(house.ask, name)
    await signIn(house.ask, name)
    const { items } = (await admin.get(`${path}?limit=200`)).body
    expect(items.find((one: { username: string }) => one.username === name)).toMatchObject({
      sessions: 2,
      lastSeenAt: before,
    })
  })
})

describe('adding a person', () => {
  const body = { displayName: '李四', role: 'gridWorker', scope: `${villageA}001` }

  it('makes a password that is shown this once and opens', async () => {
    const answer = await village.post(path, { ...body, username: 'li.si' })
    expect(answer.status).toBe(201)
    const made = madeUserSchema.strict().parse(answer.body)
    expect(made.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
    expect(made.user).toMatchObject({ username: 'li.si', secondFactor: false, disabled: false })
    expect((await trySignIn(house, 'li.si', { password: made.password ?? '' })).status).toBe(200)
    const entries = await auditOf(house, 'user:li.si')
    expect(entries[0]).toMatchObject({
      actor: await idOf(house, 'townAdmin-a'),
      act: 'addUser',
      detail: `gridWorker ${villageA}001`,
      address: '127.0.0.1',
    })
    expect(JSON.stringify(entries)).not.toContain(made.password)
  })

  it('takes a password of the administrator’s choice, and then repeats none', async () => {
    const answer = await admin.post(path, { ...body, username: 'chosen', password: nextPassword })
    expect(answer.body.password).toBeNull()
    expect(answer.text).not.toContain(nextPassword)
    expect((await trySignIn(house, 'chosen', { password: nextPassword })).status).toBe(200)
  })

  it.each([
    ['a name that is taken', { username: 'viewer-a' }, 409, /already/],
    ['a weak password', { username: 'weak', password: 'admin' }, 400, /password has 5 characters/],
    ['a place that is none', { scope: '990101101999' }, 400, /no place 990101101999/],
    ['a role that is none', { role: 'king' }, 400, /role/],
    ['a name with a slash', { username: 'a/b' }, 400, /username/],
    ['a prototype', { username: '__proto__' }, 400, /username/],
  ])('%s is refused', async (_name, over, status, said) => {
    const before = (await admin.get(`${path}?limit=200`)).body.items.length
    const answer = await admin.post(path, { username: 'fresh', ...body, ...over })
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(said)])
    expect((await admin.get(`${path}?limit=200`)).body.items).toHaveLength(before)
  })

  it('a village’s administrator makes nobody for the town or another village', async () => {
    for (const scope of [townCode, villageB]) {
      const answer = await village.post(path, { ...body, username: 'too-much', scope })
      expect(answer.status).toBe(404)
    }
    expect((await change(name, { scope: townCode }, village)).status).toBe(404)
    expect((await change('townAdmin-a', { scope: townCode }, village)).status).toBe(404)
    expect((await change('viewer-town', { displayName: 'x' }, village)).status).toBe(404)
  })
})

describe('a change', () => {
  it.each([
    ['role', { role: 'viewer' }, 'role operator → viewer'],
    ['scope', { scope: `${villageA}002` }, `scope ${villageA} → ${villageA}002`],
    ['disabled', { disabled: true }, 'disabled false → true'],
  ])('of the %s ends sessions and live streams at once', async (_name, body, detail) => {
    const person = await signIn(house.ask, name)
    const stream = await listen(house.base, { cookie: person.cookie })
    await stream.wait(({ event }) => event === 'hello')
    const answer = await change(name, body)
    expect(answer.status).toBe(200)
    expect(userSchema.parse(answer.body)).toMatchObject({ ...body, sessions: 0 })
    await stream.closed
    expect(await statusOf(person)).toBe(401)
    const entry = (await auditOf(house, `user:${name}`)).at(-1)
    expect(entry).toMatchObject({ act: 'changeUser', detail, address: '127.0.0.1' })
  })

  it('of the name only, or to what is so already, ends nothing', async () => {
    const person = await signIn(house.ask, name)
    expect((await change(name, { displayName: '新名' })).body.displayName).toBe('新名')
    const entries = await auditOf(house, `user:${name}`)
    await change(name, { displayName: '新名', role: 'operator', scope: villageA, disabled: false })
    expect(await statusOf(person)).toBe(200)
    // What changed nothing is no change.
    expect(await auditOf(house, `user:${name}`)).toEqual(entries)
  })

  it('of a name in Chinese finds the person', async () => {
    const answer = await change(encodeURIComponent('王五'), { displayName: '老王' })
    expect(answer.body).toMatchObject({ username: '王五', displayName: '老王' })
  })

  it('of nobody is 404', async () => {
    for (const who of ['nobody', '%27%20or%201=1', '..%2f..', '%00']) {
      expect((await change(who, { role: 'viewer' })).status).toBe(404)
    }
  })
})

describe('team and unit', () => {
  it('are entered, shown, changed and taken away, and nobody is signed out by it', async () => {
    const made = await village.post(path, {
      username: 'grouped',
      displayName: '赵六',
      role: 'patroller',
      scope: villageA,
      team: ' 红袖标1队 ',
      password,
    })
    expect([made.status, made.body.user]).toMatchObject([201, { team: '红袖标1队', unit: null }])
    const person = await signIn(house.ask, 'grouped')
    const changed = await change('grouped', { team: null, unit: '应急办' })
    expect([changed.status, changed.body]).toMatchObject([200, { team: null, unit: '应急办' }])
    const kept = await change('grouped', { displayName: '赵六 (夜班)' })
    expect(kept.body).toMatchObject({ team: null, unit: '应急办' })
    expect(await statusOf(person)).toBe(200)
    const details = (await auditOf(house, 'user:grouped')).map(({ detail }) => detail)
    expect(details).toContain('team 红袖标1队 → null; unit null → 应急办')
  })

  it.each([[''], [' '], ['x'.repeat(101)], [5]])(
    'a team that is no name is 400: %j',
    async (team) => {
      expect((await change(name, { team })).status).toBe(400)
    },
  )
})

describe('a disabled person', () => {
  it('cannot sign in, is told so only with the right password, and may be let in again', async () => {
    await change(name, { disabled: true })
    const right = await trySignIn(house, name)
    expect([right.status, right.body.type]).toEqual([401, 'urn:lianxun:accountDisabled'])
    const wrong = await trySignIn(house, name, { password: 'Wrong-One-1' })
    const nobody = await trySignIn(house, 'nobody-at-all', { password: 'Wrong-One-1' })
    expect(wrong.text).toBe(nobody.text)
    await change(name, { disabled: false })
    expect((await trySignIn(house, name)).status).toBe(200)
  })

  it('stays by name in what was done', async () => {
    const id = await idOf(house, name)
    await signIn(house.ask, name)
    await change(name, { disabled: true })
    const entries = await auditOf(house, `user:${name}`)
    expect(entries.some((one) => one.actor === id && one.act === 'signIn')).toBe(true)
  })
})

describe('administrators', () => {
  it('do not disable themselves', async () => {
    const answer = await change('townAdmin-a', { disabled: true }, village)
    expect([answer.status, answer.body.detail]).toEqual([
      409,
      'Nobody disables their own account; ask another administrator.',
    ])
    expect(await statusOf(village)).toBe(200)
  })

  it('the last of the town stays; a village’s administrator is not enough', async () => {
    for (const body of [{ role: 'viewer' }, { scope: villageA }]) {
      const answer = await change('townAdmin-town', body)
      expect(answer.status).toBe(409)
      expect(answer.body.detail).toMatch(/is the last administrator here. Make somebody else/)
    }
    expect(await statusOf(admin)).toBe(200)
  })
})

describe('a new password', () => {
  it('is shown this once, replaces the old one, and ends all sessions', async () => {
    const person = await signIn(house.ask, name)
    const stream = await listen(house.base, { cookie: person.cookie })
    const answer = await admin.post(`${path}/${name}/password`)
    const made = madeUserSchema.strict().parse(answer.body)
    await stream.closed
    expect(await statusOf(person)).toBe(401)
    expect((await trySignIn(house, name)).status).toBe(401)
    expect((await trySignIn(house, name, { password: made.password ?? '' })).status).toBe(200)
    const entries = await auditOf(house, `user:${name}`)
    expect(entries.map(({ act }) => act)).toContain('resetPassword')
    expect(JSON.stringify(entries)).not.toContain(made.password)
  })
})

describe('signing a person out', () => {
  it('ends all sessions; the person may come back', async () => {
    const both = [await signIn(house.ask, name), await signIn(house.ask, name)]
    const answer = await admin.post(`${path}/${name}/sign-out`)
    expect(answer.body).toMatchObject({ username: name, sessions: 0 })
    expect(await Promise.all(both.map(statusOf))).toEqual([401, 401])
    expect((await trySignIn(house, name)).status).toBe(200)
    expect((await auditOf(house, `user:${name}`)).map(({ act }) => act)).toContain('endSessions')
  })
})

describe('a lost phone', () => {
  it('the administrator takes the second factor away', async () => {
    await withSecondFactor(await signIn(house.ask, name), clock)
    expect((await trySignIn(house, name, { password })).body.type).toBe('urn:lianxun:codeRequired')
    const answer = await admin.send('DELETE', `${path}/${name}/second-factor`)
    expect(answer.body).toMatchObject({ username: name, secondFactor: false })
    expect((await trySignIn(house, name)).status).toBe(200)
    expect((await auditOf(house, `user:${name}`)).at(-2)).toMatchObject({
      act: 'removeSecondFactor',
      actor: await idOf(house, 'townAdmin-town'),
    })
  })
})
