import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newReportSchema, similarSchema } from '../../../../gateway/http/schemas/queue.ts'
import { caseDetailSchema, caseSchema } from '../../../../gateway/http/schemas.ts'
import { uploadKeptMs } from '../../../../gateway/ports/picture-uploads.ts'
import { type House, openHouse, type Person, signIn, townCode, villageA } from '../house.ts'
import { auditOf, idOf } from '../people-kit.ts'
import { aJpeg, sendPicture } from '../pictures-kit.ts'
import { day, hour, minute, townClock } from '../town-clock.ts'

/** Reports of people and programs: how they become cases, and what goes with them. */

const clock = townClock()
const path = '/api/v1/cases'
const inA = { lon: 106.705543, lat: 29.190586 }
const inGrid2 = { lon: 106.723277, lat: 29.187206 }
const inB = { lon: 106.738354, lat: 29.190468 }
let house: House
let desk: Person
let sequence = 0

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`grid-one,一格,gridWorker,${villageA}001`, `other-desk,别的,operator,${townCode}`],
  })
  desk = await house.as('operator-town')
})

afterAll(() => house?.stop())

const body = (over: object = {}) => ({
  hazard: 'environment',
  text: `路边垃圾 ${++sequence}`,
  ...inA,
  ...over,
})

async function token(role: string, scope = townCode): Promise<(over?: object) => Promise<Answer>> {
  const admin = await person('townAdmin-town')
  const { secret } = (
    await admin.post('/api/v1/tokens', { name: `${role} ${++sequence}`, role, scope, days: 1 })
  ).body
  return (over) =>
    house.ask(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body(over)),
    })
}

type Answer = Awaited<ReturnType<House['ask']>>
const report = async (over?: object, by = desk): Promise<Answer> => by.post(path, body(over))
/** Sessions do not outlast a day's pause. */
const person = (username: string) => signIn(house.ask, username)

async function later(ms: number): Promise<void> {
  clock.advance(ms)
  desk = await person('operator-town')
}

describe('a report', () => {
  it('is a case of the grid it lies in, with its number, clocks and words', async () => {
    const answer = await report({
      text: '  村口有人烧秸秆  ',
      hazard: 'strawBurning',
      severity: 'yellow',
    })
    expect(answer.status).toBe(201)
    const made = caseDetailSchema.parse(answer.body)
    expect(made).toMatchObject({
      state: 'reported',
      tier: 'grid',
      hazard: 'strawBurning',
      severity: 'yellow',
      village: villageA,
      grid: `${villageA}001`,
      title: '青石村第一网格 秸秆焚烧',
      text: '村口有人烧秸秆',
      source: 'desk',
      ...inA,
      openedAt: clock.now(),
      dueAt: clock.now() + 5 * minute,
      holder: null,
      incident: null,
      evidence: [],
      alarms: 0,
      lastAlarm: null,
      version: 1,
      unit: '生态环保服务中心',
    })
    expect(made.number).toMatch(/^云岭-20260615-\d{4}$/)
    expect(made.actions).toEqual(expect.arrayContaining(['accept', 'void', 'merge']))
  })

  it('stands in the timeline, the audit log and the news, with who sent it', async () => {
    const { body: made } = await report({ source: 'resident' })
    expect(made.timeline).toMatchObject([
      { act: 'opened', actor: 'operator', toState: 'reported', text: made.text, at: clock.now() },
    ])
    const history = await house.db
      .selectFrom('case_history')
      .selectAll()
      .where('case_id', '=', made.id)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(history.detail ?? '')).toEqual({ source: 'resident' })
    expect(await auditOf(house, `case:${made.id}`)).toEqual([
      {
        actor: await idOf(house, 'operator-town'),
        act: 'reportCase',
        subject: `case:${made.id}`,
        detail: `${made.number} environment resident`,
        address: '127.0.0.1',
      },
    ])
    const news = await house.db
      .selectFrom('outbox')
      .select(['topic', 'village', 'place'])
      .where('body', '=', JSON.stringify({ id: made.id }))
      .execute()
    expect(news).toEqual([{ topic: 'case', village: villageA, place: `${villageA}001` }])
  })

  it('runs its clock from the database', async () => {
    const { body: made } = await report({ hazard: 'strawBurning' })
    const row = await house.db
      .selectFrom('case')
      .select(['due_at', 'remind_at', 'next_timer_at', 'reported_by'])
      .where('id', '=', made.id)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({
      due_at: clock.now() + 5 * minute,
      remind_at: clock.now() + 4 * minute,
      next_timer_at: clock.now() + 4 * minute,
      reported_by: await idOf(house, 'operator-town'),
    })
  })

  it('is numbered in one sequence with all others of the day', async () => {
    const numbers = []
    for (let n = 0; n < 3; n++) {
      numbers.push(Number((await report()).body.number.split('-')[2]))
    }
    const [first = 0] = numbers
    expect(numbers).toEqual([first, first + 1, first + 2])
  })

  it.each<[string, string, string]>([
    ['of the desk', 'operator-town', 'desk'],
    ['of a cadre', 'villageCadre-a', 'desk'],
    ['of a grid worker', 'gridWorker-a', 'patrol'],
    ['of a patroller', 'patroller-a', 'patrol'],
  ])('%s says so by itself', async (_name, who, source) => {
    const answer = await report({}, await person(who))
    expect([answer.status, answer.body.source]).toEqual([201, source])
  })

  it('of a program says so, or from whom the program has it', async () => {
    const send = await token('operator')
    const answer = await send()
    expect(answer.body).toMatchObject({ source: 'program', title: '青石村第一网格 人居环境' })
    expect((await send({ source: 'resident' })).body.source).toBe('resident')
  })

  it('has no field for who told it', () => {
    expect(Object.keys(newReportSchema.shape).toSorted()).toEqual(
      ['externalId', 'hazard', 'lat', 'lon', 'pictures', 'severity', 'source', 'text'].toSorted(),
    )
    expect(newReportSchema.shape.text.description).toMatch(/no names, telephone or ID numbers/)
  })

  it('is stored without what was sent beside its fields', async () => {
    const answer = await report({ reporterName: '张三', phone: '13800000000' })
    expect(answer.status).toBe(201)
    const row = await house.db
      .selectFrom('case')
      .selectAll()
      .where('id', '=', answer.body.id)
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toMatch(/张三|13800000000/)
  })
})

