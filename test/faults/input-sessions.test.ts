import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '../gateway/http/listener.ts'
import { openTownGateway, type Person, signIn, type TownGateway } from '../support/town-gateway.ts'

let gateway: TownGateway
let admin: Person

beforeAll(async () => {
  gateway = await openTownGateway()
  admin = await gateway.as('admin01')
})

afterAll(() => gateway?.remove())

const json = { 'content-type': 'application/json' }
const sessionUrl = '/api/v1/session'

function newSession(username: string): Promise<Person> {
  const password = gateway.secrets.users[username] ?? ''
  return signIn(() => gateway.http, { username, password })
}

/** Before there is anybody, and for a screen with a link of its own. */
const openRoutes = ['/api/v1/setup', '/api/v1/patrol/screens/{id}/code']

/** Every operation of the API that needs a session. */
async function operations(): Promise<[method: string, url: string][]> {
  const { body } = await gateway.ask('/api/openapi.json')
  return Object.entries<Record<string, unknown>>(body.paths).flatMap(([route, methods]) => {
    if (!route.startsWith('/api/v1/') || openRoutes.includes(route)) return []
    const url = route.replaceAll(/\{\w+\}/g, '1')
    return Object.keys(methods)
      .map((name): [string, string] => [name.toUpperCase(), url])
      .filter(([method]) => !(method === 'POST' && url === sessionUrl))
  })
}

async function opensNothing(person: Person): Promise<void> {
  const all = await operations()
  expect(all.length).toBeGreaterThan(35)
  for (const [method, url] of all) {
    const { status } = await person.send(method, url, method === 'GET' ? undefined : {})
    expect([method, url, status]).toEqual([method, url, 401])
  }
}

describe('session after logout or role change', () => {
  test('session after logout: 401 on every route that needs one', async () => {
    const person = await newSession('cadre02')
    expect((await person.get(sessionUrl)).status).toBe(200)
    expect((await person.send('DELETE', sessionUrl)).status).toBe(204)
    await opensNothing(person)
  })

  test('session after a change of role: 401 everywhere, and its live stream ends', async () => {
    const person = await newSession('cadre03')
    const stream = await listen(`http://127.0.0.1:${gateway.http}`, { cookie: person.cookie })
    await stream.wait(({ event }) => event === 'hello')
    const answer = await admin.send('PATCH', '/api/v1/users/cadre03', { role: 'viewer' })
    expect(answer.status).toBe(200)
    await stream.closed
    await opensNothing(person)
    const again = await newSession('cadre03')
    expect((await again.get(sessionUrl)).body.person.role).toBe('viewer')
  })

  test.each([
    ['another place', 'cadre04', 'PATCH cadre04', { scope: '990101101' }],
    ['being disabled', 'cadre05', 'PATCH cadre05', { disabled: true }],
    ['a new password', 'cadre06', 'POST cadre06/password', undefined],
    ['being signed out', 'cadre07', 'POST cadre07/sign-out', undefined],
  ])('session after %s: 401', async (_name, username, done, body) => {
    const person = await newSession(username)
    const [method, url] = done.split(' ') as [string, string]
    const answer = await admin.send(method, `/api/v1/users/${url}`, body)
    expect(answer.status).toBe(200)
    expect((await person.get(sessionUrl)).status).toBe(401)
  })

  test('session after another sign-in in the same browser: 401, its number is never used again', async () => {
    const first = await newSession('cadre08')
    const password = gateway.secrets.users.cadre08 ?? ''
    const answer = await gateway.ask(sessionUrl, {
      method: 'POST',
      headers: { ...json, cookie: first.cookie, 'x-lianxun': '1' },
      body: JSON.stringify({ username: 'cadre08', password }),
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).not.toContain(first.cookie)
    expect((await first.get(sessionUrl)).status).toBe(401)
  })

  test('a number that somebody else chose is never taken over', async () => {
    const chosen = `lianxun=${'f'.repeat(43)}`
    const password = gateway.secrets.users.cadre01 ?? ''
    const answer = await gateway.ask(sessionUrl, {
      method: 'POST',
      headers: { ...json, cookie: chosen },
      body: JSON.stringify({ username: 'cadre01', password }),
    })
    expect(answer.status).toBe(200)
    expect((await gateway.ask(sessionUrl, { headers: { cookie: chosen } })).status).toBe(401)
  })
})

describe('sixth wrong password in a minute', () => {
  test('where a signed-in person shows it again: 429', async () => {
    const person = await newSession('desk01')
    const wrong = { old: 'Wrong-Password-1', new: 'Terrace-Field-77' }
    const statuses = []
    for (let n = 0; n < 6; n++) {
      statuses.push((await person.send('POST', '/api/v1/account/password', wrong)).status)
    }
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
    const removal = { password: gateway.secrets.users.desk01 }
    const answer = await person.send('POST', '/api/v1/account/second-factor/remove', removal)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })
})

describe('state-changing request without proof', () => {
  test('403 on every route that changes something', async () => {
    const person = await newSession('sup01')
    const changing = (await operations()).filter(([method]) => method !== 'GET')
    expect(changing.length).toBeGreaterThan(20)
    const from = (more: Record<string, string>) => ({ 'x-lianxun': '1', ...more })
    const missing = [
      {},
      { 'x-lianxun': '0' },
      from({ origin: 'https://evil.example' }),
      from({ origin: 'null' }),
      from({ origin: `http://127.0.0.1:${gateway.http + 1}` }),
      from({ 'sec-fetch-site': 'cross-site' }),
    ]
    for (const [method, url] of changing) {
      for (const proof of missing) {
        const headers = { ...json, cookie: person.cookie, ...proof }
        const { status } = await gateway.ask(url, { method, headers, body: '{}' })
        expect([method, url, status]).toEqual([method, url, 403])
      }
    }
    expect((await person.get(sessionUrl)).status).toBe(200)
  })

  test('SSE from a foreign origin: 403, and no answer allows one', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      const answer = await admin.get('/api/v1/stream', { origin })
      expect(answer.status).toBe(403)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
    const listed = await admin.get('/api/v1/cases', { origin: 'https://evil.example' })
    expect(listed.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('signing in and the first start from a foreign page: 403', async () => {
    for (const url of [sessionUrl, '/api/v1/setup']) {
      const headers = { ...json, 'sec-fetch-site': 'cross-site' }
      expect((await gateway.ask(url, { method: 'POST', headers, body: '{}' })).status).toBe(403)
    }
  })
})
