import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkinMarks } from '../../../gateway/domain/checkin.ts'
import { playCheat } from '../../../simulators/phone/cheat-scene.ts'
import { cheats } from '../../../simulators/phone/cheats.ts'
import { createPhone, sha256Of } from '../../../simulators/phone/phone.ts'
import { createPhoneApi, type PhoneApi } from '../../../simulators/phone/phone-api.ts'
import { aPhoto } from '../../../simulators/phone/picture.ts'
import { createTagReader } from '../../../simulators/phone/tag-reader.ts'
import { createTags, type Tags } from '../../../simulators/phone/tags.ts'
import { planWalk } from '../../../simulators/phone/walk.ts'
import { readDevices } from '../../../simulators/town.ts'
import { type House, openHouse, password, villageA, villageB } from '../../gateway/http/house.ts'
import { minute, townClock } from '../../gateway/http/town-clock.ts'
import { until } from '../broker.ts'
import { town } from '../setting.ts'

/**
 * Simulated phones on a whole gateway over HTTP: every cheat raises its mark and no other, and who
 * walks a whole route honestly has none.
 */

/** Monday, 2026-07-06, 08:40 in the town: one round each has just begun, as in no other season. */
const clock = townClock(Date.UTC(2026, 6, 6, 0, 40))
const nameOf = (cheat: string) => `cheat-${cheat.toLowerCase()}`
const friendOf = (cheat: string) => `friend-${cheat.toLowerCase()}`
const strictRoute = {
  id: 'strict',
  name: '青石村林区线',
  village: villageA,
  team: '红袖标1队',
  points: ['p103', 'p105', 'p106'],
  order: 'strict',
  minWalkS: 60,
  checklist: [],
  shifts: [{ days: ['mon'], start: '08:30', end: '11:30' }],
}

let house: House
let tags: Tags

async function signedIn(username: string): Promise<PhoneApi> {
  const api = createPhoneApi({ base: house.base })
  await api.signIn(username, password)
  return api
}

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      ...cheats.flatMap(({ name }) => [
        `${nameOf(name)},${name},patroller,${villageA}`,
        `${friendOf(name)},${name},patroller,${villageA}`,
      ]),
      `honest,honest,patroller,${villageB}`,
    ],
  })
  const administrator = await signedIn('townAdmin-town')
  tags = createTags(administrator, await administrator.points())
  const admin = await house.as('townAdmin-town')
  const added = await admin.post('/api/v1/patrol/routes', strictRoute)
  expect([added.status, added.text]).toEqual([201, added.text])
  const walker = await signedIn('honest')
  const other = await signedIn(nameOf('outOfOrder'))
  await until(async () => {
    const rounds = [...(await walker.day()).rounds, ...(await other.day()).rounds]
    return ['r1', 'r2', 'strict'].every((id) => rounds.some(({ route }) => route === id))
  })
}, 60_000)

afterAll(() => house?.stop())

describe('each cheat', () => {
  it.each(cheats)('$name', async (cheat) => {
    const login = (username: string) => ({ username, password })
    const result = await playCheat(cheat, {
      base: house.base,
      administrator: login('townAdmin-town'),
      patroller: login(nameOf(cheat.name)),
      friend: login(friendOf(cheat.name)),
      seed: 7,
      now: () => clock.now(),
      pass: async (ms) => clock.advance(ms),
      tags,
    })
    expect({ refusal: result.refusal?.kind ?? null, marks: result.marks }).toEqual(cheat.raises)
    expect(result.status).toBe(cheat.raises.refusal === null ? 'accepted' : 'refused')
  })

  it('together they raise every mark that there is', () => {
    const raised = new Set(cheats.flatMap(({ raises }) => raises.marks))
    expect(raised).toEqual(new Set(checkinMarks))
  })
})

