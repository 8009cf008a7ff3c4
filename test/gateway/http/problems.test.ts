import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemSchema } from '../../../gateway/http/schemas.ts'
import { type House, openHouse, seedCase, villageA, villageB } from './house.ts'

/** Whoever did something wrong is told what it was and what to do, in one shape, never a stack. */

let house: House

beforeAll(async () => {
  house = await openHouse()
  await seedCase(house.db, { id: 'one' })
  await seedCase(house.db, { id: 'above', tier: 'village' })
  await seedCase(house.db, { id: 'ended', state: 'closed' })
  await seedCase(house.db, { id: 'theirs', village: villageB })
})

afterAll(() => house?.stop())

const api = '/api/v1'
const act = `${api}/cases/one/actions`

interface Wrong {
  who: string
  method?: string
  path: string
  body?: unknown
  status: number
  type: string
  /** What was wrong, and what to do. */
  says: RegExp
}

const wrongs: Wrong[] = [
  {
    who: 'viewer-a',
    method: 'POST',
    path: act,
    body: { action: 'accept' },
    status: 403,
    type: 'role',
    says: /role viewer.*ask .*administrator/i,
  },
  {
    who: 'operator-a',
    method: 'POST',
    path: `${api}/devices`,
    body: {},
    status: 403,
    type: 'role',
    says: /role operator.*ask .*administrator/i,
  },
  {
    who: 'gridWorker-a',
    method: 'POST',
    path: `${api}/cases/above/actions`,
    body: { action: 'accept' },
    status: 404,
    type: 'notFound',
    says: /"accept" is not yours to take.*(operator|desk|ask)/i,
  },
  {
    who: 'operator-a',
    path: `${api}/cases/theirs`,
    status: 404,
    type: 'notFound',
    says: /no such case, or it is outside your area/,
  },
  {
    who: 'operator-a',
    method: 'POST',
    path: `${api}/cases/ended/actions`,
    body: { action: 'accept' },
    status: 409,
    type: 'conflict',
    says: /"accept" is not possible while the case is closed/,
  },
  {
    who: 'operator-a',
    method: 'POST',
    path: act,
    body: { action: 'accept', version: 7 },
    status: 409,
    type: 'conflict',
    says: /changed by somebody else; look at it again/,
  },
  {
    who: 'operator-a',
    method: 'POST',
    path: act,
    body: { action: 'void' },
    status: 400,
    type: 'invalid',
    says: /"void" needs "reason"/,
  },
  {
    who: 'operator-a',
    method: 'POST',
    path: act,
    body: { action: 'fly' },
    status: 400,
    type: 'invalid',
    says: /body\.action: .*"accept"/,
  },
  {
    who: 'operator-a',
    method: 'POST',
    path: act,
    body: { action: 'void', reason: 'x'.repeat(501) },
    status: 400,
    type: 'invalid',
    says: /body\.reason: .*500/,
  },
  {
    who: 'operator-a',
    path: `${api}/cases?limit=500`,
    status: 400,
    type: 'invalid',
    says: /querystring\.limit: .*200/,
  },
  {
    who: 'operator-a',
    path: `${api}/alarms?cursor=x`,
    status: 400,
    type: 'invalid',
    says: /cursor is not one this gateway gave; ask for the first page again/,
  },
  {
    who: 'operator-a',
    path: `${api}/quarantine?cursor=x`,
    status: 400,
    type: 'invalid',
    says: /cursor is not one this gateway gave; ask for the first page again/,
  },
  {
    who: 'operator-a',
    path: `${api}/series?device=v1-pm1&property=pm25&from=5&to=1`,
    status: 400,
    type: 'invalid',
    says: /to must be later than from/,
  },
  {
    who: 'operator-a',
    path: `${api}/series?device=v1-pm1&property=pm25&from=5&to=5`,
    status: 400,
    type: 'invalid',
    says: /to must be later than from/,
  },
  {
    who: 'operator-a',
    path: `${api}/villages/1/board`,
    status: 400,
    type: 'invalid',
    says: /12 digits of a village/,
  },
  {
    who: 'operator-a',
    path: `${api}/pictures/mine`,
    status: 400,
    type: 'invalid',
    says: /SHA-256 in hex/,
  },
  {
    who: 'operator-a',
    path: `${api}/nothing`,
    status: 404,
    type: 'notFound',
    says: /nothing at GET \/api\/v1\/nothing.*\/api\/docs/,
  },
  {
    who: 'operator-a',
    method: 'PUT',
    path: `${api}/cases`,
    body: {},
    status: 404,
    type: 'notFound',
    says: /nothing at PUT \/api\/v1\/cases.*\/api\/docs/,
  },
]

describe('what people are told', () => {
  it.each(wrongs)('$who $method $path $body → $status', async (wrong) => {
    const { who, method = 'GET', path, body, status, type, says } = wrong
    const answer = await (await house.as(who)).send(method, path, body)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    const problem = problemSchema.strict().parse(answer.body)
    expect(problem).toMatchObject({ status, type: `urn:lianxun:${type}` })
    expect(problem.title.length).toBeGreaterThan(3)
    expect(problem.detail).toMatch(says)
    expect(answer.text).not.toMatch(/\.ts:|node_modules|SQLITE|at async/)
  })

  it('every field that is wrong is named at once', async () => {
    const admin = await house.as('townAdmin-town')
    const body = { id: 'a b', name: '', kind: 'oracle', village: villageA, lon: 181, lat: 'x' }
    const { body: problem } = await admin.post(`${api}/devices`, body)
    const paths = problemSchema.parse(problem).errors?.map((error) => error.path)
    expect(paths).toEqual(['body.id', 'body.name', 'body.kind', 'body.lon', 'body.lat'])
    for (const path of paths ?? []) expect(problem.detail).toContain(path)
  })

  it('who has not signed in is told to', async () => {
    const answer = await house.ask(`${api}/cases`)
    expect(answer.body).toMatchObject({
      type: 'urn:lianxun:signInFirst',
      detail: expect.stringMatching(/^Sign in first/),
    })
  })

  it('who forgot the header is told which', async () => {
    const { cookie } = await house.as('operator-a')
    const answer = await house.ask(act, { method: 'POST', headers: { cookie } })
    expect(answer.body).toMatchObject({
      type: 'urn:lianxun:proofMissing',
      detail: expect.stringContaining('X-Lianxun: 1'),
    })
  })

  it('what the asker sent does not come back as markup', async () => {
    const path = `${api}/${encodeURIComponent('<script>alert(1)</script>')}`
    const answer = await (await house.as('operator-a')).get(path)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.text).not.toContain('<script>')
  })
})
