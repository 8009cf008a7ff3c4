import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../../../gateway/domain/person.ts'
import { sessionSchema } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, password, signIn, townCode, villageA } from '../house.ts'
import { day, hour, minute, townClock } from '../town-clock.ts'

/** Signing in as a page does it, with the town's clock in the test's hand. */

const clock = townClock()
const path = '/api/v1/session'
let house: House

beforeAll(async () => {
  house = await openHouse({ clock, people: [`grid-one,一格,gridWorker,${villageA}001`] })
})

afterAll(() => house?.stop())

function post(body: unknown, headers: Record<string, string> = {}) {
  return house.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

describe('the session', () => {
  it.each(roles)('of a %s says who, where, and what a page needs first', async (role) => {
    const answer = await (await house.as(`${role}-a`)).get(path)
    expect(sessionSchema.strict().parse(answer.body)).toEqual({
      person: { username: `${role}-a`, displayName: role, role, scope: villageA },
      town: { code: townCode, name: '云岭镇', timeZone: 'Asia/Shanghai' },
      seasons: [
        { id: 'burnBan', name: '禁烧期', to: '06-30' },
        { id: 'floodSeason', name: '汛期', to: '09-30' },
      ],
      now: clock.now(),
    })
  })

  it('of a grid worker may be bound to a grid', async () => {
    const { body } = await (await house.as('grid-one')).get(path)
    expect(body.person.scope).toBe(`${villageA}001`)
  })

  it('signing in and asking say the same', async () => {
    const answer = await post({ username: 'viewer-town', password })
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const again = await house.ask(path, { headers: { cookie } })
    expect(sessionSchema.strict().parse(answer.body)).toEqual(again.body)
  })

  it('names the seasons of the day, in the town’s own calendar', async () => {
    const start = clock.now()
    // 30 June 23:59 in the town is still the burn ban; a minute later it is not.
    clock.advance(Date.UTC(2026, 5, 30, 15, 59) - start)
    const person = await signIn(house.ask, 'viewer-town')
    const seasons = async () =>
      (await person.get(path)).body.seasons.map((season: { id: string }) => season.id)
    expect(await seasons()).toEqual(['burnBan', 'floodSeason'])
    clock.advance(minute)
    expect(await seasons()).toEqual(['floodSeason'])
  })
})

describe('how long it lasts', () => {
  it('12 hours without use, to the millisecond', async () => {
    const person = await signIn(house.ask, 'operator-town')
    clock.advance(12 * hour)
    expect((await person.get(path)).status).toBe(200)
    clock.advance(12 * hour + 1)
    expect((await person.get(path)).status).toBe(401)
  })

  it('7 days however much it is used', async () => {
    const person = await signIn(house.ask, 'operator-a')
    const answers = []
    for (let passed = 0; passed < 7 * day; passed += 11 * hour) {
      clock.advance(11 * hour)
      answers.push((await person.get(path)).status)
    }
    expect(answers.slice(0, 15)).toEqual(Array.from({ length: 15 }, () => 200))
    expect(answers.at(-1)).toBe(401)
  })

  it('what is over leaves the table with the next sign-in', async () => {
    await signIn(house.ask, 'supervisor-town')
    clock.advance(8 * day)
    await signIn(house.ask, 'supervisor-a')
    const rows = await house.db.selectFrom('session').select('last_seen_at').execute()
    expect(rows).toHaveLength(1)
  })
})

describe('signing out', () => {
  it('ends the session, takes the cookie back, and is written down', async () => {
    const person = await signIn(house.ask, 'villageCadre-a')
    const answer = await person.send('DELETE', path)
    expect(answer.status).toBe(204)
    expect(answer.text).toBe('')
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^lianxun=; .*(Expires=Thu, 01 Jan 1970|Max-Age=0)/,
    )
    expect((await person.send('DELETE', path)).status).toBe(401)
    const acts = await house.db
      .selectFrom('audit')
      .select(['act', 'actor'])
      .where('subject', '=', 'user:villageCadre-a')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    expect(acts).toMatchObject({ act: 'signOut', actor: expect.any(String) })
  })

  it('of one browser leaves the other signed in', async () => {
    const first = await signIn(house.ask, 'patroller-a')
    const second = await signIn(house.ask, 'patroller-a')
    await first.send('DELETE', path)
    expect((await second.get(path)).status).toBe(200)
  })
})

describe('what is no sign-in', () => {
  it.each([
    [{}, ['body.username', 'body.password']],
    [{ username: 'viewer-a' }, ['body.password']],
    [{ username: '', password: '' }, ['body.username', 'body.password']],
    [{ username: 'x'.repeat(65), password }, ['body.username']],
    [{ username: 'viewer-a', password: 'x'.repeat(257) }, ['body.password']],
    [{ username: ['viewer-a'], password: { $ne: '' } }, ['body.username', 'body.password']],
  ])('%j: 400, with the fields, and no hash is spent on it', async (body, paths) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual(paths)
    expect(answer.text).not.toContain(password)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('a wrong password is refused, written down, and does not show what was typed', async () => {
    const answer = await post({ username: 'viewer-a', password: 'Typed-By-Mistake-7' })
    expect(answer.status).toBe(401)
    expect(answer.body.detail).toBe('User name or password is wrong.')
    const rows = await house.db.selectFrom('audit').selectAll().orderBy('id', 'desc').execute()
    expect(rows[0]).toMatchObject({ act: 'signInRefused', subject: 'user:viewer-a', actor: null })
    expect(JSON.stringify(rows)).not.toContain('Typed-By-Mistake-7')
  })

  it('after five wrong ones a minute must pass, then the right one opens', async () => {
    const statuses = []
    for (let index = 0; index < 6; index++) {
      statuses.push((await post({ username: 'townAdmin-a', password: 'Wrong-1' })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    clock.advance(minute - 1)
    expect((await post({ username: 'townAdmin-a', password })).status).toBe(429)
    clock.advance(1)
    expect((await post({ username: 'townAdmin-a', password })).status).toBe(200)
  })
})
