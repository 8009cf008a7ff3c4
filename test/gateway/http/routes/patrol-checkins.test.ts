import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  api,
  checkins,
  honest,
  makeKeys,
  places,
  sendAll,
  sendOne,
  type Tags,
  uidOf,
} from '../checkin-kit.ts'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'
import { idOf } from '../people-kit.ts'
import { hour, minute, townClock } from '../town-clock.ts'

/** Check-ins over HTTP on real tables. In the town it is ten o’clock on a Monday. */

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

describe('what is far larger than a check-in', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const wide = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join()
  it.each([
    ['deep', `"x":${deep}`],
    ['wide', wide],
    ['wide inside', `"x":{${wide}}`],
    ['long', `"x":"${'x'.repeat(1_000_000)}"`],
  ])('%s is refused by itself, and nothing of it is kept', async (kind, more) => {
    const { cookie } = await house.as('gridWorker-a')
    const good = at('p102')
    const id = `large ${kind}`
    const answer = await house.ask(checkins, {
      method: 'POST',
      headers: { cookie, 'x-lianxun': '1', 'content-type': 'application/json' },
      body: `[{"id":"${id}","tag":"manual","at":0,${more}},${JSON.stringify(good)}]`,
    })
    expect(answer.body.items).toMatchObject([
      { id, status: 'refused', refusal: { text: expect.stringContaining('more than a check-in') } },
      { id: good.id, status: 'accepted' },
    ])
    const kept = house.db.selectFrom('checkin').select('sent').where('id', '=', id)
    expect(await kept.executeTakeFirst()).toEqual({ sent: '' })
  })
})

describe('an honest check-in', () => {
  beforeEach(anew)

  it('is a visit of the round, without a mark', async () => {
    const sent = at('p102')
    const result = await sendOne(walker, sent)
    expect(result).toMatchObject({
      id: sent.id,
      status: 'accepted',
      grade: 'static',
      marks: [],
      point: 'p102',
      round: expect.any(String),
      at: now(),
      refusal: null,
    })
    const { body: round } = await operator.get(`${api}/patrol/rounds/${result.round}`)
    expect(round.points.find(({ id }: { id: string }) => id === 'p102').visitedAt).toBe(now())
    expect(await kept(sent.id)).toMatchObject({
      point: { id: 'p102', name: '青石村水库边', radiusM: 60 },
      village: villageA,
      grid: `${villageA}002`,
      patroller: expect.stringMatching(/^one /),
      distanceM: 0,
      chain: 'first',
      before: null,
      review: null,
      isPhotoAwaited: false,
      picture: null,
    })
  })

  it.each<[string, () => Record<string, unknown>]>([
    ['cryptographic', () => ({ tag: 'nfc', url: tags.tap(uidOf.p101, 1) })],
    ['dynamic', () => ({ url: tags.screen('p101', now()) })],
    ['static', () => ({ url: tags.qr('p101') })],
    ['static', () => ({ tag: uidOf.p101, url: undefined })],
    ['manual', () => ({ tag: 'manual', url: undefined, point: 'p101', note: '标签坏了' })],
  ])('is %s by how it was made', async (grade, change) => {
    const result = await sendOne(walker, at('p101', change()))
    expect(result).toMatchObject({ status: 'accepted', grade, marks: [], point: 'p101' })
  })

  it('has the one before it, how far, and the chain of its phone', async () => {
    const first = at('p101')
    await sendOne(walker, first)
    const { hash } = (await rows(first.id))[0] as { hash: string }
    clock.advance(20 * minute)
    const second = at('p102', { previousHash: hash })
    const third = at('p102', { previousHash: 'f'.repeat(64) })
    const results = await sendAll(walker, [second, third])
    expect(results.map(({ marks }) => marks)).toEqual([[], []])
    expect(await kept(second.id)).toMatchObject({
      chain: 'joined',
      before: { point: '青石村村口', at: now() - 20 * minute, distanceM: expect.any(Number) },
    })
    expect((await kept(second.id)).before.distanceM).toBeGreaterThan(1000)
    expect((await kept(third.id)).chain).toBe('broken')
  })

  it('belongs to the round that the phone names', async () => {
    const [round] = (await operator.get(`${api}/patrol/rounds?from=${now()}&to=${now() + 1}`)).body
      .items
    const { point } = { point: round.points[0].id as string }
    const result = await sendOne(
      walker,
      honest(tags, point, { at: now(), round: round.id, lon: undefined, lat: undefined }),
    )
    expect(result).toMatchObject({ round: round.id, marks: ['noFix'] })
  })
})

