import fastify from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { enforceAccess, type RouteEntry } from '../../../gateway/http/access.ts'
import { createHttpServer } from '../../../gateway/http/server.ts'
import type { HttpServices } from '../../../gateway/http/services.ts'
import { type House, openHouse, seedCase, villageA, villageB } from './house.ts'

/** Every role × every route × inside and outside the scope, over the gateway's own route table. */

const desk: Role[] = ['townAdmin', 'supervisor', 'operator']
const withoutViewer = roles.filter((role) => role !== 'viewer')
const picture = (sign: string) => sign.repeat(64)

interface Expected {
  /** Who may; everybody else gets 403, and nobody without a session gets anything but 401. */
  roles: readonly Role[] | 'public' | 'anySignedIn'
  scope: RouteEntry['access']['scope']
  /** The path inside and, where one thing is asked for, outside the asker's village. */
  inside: string
  outside?: string
  body?: unknown
  outsideBody?: unknown
}

const api = '/api/v1'

/** A route that is not written down here fails the first test. */
const expectedRoutes: Record<string, Expected> = {
  'POST /api/v1/session': { roles: 'public', scope: 'none', inside: `${api}/session`, body: {} },
  'GET /api/v1/session': { roles: 'anySignedIn', scope: 'none', inside: `${api}/session` },
  'DELETE /api/v1/session': { roles: 'anySignedIn', scope: 'none', inside: `${api}/session` },
  'GET /api/v1/places': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/places` },
  'GET /api/v1/hazards': { roles: 'anySignedIn', scope: 'none', inside: `${api}/hazards` },
  'GET /api/v1/devices': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/devices` },
  'GET /api/v1/devices/:id': {
    roles: 'anySignedIn',
    scope: 'checked',
    inside: `${api}/devices/v1-pm1`,
    outside: `${api}/devices/v2-pm1`,
  },
  'POST /api/v1/devices': {
    roles: ['townAdmin'],
    scope: 'checked',
    inside: `${api}/devices`,
    outside: `${api}/devices`,
    body: { id: 'new-a', name: 'a', kind: 'airStation', village: villageA, lon: 106.7, lat: 29.19 },
    outsideBody: {
      id: 'new-b',
      name: 'b',
      kind: 'airStation',
      village: villageB,
      lon: 106.74,
      lat: 29.19,
    },
  },
  'GET /api/v1/series': {
    roles: 'anySignedIn',
    scope: 'checked',
    inside: `${api}/series?device=v1-pm1&property=pm25&from=0&to=1000`,
    outside: `${api}/series?device=v2-pm1&property=pm25&from=0&to=1000`,
  },
  'GET /api/v1/observations': {
    roles: 'anySignedIn',
    scope: 'checked',
    inside: `${api}/observations?device=v1-pm1`,
    outside: `${api}/observations?device=v2-pm1`,
  },
  'GET /api/v1/alarms': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/alarms` },
  'POST /api/v1/alarms/:id/acknowledge': {
    roles: [...desk, 'villageCadre', 'gridWorker'],
    scope: 'checked',
    inside: `${api}/alarms/a-inside/acknowledge`,
    outside: `${api}/alarms/a-outside/acknowledge`,
  },
  'GET /api/v1/incidents': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/incidents` },
  'GET /api/v1/cases': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/cases` },
  'GET /api/v1/cases/:id': {
    roles: 'anySignedIn',
    scope: 'checked',
    inside: `${api}/cases/inside`,
    outside: `${api}/cases/outside`,
  },
  'POST /api/v1/cases/:id/actions': {
    roles: withoutViewer,
    scope: 'checked',
    inside: `${api}/cases/inside/actions`,
    outside: `${api}/cases/outside/actions`,
    // Illegal from every state the case can be in here: the answer is 409, after all the checks.
    body: { action: 'accept', version: 999 },
  },
  'GET /api/v1/quarantine': { roles: desk, scope: 'filtered', inside: `${api}/quarantine` },
  'POST /api/v1/quarantine/:id/replay': {
    roles: ['townAdmin', 'operator'],
    scope: 'checked',
    inside: `${api}/quarantine/999999/replay`,
    outside: `${api}/quarantine/999999/replay`,
  },
  'POST /api/v1/quarantine/:id/discard': {
    roles: ['townAdmin', 'operator'],
    scope: 'checked',
    inside: `${api}/quarantine/999999/discard`,
    outside: `${api}/quarantine/999999/discard`,
  },
  'GET /api/v1/villages/:code/board': {
    roles: 'anySignedIn',
    scope: 'checked',
    inside: `${api}/villages/${villageA}/board`,
    outside: `${api}/villages/${villageB}/board`,
  },
  'GET /api/v1/load': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/load` },
  'GET /api/v1/pictures/:sha256': {
    roles: 'anySignedIn',
    scope: 'checked',
    inside: `${api}/pictures/${picture('a')}`,
    outside: `${api}/pictures/${picture('b')}`,
  },
  'GET /api/v1/stream': { roles: 'anySignedIn', scope: 'filtered', inside: `${api}/stream` },
  'GET /healthz': { roles: 'public', scope: 'none', inside: '/healthz' },
  'GET /readyz': { roles: 'public', scope: 'none', inside: '/readyz' },
  'GET /metrics': { roles: 'public', scope: 'none', inside: '/metrics' },
  'GET /api/openapi.json': { roles: 'public', scope: 'none', inside: '/api/openapi.json' },
  'GET /api/docs': { roles: 'public', scope: 'none', inside: '/api/docs' },
  'GET /*': { roles: 'public', scope: 'none', inside: '/cases/inside' },
}

