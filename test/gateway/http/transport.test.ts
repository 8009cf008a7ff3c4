import { fastify, type InjectOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { handleError } from '../../../gateway/http/error-handler.ts'
import { keepToHttps, type Transport } from '../../../gateway/http/transport.ts'

const proxy = '192.0.2.1'
const desk = '192.168.7.20'

async function ask(
  options: InjectOptions & { from?: string; secure?: boolean },
  transport: Partial<Transport> = {},
) {
  const app = fastify({ trustProxy: [proxy] })
  app.setErrorHandler(handleError)
  keepToHttps(app, { httpsPort: () => 8443, baseUrl: undefined, ...transport })
  app.all('/*', async () => 'answer')
  const { from = desk, secure = false, headers, ...rest } = options
  const answer = await app.inject({
    method: 'GET',
    ...rest,
    remoteAddress: proxy,
    headers: {
      host: 'lianxun.town:8080',
      'x-forwarded-for': from,
      'x-forwarded-proto': secure ? 'https' : 'http',
      ...headers,
    },
  })
  await app.close()
  return answer
}

describe('plain HTTP from elsewhere, with a certificate', () => {
  it.each(['/', '/cases/any?x=1', '/assets/a.js', '/api/docs', '/api/openapi.json'])(
    'a page leads to https: %s',
    async (url) => {
      const answer = await ask({ url })
      expect(answer.statusCode).toBe(308)
      expect(answer.headers.location).toBe(`https://lianxun.town:8443${url}`)
    },
  )

  it.each([
    ['POST', '/api/v1/session'],
    ['POST', '/api/v1/cases/1/actions'],
    ['DELETE', '/api/v1/session'],
    ['PUT', '/anything'],
    ['GET', '/api/v1/cases'],
  ] as const)('%s %s is refused with a sentence', async (method, url) => {
    const answer = await ask({ method, url })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({
      type: 'urn:lianxun:httpsOnly',
      detail: expect.stringContaining('use https://lianxun.town:8443 instead'),
    })
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })

  it.each(['/healthz', '/readyz', '/metrics?x'])('%s stays for watchers', async (url) => {
    expect((await ask({ url })).statusCode).toBe(200)
  })

  it('leads to the address people type, where one is set', async () => {
    const baseUrl = 'https://lianxun.town'
    const answer = await ask({ url: '/cases' }, { baseUrl })
    expect(answer.headers.location).toBe('https://lianxun.town/cases')
  })

  it('leads nowhere else than asked: neither port 443 nor a foreign host is made up', async () => {
    const onUsual = await ask({ url: '/' }, { httpsPort: () => 443 })
    expect(onUsual.headers.location).toBe('https://lianxun.town/')
    for (const host of ['evil example', 'a@b', 'x"y', "z'"]) {
      const answer = await ask({ url: '/', headers: { host } })
      expect(answer.headers.location).toBe('https://localhost:8443/')
    }
    const v6 = await ask({ url: '/', headers: { host: '[fd12::7]:8080' } })
    expect(v6.headers.location).toBe('https://[fd12::7]:8443/')
  })
})

describe('plain HTTP stays', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])(
    'for this machine itself: %s',
    async (from) => {
      const answer = await ask({ from, method: 'POST', url: '/api/v1/session' })
      expect(answer.statusCode).toBe(200)
    },
  )

  it('for everybody without a certificate', async () => {
    const answer = await ask(
      { method: 'POST', url: '/api/v1/session' },
      { httpsPort: () => undefined },
    )
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })
})

describe('what came over https', () => {
  it('is answered, and the browser is told to stay with it', async () => {
    const answer = await ask({ method: 'POST', url: '/api/v1/session', secure: true })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['strict-transport-security']).toBe('max-age=15552000')
  })

  it('is told so behind a proxy too, without a certificate of our own', async () => {
    const answer = await ask({ url: '/', secure: true }, { httpsPort: () => undefined })
    expect(answer.headers['strict-transport-security']).toBe('max-age=15552000')
  })

  it('binds nobody to https on localhost', async () => {
    const answer = await ask({ url: '/', secure: true, headers: { host: 'localhost:8443' } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })
})
