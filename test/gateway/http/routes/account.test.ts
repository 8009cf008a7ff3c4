import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountSchema, totpOfferSchema } from '../../../../gateway/http/schemas/people.ts'
import { type House, openHouse, type Person, password, signIn, villageA } from '../house.ts'
import { listen } from '../listener.ts'
import {
  auditOf,
  codeOf,
  idOf,
  nextPassword,
  trySignIn,
  withSecondFactor,
  wrongCodeFor,
} from '../people-kit.ts'
import { hour, minute, townClock } from '../town-clock.ts'

/** One's own account, as the page does it. */

const clock = townClock()
const account = '/api/v1/account'
const names = Array.from({ length: 24 }, (_, n) => `p${n}`)
let next = 0
let house: House
let name: string
let person: Person

beforeAll(async () => {
  house = await openHouse({ clock, people: names.map((one) => `${one},${one},viewer,${villageA}`) })
})

afterAll(() => house?.stop())

// Each test has a person of its own, and no wrong tries behind it.
beforeEach(async () => {
  clock.advance(2 * minute)
  name = names[next++] as string
  person = await signIn(house.ask, name)
})

const statusOf = async (one: Person) => (await one.get('/api/v1/session')).status

describe('my account', () => {
  it('shows who I am and where I am signed in, latest first', async () => {
    clock.advance(1000)
    await trySignIn(house, name, {}, { 'user-agent': `Firefox${'x'.repeat(300)}` })
    const { body } = await person.get(account)
    const shown = accountSchema.strict().parse(body)
    expect(shown).toMatchObject({
      person: { username: name, displayName: name, role: 'viewer', scope: villageA },
      secondFactor: false,
      passwordChangedAt: null,
    })
    expect(shown.sessions).toHaveLength(2)
    expect(shown.sessions.map(({ current }) => current)).toEqual([false, true])
    expect(shown.sessions[0]).toMatchObject({ address: '127.0.0.1', createdAt: clock.now() })
    expect(shown.sessions[0]?.agent).toBe(`Firefox${'x'.repeat(193)}`)
  })

  it('does not list sessions that expired', async () => {
    const old = await signIn(house.ask, name)
    clock.advance(13 * hour)
    person = await signIn(house.ask, name)
    expect((await person.get(account)).body.sessions).toHaveLength(1)
    expect(await statusOf(old)).toBe(401)
  })
})

describe('ending my sessions', () => {
  it('one of them: it and its live stream end, the others stay', async () => {
    const other = await signIn(house.ask, name)
    const stream = await listen(house.base, { cookie: other.cookie })
    const { sessions } = (await other.get(account)).body
    const { id } = sessions.find((one: { current: boolean }) => one.current)
    expect((await person.send('DELETE', `${account}/sessions/${id}`)).status).toBe(204)
    await stream.closed
    expect(await statusOf(other)).toBe(401)
    expect(await statusOf(person)).toBe(200)
    expect((await person.send('DELETE', `${account}/sessions/${id}`)).status).toBe(404)
  })

  it("somebody else's is none of mine", async () => {
    const other = await house.as('viewer-town')
    const [session] = (await other.get(account)).body.sessions
    expect((await person.send('DELETE', `${account}/sessions/${session.id}`)).status).toBe(404)
    expect(await statusOf(other)).toBe(200)
  })

  it('all others: this one stays', async () => {
    const others = [await signIn(house.ask, name), await signIn(house.ask, name)]
    const bystander = await house.as('viewer-town')
    expect((await person.post(`${account}/sessions/end-others`)).status).toBe(204)
    expect(await Promise.all(others.map(statusOf))).toEqual([401, 401])
    expect([await statusOf(person), await statusOf(bystander)]).toEqual([200, 200])
    expect((await auditOf(house, `user:${name}`)).at(-1)).toMatchObject({
      act: 'endSessions',
      address: '127.0.0.1',
    })
  })
})

