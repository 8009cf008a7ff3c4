import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyBaseLogger } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enforceAccess } from '../../../gateway/http/access.ts'
import { handleError, handleNotFound } from '../../../gateway/http/error-handler.ts'
import type { App } from '../../../gateway/http/route.ts'
import { serveScreens } from '../../../gateway/http/screens.ts'
import { ask } from '../../support/raw-http.ts'
import { type House, openHouse } from './house.ts'

/** The web app as a browser gets it: its pages, its files, and what no browser should get. */

let folder: string
let built: App
let port: number

async function serve(screens: string): Promise<App> {
  const loggerInstance: FastifyBaseLogger = pino({ level: 'silent' })
  const app: App = fastify({ loggerInstance }).withTypeProvider<ZodTypeProvider>()
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)
  enforceAccess(app)
  await serveScreens(app, screens)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return app
}

function portOf(app: App): number {
  const address = app.server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianxun-screens-'))
  const screens = join(folder, 'dist')
  await mkdir(join(screens, 'assets'), { recursive: true })
  await writeFile(join(screens, 'index.html'), '<!doctype html><title>联巡</title>')
  await writeFile(join(screens, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(screens, 'assets', 'index-abc123.js'), 'export {}')
  await writeFile(join(screens, '.secret'), 'hidden')
  await mkdir(join(screens, 'patrol'))
  await writeFile(join(screens, 'patrol', 'index.html'), '<!doctype html><title>巡逻</title>')
  await writeFile(join(screens, 'patrol', 'worker.js'), 'self')
  await writeFile(join(screens, 'patrol', 'manifest.webmanifest'), '{}')
  await writeFile(join(folder, 'beside.txt'), 'beside')
  built = await serve(screens)
  port = portOf(built)
})

afterAll(async () => {
  await built?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('pages of the web app', () => {
  it.each(['/', '/console', '/cases/4c1e', '/villages/990101101201', '/sign-in?next=%2Fcases'])(
    '%s is the app, asked for anew each time',
    async (path) => {
      const answer = await ask(port, path)
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      })
      expect(answer.text).toContain('<title>联巡</title>')
    },
  )

  it('an id with dots is the app to who asks for a page, and a file that is not there else', async () => {
    const page = { accept: 'text/html,application/xhtml+xml;q=0.9' }
    const answer = await ask(port, '/cameras/v1.cam.2', { headers: page })
    expect([answer.status, answer.text]).toEqual([200, '<!doctype html><title>联巡</title>'])
    expect((await ask(port, '/cameras/v1.cam.2')).status).toBe(404)
  })

  it('a page that was not changed is not sent again', async () => {
    const first = await ask(port, '/')
    const etag = String(first.headers.etag)
    const again = await ask(port, '/console', { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(again.text).toBe('')
  })
})

describe('the phone app', () => {
  it.each([
    '/patrol/',
    '/patrol/anything',
    '/c/p101.k1.AbCd-_09',
    '/c/p101.t.12345678',
    '/tag?picc_data=EF96&cmac=94EE',
  ])('%s opens it', async (path) => {
    const answer = await ask(port, path)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    })
    expect(answer.text).toContain('<title>巡逻</title>')
  })

  it('without its slash leads there; pages of the desk are the desk’s', async () => {
    const answer = await ask(port, '/patrol')
    expect([answer.status, answer.headers.location]).toEqual([302, '/patrol/'])
    expect((await ask(port, '/patrols')).text).toContain('<title>联巡</title>')
    expect((await ask(port, '/tags')).text).toContain('<title>联巡</title>')
  })

  it('its worker may open the addresses of tags, and is asked for anew each time', async () => {
    const answer = await ask(port, '/patrol/worker.js')
    expect(answer.headers).toMatchObject({
      'service-worker-allowed': '/',
      'cache-control': 'no-cache',
    })
    expect(String(answer.headers['content-type'])).toContain('javascript')
    const page = await ask(port, '/patrol/')
    expect(page.headers['service-worker-allowed']).toBeUndefined()
  })

  it('can be installed', async () => {
    const answer = await ask(port, '/patrol/manifest.webmanifest')
    expect(String(answer.headers['content-type'])).toContain('application/manifest+json')
  })
})

describe('files of the web app', () => {
  it('with a hash in the name are kept for a year', async () => {
    const answer = await ask(port, '/assets/index-abc123.js')
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/javascript/),
      'cache-control': 'public, max-age=31536000, immutable',
    })
  })

  it('without one are asked for anew', async () => {
    const answer = await ask(port, '/icon.svg')
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    })
  })

  it.each(['/assets/index-old.js', '/assets/index-old', '/assets', '/assets/', '/no.png'])(
    '%s is not there: neither the app under a wrong name nor kept by any cache',
    async (path) => {
      const answer = await ask(port, path)
      expect([403, 404]).toContain(answer.status)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.text).not.toContain('<!doctype html>')
    },
  )
})

describe('what is no part of the web app', () => {
  it.each([
    '/.secret',
    '/assets/../.secret',
    '/../beside.txt',
    '/..%2fbeside.txt',
    '/%2e%2e/beside.txt',
    '/assets/..%2f..%2fbeside.txt',
    '/assets/%2e%2e/%2e%2e/beside.txt',
    '/..%5cbeside.txt',
    '//beside.txt',
    '/api/nothing',
    '/api/v1/cases.html',
  ])('%s gives nothing away', async (path) => {
    const answer = await ask(port, path)
    expect([400, 403, 404]).toContain(answer.status)
    expect(answer.text).not.toMatch(/hidden|^beside$/)
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s changes nothing there', async (method) => {
    expect((await ask(port, '/console', { method })).status).toBe(404)
  })
})

describe('before it is built', () => {
  it('every page says how to build it', async () => {
    const app = await serve(join(folder, 'nowhere'))
    const answer = await ask(portOf(app), '/console')
    await app.close()
    expect(answer.status).toBe(503)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.text).toContain('npm run build')
  })
})

describe('the headers of the whole house', () => {
  let house: House

  beforeAll(async () => {
    house = await openHouse()
  })

  afterAll(() => house?.stop())

  it.each(['/', '/api/docs', '/healthz', '/api/v1/session', '/api/nothing'])(
    '%s lets no foreign script run, no foreign page frame it, and no type be guessed',
    async (path) => {
      const { headers } = await house.ask(path)
      const policy = new Map(
        (headers.get('content-security-policy') ?? '').split(';').map((part) => {
          const [name = '', ...values] = part.trim().split(' ')
          return [name, values.join(' ')] as const
        }),
      )
      expect(policy.get('default-src')).toBe("'self'")
      expect(policy.get('script-src')).toBe("'self'")
      expect(policy.get('connect-src')).toBe("'self'")
      expect(policy.get('object-src')).toBe("'none'")
      expect(policy.get('base-uri')).toBe("'none'")
      expect(policy.get('frame-ancestors')).toBe("'none'")
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe-eval|\*|https?:/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('x-powered-by')).toBeNull()
      // Plain http in a village's own net: a promise of https would lock everybody out.
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )
})
