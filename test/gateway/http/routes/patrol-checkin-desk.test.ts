import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  api,
  checkins,
  honest,
  makeKeys,
  sendAll,
  sendOne,
  type Tags,
  uidOf,
} from '../checkin-kit.ts'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'
import { auditOf, idOf } from '../people-kit.ts'
import { hour, townClock } from '../town-clock.ts'

/** Check-ins that are refused, cannot be read, or are looked at. In the town it is ten o’clock on a Monday. */

const clock = townClock()
const names = Array.from({ length: 10 }, (_, n) => `walker-${n}`)
let house: House
let tags: Tags
let operator: Person
let crowd: Person[]
let walker: Person
let walked = 0

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      ...names.map((name) => `${name},${name},patroller,${villageA}`),
      ...Array.from({ length: 30 }, (_, n) => `one-${n},one ${n},patroller,${villageA}`),
      `villageCadre-b,villageCadre,villageCadre,${villageB}`,
    ],
  })
  operator = await house.as('operator-town')
  crowd = await Promise.all(names.map((name) => house.as(name)))
  tags = await makeKeys(house, operator)
})

afterAll(() => house?.stop())

/** Somebody who was nowhere yet, with a phone of their own. */
const anew = async () => {
  walker = await house.as(`one-${walked++}`)
}

const now = () => clock.now()
const at = (point: string, change: Record<string, unknown> = {}) =>
  honest(tags, point, { at: now(), phone: `phone-${walked}`, ...change })
const kept = async (id: string) => (await operator.get(`${checkins}/${id}`)).body
const rows = async (id: string) =>
  house.db.selectFrom('checkin').selectAll().where('id', '=', id).execute()

describe('refused and kept', () => {
  beforeAll(anew)

  it.each<[string, string, () => Record<string, unknown>]>([
    ['forged', 'an edited printed code', () => ({ url: tags.qr('p102').replace(/.$/, '!') })],
    [
      'forged',
      'the code of another point',
      () => ({ url: tags.qr('p101').replace('/p101.', '/p102.') }),
    ],
    [
      'forged',
      'an edited counter',
      () => ({ url: tags.tap(uidOf.p101, 900).replace('ctr=000384', 'ctr=000385') }),
    ],
    ['forged', 'the code of an hour ago', () => ({ url: tags.screen('p102', now() - hour) })],
    ['unknownTag', 'a page of somebody else', () => ({ url: 'https://example.com/' })],
    ['unknownTag', 'a badge', () => ({ tag: '04AABBCCDDEEFF', url: undefined })],
    [
      'unknownTag',
      'a point that is not',
      () => ({ tag: 'manual', url: undefined, point: 'p999', note: 'n' }),
    ],
    ['badTime', '1970', () => ({ at: 0 })],
    ['badTime', '2099', () => ({ at: Date.UTC(2099, 0, 1) })],
  ])('%s: %s', async (kind, _, change) => {
    const sent = at('p102', change())
    const result = await sendOne(walker, sent)
    expect(result).toMatchObject({ status: 'refused', refusal: { kind, text: expect.any(String) } })
    expect(await sendOne(walker, sent)).toEqual(result)
    expect(await kept(sent.id)).toMatchObject({ status: 'refused', refusal: { kind } })
    const { items } = (await operator.get(`${checkins}?waiting=true&limit=200`)).body
    expect(items.map(({ id }: { id: string }) => id)).toContain(sent.id)
  })
})