describe('an honest walk', () => {
  it('of a whole route has no mark, makes the round done, and its photos are kept', async () => {
    const api = await signedIn('honest')
    const day = await api.day()
    const round = day.rounds.find(({ route, dueFrom }) => route === 'r2' && dueFrom <= day.now)
    if (!round) throw new Error('the round of r2 is not there')
    const points = round.points.map(({ id }) => {
      const point = day.points.find((one) => one.id === id)
      return { id, position: [point?.lon ?? 0, point?.lat ?? 0] as [number, number] }
    })
    const phone = createPhone({ api })
    const photo = await aPhoto('honest')
    let at = clock.now()
    for (const stop of planWalk({ points, startMs: at + minute, seed: 11, speedMps: 2.2 })) {
      clock.advance(stop.at - at)
      at = stop.at
      const isFirst = stop.point === points[0]?.id
      phone.checkIn({
        ...(await tags.show(stop.point)),
        at,
        fix: stop.fix,
        ...(isFirst && { photo }),
      })
      const [result] = await phone.sync(at)
      expect(result).toMatchObject({
        status: 'accepted',
        marks: [],
        point: stop.point,
        round: round.id,
      })
    }
    expect(phone.waiting()).toEqual({ checkins: 0, photos: 0 })
    const desk = await house.as('operator-town')
    const { body } = await desk.get(`/api/v1/patrol/rounds/${round.id}`)
    expect(body).toMatchObject({ state: 'done', visited: points.length, marked: 0 })
    const list = await desk.get(`/api/v1/patrol/checkins?round=${round.id}`)
    const [first] = list.body.items.filter(
      (one: { point: { id: string } }) => one.point.id === points[0]?.id,
    )
    expect(first).toMatchObject({ isPhotoAwaited: false, chain: 'first' })
    expect(first.picture).toMatch(/^[0-9a-f]{64}$/)
    expect(sha256Of(photo)).not.toBe(first.picture)
  })
})

describe('a reader at a point', () => {
  const readerId = 'v1-reader1'
  const device = readDevices(town).find(({ id }) => id === readerId)
  let key: string | null

  beforeAll(async () => {
    const admin = await house.as('townAdmin-town')
    const place = { lon: 106.72647, lat: 29.186465, radiusM: 30 }
    const point = { id: 'post', name: '村委读卡器', ...place, tag: 'reader', reader: readerId }
    const added = await admin.post('/api/v1/patrol/points', point)
    expect([added.status, added.text]).toEqual([201, added.text])
    key = (await admin.get('/api/v1/patrol/points/post/tag')).body.readerKey
  })

  async function readWith(keyOfReader: string | null, firstCounter: number) {
    if (!device) throw new Error('the sample town has no reader')
    const reader = createTagReader({
      url: `mqtt://127.0.0.1:${house.gateway.mqttPort()}`,
      device,
      secret: house.secrets[readerId] ?? '',
      key: keyOfReader,
      firstCounter,
    })
    await reader.connect()
    clock.advance(minute)
    await reader.read({ uid: '04A1B2C3D4E5F6', patroller: 'patroller-a' }, clock.now())
    await reader.leave()
    const desk = await house.as('operator-town')
    let found: { at: number } | undefined
    await until(async () => {
      const { body } = await desk.get(`/api/v1/patrol/checkins?point=post&from=${clock.now()}`)
      found = body.items[0]
      return found !== undefined
    })
    return found
  }

  it('signs what it reads, and needs no satellites for it', async () => {
    expect(await readWith(key, 10)).toMatchObject({
      status: 'accepted',
      grade: 'cryptographic',
      marks: [],
      patroller: 'patroller',
    })
  })

  it('that does not sign proves as much as a sticker', async () => {
    expect(await readWith(null, 20)).toMatchObject({ status: 'accepted', grade: 'static' })
  })

  it('with a wrong key, or with a counter of before, is refused', async () => {
    const wrong = await readWith('00'.repeat(32), 30)
    expect(wrong).toMatchObject({ status: 'refused', refusal: { kind: 'forged' } })
    const again = await readWith(key, 10)
    expect(again).toMatchObject({ status: 'refused', refusal: { kind: 'replayed' } })
  })
})