describe('sent again', () => {
  beforeEach(anew)

  it('the same batch has the same answers, and nothing is there twice', async () => {
    const batch = { checkins: [at('p101'), at('p103')], sentAt: now() }
    const first = await sendAll(walker, batch)
    clock.advance(20 * minute)
    expect(await sendAll(walker, batch)).toEqual(first)
    const more = at('p102')
    const overlapping = await sendAll(walker, [batch.checkins[1], more, batch.checkins[0], more])
    expect(overlapping.slice(0, 1)).toEqual([first[1]])
    expect(overlapping[2]).toEqual(first[0])
    expect(overlapping[3]).toEqual(overlapping[1])
    for (const { id } of [...batch.checkins, more]) expect(await rows(id)).toHaveLength(1)
  })

  it('at the same moment it is there once', async () => {
    const batch = [at('p101', { url: tags.tap(uidOf.p101, 50) })]
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendAll(walker, batch)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.[0]).toMatchObject({ status: 'accepted', grade: 'cryptographic' })
  })

  it('and edited, it stays what it was', async () => {
    const sent = at('p101')
    const first = await sendOne(walker, sent)
    const edited = { ...sent, ...places.p102, url: tags.qr('p102'), note: '改过', at: now() - hour }
    expect(await sendOne(walker, edited)).toEqual(first)
    expect(await kept(sent.id)).toMatchObject({ point: { id: 'p101' }, note: null })
  })

  it('by somebody else under the same id, it is refused and kept beside it', async () => {
    const sent = at('p101')
    await sendOne(walker, sent)
    const other = crowd[0] as Person
    const refused = await sendOne(other, { ...sent, phone: 'other' })
    expect(refused).toMatchObject({ id: sent.id, status: 'refused', refusal: { kind: 'invalid' } })
    expect(refused.refusal?.text).toContain('somebody else')
    expect(await sendOne(other, { ...sent, phone: 'other' })).toEqual(refused)
    expect((await kept(sent.id)).patroller).toMatch(/^one /)
    const beside = await house.db
      .selectFrom('checkin')
      .select('status')
      .where('patroller', '=', await idOf(house, 'walker-0'))
      .where('refusal', '=', 'invalid')
      .execute()
    expect(beside).toEqual([{ status: 'refused' }])
  })
})

describe('what may count once only', () => {
  beforeEach(anew)

  it('1,000 check-ins of one tap at once: one is accepted', async () => {
    const url = tags.tap(uidOf.p104, 7)
    const batches = Array.from({ length: 100 }, (_, n) => ({
      who: crowd[n % crowd.length] as Person,
      checkins: Array.from({ length: 10 }, () => at('p104', { url, phone: `many-${n}` })),
    }))
    const results = (
      await Promise.all(batches.map(({ who, checkins: sent }) => sendAll(who, sent)))
    ).flat()
    expect(results).toHaveLength(1000)
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(1)
    const others = results.filter(({ status }) => status === 'refused')
    expect(new Set(others.map(({ refusal }) => refusal?.kind))).toEqual(new Set(['replayed']))
    expect(others.every(({ marks }) => marks.includes('replayedTag'))).toBe(true)
    const higher = await sendOne(walker, at('p104', { url: tags.tap(uidOf.p104, 9) }))
    expect(higher.status).toBe('accepted')
    const lower = await sendOne(walker, at('p104', { url: tags.tap(uidOf.p104, 8) }))
    expect(lower).toMatchObject({ status: 'refused', refusal: { kind: 'replayed' } })
  })

  it('a code on a screen: once for each person', async () => {
    const url = tags.screen('p105', now())
    expect(await sendOne(walker, at('p105', { url }))).toMatchObject({
      grade: 'dynamic',
      marks: [],
    })
    expect(await sendOne(walker, at('p105', { url }))).toMatchObject({
      status: 'refused',
      refusal: { kind: 'replayed' },
      marks: ['replayedTag'],
    })
    const other = await sendOne(crowd[1] as Person, at('p105', { url, phone: 'other-1' }))
    expect(other.status).toBe('accepted')
  })
})