describe('what cannot be read', () => {
  beforeAll(anew)

  it.each<[string, Record<string, unknown>]>([
    ['id', { id: 'x'.repeat(65) }],
    ['id', { id: 7 }],
    ['id', { id: 'reader:1' }],
    ['id', { id: 'new\nline' }],
    ['tag', { tag: undefined }],
    ['tag', { tag: '' }],
    ['url', { url: 'x'.repeat(1025) }],
    ['at', { at: 'today' }],
    ['at', { at: 1.5 }],
    ['monotonicMs', { monotonicMs: -1 }],
    ['clock', { clock: '' }],
    ['lon', { lon: 181 }],
    ['lat', { lat: '29' }],
    ['accuracyM', { accuracyM: -1 }],
    ['round', { round: 'x'.repeat(65) }],
    ['photo', { photo: 'abc' }],
    ['previousHash', { previousHash: 'ABC' }],
    ['phone', { phone: '' }],
    ['findings', { findings: 'smoke' }],
    ['note', { note: 'x'.repeat(501) }],
    ['note', { tag: 'manual', url: undefined, point: 'p101', note: ' ' }],
    ['task', { task: '' }],
    ['verdict', { verdict: 'fine' }],
  ])('a wrong %s is that check-in’s, and not the others’', async (field, change) => {
    const bad = at('p102', change)
    const good = at('p102')
    const [one, two] = await sendAll(walker, [bad, good])
    expect(two).toMatchObject({ id: good.id, status: 'accepted' })
    expect(one).toMatchObject({ status: 'refused', refusal: { kind: 'invalid' } })
    expect(one?.refusal?.text).toContain(field)
    expect(await sendAll(walker, [bad, good])).toEqual([one, two])
    const { sent, problem } = (await rows(one?.id ?? ''))[0] as { sent: string; problem: string }
    expect(JSON.parse(sent)).toEqual(JSON.parse(JSON.stringify(bad)))
    expect(problem).toContain(field)
  })

  it.each([[null], ['text'], [7], [[[]]], [[{ a: 1 }]]])('%j is kept too', async (bad) => {
    const good = at('p102')
    const [one, two] = await sendAll(walker, [bad, good])
    expect(one).toMatchObject({ status: 'refused', refusal: { kind: 'invalid' } })
    expect(two?.status).toBe('accepted')
  })

  it('what nests without end is one check-in’s trouble', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const good = at('p102')
    const answer = await house.ask(checkins, {
      method: 'POST',
      headers: { cookie: walker.cookie, 'x-lianxun': '1', 'content-type': 'application/json' },
      body: `[{"id":"${randomUUID()}","tag":"qr","at":1,"x":${deep}},${JSON.stringify(good)}]`,
    })
    expect([200, 400]).toContain(answer.status)
    if (answer.status === 200) {
      const statuses = answer.body.items.map(({ status }: { status: string }) => status)
      expect(statuses).toEqual(['refused', 'accepted'])
    }
  })

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [[]],
    [{ checkins: [] }],
    [{ checkins: 'all' }],
    [Array.from({ length: 201 }, () => ({ id: 'a', tag: 'qr', at: 0 }))],
  ])('only what is no batch fails as a whole: %#', async (body) => {
    const answer = await walker.post(checkins, body)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toEqual(expect.any(String))
  })

  it('clocks of the batch that are wrong are as none', async () => {
    const sent = at('p102')
    const body = { checkins: [sent], sentAt: 'now', sentMonotonicMs: -1, clock: 7 }
    expect(await sendAll(walker, body)).toMatchObject([
      { id: sent.id, status: 'accepted', marks: [] },
    ])
  })

  it('a batch of 200 with long notes fits, and a longer body is told so', async () => {
    const note = '路边有积水，已经告诉村里。'.repeat(38).slice(0, 500)
    const batch = Array.from({ length: 200 }, () => at('p102', { note }))
    expect(await sendAll(walker, batch)).toHaveLength(200)
    const answer = await walker.post(checkins, [{ ...at('p102'), x: 'x'.repeat(2_200_000) }])
    expect(answer.status).toBe(413)
  })
})

