import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mostCalls, mostReportsADay } from '../../../../gateway/pipeline/patrol-reports.ts'
import { openReceiver, type Receiver } from '../../notify/receiver.ts'
import { type House, openHouse, type Person, signIn, villageA, villageB } from '../house.ts'
import { aPhoto, aVoice, hashOf, upload } from '../phone-kit.ts'
import { hour, townClock } from '../town-clock.ts'

/** 随手报 and 一键求助 through a whole gateway: what is sent, where it is booked, what comes back. */

const api = '/api/v1'
const clock = townClock()
let house: House
let walker: Person
let desk: Person
let receiver: Receiver

beforeAll(async () => {
  receiver = await openReceiver()
  house = await openHouse({ clock, networks: ['127.0.0.0/8'] })
  walker = await house.as('patroller-a')
  desk = await house.as('supervisor-town')
})

afterAll(async () => {
  await house?.stop()
  await receiver?.stop()
})

const inVillageA = { lon: 106.704425, lat: 29.183339 }
const inVillageB = { lon: 106.743192, lat: 29.190195 }

const a = (more: object = {}) => ({
  id: randomUUID(),
  hazard: 'environment',
  text: '路边垃圾堆',
  at: clock.now(),
  ...inVillageA,
  ...more,
})
const report = (body: object, person = walker) => person.post(`${api}/patrol/reports`, body)
const caseOf = async (id: string) => (await desk.get(`${api}/cases/${id}`)).body
const act = (id: string, deed: object, person = desk) =>
  person.post(`${api}/cases/${id}/actions`, deed)

async function own(id: string, person = walker) {
  const { items } = (await person.get(`${api}/patrol/reports`)).body
  return items.find((one: { id: string }) => one.id === id)
}

describe('a report from the road', () => {
  it.each([9e15, -9e15, 0])('made at %s by its phone is of when it came', async (at) => {
    const { status, body } = await report(a({ at }))
    expect([status, body.at]).toEqual([201, clock.now()])
    const [opened] = (await caseOf(body.case)).timeline
    expect(opened.facts ?? {}).not.toHaveProperty('seenAt')
  })

  it('is a case of its grid, by patrol, and the answer tells its number', async () => {
    const sent = a()
    const answer = await report(sent)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      id: sent.id,
      case: expect.any(String),
      number: expect.stringMatching(/-\d{4}$/),
      title: expect.stringContaining('人居环境'),
      state: 'reported',
      at: sent.at,
      text: sent.text,
      answers: [],
    })
    expect(await caseOf(answer.body.case)).toMatchObject({
      village: villageA,
      source: 'patrol',
      severity: 'blue',
      ...inVillageA,
    })
  })

  it('sent again, also twice at once, is one case', async () => {
    const sent = a()
    const answers = await Promise.all([report(sent), report(sent), report(sent)])
    answers.push(await report(sent))
    expect(new Set(answers.map(({ body }) => body.case)).size).toBe(1)
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 200, 200, 201,
    ])
    const others = await report(sent, await house.as('patroller-town'))
    expect(others.body.case).not.toBe(answers[0]?.body.case)
  })

  it('of a neighbouring village is taken, too', async () => {
    const { status, body } = await report(a({ hazard: 'forestFire', ...inVillageB }))
    expect(status).toBe(201)
    expect(await caseOf(body.case)).toMatchObject({ village: villageB, severity: 'orange' })
  })

  it('a little outside the town is booked at the nearest point, where it really is', async () => {
    const outside = { lon: 106.6, lat: 29.19 }
    const { status, body } = await report(a(outside))
    expect(status).toBe(201)
    expect(await caseOf(body.case)).toMatchObject({ ...outside, village: villageA })
  })

  it('without a fix is at the point that was named', async () => {
    const { body } = await report(a({ lon: undefined, lat: undefined, point: 'p201' }))
    expect(await caseOf(body.case)).toMatchObject({
      village: villageB,
      lon: 106.738354,
      lat: 29.190468,
    })
  })

  it('with a fix in the sea, and of no point, is somewhere in the sender’s place', async () => {
    const { status, body } = await report(a({ lon: 0, lat: 0, point: 'of-yesterday' }))
    expect(status).toBe(201)
    expect(await caseOf(body.case)).toMatchObject({ village: villageA })
  })

  it('of a hazard that is no more is taken as another one', async () => {
    const { status, body } = await report(a({ hazard: 'of-yesterday' }))
    expect(status).toBe(201)
    expect(await caseOf(body.case)).toMatchObject({ hazard: 'environment' })
  })

  it('says nothing: that is told', async () => {
    const answer = await report(a({ text: ' ' }))
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toContain('take a photo, or speak it')
  })

  it('that comes hours later says when it was seen', async () => {
    const { body } = await report(a({ at: clock.now() - 3 * hour }))
    const [opened] = (await caseOf(body.case)).timeline
    expect(opened.facts).toEqual({ source: 'patrol', seenAt: clock.now() - 3 * hour })
  })
})