describe('each way to cheat has its mark', () => {
  beforeEach(anew)

  const marksOf = async (change: Record<string, unknown>, point = 'p102') =>
    (await sendOne(walker, at(point, change))).marks

  it('5 km off', async () => {
    expect(await marksOf({ lat: 29.2322 })).toEqual(['outsideRadius'])
  })

  it('no position', async () => {
    expect(await marksOf({ lon: undefined, lat: undefined })).toEqual(['noFix'])
  })

  it('200 km/h, in one batch and over two', async () => {
    const [, second] = await sendAll(walker, [at('p101'), at('p102', { at: now() + 30_000 })])
    expect(second?.marks).toEqual(['impossibleSpeed'])
    clock.advance(minute)
    expect(await marksOf({}, 'p106')).toEqual(['impossibleSpeed'])
  })

  it.each([2 * hour, -2 * hour])(
    'a clock %i ms out: accepted once, at the right time',
    async (out) => {
      const checkin = at('p102', { at: now() - 5 * minute + out })
      const body = { checkins: [checkin], sentAt: now() + out }
      const [result] = await sendAll(walker, body)
      expect(result).toMatchObject({
        status: 'accepted',
        marks: ['clockSkew'],
        at: now() - 5 * minute,
      })
    },
  )

  it('a clock that was set back between two check-ins', async () => {
    const first = at('p102', { at: now() - 10 * minute, monotonicMs: 1000, clock: 'page' })
    const later = { monotonicMs: 1000 + 9 * minute, clock: 'page' }
    const back = at('p102', { at: now() - 30 * minute, ...later })
    const body = { checkins: [first, back], sentAt: now(), sentMonotonicMs: 5, clock: 'another' }
    const [one, two] = await sendAll(walker, body)
    expect(one?.marks).toEqual([])
    expect(two?.marks).toEqual(['clockSkew', 'lateSync'])
  })

  it('a point out of its hours', async () => {
    expect(await marksOf({ at: now() - 6 * hour })).toEqual(['outOfShift', 'lateSync'])
  })

  it('uploaded long after', async () => {
    const [result] = await sendAll(walker, {
      checkins: [at('p102', { at: now() - 16 * minute })],
      sentAt: now(),
    })
    expect(result).toMatchObject({ marks: ['lateSync'], at: now() - 16 * minute })
  })

  it('one phone for two people, two phones for one', async () => {
    await sendOne(walker, at('p102', { phone: 'shared' }))
    const other = crowd[2] as Person
    const [result] = await sendAll(other, [at('p102', { phone: 'shared' })])
    expect(result?.marks).toEqual(['duplicateDevice'])
    expect(await marksOf({ phone: 'second' })).toEqual(['duplicateDevice'])
  })

  it('out of order on a route that has one', async () => {
    const body = { name: '林区线', points: ['p101', 'p103', 'p105'], order: 'strict', minWalkS: 0 }
    const round = 'strict-1'
    await house.db
      .insertInto('patrol_round')
      .values({
        id: round,
        route: round,
        village: villageA,
        team: '红袖标9队',
        slot_at: now() - 2 * hour,
        due_from: now() - 2 * hour,
        due_until: now() + hour,
        body: JSON.stringify({ ...body, checklist: [] }),
      })
      .execute()
    const times = [-60, -40, -20, 0].map((minutes) => ({ at: now() + minutes * minute, round }))
    const results = await sendAll(walker, {
      checkins: [
        at('p101', times[0]),
        at('p105', times[1]),
        at('p103', times[2]),
        at('p105', times[3]),
      ],
      sentAt: now(),
    })
    const ordered = results.map(({ marks }) => marks.includes('outOfOrder'))
    expect(ordered).toEqual([false, true, false, false])
  })
})

describe('two patrollers at one tag without a signal', () => {
  const first = () => crowd[7] as Person
  const second = () => crowd[8] as Person
  const tapped = (counter: number, minutesAgo: number, phone: string) =>
    at('p101', { url: tags.tap(uidOf.p101, counter), at: now() - minutesAgo * minute, phone })

  beforeEach(() => clock.advance(15 * minute))

  it('both count, though the second is heard first', async () => {
    expect(await sendOne(second(), tapped(20_006, 4, 'tag-2'))).toMatchObject({
      status: 'accepted',
      grade: 'cryptographic',
      marks: [],
    })
    const late = tapped(20_005, 8, 'tag-1')
    const answer = await sendOne(first(), late)
    expect(answer).toMatchObject({ status: 'accepted', grade: 'cryptographic' })
    expect(answer.marks).toContain('replayedTag')
    expect(await sendOne(first(), late)).toEqual(answer)
  })

  it('a tap that was kept to be used afterwards does not', async () => {
    await sendOne(second(), tapped(20_016, 2, 'tag-2'))
    expect(await sendOne(first(), tapped(20_015, 1, 'tag-1'))).toMatchObject({
      status: 'refused',
      refusal: { kind: 'replayed' },
      marks: expect.arrayContaining(['replayedTag']),
    })
  })
})
