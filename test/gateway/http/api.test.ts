import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { type House, openHouse, seedCase, townCode, villageA, villageB } from './house.ts'

let house: House
const hour = 3_600_000
const now = Date.now()
const hostile = `<img src=x onerror=alert(1)>'; drop table "case"; --`

beforeAll(async () => {
  house = await openHouse()
  const { db } = house
  await seedCase(db, { id: 'old-red', severity: 'red', openedAt: now - 9 * hour })
  await seedCase(db, {
    id: 'seen-red',
    severity: 'red',
    openedAt: now - 8 * hour,
    alarm: 'activeAcknowledged',
  })
  await seedCase(db, { id: 'new-red', severity: 'red', openedAt: now - hour })
  await seedCase(db, {
    id: 'yellow',
    severity: 'yellow',
    openedAt: now - 20 * hour,
    dueAt: now - hour,
  })
  await seedCase(db, { id: 'closed', state: 'closed', openedAt: now - 30 * hour, alarm: 'cleared' })
  await seedCase(db, {
    id: 'hostile',
    severity: 'blue',
    title: hostile,
    openedAt: now - 40 * hour,
    alarm: null,
  })
  await seedCase(db, { id: 'far', village: villageB, openedAt: now - 50 * hour, hazard: 'flood' })
})

afterAll(() => house?.stop())

const ids = (body: { items: { id: string }[] }) => body.items.map((one) => one.id)

async function list(query: string, username = 'operator-town') {
  return (await house.as(username)).get(`/api/v1/cases?${query}`)
}