describe('changing my password', () => {
  const change = (old: string, now: string) => person.post(`${account}/password`, { old, new: now })

  it('ends the other sessions, gives this one a new cookie, and is written down', async () => {
    const other = await signIn(house.ask, name)
    const stream = await listen(house.base, { cookie: other.cookie })
    const answer = await change(password, nextPassword)
    expect(answer.status).toBe(204)
    await stream.closed
    expect([await statusOf(other), await statusOf(person)]).toEqual([401, 401])
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect(cookie).not.toBe(person.cookie)
    const { body } = await house.ask(account, { headers: { cookie } })
    expect(body.passwordChangedAt).toBe(clock.now())
    expect(body.sessions).toHaveLength(1)
    expect((await trySignIn(house, name)).status).toBe(401)
    expect((await trySignIn(house, name, { password: nextPassword })).status).toBe(200)
    const entries = await auditOf(house, `user:${name}`)
    expect(entries).toContainEqual({
      actor: await idOf(house, name),
      act: 'changePassword',
      subject: `user:${name}`,
      detail: null,
      address: '127.0.0.1',
    })
    expect(JSON.stringify(entries)).not.toContain(nextPassword)
  })

  it.each([
    ['weak', 'changeme', /has 8 characters/],
    ['known to everybody', 'administrator1', /tried first/],
    ['the present one', password, /is the present one/],
  ])('to one that is %s is refused, and nothing changes', async (_name, now, said) => {
    const answer = await change(password, now)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(said)
    expect(await statusOf(person)).toBe(200)
    expect((await trySignIn(house, name)).status).toBe(200)
  })

  it('takes the present password, and five wrong ones a minute', async () => {
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await change('Wrong-One-1', nextPassword)).status)
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
    expect((await change(password, nextPassword)).status).toBe(429)
    // They count at the sign-in too: a found session is no way around its limit.
    expect((await trySignIn(house, name)).status).toBe(429)
    expect(await statusOf(person)).toBe(200)
    clock.advance(minute)
    expect((await change(password, nextPassword)).status).toBe(204)
    const acts = (await auditOf(house, `user:${name}`)).map(({ act }) => act)
    expect(acts.filter((act) => act === 'passwordRefused')).toHaveLength(5)
  })
})