describe('what is wrong with a report', () => {
  it.each<[string, object, RegExp]>([
    ['a hazard that is none', { hazard: 'dragon' }, /no hazard "dragon"; known are forestFire,/],
    ['a place outside the town', { lon: 120, lat: 30 }, /120, 30 lies in no village of this town/],
    ['latitude first', { lon: 29.19, lat: 89 }, /longitude first/],
    ['no words', { text: ' ' }, /text/],
    ['too many words', { text: 'x'.repeat(2001) }, /text/],
    ['a longitude that is none', { lon: 181 }, /lon/],
    ['a source that only devices are', { source: 'alarm' }, /source/],
    ['a picture that is none', { pictures: ['x'] }, /pictures/],
    [
      'a picture that nobody sent',
      { pictures: ['a'.repeat(64)] },
      /pictures: a{12}… is not a picture/,
    ],
    ['ten pictures', { pictures: Array.from({ length: 10 }, () => 'a'.repeat(64)) }, /pictures/],
    ['an empty id', { externalId: '' }, /externalId/],
  ])('%s is 400, in words, and leaves nothing', async (_name, over, said) => {
    const before = await counts()
    const answer = await report(over)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(said)])
    expect(await counts()).toEqual(before)
  })

  async function counts() {
    const of = async (table: 'case' | 'case_history' | 'outbox' | 'audit') => {
      const row = await house.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return row.count
    }
    return [await of('case'), await of('case_history'), await of('outbox'), await of('audit')]
  }

  it.each([
    ['another village', 'villageCadre-a', inB],
    ['another grid', 'grid-one', inGrid2],
  ])('of %s than the sender’s is 404', async (_name, who, where) => {
    const answer = await report(where, await person(who))
    expect([answer.status, answer.body.detail]).toEqual([
      404,
      'There is no such place, or it is outside your area.',
    ])
    expect((await report(inA, await person(who))).status).toBe(201)
    const tried = async () =>
      (await auditOf(house, `request:POST ${path}`)).filter(
        ({ act, detail }) => act === 'refusedOutsideScope' && detail?.startsWith('place:9901'),
      )
    const actor = await idOf(house, who)
    await expect.poll(async () => (await tried()).map((entry) => entry.actor)).toContain(actor)
  })

  it('a token reports no further than its own place', async () => {
    const send = await token('patroller', villageA)
    expect((await send()).status).toBe(201)
    expect((await send(inB)).status).toBe(404)
  })
})