describe('the list of cases', () => {
  it('is newest first', async () => {
    const { body } = await list('')
    expect(ids(body)).toEqual([
      'new-red',
      'seen-red',
      'old-red',
      'yellow',
      'closed',
      'hostile',
      'far',
    ])
  })

  it('by urgency: unacknowledged first, then severity, then oldest; open ones only', async () => {
    const { body } = await list('sort=urgency')
    expect(ids(body)).toEqual(['old-red', 'new-red', 'far', 'yellow', 'seen-red', 'hostile'])
  })

  it.each([
    ['state=closed', ['closed']],
    ['open=true&hazard=flood', ['far']],
    [`village=${villageB}`, ['far']],
    ['severity=yellow', ['yellow']],
    ['overdue=true', ['yellow']],
    ['q=onerror', ['hostile']],
    ['q=%25', []],
    ['q=_', []],
    [`q=${encodeURIComponent("' or 1=1 --")}`, []],
    ['hazard=nonsense', []],
  ])('?%s', async (query, expected) => {
    const answer = await list(query)
    expect(answer.status).toBe(200)
    expect(ids(answer.body)).toEqual(expected)
  })

  it.each(['', 'sort=urgency'])('pages by cursor without gap or double (%s)', async (sort) => {
    const whole = ids((await list(`${sort}&limit=200`)).body)
    const seen: string[] = []
    let cursor: string | null = ''
    do {
      const { body } = await list(`${sort}&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      seen.push(...ids(body))
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(whole)
  })

  it.each([
    'cursor=nonsense',
    `cursor=${Buffer.from('["a",1]').toString('base64url')}`,
    `cursor=${Buffer.from('{"__proto__":1}').toString('base64url')}`,
    `sort=urgency&cursor=${Buffer.from('[1,"x"]').toString('base64url')}`,
    'limit=0',
    'limit=201',
    'limit=many',
    'state=flying',
    'sort=title;drop table',
    'village=1',
    'open=maybe',
    `q=${'x'.repeat(101)}`,
  ])('?%s is 400 and says what is wrong', async (query) => {
    const answer = await list(query)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body.detail.length).toBeGreaterThan(5)
  })

  it('gives hostile texts back as they are, as JSON', async () => {
    const answer = await (await house.as('operator-town')).get('/api/v1/cases/hostile')
    expect(answer.body.title).toBe(hostile)
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const left = await house.db.selectFrom('case').select('id').execute()
    expect(left).toHaveLength(7)
  })
})

describe('one case', () => {
  it('has its evidence, timeline, clocks and what the asker may do', async () => {
    const { body } = await (await house.as('operator-a')).get('/api/v1/cases/old-red')
    expect(body).toMatchObject({
      number: 'T-old-red',
      unit: '应急办',
      alarms: 1,
      unacknowledged: 1,
      active: 1,
      clocks: { accept: 3, dispatch: 5, sign: 5, handle: 120 },
      lastAlarm: { id: 'a-old-red', ruleName: '林火烟感报警', cause: { value: 9, limit: 5 } },
      timeline: [{ act: 'opened', toState: 'reported' }],
    })
    const beside = ['claim', 'note', 'remind']
    expect(body.actions).toEqual(['accept', 'void', 'merge', 'split', ...beside])
    const viewer = await (await house.as('viewer-a')).get('/api/v1/cases/old-red')
    expect(viewer.body.actions).toEqual([])
  })

  it('is accepted once; the second time is 409 with the present state', async () => {
    const operator = await house.as('operator-a')
    await seedCase(house.db, { id: 'accept-me', openedAt: now - 60 * hour })
    const path = '/api/v1/cases/accept-me/actions'
    const first = await operator.post(path, { action: 'accept', version: 1 })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ state: 'accepted', version: 2 })
    expect(first.body.timeline.at(-1)).toMatchObject({ act: 'accept', actor: 'operator' })
    const stale = await operator.post(path, { action: 'accept', version: 1 })
    expect(stale.status).toBe(409)
    expect(stale.body).toMatchObject({ status: 409, present: { state: 'accepted', version: 2 } })
    const illegal = await operator.post(path, { action: 'sign' })
    expect(illegal.status).toBe(409)
  })

  it('cannot be merged into one the asker cannot see', async () => {
    const operator = await house.as('operator-a')
    const answer = await operator.post('/api/v1/cases/new-red/actions', {
      action: 'merge',
      into: 'far',
    })
    expect(answer.status).toBe(404)
  })

  it('acknowledging says who has seen it', async () => {
    await seedCase(house.db, { id: 'eyes', openedAt: now - 61 * hour })
    const operator = await house.as('operator-a')
    const answer = await operator.post('/api/v1/alarms/a-eyes/acknowledge')
    expect(answer.body).toMatchObject({ state: 'activeAcknowledged', acknowledgedBy: 'operator' })
    expect((await operator.post('/api/v1/alarms/a-eyes/acknowledge')).status).toBe(409)
  })
})

describe('bad requests', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

  it.each([
    ['no JSON', '{', 400],
    ['prototype pollution', '{"__proto__":{"role":"townAdmin"},"action":"accept"}', 400],
    ['constructor pollution', '{"constructor":{"prototype":{"x":1}},"action":"accept"}', 400],
    ['100,000 deep', deep, 413],
    ['as deep as a body may be', deep.slice(68_000, 132_000), 400],
    ['10 MB', `{"action":"${'x'.repeat(10_000_000)}"}`, 413],
    ['a wrong type', '{"action":7}', 400],
    ['an array', '[]', 400],
    ['nothing', '', 400],
  ])('%s is refused quickly', async (_name, body, status) => {
    const { cookie } = await house.as('operator-a')
    const start = performance.now()
    const answer = await house.ask('/api/v1/cases/old-red/actions', {
      method: 'POST',
      headers: { cookie, 'x-lianxun': '1', 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(status)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('a body that is no JSON by its type is 415', async () => {
    const { cookie } = await house.as('operator-a')
    const answer = await house.ask('/api/v1/cases/old-red/actions', {
      method: 'POST',
      headers: { cookie, 'x-lianxun': '1', 'content-type': 'application/xml' },
      body: '<a/>',
    })
    expect(answer.status).toBe(415)
  })

  it.each([
    '/api/v1/pictures/..%2f..%2finstallation.key',
    '/api/v1/pictures/%2e%2e%2flianxun.db',
    '/api/v1/pictures/a%00b',
    '/..%2fpackage.json',
    '/assets/%2e%2e%2f%2e%2e/etc/passwd',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/.env',
    '/../../etc/passwd%00.html',
    '/api/v1/nothing',
    '/api/v2/cases',
  ])('%s gives nothing away', async (path) => {
    const answer = await (await house.as('operator-a')).get(path)
    expect([400, 403, 404, 503]).toContain(answer.status)
    expect(answer.text).not.toMatch(/root:|"dependencies"|SQLite format/)
  })

  it('hides what goes wrong inside', async () => {
    await seedCase(house.db, { id: 'broken' })
    await house.db
      .updateTable('case')
      .set({ extension: '{broken' })
      .where('id', '=', 'broken')
      .execute()
    const answer = await (await house.as('operator-a')).get('/api/v1/cases/broken')
    expect(answer.status).toBe(500)
    expect(answer.body).toMatchObject({ type: 'urn:lianxun:internal', status: 500 })
    expect(answer.text).not.toMatch(/JSON|extension|broken|at \//)
    await house.db.updateTable('case').set({ extension: null }).where('id', '=', 'broken').execute()
  })
})

describe('pictures', () => {
  it('are shown to those whose alarm refers to them, and every look is written down', async () => {
    const pictures = createPictureFiles(join(house.directory, 'pictures'))
    const name = await pictures.put(Buffer.from([0xff, 0xd8, 0xff, 0xd9]))
    await seedCase(house.db, { id: 'shown', village: villageA, picture: name })
    const own = await (await house.as('viewer-a')).get(`/api/v1/pictures/${name}`)
    expect(own.status).toBe(200)
    expect(own.headers.get('content-type')).toBe('image/jpeg')
    expect(own.headers.get('cache-control')).toContain('private')
    await house.db
      .updateTable('alarm')
      .set({ village: villageB, grid: null })
      .where('id', '=', 'a-shown')
      .execute()
    expect((await (await house.as('viewer-a')).get(`/api/v1/pictures/${name}`)).status).toBe(404)
    const acts = await house.db
      .selectFrom('audit')
      .select('act')
      .where('subject', '=', `picture:${name}`)
      .orderBy('id')
      .execute()
    expect(acts.map((row) => row.act)).toEqual(['lookAtPicture', 'lookAtPictureRefused'])
  })
})

describe('the board and the load', () => {
  it('the board has its village, the most urgent first', async () => {
    const { body } = await (await house.as('viewer-a')).get(`/api/v1/villages/${villageA}/board`)
    expect(body.village).toMatchObject({ code: villageA, name: '青石村' })
    expect(body.cases[0].id).toBe('yellow')
    expect(body.overdue).toBe(body.cases.filter((one: { overdue: boolean }) => one.overdue).length)
    expect(body.recent[0].id).toBe('new-red')
    expect(body.days).toHaveLength(7)
    expect(body.devices).toBe(14)
  })

  it('a village that is none is 404, for the town too', async () => {
    const person = await house.as('operator-town')
    expect((await person.get('/api/v1/villages/990101101999/board')).status).toBe(404)
    expect((await person.get('/api/v1/villages/99/board')).status).toBe(400)
  })

  it('the load counts what lies in the asker’s scope', async () => {
    const town = (await (await house.as('operator-town')).get('/api/v1/load')).body
    const village = (await (await house.as('operator-a')).get('/api/v1/load')).body
    expect(town.devices).toBe(117)
    expect(village.devices).toBe(14)
    expect(town.unacknowledged).toBeGreaterThan(village.unacknowledged)
    expect(village.overdue).toBe(1)
  })
})

describe('adopting a device', () => {
  it('shows its secret once, and never again', async () => {
    const admin = await house.as('townAdmin-town')
    const answer = await admin.post('/api/v1/devices', {
      id: 'fresh-1',
      name: '新站',
      kind: 'airStation',
      village: villageA,
      lon: 106.704425,
      lat: 29.183339,
    })
    expect(answer.status).toBe(201)
    expect(answer.body.secret).toMatch(/^[\w-]{32}$/)
    expect(answer.body.device).toMatchObject({ id: 'fresh-1', grid: `${villageA}001` })
    const later = await admin.get('/api/v1/devices/fresh-1')
    expect(later.text).not.toContain(answer.body.secret)
    const row = await house.db
      .selectFrom('device')
      .select('secret_hash')
      .where('id', '=', 'fresh-1')
      .executeTakeFirstOrThrow()
    expect(row.secret_hash).not.toContain(answer.body.secret)
  })

  it.each([
    ['a taken id', { id: 'v1-pm1' }, 409],
    ['an id that would be a topic', { id: 'a/#' }, 400],
    ['a village that is none', { village: '990101101999' }, 400],
    ['a place outside the earth', { lat: 91 }, 400],
    ['a kind that is none', { kind: 'oracle' }, 400],
  ])('refuses %s', async (_name, wrong, status) => {
    const admin = await house.as('townAdmin-town')
    const right = {
      id: 'fresh-2',
      name: 'x',
      kind: 'airStation',
      village: villageA,
      lon: 1,
      lat: 1,
    }
    expect((await admin.post('/api/v1/devices', { ...right, ...wrong })).status).toBe(status)
  })
})

describe('caches', () => {
  it('keep no answer of the API and no error', async () => {
    const person = await house.as('viewer-a')
    for (const path of ['/api/v1/cases', '/api/v1/cases/none', '/assets/none.js', '/api/v1/x']) {
      const answer = await person.get(path)
      if (answer.status === 503) continue
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('for machines', () => {
  it('the OpenAPI document is 3.1 and lists every route of the API', async () => {
    const { body } = await house.ask('/api/openapi.json')
    expect(body.openapi).toMatch(/^3\.1/)
    expect(Object.keys(body.paths)).toContain('/api/v1/cases/{id}/actions')
    const post = body.paths['/api/v1/cases/{id}/actions'].post
    expect(post.requestBody.content['application/json'].schema.properties.action.enum).toContain(
      'accept',
    )
  })

  it('the page about it runs no script', async () => {
    const answer = await house.ask('/api/docs')
    expect(answer.text).toContain('/api/v1/cases/{id}/actions')
    expect(answer.text).not.toContain('<script')
    expect(answer.headers.get('content-security-policy')).toMatch(/script-src 'self'(;|$)/)
  })

  it('health, readiness and figures need no session and tell nothing of anybody', async () => {
    expect((await house.ask('/healthz')).body).toEqual({ ok: true })
    expect((await house.ask('/readyz')).body).toEqual({ ready: true, problems: [] })
    const { text } = await house.ask('/metrics')
    expect(text).toMatch(/^lianxun_devices \d+$/m)
    expect(text).toMatch(/^# TYPE lianxun_adapter_messages_total counter$/m)
    expect(text).not.toMatch(new RegExp(townCode))
  })
})
