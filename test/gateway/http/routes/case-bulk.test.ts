import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bulkOutcomeSchema } from '../../../../gateway/http/schemas/bulk.ts'
import { type House, openHouse, seedCase, villageB } from '../house.ts'
import { auditOf } from '../people-kit.ts'
import { townClock } from '../town-clock.ts'

/** Many cases at once, two operators at once, and the town's calendar, over real sockets. */

let house: House

beforeAll(async () => {
  house = await openHouse({ clock: townClock() })
  await house.db.transaction().execute(async (trx) => {
    for (const id of ['b1', 'b2', 'b3', 'race', 'race-2']) await seedCase(trx, { id })
    await seedCase(trx, { id: 'b-accepted', state: 'accepted' })
    for (const id of ['b-elsewhere', 'b-far', 'b-far-2']) {
      await seedCase(trx, { id, village: villageB })
    }
  })
})

afterAll(() => house?.stop())

const path = '/api/v1/cases/actions'

describe('POST /cases/actions', () => {
  it('says for each whether it was done, or why not', async () => {
    const cadre = await house.as('villageCadre-a')
    const ids = ['b1', 'b2', 'b-accepted', 'b-elsewhere', 'none', 'b1']
    const answer = await cadre.post(path, { ids, action: 'accept' })
    expect(answer.status, answer.text).toBe(200)
    const { items } = bulkOutcomeSchema.parse(answer.body)
    expect(items.map(({ id, ok, problem }) => [id, ok, problem?.status ?? null])).toEqual([
      ['b1', true, null],
      ['b2', true, null],
      ['b-accepted', false, 409],
      ['b-elsewhere', false, 404],
      ['none', false, 404],
    ])
    expect(items[2]?.problem?.present).toMatchObject({ id: 'b-accepted', state: 'accepted' })
    const elsewhere = await house.db
      .selectFrom('case')
      .select(['state', 'version'])
      .where('id', '=', 'b-elsewhere')
      .executeTakeFirst()
    expect(elsewhere).toEqual({ state: 'reported', version: 1 })
  })

  it('writes down the tries outside the asker’s places, those alone', async () => {
    const [cadre, operator] = [await house.as('villageCadre-a'), await house.as('operator-a')]
    await cadre.post(path, { ids: ['b1', 'b-far', 'none'], action: 'sign' })
    await operator.post(path, { ids: ['b3'], action: 'merge', into: 'b-far-2' })
    const tried = async () =>
      (await auditOf(house, `request:POST ${path}`)).map(({ act, detail }) => [act, detail])
    const expected = ['case:b-far', 'case:b-far-2'].map((one) => ['refusedOutsideScope', one])
    await expect.poll(tried).toEqual(expect.arrayContaining(expected))
    expect((await tried()).flat().join()).not.toMatch(/none|case:b1|case:b3/)
  })

  it('refuses what cannot be meant', async () => {
    const operator = await house.as('operator-town')
    const many = Array.from({ length: 101 }, (_, n) => `c${n}`)
    for (const body of [
      { ids: [], action: 'accept' },
      { ids: many, action: 'accept' },
      { ids: ['b3'], action: 'explode' },
      { action: 'accept' },
    ]) {
      expect((await operator.post(path, body)).status).toBe(400)
    }
    const viewer = await house.as('viewer-a')
    expect((await viewer.post(path, { ids: ['b3'], action: 'accept' })).status).toBe(403)
  })
})

describe('two operators at once', () => {
  it('one wins, the other gets the present case', async () => {
    const [one, two] = [await house.as('operator-town'), await house.as('operator-a')]
    const [a, b] = await Promise.all([
      one.post('/api/v1/cases/race/actions', { action: 'accept', version: 1 }),
      two.post('/api/v1/cases/race/actions', { action: 'void', reason: '误报', version: 1 }),
    ])
    expect(new Set([a.status, b.status])).toEqual(new Set([200, 409]))
    const [won, lost] = a.status === 200 ? [a, b] : [b, a]
    expect(lost.body).toMatchObject({
      type: 'urn:lianxun:conflict',
      present: { id: 'race', version: 2, state: won.body.state },
    })
  })

  it('the same with claims: the name is told', async () => {
    const [one, two] = [await house.as('operator-town'), await house.as('supervisor-town')]
    const claim = { action: 'claim' }
    const [a, b] = await Promise.all([
      one.post('/api/v1/cases/race-2/actions', claim),
      two.post('/api/v1/cases/race-2/actions', claim),
    ])
    expect(new Set([a.status, b.status])).toEqual(new Set([200, 409]))
    const [won, lost] = a.status === 200 ? [a, b] : [b, a]
    expect(lost.body.detail).toContain(`${won.body.claimed.name} is on case T-race-2 already`)
  })
})

describe('the calendar', () => {
  it('is replaced as a whole, tidied, and used at once', async () => {
    const admin = await house.as('townAdmin-town')
    expect((await admin.get('/api/v1/calendar')).body).toEqual({ restDays: [], workDays: [] })
    const typed = { restDays: ['2026-10-02', '2026-10-01'], workDays: ['2026-10-10'] }
    const answer = await admin.send('PUT', '/api/v1/calendar', typed)
    expect(answer.status, answer.text).toBe(200)
    const tidy = { restDays: ['2026-10-01', '2026-10-02'], workDays: ['2026-10-10'] }
    expect(answer.body).toEqual(tidy)
    expect((await admin.get('/api/v1/calendar')).body).toEqual(tidy)
    await admin.send('PUT', '/api/v1/calendar', { restDays: ['2026-10-02'], workDays: [] })
    const entry = await house.db
      .selectFrom('audit')
      .select('detail')
      .where('act', '=', 'changeCalendar')
      .orderBy('id', 'desc')
      .executeTakeFirst()
    expect(entry?.detail).toBe('rest −2026-10-01, work −2026-10-10')
  })

  it.each([
    { restDays: ['2026-02-30'], workDays: [] },
    { restDays: ['2026-10-01'], workDays: ['2026-10-01'] },
    { restDays: ['tomorrow'], workDays: [] },
    { restDays: [] },
  ])('refuses %j', async (calendar) => {
    const admin = await house.as('townAdmin-town')
    const answer = await admin.send('PUT', '/api/v1/calendar', calendar)
    expect(answer.status).toBe(400)
  })
})
