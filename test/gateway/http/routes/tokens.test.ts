import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../../../gateway/domain/person.ts'
import { madeTokenSchema, tokenSchema } from '../../../../gateway/http/schemas/people.ts'
import {
  type House,
  openHouse,
  type Person,
  seedCase,
  signIn,
  townCode,
  villageA,
  villageB,
} from '../house.ts'
import { listen } from '../listener.ts'
import { auditOf } from '../people-kit.ts'
import { day, minute, townClock } from '../town-clock.ts'

/** Tokens of programs: made by administrators, used beside sessions. */

const clock = townClock()
const path = '/api/v1/tokens'
let house: House
let admin: Person

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`second,second,townAdmin,${townCode}`, `third,third,townAdmin,${townCode}`],
  })
  admin = await house.as('townAdmin-town')
})

afterAll(() => house?.stop())

interface Wanted {
  name?: string
  role?: string
  scope?: string
  days?: number
  unit?: string
}

async function make(wanted: Wanted = {}, by = admin) {
  const answer = await by.post(path, { name: 'gis', role: 'viewer', scope: townCode, ...wanted })
  if (answer.status !== 201) throw new Error(answer.text)
  return madeTokenSchema.strict().parse(answer.body)
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
const ask = (secret: string, url = '/api/v1/cases') => house.ask(url, { headers: bearer(secret) })
const rowOf = (id: string) =>
  house.db.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('making a token', () => {
  it('shows its secret this once, and keeps a hash', async () => {
    const { token, secret } = await make({ name: '县平台', days: 30 })
    expect(secret).toMatch(/^lxt_[\w-]{32}$/)
    expect(token).toMatchObject({
      name: '县平台',
      role: 'viewer',
      createdBy: 'townAdmin-town',
      createdAt: clock.now(),
      expiresAt: clock.now() + 30 * day,
      lastUsedAt: null,
      revokedAt: null,
    })
    expect(JSON.stringify(await rowOf(token.id))).not.toContain(secret.slice(4))
    const listed = await admin.get(path)
    expect(listed.text).not.toContain(secret.slice(4))
    const entries = await auditOf(house, `token:${token.id}`)
    expect(entries).toMatchObject([
      { act: 'makeToken', detail: `县平台: viewer ${townCode}, 30 d`, address: '127.0.0.1' },
    ])
    expect(JSON.stringify(entries)).not.toContain(secret.slice(4))
  })

  it.each([
    [{ role: 'king' }],
    [{ scope: '1' }],
    [{ days: 0 }],
    [{ days: 731 }],
    [{ days: 1.5 }],
    [{ name: '' }],
  ])('%j is refused', async (wanted) => {
    const body = { name: 'gis', role: 'viewer', scope: townCode, ...wanted }
    expect((await admin.post(path, body)).status).toBe(400)
  })

  it('a village’s administrator makes none for the town, and sees only the village’s', async () => {
    const village = await house.as('townAdmin-a')
    for (const scope of [townCode, villageB]) {
      const body = { name: 'x', role: 'viewer', scope }
      expect((await village.post(path, body)).status).toBe(404)
    }
    const { token } = await make({ scope: villageA, role: 'townAdmin' }, village)
    const { items } = (await village.get(path)).body
    expect(items.map((one: unknown) => tokenSchema.strict().parse(one).id)).toEqual([token.id])
  })
})

describe('a token', () => {
  it.each(roles)('acts as a %s of its place, and as nobody else', async (role) => {
    const { secret } = await make({ role, scope: villageA })
    expect((await ask(secret, '/api/v1/devices/v1-pm1')).status).toBe(200)
    expect((await ask(secret, '/api/v1/devices/v2-pm1')).status).toBe(404)
    const { items } = (await ask(secret, '/api/v1/devices?limit=200')).body
    expect(items.every((one: { village: string }) => one.village === villageA)).toBe(true)
  })

  it('of a unit’s own system has what lies with the unit, and no more', async () => {
    const holder = { kind: 'unit', id: '农服中心' }
    await seedCase(house.db, { id: 'of-unit', village: villageA, state: 'handling' })
    await house.db
      .updateTable('case')
      .set({ holder: JSON.stringify(holder) })
      .where('id', '=', 'of-unit')
      .execute()
    const made = await make({ role: 'patroller', scope: villageA, unit: holder.id })
    const none = await make({ role: 'patroller', scope: villageA })
    expect([made.token.unit, none.token.unit]).toEqual([holder.id, null])
    const entries = await auditOf(house, `token:${made.token.id}`)
    expect(entries).toMatchObject([{ detail: `gis: patroller ${villageA} 农服中心, 90 d` }])
    const mine = async (secret: string) =>
      (await ask(secret, '/api/v1/cases?mine=true')).body.items.map(({ id }: { id: string }) => id)
    expect(await mine(made.secret)).toEqual(['of-unit'])
    expect(await mine(none.secret)).toEqual([])
    const feedback = (secret: string) =>
      house.ask('/api/v1/cases/of-unit/actions', {
        method: 'POST',
        headers: { ...bearer(secret), 'content-type': 'application/json' },
        body: JSON.stringify({ action: 'feedback', text: '已清运' }),
      })
    expect((await feedback(none.secret)).status).toBe(404)
    expect((await feedback(made.secret)).status).toBe(200)
  })

  it('changes things without the proof that a page must give, under its own name', async () => {
    await seedCase(house.db, { id: 'by-token', village: villageA })
    const { token, secret } = await make({ name: '值班机器人', role: 'operator' })
    const answer = await house.ask('/api/v1/cases/by-token/actions', {
      method: 'POST',
      headers: { ...bearer(secret), 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'accept' }),
    })
    expect(answer.status).toBe(200)
    const step = answer.body.timeline.find((one: { act: string }) => one.act === 'accept')
    expect(step.actor).toBe('值班机器人')
    const row = await house.db
      .selectFrom('case_history')
      .select('actor')
      .where('case_id', '=', 'by-token')
      .where('act', '=', 'accept')
      .executeTakeFirstOrThrow()
    expect(row.actor).toBe(`token:${token.id}`)
  })

  it('is the one who asks, also beside a cookie with more rights', async () => {
    const { secret } = await make({ role: 'viewer', scope: villageA })
    const { get } = admin
    expect((await get('/api/v1/quarantine', bearer(secret))).status).toBe(403)
    expect((await get('/api/v1/devices/v2-pm1', bearer(secret))).status).toBe(404)
    expect((await get('/api/v1/cases', bearer('lxt_wrong'))).status).toBe(401)
  })

  it('notes its last use, at most once a minute', async () => {
    const { token, secret } = await make()
    const first = clock.now()
    await ask(secret)
    expect((await rowOf(token.id)).last_used_at).toBe(first)
    clock.advance(minute)
    await ask(secret)
    expect((await rowOf(token.id)).last_used_at).toBe(first)
    clock.advance(1)
    await ask(secret)
    expect((await rowOf(token.id)).last_used_at).toBe(first + minute + 1)
  })

  it('ends on its day, to the millisecond', async () => {
    const { secret } = await make({ days: 1 })
    clock.advance(day - 1)
    expect((await ask(secret)).status).toBe(200)
    clock.advance(1)
    expect((await ask(secret)).status).toBe(401)
    admin = await signIn(house.ask, 'townAdmin-town')
  })
})