describe('a second factor', () => {
  const factor = `${account}/second-factor`

  it('is offered as a secret for the app, kept sealed, and not in force yet', async () => {
    const answer = await person.post(factor)
    const offer = totpOfferSchema.strict().parse(answer.body)
    expect(offer.secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(offer.uri).toBe(
      `otpauth://totp/Lianxun:${name}?issuer=Lianxun&secret=${offer.secret}&algorithm=SHA1&digits=6&period=30`,
    )
    const row = await house.db
      .selectFrom('user')
      .select('totp_secret')
      .where('username', '=', name)
      .executeTakeFirstOrThrow()
    expect(row.totp_secret).toMatch(/^v1\./)
    expect(row.totp_secret).not.toContain(offer.secret)
    expect((await person.get(account)).body.secondFactor).toBe(false)
    expect((await trySignIn(house, name)).status).toBe(200)
  })

  it('is in force after a first code; then signing in takes one', async () => {
    const secret = await withSecondFactor(person, clock)
    expect((await person.get(account)).body.secondFactor).toBe(true)
    const asked = await trySignIn(house, name)
    expect(asked.status).toBe(401)
    expect(asked.body.type).toBe('urn:lianxun:codeRequired')
    expect(asked.headers.getSetCookie()).toEqual([])
    clock.advance(minute)
    const code = codeOf(secret, clock)
    expect((await trySignIn(house, name, { code })).status).toBe(200)
    // Nobody who looked over the shoulder comes in with it.
    const again = await trySignIn(house, name, { code })
    expect([again.status, again.body.type]).toEqual([401, 'urn:lianxun:wrongCode'])
    const acts = (await auditOf(house, `user:${name}`)).map(({ act, detail }) => [act, detail])
    expect(acts).toContainEqual(['setSecondFactor', null])
    expect(acts.at(-1)).toEqual(['signInRefused', 'wrongCode'])
  })

  it('takes the code of one step before and after, not of two', async () => {
    const secret = await withSecondFactor(person, clock)
    const at = async (steps: number) => {
      clock.advance(5 * minute)
      return (await trySignIn(house, name, { code: codeOf(secret, clock, steps) })).status
    }
    expect([await at(-2), await at(-1), await at(0), await at(1), await at(2)]).toEqual([
      401, 200, 200, 200, 401,
    ])
  })

  it('of two who send the same code at once one comes in', async () => {
    const secret = await withSecondFactor(person, clock)
    clock.advance(minute)
    const code = codeOf(secret, clock)
    const answers = await Promise.all([1, 2, 3].map(() => trySignIn(house, name, { code })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('says nothing about itself to a wrong password', async () => {
    await withSecondFactor(person, clock)
    for (const more of [{}, { code: '123456' }]) {
      const answer = await trySignIn(house, name, { password: 'Wrong-One-1', ...more })
      expect(answer.body.type).toBe('urn:lianxun:wrongPassword')
    }
  })

  it('takes five wrong codes a minute; being asked for one costs none', async () => {
    const secret = await withSecondFactor(person, clock)
    clock.advance(minute)
    for (let n = 0; n < 8; n++) {
      expect((await trySignIn(house, name)).body.type).toBe('urn:lianxun:codeRequired')
    }
    const code = wrongCodeFor(secret, clock)
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await trySignIn(house, name, { code })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect((await trySignIn(house, name, { code: codeOf(secret, clock) })).status).toBe(429)
    clock.advance(minute)
    expect((await trySignIn(house, name, { code: codeOf(secret, clock) })).status).toBe(200)
  })

  it('is not in force by a wrong code, and five a minute are enough', async () => {
    const { secret } = (await person.post(factor)).body
    const code = wrongCodeFor(secret, clock)
    const statuses = []
    for (let n = 0; n < 6; n++) {
      statuses.push((await person.post(`${factor}/confirm`, { code })).status)
    }
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
    expect((await person.get(account)).body.secondFactor).toBe(false)
  })

  it('that was not offered cannot be confirmed, and one in force not be replaced', async () => {
    const early = await person.post(`${factor}/confirm`, { code: '123456' })
    expect([early.status, early.body.detail]).toEqual([
      409,
      'No second factor was offered; begin again.',
    ])
    const secret = await withSecondFactor(person, clock)
    expect((await person.post(factor)).status).toBe(409)
    clock.advance(minute)
    const code = codeOf(secret, clock)
    expect((await person.post(`${factor}/confirm`, { code })).status).toBe(409)
  })

  it('goes with the password, and not without', async () => {
    await withSecondFactor(person, clock)
    const wrong = await person.post(`${factor}/remove`, { password: 'Wrong-One-1' })
    expect([wrong.status, wrong.body.type]).toEqual([403, 'urn:lianxun:wrongPassword'])
    expect((await person.post(`${factor}/remove`, { password })).status).toBe(204)
    expect((await trySignIn(house, name)).status).toBe(200)
    expect((await auditOf(house, `user:${name}`)).map(({ act }) => act)).toContain(
      'removeSecondFactor',
    )
  })

  it('that was sealed for somebody else opens nothing', async () => {
    const secret = await withSecondFactor(person, clock)
    const { totp_secret, totp_last_step } = await house.db
      .selectFrom('user')
      .selectAll()
      .where('username', '=', name)
      .executeTakeFirstOrThrow()
    await house.db
      .updateTable('user')
      .set({ totp_secret, totp_last_step })
      .where('username', '=', 'supervisor-a')
      .execute()
    clock.advance(minute)
    const answer = await trySignIn(house, 'supervisor-a', { code: codeOf(secret, clock) })
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('seal')
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})
