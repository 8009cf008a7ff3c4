import { createHash } from 'node:crypto'
import fastify from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { enforceAccess, type RouteEntry, refuseOthers } from '../../../gateway/http/access.ts'
import { createHttpServer, type HttpServer } from '../../../gateway/http/server.ts'
import type { HttpServices } from '../../../gateway/http/services.ts'
import {
  type House,
  type HouseOptions,
  openHouse,
  seedCase,
  signIn,
  townCode,
  villageA,
  villageB,
} from './house.ts'
import { type Expected, expectedRoutes, picture } from './route-table.ts'

/**
 * Every route × everybody who may ask (nobody, each role by session, each role by token) × inside
 * and outside the asker's village. Generated from the gateway's own route table and held against
 * the one in `route-table.ts`, which is written by hand: what neither of the two says is refused.
 */

async function bareServer(): Promise<HttpServer> {
  return createHttpServer(
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
}

const keyOf = ({ method, url }: RouteEntry) => `${method} ${url}`
const everything = (await bareServer()).routes
const table = everything.filter((route) => route.method !== 'HEAD')

type Asker = 'nobody' | `${'session' | 'token'} of ${Role}`
type Where = 'inside' | 'outside'

const askers: Asker[] = [
  'nobody',
  ...roles.map((role) => `session of ${role}` as const),
  ...roles.map((role) => `token of ${role}` as const),
]

function expectedOf(key: string): Expected {
  const expected = expectedRoutes[key]
  if (!expected) throw new Error(`${key} is not in route-table.ts: say there who may call it`)
  return expected
}

/** What the table by hand says; the gateway's own declaration is not asked. */
function statusFor({ access, passes }: Expected, asker: Asker, where: Where): number | number[] {
  const passed = where === 'outside' ? 404 : passes
  const [way, , role] = asker.split(' ')
  if (way === 'token' && access.personOnly) return 403
  if (access.roles === 'public') return passed
  if (asker === 'nobody') return 401
  return access.roles === 'anySignedIn' || access.roles.includes(role as Role) ? passed : 403
}

const checks = table.flatMap((route) =>
  askers.flatMap((asker) => {
    const places: Where[] = expectedRoutes[keyOf(route)]?.outside
      ? ['inside', 'outside']
      : ['inside']
    return places.map((where) => ({ key: keyOf(route), asker, where, route }))
  }),
)

describe('the route table', () => {
  it('is exactly what is written down in route-table.ts', () => {
    expect(table.map(keyOf).toSorted()).toEqual(Object.keys(expectedRoutes).toSorted())
  })

  it.each(table.map((route) => [keyOf(route), route] as const))(
    '%s declares it so',
    (key, route) => {
      expect(route.access).toEqual(expectedOf(key).access)
    },
  )

  it('asks for HEAD what it asks for GET', () => {
    for (const head of everything.filter((route) => route.method === 'HEAD')) {
      const get = table.find(({ method, url }) => method === 'GET' && url === head.url)
      expect(head.access, head.url).toBe(get?.access)
    }
  })

  it('keeps tokens away from everything that makes people, tokens, sessions and browsers, and from keys', () => {
    const people = /^\/api\/v1\/(users|tokens|account|setup|session|push)(\/|$)/
    const keys = /^\/api\/v1\/patrol\/points\/:id\/(tag|screen)$/
    for (const { method, url, access } of table) {
      const expected = people.test(url) || keys.test(url)
      expect([method, url, access.personOnly ?? false]).toEqual([method, url, expected])
    }
  })

  it('a route that does not say who may call it stops the gateway', async () => {
    const { app } = await bareServer()
    expect(() => app.get('/api/v1/forgotten', async () => 'secret')).toThrow(
      'GET /api/v1/forgotten does not say who may call it',
    )
  })

  it('a route that names nobody is for nobody', async () => {
    const app = fastify()
    enforceAccess(app)
    app.addHook('onRequest', async (request) => {
      request.asker = {
        actor: { id: 'u', username: 'u', displayName: 'u', role: 'townAdmin', scope: villageA },
        sessionId: 's',
        scopeUsed: false,
      }
    })
    refuseOthers(app)
    app.get('/none', { config: { access: { roles: [], scope: 'none' } } }, async () => 'secret')
    expect((await app.inject('/none')).body).not.toContain('"secret"')
    expect((await app.inject('/none')).statusCode).not.toBe(200)
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
    refuseOthers(app)
    const access = { roles: 'anySignedIn', scope: 'checked' } as const
    app.get('/careless', { config: { access } }, async () => ({ village: 'B' }))
    const answer = await app.inject('/careless')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('"village"')
  })
})

describe('everybody on every route', () => {
  let house: House
  const secrets = new Map<string, string>()

  beforeAll(async () => {
    const people: HouseOptions['people'] = [
      `inside,inside,viewer,${villageA}`,
      `outside,outside,viewer,${villageB}`,
    ]
    house = await openHouse({ people })
    await seedCase(house.db, {
      id: 'inside',
      village: villageA,
      state: 'handling',
      alarm: 'activeAcknowledged',
      picture: picture('a'),
    })
    await seedCase(house.db, { id: 'outside', village: villageB, picture: picture('b') })
    for (const [maker, scope] of [
      ['townAdmin-a', villageA],
      ['townAdmin-town', townCode],
    ] as const) {
      const admin = await house.as(maker)
      for (const role of roles) {
        const body = { name: role, role, scope, days: 1 }
        const { body: made } = await admin.post('/api/v1/tokens', body)
        secrets.set(`token of ${role} ${scope}`, made.secret)
      }
    }
    for (const [id, scope] of [
      ['inside', villageA],
      ['outside', villageB],
    ] as const) {
      await house.db
        .insertInto('token')
        .values({
          id,
          name: id,
          hash: createHash('sha256').update(id).digest('base64'),
          role: 'viewer',
          scope,
          created_at: 0,
          expires_at: Number.MAX_SAFE_INTEGER,
        })
        .execute()
    }
  })

  afterAll(() => house?.stop())

  async function headersOf(
    asker: Asker,
    { endsSession }: Expected,
    scope: string,
  ): Promise<Record<string, string>> {
    if (asker === 'nobody') return {}
    const secret = secrets.get(`${asker} ${scope}`)
    if (secret !== undefined) return { authorization: `Bearer ${secret}` }
    const role = asker.slice('session of '.length)
    const name = `${role}-${scope === townCode ? 'town' : 'a'}`
    const person = endsSession ? await signIn(house.ask, name) : await house.as(name)
    return { cookie: person.cookie, 'x-lianxun': '1' }
  }

  async function statusOf(asker: Asker, where: Where, route: RouteEntry): Promise<number> {
    const expected = expectedOf(keyOf(route))
    const told = where === 'outside' ? (expected.outsideBody ?? expected.body) : expected.body
    const body: unknown = typeof told === 'function' ? told() : told
    const scope = expected.ofTown && where === 'inside' ? townCode : villageA
    const stop = new AbortController()
    const response = await fetch(house.base + (expected[where] as string), {
      method: route.method,
      headers: {
        ...(await headersOf(asker, expected, scope)),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: stop.signal,
    })
    // The live stream never ends by itself.
    if (route.url.endsWith('/stream')) stop.abort()
    else await response.arrayBuffer()
    return response.status
  }

  it.each(checks)('$key by $asker, $where', async ({ key, asker, where, route }) => {
    const expected = [statusFor(expectedOf(key), asker, where)].flat()
    expect(expected).toContain(await statusOf(asker, where, route))
  })

  it(`covers 100 % of ${table.length} routes in ${checks.length} checks`, () => {
    expect(new Set(checks.map(({ key }) => key)).size).toBe(table.length)
  })

  it('cuts every list to the scope', async () => {
    const person = await house.as('viewer-a')
    for (const list of ['cases', 'alarms', 'incidents', 'devices']) {
      const { body } = await person.get(`/api/v1/${list}?limit=200`)
      expect(body.items.length).toBeGreaterThan(0)
      expect(new Set(body.items.map((one: { village: string }) => one.village))).toEqual(
        new Set([villageA]),
      )
    }
    const places = (await person.get('/api/v1/places')).body.items
    expect(places.some((place: { code: string }) => place.code.startsWith(villageB))).toBe(false)
    const admin = await house.as('townAdmin-a')
    for (const list of ['users', 'tokens']) {
      const { items } = (await admin.get(`/api/v1/${list}?limit=200`)).body
      expect(items.length).toBeGreaterThan(0)
      expect(items.every((one: { scope: string }) => one.scope.startsWith(villageA))).toBe(true)
    }
  })

  it('writes down who tried to look at a picture of another village', async () => {
    const person = await house.as('viewer-a')
    await person.get(`/api/v1/pictures/${picture('b')}`)
    const rows = await house.db
      .selectFrom('audit')
      .selectAll()
      .where('subject', '=', `picture:${picture('b')}`)
      .execute()
    expect(rows.at(-1)).toMatchObject({ act: 'lookAtPictureRefused' })
    expect(rows.at(-1)?.actor).toBeTruthy()
  })
})
