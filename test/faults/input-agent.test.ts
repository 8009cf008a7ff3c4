import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { openTownGateway, type Person, type TownGateway } from '../support/town-gateway.ts'

/**
 * `<img onerror>` in what a stranger can write without an account: the user agent and the name to
 * sign in with. It comes back in the list of sessions and in the audit log, as a text.
 */

const markup = '<img src=x onerror=alert(1)>'
const json = { 'content-type': 'application/json' }

let gateway: TownGateway
let admin: Person

beforeAll(async () => {
  gateway = await openTownGateway()
  admin = await gateway.as('admin01')
})

afterAll(() => gateway?.remove())

function signInAs(agent: string, username = 'desk01', password = gateway.secrets.users[username]) {
  const body = JSON.stringify({ username, password: password ?? 'Wrong-Password-1' })
  return gateway.ask('/api/v1/session', {
    method: 'POST',
    headers: { ...json, 'user-agent': agent },
    body,
  })
}

function expectJson(headers: Record<string, unknown>): void {
  expect(headers['content-type']).toMatch(/^application\/json/)
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['content-security-policy']).toContain("script-src 'self'")
}

describe('<img onerror> from somebody without an account', () => {
  test.each([markup, '"><script>alert(1)</script>', 'javascript:alert(1)'])(
    'user agent %s: literal in the list of sessions',
    async (agent) => {
      const answer = await signInAs(agent)
      expect(answer.status).toBe(200)
      const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] as string
      const account = await gateway.ask('/api/v1/account', { headers: { cookie } })
      const agents = account.body.sessions.map((one: { agent: string }) => one.agent)
      expect(agents).toContain(agent)
      expectJson(account.headers)
    },
  )

  test('a user agent of any length is cut, not refused', async () => {
    const answer = await signInAs('x'.repeat(10_000))
    expect(answer.status).toBe(200)
    const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] as string
    const { body } = await gateway.ask('/api/v1/account', { headers: { cookie } })
    const current = body.sessions.find((one: { current: boolean }) => one.current)
    expect(current.agent.length).toBeLessThanOrEqual(500)
  })

  test('name to sign in with: literal in the audit log, and nowhere a page', async () => {
    expect((await signInAs('Mozilla/5.0', markup, 'Wrong-Password-1')).status).toBe(401)
    await until('the entry', async () => {
      const { text } = await admin.get('/api/v1/audit?limit=100')
      return text.includes(JSON.stringify(markup).slice(1, -1))
    })
    const audit = await admin.get('/api/v1/audit?limit=100')
    expectJson(audit.headers)
    const refused = audit.body.items.find((one: { act: string }) => one.act === 'signInRefused')
    expect(refused.subject).toContain(markup)
    expect(refused.address).toBe('127.0.0.1')
  })

  test('names of tokens and people: literal', async () => {
    const rights = { role: 'viewer', scope: '990101101' }
    const token = await admin.send('POST', '/api/v1/tokens', { name: markup, ...rights })
    expect(token.status).toBe(201)
    const tokens = await admin.get('/api/v1/tokens')
    expect(tokens.body.items.map((one: { name: string }) => one.name)).toContain(markup)
    expectJson(tokens.headers)
    const user = { username: 'newcomer', displayName: markup, ...rights }
    expect((await admin.send('POST', '/api/v1/users', user)).status).toBe(201)
    const users = await admin.get('/api/v1/users?limit=200')
    expect(users.text).toContain(markup)
    expectJson(users.headers)
    const named = { ...user, username: markup }
    expect((await admin.send('POST', '/api/v1/users', named)).status).toBe(400)
  })
})