describe('looking at check-ins', () => {
  beforeAll(anew)

  let marked: string

  beforeEach(async () => {
    const sent = at('p106', { lon: undefined, lat: undefined })
    await sendOne(walker, sent)
    marked = sent.id
  })

  const ids = async (who: Person, query: string) =>
    (await who.get(`${checkins}?${query}`)).body.items.map(({ id }: { id: string }) => id)
  const review = (who: Person, id: string, body: unknown = { verdict: 'counts' }) =>
    who.post(`${checkins}/${id}/review`, body)

  it('those that wait are there until somebody looked, and the round says so', async () => {
    expect(await ids(operator, 'waiting=true&limit=200')).toContain(marked)
    const { round } = await kept(marked)
    const waiting = async () => (await operator.get(`${api}/patrol/rounds/${round}`)).body.marked
    const before = await waiting()
    const answer = await review(operator, marked, { verdict: 'discounted', text: '问过，没去' })
    expect(answer.body).toMatchObject({
      status: 'accepted',
      review: { verdict: 'discounted', by: 'operator', at: now(), text: '问过，没去' },
    })
    expect(await ids(operator, 'waiting=true&limit=200')).not.toContain(marked)
    expect(await ids(operator, 'marked=true&limit=200')).toContain(marked)
    expect(await waiting()).toBe(before - 1)
    expect(await auditOf(house, `checkin:${marked}`)).toMatchObject([
      { act: 'reviewCheckin', detail: 'discounted', actor: await idOf(house, 'operator-town') },
    ])
  })

  it('those of a village, a team or a mark, over all pages', async () => {
    const byHand = {
      tag: 'manual',
      url: undefined,
      note: '没有信号',
      lon: undefined,
      lat: undefined,
    }
    const ofB = at('p205', { ...byHand, point: 'p205' })
    await sendOne(walker, ofB)
    await house.db.updateTable('checkin').set({ team: '二队' }).where('id', '=', marked).execute()
    const found = async (query: string, who = operator) =>
      ids(who, `waiting=true&limit=200&${query}`)
    expect(await found(`village=${villageB}`)).toEqual([ofB.id])
    expect(await found(`village=${villageA}`)).toContain(marked)
    expect(await found(`village=${villageA}`)).not.toContain(ofB.id)
    expect(await found(encodeURI('team=二队'))).toEqual([marked])
    expect(await found(encodeURI(`team=二队&village=${villageB}`))).toEqual([])
    const withMark = await found('mark=noFix')
    expect(withMark).toEqual(expect.arrayContaining([marked, ofB.id]))
    expect(await found('mark=clockSkew')).not.toContain(marked)
    const first = await operator.get(`${checkins}?mark=noFix&limit=1`)
    const next = await operator.get(
      `${checkins}?mark=noFix&limit=1&cursor=${first.body.nextCursor}`,
    )
    expect([first, next].map(({ body }) => body.items[0].marks)).toEqual([
      expect.arrayContaining(['noFix']),
      expect.arrayContaining(['noFix']),
    ])
    expect((await operator.get(`${checkins}?mark=red`)).status).toBe(400)
    // The filter never reaches over the border of who asks.
    const cadre = await house.as('villageCadre-b')
    expect(await found(`village=${villageA}`, cadre)).toEqual([])
    await house.db.deleteFrom('checkin').where('id', '=', ofB.id).execute()
  })

  it('what came of no point says no distance from the one before it', async () => {
    await sendOne(walker, at('p101'))
    clock.advance(60_000)
    const stray = at('p102', { tag: '04AABBCCDDEE01', url: undefined })
    await sendOne(walker, stray)
    expect((await kept(stray.id)).before).toMatchObject({
      point: expect.any(String),
      distanceM: null,
    })
  })

  it('a refused one can count after all, but not one of no point', async () => {
    const url = tags.qr('p102').replace(/.$/, '!')
    const forged = await sendOne(walker, at('p102', { url }))
    expect(forged).toMatchObject({ status: 'refused', point: null })
    expect((await review(operator, forged.id)).status).toBe(400)
    const tap = tags.tap(uidOf.p101, 5000)
    await sendOne(crowd[4] as Person, at('p101', { url: tap, phone: 'p-4' }))
    const replayed = await sendOne(walker, at('p101', { url: tap }))
    expect(replayed).toMatchObject({ status: 'refused', point: 'p101', round: expect.any(String) })
    expect((await review(operator, replayed.id)).body.review.verdict).toBe('counts')
    const row = (await rows(replayed.id))[0]
    expect(row).toMatchObject({ status: 'refused', review: 'counts' })
  })

  it('by somebody else than who walked', async () => {
    const cadre = await house.as('villageCadre-a')
    const own = at('p106', { phone: 'cadre-a' })
    expect(await sendOne(cadre, own)).toMatchObject({ status: 'accepted' })
    const answer = await review(cadre, own.id)
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('own') } })
    expect((await review(operator, own.id)).status).toBe(200)
  })

  it('in the own area only, by those who may', async () => {
    const cadreB = await house.as('villageCadre-b')
    expect((await review(cadreB, marked)).status).toBe(404)
    expect((await cadreB.get(`${checkins}/${marked}`)).status).toBe(404)
    expect(await ids(cadreB, 'limit=200')).toEqual([])
    expect((await review(await house.as('gridWorker-a'), marked)).status).toBe(403)
    expect((await review(await house.as('villageCadre-a'), marked)).status).toBe(200)
    expect((await review(operator, marked, { verdict: 'fine' })).status).toBe(400)
    expect((await review(operator, 'none')).status).toBe(404)
  })

  it('a patroller sees the own ones, and adds a word to them', async () => {
    const other = crowd[5] as Person
    expect((await walker.get(`${checkins}/${marked}`)).status).toBe(200)
    expect((await other.get(`${checkins}/${marked}`)).status).toBe(404)
    expect(await ids(walker, 'limit=200')).toContain(marked)
    expect(await ids(other, 'limit=200')).not.toContain(marked)
    expect(await ids(other, `patroller=one-${walked - 1}&limit=200`)).not.toContain(marked)
    const say = (who: Person, text: string) => who.post(`${checkins}/${marked}/word`, { text })
    expect((await say(walker, '林子里没有信号')).body.note).toBe('林子里没有信号')
    expect((await say(walker, '下次先等等')).body.note).toBe('林子里没有信号\n下次先等等')
    expect((await say(other, '我也在')).status).toBe(404)
    expect((await say(walker, ' ')).status).toBe(400)
  })

  it('by point, round, person and time, page by page', async () => {
    const name = `one-${walked - 1}`
    const { round, at: when } = await kept(marked)
    const own = `patroller=${name}`
    expect(await ids(operator, `${own}&point=p106&limit=200`)).toContain(marked)
    expect(await ids(operator, `${own}&round=${round}&limit=200`)).toContain(marked)
    expect(await ids(operator, `${own}&point=p105&limit=200`)).toEqual([])
    expect(await ids(operator, `${own}&to=${when}&limit=200`)).not.toContain(marked)
    expect(await ids(operator, `${own}&from=${when}&limit=200`)).toContain(marked)
    const all = await ids(operator, `${own}&limit=200`)
    const paged: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = `${own}&limit=2${cursor && `&cursor=${cursor}`}`
      const { body } = await operator.get(`${checkins}?${page}`)
      paged.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    }
    expect(paged).toEqual(all)
    expect(all.length).toBeGreaterThan(3)
  })

  it('each is news for the screens of its place', async () => {
    const last = await house.db
      .selectFrom('outbox')
      .select((e) => e.fn.max('seq').as('seq'))
      .executeTakeFirstOrThrow()
    const [one] = await sendAll(walker, [at('p106'), at('p106')])
    const { items } = {
      items: await house.db
        .selectFrom('outbox')
        .selectAll()
        .where('seq', '>', last.seq)
        .where('topic', '=', 'patrol')
        .execute(),
    }
    expect(items).toMatchObject([{ village: villageA, place: `${villageA}006` }])
    expect(JSON.parse(items[0]?.body ?? '')).toEqual({ id: one?.round, kind: 'round' })
  })
})
