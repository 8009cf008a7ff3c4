import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

/**
 * X-Forwarded-For behind a proxy that is trusted: the address that the proxy itself saw counts, and
 * nothing that the client wrote before it. (Without a trusted proxy: input-sign-in.test.ts.)
 */

let gateway: TownGateway

beforeAll(async () => {
  gateway = await openTownGateway({
    settings: { LIANXUN_TRUSTED_PROXIES: '127.0.0.1, 10.9.0.0/16' },
  })
})

afterAll(() => gateway?.remove())

async function wrongPassword(username: string, forwardedFor: string): Promise<number> {
  const answer = await gateway.ask('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor },
    body: JSON.stringify({ username, password: 'Wrong-Password-1' }),
  })
  return answer.status
}

describe('spoofed X-Forwarded-For behind a trusted proxy', () => {
  test('what the client wrote before the proxy changes nothing', async () => {
    const statuses = []
    for (let n = 0; n < 6; n++) {
      statuses.push(await wrongPassword('cadre03', `10.0.0.${n}, 127.0.0.1, 192.168.7.20`))
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('somebody else behind the same proxy is not stopped by it', async () => {
    expect(await wrongPassword('cadre03', '192.168.7.21')).toBe(401)
  })

  test('a chain of trusted proxies is followed to the first that is not', async () => {
    const statuses = []
    for (let n = 0; n < 6; n++) {
      statuses.push(await wrongPassword('cadre04', `1.2.3.${n}, 192.168.7.30, 10.9.0.${n}`))
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })

  test.each(['', ',,,', 'nonsense', '999.1.1.1', '::ffff:1.2.3.4', '1.2.3.4,'.repeat(500)])(
    'nonsense in it is no way in and no error: %j',
    async (forwardedFor) => {
      expect([401, 429, 431]).toContain(await wrongPassword('cadre05', forwardedFor))
    },
  )

  test('https by its word alone makes the cookie secure', async () => {
    const body = JSON.stringify({
      username: 'desk01',
      password: gateway.secrets.users.desk01 ?? '',
    })
    const signIn = (proto: string) =>
      gateway.ask('/api/v1/session', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': '192.168.7.22',
          'x-forwarded-proto': proto,
        },
        body,
      })
    expect((await signIn('https')).headers['set-cookie']?.[0]).toMatch(/^__Host-lianxun=.*Secure/)
    expect((await signIn('http')).headers['set-cookie']?.[0]).toMatch(/^lianxun=/)
  })
})

describe('without a trusted proxy', () => {
  let plain: TownGateway

  beforeAll(async () => {
    plain = await openTownGateway()
  })

  afterAll(() => plain?.remove())

  test('a client that says it came over https is not believed', async () => {
    const answer = await plain.ask('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
      body: JSON.stringify({ username: 'desk01', password: plain.secrets.users.desk01 ?? '' }),
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^lianxun=/)
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })
})