describe('the sender’s own id', () => {
  it('makes the same report twice one case', async () => {
    const first = await report({ externalId: 'call-7' })
    const again = await report({ externalId: 'call-7', text: 'sent again' })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body.id).toBe(first.body.id)
    expect(again.body.text).toBe(first.body.text)
    expect(again.body.timeline).toHaveLength(1)
  })

  it('is each sender’s own', async () => {
    const other = await person('other-desk')
    const mine = await report({ externalId: 'call-8' })
    const theirs = await report({ externalId: 'call-8' }, other)
    expect([mine.status, theirs.status]).toEqual([201, 201])
    expect(theirs.body.id).not.toBe(mine.body.id)
  })

  it('sent by many at once is one case, and all answer with it', async () => {
    const send = await token('operator')
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => send({ externalId: 'hook-1' })),
    )
    expect(new Set(answers.map(({ body: made }) => made.id)).size).toBe(1)
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 11 }, () => 200),
      201,
    ])
    const rows = await house.db
      .selectFrom('case')
      .select('id')
      .where('external_id', '=', 'hook-1')
      .execute()
    expect(rows).toHaveLength(1)
  })

  it('answers with the case also after it went on', async () => {
    const { body: made } = await report({ externalId: 'call-9' })
    await desk.post(`${path}/${made.id}/actions`, { action: 'accept' })
    const again = await report({ externalId: 'call-9' })
    expect([again.status, again.body.state]).toEqual([200, 'accepted'])
  })
})

describe('pictures of a report', () => {
  it('are the sender’s uploads, shown with the case to its village', async () => {
    const sent = await sendPicture(house, desk, await aJpeg(80, 60))
    const { sha256 } = sent.body
    const viewer = await person('viewer-a')
    expect((await viewer.get(`/api/v1/pictures/${sha256}`)).status).toBe(404)
    const answer = await report({ pictures: [sha256] })
    expect(answer.status).toBe(201)
    const rows = await house.db
      .selectFrom('case_picture')
      .selectAll()
      .where('case_id', '=', answer.body.id)
      .execute()
    const by = await idOf(house, 'operator-town')
    expect(rows).toEqual([
      { case_id: answer.body.id, sha256, history_id: null, at: clock.now(), by },
    ])
    expect((await viewer.get(`/api/v1/pictures/${sha256}`)).status).toBe(200)
  })

  it('somebody else’s upload is refused', async () => {
    const { sha256 } = (await sendPicture(house, desk, await aJpeg(81, 60))).body
    const answer = await report({ pictures: [sha256] }, await person('other-desk'))
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      expect.stringMatching(/send it again/),
    ])
  })
})

describe('similar cases', () => {
  const similar = async (id: string, by = desk) => {
    const { body: list, status } = await by.get(`${path}/${id}/similar`)
    expect(status).toBe(200)
    for (const one of list.items) similarSchema.parse(one)
    return list.items
  }
  const at = (metres: number) => ({ lon: inGrid2.lon, lat: inGrid2.lat + metres / 111_195 })

  it('are open, of the hazard, near and recent, the nearest first', async () => {
    await later(2 * day)
    const far = (await report({ hazard: 'helpCall', ...at(45) })).body
    const near = (await report({ hazard: 'helpCall', ...at(10) })).body
    await report({ hazard: 'helpCall', ...at(60) })
    await report({ hazard: 'environment', ...at(5) })
    const ended = (await report({ hazard: 'helpCall', ...at(3) })).body
    await desk.post(`${path}/${ended.id}/actions`, { action: 'void', reason: '重复' })
    clock.advance(10 * minute)
    const own = (await report({ hazard: 'helpCall', ...at(0) })).body
    const items = await similar(own.id)
    expect(items.map((one: { case: { id: string } }) => one.case.id)).toEqual([near.id, far.id])
    expect(items[0]).toMatchObject({ minutesApart: 10, case: { number: near.number } })
    expect(items[0].distanceM).toBeCloseTo(10, 0)
    clock.advance(31 * minute)
    const last = (await report({ hazard: 'helpCall', ...at(0) })).body
    // The nearest is 31 minutes ago, the others 41.
    expect(await similar(last.id)).toEqual([])
  })

  it('of hazards that nothing joins by distance are within 500 m and a day', async () => {
    await later(2 * day)
    const first = (await report({ hazard: 'dispute', ...at(400) })).body
    await later(23 * hour)
    const own = (await report({ hazard: 'dispute', ...at(0) })).body
    expect(await similar(own.id)).toMatchObject([{ case: { id: first.id }, minutesApart: 1380 }])
    await later(2 * hour)
    const last = (await report({ hazard: 'dispute', ...at(0) })).body
    expect(await similar(last.id)).toMatchObject([{ case: { id: own.id }, minutesApart: 120 }])
  })

  it('of another area are not shown', async () => {
    await later(2 * day)
    const grid = await person('grid-one')
    // Either side of the border between the first and the second grid.
    const own = (await report({ hazard: 'flood', ...inA })).body
    await report({ hazard: 'flood', ...inGrid2 })
    expect(await similar(own.id)).toHaveLength(1)
    expect(await similar(own.id, grid)).toEqual([])
  })

  it('of a case elsewhere are 404', async () => {
    const theirs = (await report(inB)).body
    const cadre = await person('villageCadre-a')
    expect((await cadre.get(`${path}/${theirs.id}/similar`)).status).toBe(404)
  })
})