describe('its photos and its voice', () => {
  it('join it when they come after it, and a second time change nothing', async () => {
    const [one, two] = [await aPhoto(), await aPhoto()]
    const voice = aVoice('v')
    const sent = a({ text: '', photos: [hashOf(one), hashOf(two)], voice: hashOf(voice) })
    const { body } = await report(sent)
    expect(await caseOf(body.case)).toMatchObject({ text: null, pictures: [], voices: [] })
    await upload(house, walker, 'photo', one)
    expect((await caseOf(body.case)).pictures).toHaveLength(1)
    await upload(house, walker, 'voice', voice)
    await upload(house, walker, 'photo', two)
    await upload(house, walker, 'photo', two)
    await report(sent)
    const now = await caseOf(body.case)
    expect(now.pictures).toHaveLength(2)
    expect(now.voices).toEqual([
      { sha256: hashOf(voice), type: 'audio/webm', at: clock.now(), by: 'patroller' },
    ])
    expect((await desk.get(`${api}/pictures/${now.pictures[0]}`)).status).toBe(200)
  })

  it('join it when they came before it', async () => {
    const photo = await upload(house, walker, 'photo', await aPhoto())
    const voice = await upload(house, walker, 'voice', aVoice('w'))
    const { body } = await report(a({ text: '', photos: [photo], voice }))
    const now = await caseOf(body.case)
    expect(now.pictures).toHaveLength(1)
    expect(now.voices).toHaveLength(1)
  })

  it('of somebody else are not taken into it', async () => {
    const other = await house.as('patroller-town')
    const photo = await upload(house, other, 'photo', await aPhoto())
    const { body } = await report(a({ photos: [photo] }))
    expect((await caseOf(body.case)).pictures).toEqual([])
  })
})

describe('what comes back', () => {
  it('is told in its order, by unit or role and not by name', async () => {
    const sent = a()
    const { body } = await report(sent)
    await act(body.case, { action: 'accept' })
    await act(body.case, { action: 'note', text: '内部：电话联系过了' })
    await act(body.case, { action: 'dispatch', to: { user: 'gridWorker-a' } })
    await act(body.case, { action: 'sign' }, await house.as('gridWorker-a'))
    await act(body.case, { action: 'feedback', text: '已清运' }, await house.as('gridWorker-a'))
    const told = await own(sent.id)
    expect(told.state).toBe('verifying')
    expect(told.answers).toEqual([
      { at: clock.now(), act: 'accept', by: 'supervisor', text: '' },
      { at: clock.now(), act: 'dispatch', by: 'supervisor', text: '' },
      { at: clock.now(), act: 'sign', by: 'gridWorker', text: '' },
      { at: clock.now(), act: 'feedback', by: 'gridWorker', text: '已清运' },
    ])
  })

  it('of a case that was merged goes on in the other one', async () => {
    const first = (await report(a())).body
    const second = a()
    const merged = (await report(second)).body
    await act(first.case, { action: 'accept' })
    clock.advance(1000)
    await act(merged.case, { action: 'merge', into: first.case })
    await act(first.case, { action: 'dispatch', to: { user: 'gridWorker-a' } })
    const told = await own(second.id)
    expect(told.state).toBe('dispatched')
    expect(told.answers.map((one: { act: string }) => one.act)).toEqual(['merge', 'dispatch'])
  })

  it('is one’s own, the newest first', async () => {
    const sent = a({ at: clock.now() + 1000 })
    await report(sent)
    const { items } = (await walker.get(`${api}/patrol/reports`)).body
    expect(items[0].id).toBe(sent.id)
    expect(await own(sent.id, await house.as('gridWorker-a'))).toBeUndefined()
  })
})

