import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, importInto, openHouse, password, signIn, townCode } from './house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})

afterAll(() => house?.stop())

function tryToSignIn(username: string, secret: string, headers: Record<string, string> = {}) {
  return house.ask('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ username, password: secret }),
  })
}

describe('signing in', () => {
  it('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await tryToSignIn('viewer-a', password)
    expect(answer.status).toBe(200)
    expect(answer.body.person).toEqual({
      username: 'viewer-a',
      displayName: 'viewer',
      role: 'viewer',
      scope: '990101101201',
    })
    expect(answer.body.town).toMatchObject({ code: townCode, name: '云岭镇' })
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^lianxun=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    )
  })

  it('keeps only a hash of the cookie', async () => {
    const { cookie } = await signIn(house.ask, 'viewer-a')
    const rows = await house.db.selectFrom('session').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(cookie.split('=')[1])
    expect(rows[0]?.id).toMatch(/^[0-9a-f]{64}$/)
  })

  it('says the same of an unknown name and a wrong password', async () => {
    const names = ['nobody-1', 'nobody-2', 'gridWorker-a', 'patroller-a']
    const answers = []
    for (const name of names) answers.push(await tryToSignIn(name, 'Wrong-Password-1'))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401])
  })

  it('refuses the sixth wrong password in a minute, the right one too, whatever address is claimed', async () => {
    const attempts = []
    for (let attempt = 0; attempt < 6; attempt++) {
      const claimed = { 'x-forwarded-for': `10.0.0.${attempt}` }
      attempts.push((await tryToSignIn('supervisor-a', 'Wrong-Password-1', claimed)).status)
    }
    expect(attempts).toEqual([401, 401, 401, 401, 401, 429])
    const right = await tryToSignIn('supervisor-a', password)
    expect(right.status).toBe(429)
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(right.body.detail).toContain('Wait a minute')
    expect((await tryToSignIn('supervisor-town', password)).status).toBe(200)
  })

  it('counts tries that come at once before any is answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => tryToSignIn('villageCadre-a', 'Wrong-Password-1')),
    )
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(7)
  })

  it('ends the session it replaces', async () => {
    const first = await signIn(house.ask, 'townAdmin-town')
    const again = await tryToSignIn('townAdmin-town', password, {
      cookie: first.cookie,
      'x-lianxun': '1',
    })
    expect(again.status).toBe(200)
    expect((await first.get('/api/v1/session')).status).toBe(401)
  })
})

describe('the end of a session', () => {
  it('comes with sign-out, for the old cookie too', async () => {
    const person = await signIn(house.ask, 'viewer-town')
    expect((await person.send('DELETE', '/api/v1/session')).status).toBe(204)
    expect((await person.get('/api/v1/session')).status).toBe(401)
  })

  it.each([
    ['12 idle hours', { last_seen_at: Date.now() - 12.1 * 3_600_000 }],
    ['7 days', { created_at: Date.now() - 7.1 * 86_400_000 }],
  ])('comes after %s', async (_name, row) => {
    const person = await signIn(house.ask, 'operator-town')
    expect((await person.get('/api/v1/session')).status).toBe(200)
    const user = await house.db
      .selectFrom('user')
      .select('id')
      .where('username', '=', 'operator-town')
      .executeTakeFirstOrThrow()
    await house.db.updateTable('session').set(row).where('user_id', '=', user.id).execute()
    expect((await person.get('/api/v1/session')).status).toBe(401)
  })

  it('comes with a change of role, made by an import in another process', async () => {
    const person = await signIn(house.ask, 'gridWorker-town')
    const folder = join(house.directory, 'town')
    const users = await readFile(join(folder, 'users.csv'), 'utf8')
    await writeFile(
      join(folder, 'users.csv'),
      users.replace('gridWorker-town,gridWorker,gridWorker', 'gridWorker-town,gridWorker,viewer'),
    )
    await importInto(house.directory, folder)
    expect((await person.get('/api/v1/session')).status).toBe(401)
  })
})

describe('what is not a session', () => {
  it.each([
    ['no cookie', {}, 'signInFirst'],
    [
      'a made-up cookie',
      { cookie: 'lianxun=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
      'signInFirst',
    ],
    ['a huge cookie', { cookie: `lianxun=${'A'.repeat(4000)}` }, 'signInFirst'],
    [
      'a token with alg none',
      { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.' },
      'tokenRefused',
    ],
    ['an empty token', { authorization: 'Bearer ' }, 'tokenRefused'],
  ])('%s: 401', async (_name, headers, type) => {
    const answer = await house.ask('/api/v1/cases', { headers: headers as Record<string, string> })
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ status: 401, type: `urn:lianxun:${type}` })
  })

  it('a token beside a good cookie: the token counts', async () => {
    const { get } = await signIn(house.ask, 'viewer-a')
    expect((await get('/api/v1/cases', { authorization: 'Bearer x' })).status).toBe(401)
  })
})

async function attempt(headers: Record<string, string>) {
  const { cookie } = await house.as('operator-a')
  return house.ask('/api/v1/cases/nothing/actions', {
    method: 'POST',
    headers: { cookie, ...headers },
    body: '{"action":"accept"}',
  })
}

describe('state-changing requests', () => {
  const json = { 'content-type': 'application/json' }
  const proof = { ...json, 'x-lianxun': '1' }

  it.each([
    ['without the proof header', json, 403],
    ['with a wrong proof', { ...json, 'x-lianxun': 'yes' }, 403],
    ['with the proof', proof, 404],
    ['from a foreign origin', { ...proof, origin: 'https://evil.example' }, 403],
    ['from the null origin', { ...proof, origin: 'null' }, 403],
    ['from another site, as the browser tells', { ...proof, 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sister host', { ...proof, 'sec-fetch-site': 'same-site' }, 403],
    ['from our own page', { ...proof, 'sec-fetch-site': 'same-origin' }, 404],
  ])('%s: %s → %i', async (_name, headers, status) => {
    expect((await attempt(headers)).status).toBe(status)
  })

  it('of our own origin pass', async () => {
    expect((await attempt({ ...proof, origin: house.base })).status).toBe(404)
  })

  it('sign-in from a foreign page is refused too', async () => {
    const answer = await tryToSignIn('viewer-a', password, { origin: 'https://evil.example' })
    expect(answer.status).toBe(403)
  })

  it('the live stream cannot be opened from a foreign page', async () => {
    const { get } = await house.as('viewer-a')
    const answer = await get('/api/v1/stream', { origin: 'https://evil.example' })
    expect(answer.status).toBe(403)
  })
})
