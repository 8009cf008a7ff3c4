import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  checkins,
  honest,
  places,
  sendAll,
  sendOne,
  type Tags,
  tagsOf,
  uidOf,
} from '../checkin-kit.ts'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'
import { auditOf, idOf } from '../people-kit.ts'
import { day, hour, minute, townClock } from '../town-clock.ts'

/** Check-ins over HTTP on real tables. In the town it is ten o’clock on a Monday. */

const clock = townClock()
const many = Array.from({ length: 8 }, (_, n) => `walker-${n},walker ${n},patroller,${villageA}`)
let house: House
let tags: Tags
let walker: Person
let operator: Person
let walkers: Person[]

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [...many, `villageCadre-b,villageCadre,villageCadre,${villageB}`],
  })
  walker = await house.as('patroller-a')
  operator = await house.as('operator-town')
  walkers = await Promise.all(many.map((_, n) => house.as(`walker-${n}`)))
  // The first that is read makes the keys.
  await sendOne(
    walker,
    honest(
      { qr: () => 'https://a/c/p102.0000.AAAAAAAAAAAAAAAAAAAAAA' } as unknown as Tags,
      'p102',
      { at: clock.now() },
    ),
  )
  tags = await tagsOf(house)
})

afterAll(() => house?.stop())

const now = () => clock.now()
const at = (change: Record<string, unknown> = {}) => ({ at: now(), ...change })
const kept = async (id: string) => (await operator.get(`${checkins}/${id}`)).body

describe('an honest check-in', () => {
  it('is a visit of the round, without a mark', async () => {
    const sent = honest(tags, 'p102', at())
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
    const shown = await kept(sent.id)
    expect(shown).toMatchObject({
      point: { id: 'p102', name: '青石村水库边', radiusM: 60 },
      village: villageA,
      grid: `${villageA}002`,
      patroller: 'patroller',
      distanceM: 0,
      chain: 'first',
      before: null,
      review: null,
      isPhotoAwaited: false,
      picture: null,
    })
    const round = await house.db
      .selectFrom('checkin')
      .select(['round', 'phone', 'hash'])
      .where('id', '=', sent.id)
      .executeTakeFirstOrThrow()
    expect(round).toMatchObject({ round: result.round, phone: 'phone-1', hash: expect.any(String) })
  })

  it('has the grade of how it was made', async () => {
    const grade = async (change: Record<string, unknown>, who = walkers[0] as Person) => {
      clock.advance(20 * minute)
      return (await sendOne(who, { ...honest(tags, 'p101', at()), ...change })).grade
    }
    expect(await grade({ tag: 'ndef', url: tags.tap(uidOf.p101, 1) })).toBe('cryptographic')
    expect(await grade({ url: tags.screen('p101', now() + 20 * minute) })).toBe('dynamic')
    expect(await grade({ tag: uidOf.p103, url: undefined, ...places.p103 })).toBe('static')
    expect(await grade({ tag: 'manual', url: undefined, point: 'p101', note: '标签坏了' })).toBe(
      'manual',
    )
  })
})