describe('a call for help', () => {
  const call = (more: object = {}, person = walker) =>
    person.post(`${api}/patrol/help`, { id: randomUUID(), at: clock.now(), ...more })

  it('is a red case where the caller is, on the console before all others', async () => {
    const { status, body } = await call(inVillageA)
    expect(status).toBe(201)
    expect(await caseOf(body.case)).toMatchObject({
      hazard: 'helpCall',
      severity: 'red',
      state: 'reported',
      ...inVillageA,
    })
    const { items } = (await desk.get(`${api}/cases?sort=urgency&hazard=helpCall`)).body
    expect(items[0].id).toBe(body.case)
  })

  it('without a fix is where the caller checked in last', async () => {
    const { id } = await house.db
      .selectFrom('user')
      .select('id')
      .where('username', '=', 'gridWorker-a')
      .executeTakeFirstOrThrow()
    await house.db
      .insertInto('checkin')
      .values({
        id: 'before-help',
        status: 'accepted',
        grade: 'static',
        marks: '[]',
        findings: '[]',
        point: 'p104',
        village: villageA,
        patroller: id,
        at: clock.now() - hour,
        said_at: clock.now() - hour,
        received_at: clock.now() - hour,
      })
      .execute()
    const { body } = await call({}, await house.as('gridWorker-a'))
    expect(await caseOf(body.case)).toMatchObject({ lon: 106.72577, lat: 29.201403 })
  })

  it('of nowhere is taken all the same', async () => {
    const { status, body } = await call({}, await house.as('patroller-town'))
    expect(status).toBe(201)
    expect(await caseOf(body.case)).toMatchObject({ severity: 'red' })
  })

  it('sent twice is one', async () => {
    const sent = { id: randomUUID(), at: clock.now(), ...inVillageA }
    const [one, two] = [await call(sent), await call(sent)]
    expect([one.status, two.status]).toEqual([201, 200])
    expect(two.body.case).toBe(one.body.case)
  })

  it('pages like every red case', async () => {
    const admin = await house.as('townAdmin-town')
    await admin.post(`${api}/channels`, {
      name: '平台',
      kind: 'webhook',
      url: `${receiver.url}/hook/help`,
      secret: 'a-secret-that-both-know',
    })
    const { body } = await call(inVillageA)
    await vi.waitFor(
      async () => {
        const { items } = (await admin.get(`${api}/deliveries?case=${body.case}`)).body
        expect(items.length).toBeGreaterThan(0)
        expect(receiver.taken.length).toBeGreaterThan(0)
      },
      { timeout: 20_000, interval: 20 },
    )
  })
})

describe('somebody who sends on and on', () => {
  const call = (id: string, person = walker) =>
    person.post(`${api}/patrol/help`, { id, at: clock.now(), text: '', ...inVillageA })

  it('is one person in need, whom nobody refuses, and others are heard beside', async () => {
    clock.advance(2 * hour)
    const calls = []
    for (let n = 0; n < mostCalls + 3; n++) calls.push(await call(`again-${n}`))
    expect(new Set(calls.map(({ body }) => body.case)).size).toBe(mostCalls)
    expect(calls.map(({ status }) => status)).toEqual([
      ...Array.from({ length: mostCalls }, () => 201),
      200,
      200,
      200,
    ])
    expect((await call('again-7')).body).toEqual(calls.at(-1)?.body)
    expect((await call('of-another', await house.as('gridWorker-a'))).status).toBe(201)
  })

  it('is heard again when somebody looked, and when an hour is over', async () => {
    const { body } = await call('once-more')
    await act(body.case, { action: 'void', reason: '误报' })
    expect((await call('after-that')).status).toBe(201)
    clock.advance(2 * hour)
    expect((await call('later')).status).toBe(201)
  })

  it('reports so much a day, and the rest the day after', async () => {
    const other = await house.as('villageCadre-a')
    const { body } = await report(a(), other)
    const user = await house.db
      .selectFrom('user')
      .select('id')
      .where('username', '=', 'villageCadre-a')
      .executeTakeFirstOrThrow()
    const rows = Array.from({ length: mostReportsADay }, (_, n) => {
      const row = { id: `many-${n}`, by: user.id, case_id: body.case, at: clock.now() }
      return { ...row, body: '{"text":"","photos":[],"voice":null,"accuracyM":null}' }
    })
    await house.db.insertInto('patrol_report').values(rows).execute()
    expect((await report(a(), other)).status).toBe(429)
    expect((await call('in-need', other)).status).toBe(201)
    clock.advance(25 * hour)
    expect((await report(a(), await signIn(house.ask, 'villageCadre-a'))).status).toBe(201)
  })
})