describe('similar cases of what is not reported yet', () => {
  const around = async (query: Record<string, string | number>, by = desk) => {
    const asked = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))
    const { body: list, status } = await by.get(`${path}/similar?${asked}`)
    expect(status).toBe(200)
    for (const one of list.items) similarSchema.parse(one)
    return list.items.map((one: { case: { id: string } }) => one.case.id)
  }
  const at = (metres: number) => ({ lon: inGrid2.lon, lat: inGrid2.lat + metres / 111_195 })

  it('are those that it will have as a case', async () => {
    await later(2 * day)
    const far = (await report({ hazard: 'helpCall', ...at(45) })).body
    const near = (await report({ hazard: 'helpCall', ...at(10) })).body
    await report({ hazard: 'helpCall', ...at(60) })
    await report({ hazard: 'traffic', ...at(1) })
    clock.advance(29 * minute)
    expect(await around({ hazard: 'helpCall', ...at(0) })).toEqual([near.id, far.id])
    const own = (await report({ hazard: 'helpCall', ...at(0) })).body
    const { items } = (await desk.get(`${path}/${own.id}/similar`)).body
    expect(items.map((one: { case: { id: string } }) => one.case.id)).toEqual([near.id, far.id])
    clock.advance(2 * minute)
    expect(await around({ hazard: 'helpCall', ...at(0) })).toEqual([own.id])
    expect(await around({ hazard: 'no-such', ...at(0) })).toEqual([])
  })

  it('are all of a grid, for who knows no more', async () => {
    await later(2 * day)
    const near = (await report({ hazard: 'helpCall', ...at(0) })).body
    const { grid } = near
    const away = { hazard: 'helpCall', ...at(2000) }
    expect(await around(away)).toEqual([])
    expect(await around({ ...away, grid })).toEqual([near.id])
    expect(await around({ ...away, grid: `${villageA}001` })).toEqual([])
  })

  it('of another area are not shown', async () => {
    await later(2 * day)
    await report({ hazard: 'flood', ...inGrid2 })
    const asked = { hazard: 'flood', ...inA, grid: `${villageA}002` }
    expect(await around(asked)).toHaveLength(1)
    expect(await around(asked, await person('grid-one'))).toEqual([])
  })

  it.each(['', '?hazard=flood', '?hazard=flood&lon=106.7', '?hazard=flood&lon=x&lat=29'])(
    'need hazard and point: %s',
    async (query) => {
      expect((await desk.get(`${path}/similar${query}`)).status).toBe(400)
    },
  )
})

