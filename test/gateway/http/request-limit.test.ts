import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Asker } from '../../../gateway/http/access.ts'
import { handleError } from '../../../gateway/http/error-handler.ts'
import { addressKey, limitRequests } from '../../../gateway/http/request-limit.ts'

const minute = 60_000

interface Who {
  session?: string
  from?: string
}

async function house() {
  let wall = 1_763_712_000_000
  let monotonic = 0
  const app = fastify()
  app.setErrorHandler(handleError)
  app.decorateRequest('asker', null)
  await limitRequests(app, { now: () => wall, monotonic: () => monotonic })
  app.addHook('onRequest', async (request) => {
    const id = request.headers['x-session']
    if (typeof id === 'string') request.asker = { sessionId: id } as Asker
  })
  app.get('/api/v1/cases', async () => 'cases')
  app.get('/api/v1/costly', { config: { rateLimit: { max: 3 } } }, async () => 'costly')
  app.get('/healthz', async () => 'alive')
  app.get('/assets/app.js', async () => 'file')
  const ask = (url: string, { session, from = '192.168.7.20' }: Who = {}) =>
    app.inject({
      url,
      headers: session === undefined ? {} : { 'x-session': session },
      remoteAddress: from,
    })
  return {
    ask,
    pass: (ms: number, wallMs = ms) => {
      monotonic += ms
      wall += wallMs
    },
    /** How many of so many are answered. */
    answered: async (count: number, url: string) => {
      let fine = 0
      for (let n = 0; n < count; n++) {
        if ((await ask(url)).statusCode === 200) fine += 1
      }
      return fine
    },
  }
}

describe('one asker', () => {
  it('has its own minute: a session is not stopped by its neighbours behind one address', async () => {
    const { answered, ask } = await house()
    expect(await answered(1_201, '/api/v1/cases')).toBe(1_200)
    expect((await ask('/api/v1/cases', { session: 'a' })).statusCode).toBe(200)
    expect((await ask('/api/v1/cases', { from: '192.168.7.21' })).statusCode).toBe(200)
  })

  it('is told when to come back, as a problem and without figures to play with', async () => {
    const { ask, pass } = await house()
    for (let n = 0; n < 3; n++) await ask('/api/v1/costly')
    pass(20_000)
    const answer = await ask('/api/v1/costly')
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['retry-after']).toBe('40')
    expect(answer.json()).toMatchObject({ status: 429, type: 'urn:lianxun:tooMany' })
    expect(Object.keys(answer.headers).join()).not.toContain('ratelimit')
    pass(40_000)
    expect((await ask('/api/v1/costly')).statusCode).toBe(200)
  })

  it('waits a minute, however the wall clock steps', async () => {
    for (const step of [-3_600_000, 0, 3_600_000]) {
      const { ask, pass } = await house()
      for (let n = 0; n < 4; n++) await ask('/api/v1/costly')
      pass(minute - 1, step)
      expect((await ask('/api/v1/costly')).statusCode).toBe(429)
      pass(1, 0)
      expect((await ask('/api/v1/costly')).statusCode).toBe(200)
    }
  })

  it('may ask for pages, files and a sign of life without end', async () => {
    const { answered } = await house()
    for (const url of ['/healthz', '/assets/app.js']) {
      expect(await answered(1_300, url)).toBe(1_300)
    }
  })

  it('is forgotten when very many others came, and the table stays small', async () => {
    const { ask } = await house()
    for (let n = 0; n < 4; n++) await ask('/api/v1/costly')
    expect((await ask('/api/v1/costly')).statusCode).toBe(429)
    for (let n = 0; n < 20_000; n++) {
      await ask('/api/v1/costly', { from: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` })
    }
    expect((await ask('/api/v1/costly')).statusCode).toBe(200)
  })
})

it('an IPv6 customer counts as one, whatever of its addresses it uses', () => {
  expect(addressKey('2001:db8:1:2::1')).toBe(addressKey('2001:db8:1:2:ffff::9'))
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'))
  expect(addressKey('::ffff:10.0.0.1')).toBe('::ffff:10.0.0.1')
  expect(addressKey('10.0.0.1')).toBe('10.0.0.1')
})