async function routeTable(): Promise<RouteEntry[]> {
  const server = await createHttpServer(
    {} as HttpServices,
    {
      secure: false,
      transport: { httpsPort: () => undefined, baseUrl: undefined },
      trustedProxies: [],
      origins: [],
      screens: '/nowhere',
      version: '0',
      installation: 'x',
    },
    pino({ level: 'silent' }),
  )
  return server.routes.filter((route) => route.method !== 'HEAD')
}

const keyOf = ({ method, url }: RouteEntry) => `${method} ${url}`
const table = await routeTable()
const guarded = table.filter((route) => route.access.roles !== 'public')

describe('the route table', () => {
  it('is exactly what is written down here', () => {
    expect(table.map(keyOf).toSorted()).toEqual(Object.keys(expectedRoutes).toSorted())
  })

  it.each(table.map((route) => [keyOf(route), route] as const))(
    '%s is declared so',
    (key, route) => {
      const { roles: allowed, scope } = expectedRoutes[key] as Expected
      expect(route.access).toEqual({ roles: allowed, scope })
    },
  )

  it('refuses to start with a route that does not say who may call it', () => {
    const app = fastify()
    enforceAccess(app)
    expect(() => app.get('/forgotten', async () => 'secret')).toThrow(
      'GET /forgotten does not say who may call it',
    )
  })

  it('answers 500 rather than the data when a route promised a scope check and made none', async () => {
    const app = fastify()
    enforceAccess(app)
    app.addHook('onRequest', async (request) => {
      request.asker = {
        actor: { id: 'u', username: 'u', displayName: 'u', role: 'viewer', scope: villageA },
        sessionId: 's',
        scopeUsed: false,
      }
    })
    const access = { roles: 'anySignedIn', scope: 'checked' } as const
    app.get('/careless', { config: { access } }, async () => ({ village: 'B' }))
    const answer = await app.inject('/careless')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('"village"')
  })
})

describe('every role on every route', () => {
  let house: House

  beforeAll(async () => {
    house = await openHouse()
    await seedCase(house.db, { id: 'inside', village: villageA, picture: picture('a') })
    await seedCase(house.db, { id: 'outside', village: villageB, picture: picture('b') })
  })

  afterAll(() => house?.stop())

  async function statusOf(route: RouteEntry, role: Role, where: 'inside' | 'outside') {
    const expected = expectedRoutes[keyOf(route)] as Expected
    const path = where === 'inside' ? expected.inside : (expected.outside as string)
    const body = where === 'outside' ? (expected.outsideBody ?? expected.body) : expected.body
    const person = await house.as(`${role}-a`)
    if (!route.url.endsWith('/stream')) return (await person.send(route.method, path, body)).status
    const stop = new AbortController()
    const response = await fetch(house.base + path, {
      headers: { cookie: person.cookie },
      signal: stop.signal,
    })
    stop.abort()
    return response.status
  }

  it.each(guarded.map((route) => [keyOf(route), route] as const))(
    '%s is 401 without a session',
    async (key, route) => {
      const { inside, body } = expectedRoutes[key] as Expected
      const answer = await house.ask(inside, {
        method: route.method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    },
  )

  const pairs = guarded
    .filter((route) => keyOf(route) !== 'DELETE /api/v1/session')
    .flatMap((route) => roles.map((role) => [keyOf(route), role, route] as const))

  it.each(pairs)('%s by %s: inside the scope', async (key, role, route) => {
    const { roles: allowed } = expectedRoutes[key] as Expected
    const may = allowed === 'anySignedIn' || allowed.includes(role)
    const status = await statusOf(route, role, 'inside')
    if (!may) expect(status).toBe(403)
    else expect([200, 201, 404, 409]).toContain(status)
    // What exists inside is found; pictures and quarantine have nothing here.
    if (may && !/pictures|quarantine\/:id/.test(key)) expect(status).not.toBe(404)
  })

  it.each(pairs.filter(([key]) => expectedRoutes[key]?.outside))(
    '%s by %s: outside the scope',
    async (key, role, route) => {
      const { roles: allowed } = expectedRoutes[key] as Expected
      const may = allowed === 'anySignedIn' || allowed.includes(role)
      expect(await statusOf(route, role, 'outside')).toBe(may ? 404 : 403)
    },
  )

  it('cuts every list to the scope', async () => {
    const person = await house.as('viewer-a')
    for (const list of ['cases', 'alarms', 'incidents', 'devices']) {
      const { body } = await person.get(`${api}/${list}?limit=200`)
      expect(body.items.length).toBeGreaterThan(0)
      expect(new Set(body.items.map((one: { village: string }) => one.village))).toEqual(
        new Set([villageA]),
      )
    }
    const places = (await person.get(`${api}/places`)).body.items
    expect(places.some((place: { code: string }) => place.code.startsWith(villageB))).toBe(false)
  })

  it('writes down who tried to look at a picture of another village', async () => {
    const person = await house.as('viewer-a')
    await person.get(`${api}/pictures/${picture('b')}`)
    const rows = await house.db
      .selectFrom('audit')
      .selectAll()
      .where('subject', '=', `picture:${picture('b')}`)
      .execute()
    expect(rows.at(-1)).toMatchObject({ act: 'viewPictureRefused' })
    expect(rows.at(-1)?.actor).toBeTruthy()
  })
})