describe('revoking', () => {
  it('cuts the program off at once, its live stream too, and stays in the list', async () => {
    const { token, secret } = await make()
    const stream = await listen(house.base, { headers: bearer(secret) })
    expect(stream.status).toBe(200)
    await stream.wait(({ event }) => event === 'hello')
    expect((await admin.send('DELETE', `${path}/${token.id}`)).status).toBe(204)
    await stream.closed
    expect((await ask(secret)).status).toBe(401)
    const at = clock.now()
    clock.advance(minute)
    expect((await admin.send('DELETE', `${path}/${token.id}`)).status).toBe(204)
    const { items } = (await admin.get(path)).body
    expect(items.find((one: { id: string }) => one.id === token.id).revokedAt).toBe(at)
    const acts = (await auditOf(house, `token:${token.id}`)).map(({ act }) => act)
    expect(acts).toEqual(['makeToken', 'revokeToken'])
  })

  it('of what is not there is 404', async () => {
    expect((await admin.send('DELETE', `${path}/nothing`)).status).toBe(404)
  })
})

describe('a token whose maker', () => {
  it.each([
    ['is disabled', 'second', { disabled: true }, { disabled: false }],
    ['is no administrator any more', 'second', { role: 'viewer' }, { role: 'townAdmin' }],
    ['has a smaller place', 'third', { scope: villageA }, { scope: townCode }],
  ])('%s falls, and comes back with its maker', async (_name, maker, change, back) => {
    const { secret } = await make({ role: 'operator' }, await signIn(house.ask, maker))
    expect((await ask(secret)).status).toBe(200)
    await admin.send('PATCH', `/api/v1/users/${maker}`, change)
    expect((await ask(secret)).status).toBe(401)
    await admin.send('PATCH', `/api/v1/users/${maker}`, back)
    expect((await ask(secret)).status).toBe(200)
  })
})