describe('a case without an incident', () => {
  it('is in the lists, on the board and in the counts like any other', async () => {
    const made = (await report({ hazard: 'traffic' })).body
    const list = await desk.get(`${path}?sort=urgency&hazard=traffic&limit=200`)
    expect(list.status).toBe(200)
    expect(list.body.items.map(({ id }: { id: string }) => id)).toContain(made.id)
    for (const one of list.body.items) caseSchema.parse(one)
    const board = await desk.get(`/api/v1/villages/${villageA}/board`)
    expect(board.status).toBe(200)
    expect(board.body.recent.map(({ id }: { id: string }) => id)).toContain(made.id)
    expect((await desk.get('/api/v1/load')).status).toBe(200)
  })

  it('goes all its way, and reopens', async () => {
    const made = (await report({ hazard: 'traffic' })).body
    const act = async (action: object) => {
      const answer = await desk.post(`${path}/${made.id}/actions`, action)
      return [answer.status, answer.body.state]
    }
    expect(await act({ action: 'accept' })).toEqual([200, 'accepted'])
    const to = { unit: '平安办' }
    expect(await act({ action: 'dispatch', to })).toEqual([200, 'dispatched'])
    expect(await act({ action: 'sign' })).toEqual([200, 'handling'])
    expect(await act({ action: 'feedback', text: '已劝离' })).toEqual([200, 'verifying'])
    expect(await act({ action: 'verify', text: '属实' })).toEqual([200, 'closed'])
    expect(await act({ action: 'reopen', reason: '又来了' })).toEqual([200, 'accepted'])
  })

  it('takes in another report, whose words and pictures go on with it', async () => {
    const { sha256 } = (await sendPicture(house, desk, await aJpeg(90, 60))).body
    const into = (await report({ hazard: 'traffic', ...inA })).body
    const from = (await report({ hazard: 'traffic', ...inB, pictures: [sha256] })).body
    const merged = await desk.post(`${path}/${from.id}/actions`, { action: 'merge', into: into.id })
    expect([merged.status, merged.body.state]).toEqual([200, 'merged'])
    const row = await house.db
      .selectFrom('case')
      .select(['text', 'merged_into', 'incident'])
      .where('id', '=', from.id)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ text: from.text, merged_into: into.id, incident: null })
    // The picture of village B is now also of the case of village A.
    const viewer = await person('viewer-a')
    expect((await viewer.get(`/api/v1/pictures/${sha256}`)).status).toBe(200)
  })
})

describe('suggestions', () => {
  it('are people, teams and units with their facts, on duty first', async () => {
    const supervisor = await person('supervisor-town')
    const now = clock.now()
    await house.db
      .updateTable('user')
      .set({ team: '红袖标1队' })
      .where('username', '=', 'patroller-a')
      .execute()
    const duty = { username: 'patroller-a', startsAt: now - hour, endsAt: now + hour }
    expect((await supervisor.post('/api/v1/duty', duty)).status).toBe(201)
    const made = (await report({ hazard: 'environment' })).body
    await desk.post(`${path}/${made.id}/actions`, { action: 'accept' })
    await desk.post(`${path}/${made.id}/actions`, { action: 'dispatch', to: { unit: '农服中心' } })
    const { status, body: list } = await desk.get(`${path}/${made.id}/suggestions`)
    expect(status).toBe(200)
    const one = await idOf(house, 'grid-one')
    const all = await idOf(house, 'gridWorker-a')
    expect(list.items.map((item: { to: object }) => item.to)).toEqual([
      { kind: 'team', id: '红袖标1队' },
      { kind: 'user', id: one },
      { kind: 'user', id: all },
      { kind: 'unit', id: '各村' },
      { kind: 'unit', id: '农服中心' },
    ])
    expect(list.items[0]).toMatchObject({ onDuty: true, name: '红袖标1队', openCases: 0 })
    expect(list.items[0].distanceM).toBeCloseTo(0, 0)
    expect(list.items[1]).toMatchObject({ name: '一格', onDuty: false, distanceM: 0 })
    expect(list.items[4]).toMatchObject({ onDuty: false, distanceM: null })
    expect(list.items[4].openCases).toBeGreaterThan(0)
  })

  it('take those who are disabled out, and duties that are over', async () => {
    await later(2 * hour)
    const admin = await person('townAdmin-town')
    await admin.send('PATCH', '/api/v1/users/grid-one', { disabled: true })
    const made = (await report()).body
    const { items } = (await desk.get(`${path}/${made.id}/suggestions`)).body
    expect(items.some((item: { name: string }) => item.name === '一格')).toBe(false)
    expect(items.some((item: { onDuty: boolean }) => item.onDuty)).toBe(false)
  })

  it('are not for those who only look', async () => {
    const made = (await report()).body
    const viewer = await person('viewer-a')
    expect((await viewer.get(`${path}/${made.id}/suggestions`)).status).toBe(403)
  })
})

describe('an upload', () => {
  it('can be used for a day', async () => {
    const { sha256 } = (await sendPicture(house, desk, await aJpeg(91, 60))).body
    await later(uploadKeptMs)
    expect((await report({ pictures: [sha256] })).status).toBe(201)
  })
})
