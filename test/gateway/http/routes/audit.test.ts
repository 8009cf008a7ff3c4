import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { retentionDefaults } from '../../../../gateway/domain/retention.ts'
import {
  auditEntrySchema,
  auditVerdictSchema,
  purgeSchema,
  retentionSchema,
} from '../../../../gateway/http/schemas/trust.ts'
import { pageOf } from '../../../../gateway/http/schemas.ts'
import { createRetentionStore } from '../../../../gateway/storage/retention-store.ts'
import { type House, openHouse, type Person, signIn } from '../house.ts'
import { allPages } from '../on-air.ts'
import { townClock } from '../town-clock.ts'

/** The audit log and retention as the town's administrator reads them. */

const api = '/api/v1'
const clock = townClock()
const page = pageOf(auditEntrySchema.strict()).strict()
let house: House
let admin: Person

beforeAll(async () => {
  house = await openHouse({ clock })
  admin = await house.as('townAdmin-town')
})

afterAll(() => house?.stop())

async function entries(query = '') {
  return page.parse((await admin.get(`${api}/audit?${query}`)).body)
}

describe('GET /audit', () => {
  it('lists who did what, newest first, in the documented shape and without hashes', async () => {
    clock.advance(1000)
    await signIn(house.ask, 'viewer-a')
    const { items } = await entries('limit=2')
    expect(items).toHaveLength(2)
    expect(items[0]).toEqual({
      id: expect.any(Number),
      at: clock.now(),
      actor: 'viewer-a',
      act: 'signIn',
      subject: 'user:viewer-a',
      address: '127.0.0.1',
      reason: null,
      detail: null,
    })
  })

  it('goes through all of it page by page', async () => {
    for (let i = 0; i < 5; i++) await signIn(house.ask, 'viewer-town')
    const { items } = await allPages(admin, `${api}/audit?limit=3`)
    const ids: number[] = items.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(5)
    expect(ids).toEqual(ids.map((_, i) => (ids[0] as number) - i))
  })

  it.each([
    ['actor=viewer-a', (one: { actor: string | null }) => one.actor === 'viewer-a'],
    ['act=signIn', (one: { act: string }) => one.act === 'signIn'],
    ['subject=user:viewer-a', (one: { subject: string }) => one.subject === 'user:viewer-a'],
    ['subject=user:', (one: { subject: string }) => one.subject.startsWith('user:')],
  ])('by %s', async (query, fits) => {
    const { items } = await entries(query)
    expect(items.length).toBeGreaterThan(0)
    expect(items.every((one) => fits(one))).toBe(true)
  })

  it('between two times', async () => {
    clock.advance(5000)
    const from = clock.now()
    await signIn(house.ask, 'operator-a')
    clock.advance(5000)
    await signIn(house.ask, 'operator-town')
    const { items } = await entries(`from=${from}&to=${from + 1}`)
    expect(items.map(({ actor }) => actor)).toEqual(['operator-a'])
  })

  it.each(['cursor=x', 'limit=0', 'from=yesterday', 'to=-1', 'actor='])(
    'refuses %s with 400',
    async (query) => {
      expect((await admin.get(`${api}/audit?${query}`)).status).toBe(400)
    },
  )

  it('shows what an evil name said as it was said', async () => {
    const username = '<img src=x onerror=alert(1)>'
    await house.ask(`${api}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: 'x' }),
    })
    const { items } = await entries('act=signInRefused')
    expect(items[0]).toMatchObject({ actor: null, subject: `user:${username}` })
  })

  it('is not there for an administrator of one village; that is written down too', async () => {
    const ofVillage = await house.as('townAdmin-a')
    for (const path of ['/audit', '/audit/verdict', '/retention', '/purges']) {
      const answer = await ofVillage.get(api + path)
      expect([path, answer.status]).toEqual([path, 404])
    }
    const refused = await entries('act=refusedOutsideScope')
    expect(refused.items.map(({ subject }) => subject)).toContain(`request:GET ${api}/audit`)
  })
})

describe('GET /audit/verdict', () => {
  it('reads all of it and tells the head', async () => {
    const answer = await admin.get(`${api}/audit/verdict`)
    const verdict = auditVerdictSchema.strict().parse(answer.body)
    const newest = await house.db
      .selectFrom('audit')
      .select('hash')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    expect(verdict).toMatchObject({ ok: true, brokenAt: null, head: newest?.hash })
  })

  it('names the first entry that is not what was written, while the gateway runs', async () => {
    const raw = new Database(join(house.directory, 'lianxun.db'))
    const [trigger] = raw
      .prepare<[], string>("SELECT sql FROM sqlite_master WHERE name = 'audit_is_never_changed'")
      .pluck()
      .all()
    raw.exec('DROP TRIGGER audit_is_never_changed')
    raw.exec("UPDATE audit SET act = 'signOut' WHERE id = 3")
    raw.exec(trigger as string)
    const { body } = await admin.get(`${api}/audit/verdict`)
    expect(body).toMatchObject({ ok: false, brokenAt: 3, entries: 2 })
    raw.exec('DROP TRIGGER audit_is_never_changed')
    raw.exec("UPDATE audit SET act = 'signIn' WHERE id = 3")
    raw.exec(trigger as string)
    raw.close()
    expect((await admin.get(`${api}/audit/verdict`)).body).toMatchObject({ ok: true })
  })

  it('is asked for a few times a minute only', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) statuses.push((await admin.get(`${api}/audit/verdict`)).status)
    expect(statuses).toContain(429)
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(6)
  })
})

describe('retention', () => {
  const days = { raw: 365, rolledUp: 730 }
  const body = {
    series: { ...retentionDefaults.series, air: days },
    pictures: 90,
    checkins: 60,
    audit: 180,
  }
  const air = (changed: object) => ({ series: { ...body.series, air: { ...days, ...changed } } })

  it('has the defaults until the town decides', async () => {
    const answer = await admin.get(`${api}/retention`)
    expect(retentionSchema.strict().parse(answer.body)).toEqual(retentionDefaults)
  })

  it('is decided by the administrator, and says in the log what it was and what it is', async () => {
    const answer = await admin.send('PUT', `${api}/retention`, body)
    expect([answer.status, answer.body]).toEqual([200, body])
    expect((await admin.get(`${api}/retention`)).body).toEqual(body)
    const { items } = await entries('act=changeRetention')
    expect(items[0]).toMatchObject({
      actor: 'townAdmin-town',
      subject: 'setting:retention',
      detail:
        'air raw 400 → 365, air rolledUp 3650 → 730, pictures 180 → 90, checkins 180 → 60, audit 1095 → 180',
    })
  })

  it.each([
    ['the audit log under half a year', { ...body, audit: 179 }],
    ['no day at all', { ...body, pictures: 0 }],
    ['half a day', { ...body, pictures: 7.5 }],
    ['eleven years of single readings', { ...body, ...air({ raw: 4015, rolledUp: 5000 }) }],
    ['a kind that is missing', { series: body.series, pictures: 90, audit: 180 }],
    ['a class that is missing', { ...body, series: { air: days } }],
    ['one number for all readings', { observations: 365, pictures: 90, checkins: 60, audit: 180 }],
    ['text', { ...body, pictures: '90' }],
  ])('refuses %s', async (_, wrong) => {
    expect((await admin.send('PUT', `${api}/retention`, wrong)).status).toBe(400)
    expect((await admin.get(`${api}/retention`)).body).toEqual(body)
  })

  it('says why hours and days must be kept at least as long as single readings', async () => {
    const wrong = { ...body, ...air({ rolledUp: 364 }) }
    const answer = await admin.send('PUT', `${api}/retention`, wrong)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('series')
    expect(answer.text).toContain('hours and days outlive the single readings')
  })

  it('lists what was removed', async () => {
    const store = createRetentionStore(house.db)
    for (const kind of ['pictures', 'waiting', 'log'] as const) {
      await store.addPurge({ at: clock.now(), kind, before: 5, removed: 7, bytes: 99 })
    }
    const { items } = pageOf(purgeSchema.strict())
      .strict()
      .parse((await admin.get(`${api}/purges?limit=3`)).body)
    expect(items.map(({ kind }) => kind)).toEqual(['log', 'waiting', 'pictures'])
    expect(items[0]).toMatchObject({ before: 5, removed: 7, bytes: 99 })
    const second = await admin.get(`${api}/purges?limit=2`)
    const { nextCursor } = second.body
    const rest = (await admin.get(`${api}/purges?limit=2&cursor=${nextCursor}`)).body.items
    expect(rest.map(({ kind }: { kind: string }) => kind)).toEqual(['pictures'])
  })
})
