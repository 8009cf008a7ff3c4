import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageOf, type QuarantineView, quarantineSchema } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'
import { allPages, sayOnce, seen } from '../on-air.ts'
import { hour, minute, townClock } from '../town-clock.ts'

/** What could not be accepted waits here; nothing is lost, and nothing wrong is believed. */

const clock = townClock()
const path = '/api/v1/quarantine'
const page = pageOf(quarantineSchema.strict()).strict()
let house: House
let operator: Person

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`desk-a,村值守,operator,${villageA}`, `desk-grid,格值守,operator,${villageA}001`],
  })
  operator = await house.as('operator-town')
})

afterAll(() => house?.stop())

async function waiting(query = '', person = operator): Promise<QuarantineView[]> {
  const { body } = await person.get(`${path}?limit=200${query}`)
  return page.parse(body).items
}

/** The device says something wrong; the answer is its one entry that waits. */
async function wrong(device: string, payload: unknown, channel = 'telemetry') {
  await sayOnce(house, device, channel, payload)
  const [entry] = await waiting(`&state=waiting&device=${device}`)
  if (!entry) throw new Error(`nothing of ${device} waits`)
  return entry
}

async function values(device: string, property = 'pm25'): Promise<number[]> {
  const query = `device=${device}&property=${property}&from=0&to=${clock.now() + hour}&resolution=raw`
  const { body } = await operator.get(`/api/v1/series?${query}`)
  return body.points.map((point: number[]) => point[1])
}

const act = (entry: { id: number }, what: string, body?: unknown, person = operator) =>
  person.post(`${path}/${entry.id}/${what}`, body)

describe('a message that makes no sense', () => {
  it.each([
    ['v3-pm1', '{"readings":{"pm25":', 'unparseable', /not JSON/],
    ['v3-pm2', { readings: { pm25: -5 } }, 'implausibleValue', /pm25 is -5, expected 0 to 2000/],
    ['v3-pm3', { readings: { pm10: 5 } }, 'unknownProperty', /pm10/],
    ['v3-pm4', { ts: 1_763_712_000, readings: { pm25: 5 } }, 'impossibleTime', /seconds/],
    ['v3-pm5', { readings: {} }, 'invalid', /at least/],
  ])(
    'of %s stands there with topic, payload, reason and time',
    async (device, payload, reason, words) => {
      const entry = await wrong(device, payload)
      expect(entry).toMatchObject({
        count: 1,
        firstAt: clock.now(),
        lastAt: clock.now(),
        topic: `lianxun/990101101203/${device}/telemetry`,
        village: '990101101203',
        device,
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
        reason,
        state: 'waiting',
      })
      expect(entry.detail).toMatch(words)
      expect(await values(device)).toEqual([])
    },
  )

  it('shows bytes that are no text as such', async () => {
    const entry = await wrong('v3-pm6', Buffer.from([0x41, 0xff, 0x00, 0x7a]))
    expect(entry.payload).toBe('A\\xFF\\x00z')
  })

  it('again is one entry with a count, not two', async () => {
    const first = await wrong('v4-pm1', { readings: { pm25: -1 } })
    clock.advance(minute)
    const again = await wrong('v4-pm1', { readings: { pm25: -1 } })
    expect(again).toMatchObject({ id: first.id, count: 2, firstAt: first.firstAt })
    expect(again.lastAt).toBe(first.lastAt + minute)
  })

  it('with a good part keeps the good part and waits with the rest', async () => {
    const entry = await wrong('v4-pm2', [
      { ts: clock.now() - 2, readings: { pm25: 11 } },
      { ts: clock.now() - 1, readings: { pm25: -11 } },
    ])
    expect(entry.detail).toMatch(/^1 of 2 observations/)
    expect(await values('v4-pm2')).toEqual([11])
  })
})

describe('replaying', () => {
  it('what is still wrong keeps waiting, and the answer says why', async () => {
    const entry = await wrong('v5-pm1', { readings: { pm25: 9999 } })
    const answer = await act(entry, 'replay')
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(/Still not acceptable.*pm25 is 9999, expected 0 to 2000/)
    expect(await waiting('&state=waiting&device=v5-pm1')).toHaveLength(1)
  })

  it('with a repaired text counts as of its first arrival', async () => {
    const [entry] = await waiting('&state=waiting&device=v5-pm1')
    const sentAt = entry?.firstAt as number
    clock.advance(10 * minute)
    const worse = await act(entry as QuarantineView, 'replay', { payload: '{"readings":' })
    expect(worse.status).toBe(400)
    const answer = await act(entry as QuarantineView, 'replay', {
      payload: '{"readings":{"pm25":99}}',
    })
    expect(quarantineSchema.strict().parse(answer.body)).toMatchObject({ state: 'replayed' })
    // What was sent stays on record as it was sent.
    expect(answer.body.payload).toBe('{"readings":{"pm25":9999}}')
    const query = `device=v5-pm1&property=pm25&from=0&to=${clock.now()}&resolution=raw`
    const { body } = await operator.get(`/api/v1/series?${query}`)
    expect(body.points).toEqual([[sentAt, 99]])
    expect(await waiting('&state=waiting&device=v5-pm1')).toEqual([])
  })

  it('as it was sent counts once the cause is mended', async () => {
    const soon = clock.now() + hour
    const entry = await wrong('v5-pm2', { ts: soon, readings: { pm25: 44 } })
    expect(entry).toMatchObject({ reason: 'impossibleTime' })
    expect((await act(entry, 'replay')).status).toBe(400)
    clock.advance(hour)
    expect((await act(entry, 'replay')).status).toBe(200)
    expect(await values('v5-pm2')).toEqual([44])
  })

  it('a second time is 409, and counts nothing twice', async () => {
    const [entry] = await waiting('&device=v5-pm2')
    const again = await act(entry as QuarantineView, 'replay')
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      present: 'replayed',
      detail: expect.stringMatching(/already/),
    })
    expect(await values('v5-pm2')).toEqual([44])
  })

  it('raises the alarm that the message would have raised', async () => {
    const entry = await wrong('v5-sos1', { type: 'help', state: 'maybe' }, 'event')
    const payload = JSON.stringify({ type: 'help', state: 'pulse' })
    expect((await act(entry, 'replay', { payload })).status).toBe(200)
    await seen<{ items: unknown[] }>(
      operator,
      '/api/v1/cases?hazard=helpCall&village=990101101205',
      (body) => body.items.length === 1,
    )
  })

  it('of a device that is out of service works when it is back', async () => {
    await putTo('outOfService', 'v6-pm1')
    const entry = await wrong('v6-pm1', { readings: { pm25: 3 } })
    expect(entry.reason).toBe('outOfService')
    expect((await act(entry, 'replay')).body.detail).toMatch(/put it back into service/)
    await putTo('active', 'v6-pm1')
    expect((await act(entry, 'replay')).status).toBe(200)
    expect(await values('v6-pm1')).toEqual([3])
  })

  it('a text that is too long or no text is refused before anything is done', async () => {
    const entry = await wrong('v6-pm2', '{')
    for (const payload of ['x'.repeat(262_145), 7, { readings: {} }]) {
      const answer = await act(entry, 'replay', { payload })
      expect(answer.status).toBe(400)
      expect(answer.body.detail).toMatch(/payload/)
    }
    expect(await waiting('&state=waiting&device=v6-pm2')).toHaveLength(1)
  })
})

describe('discarding', () => {
  it('keeps it listed, out of the load, and for good', async () => {
    const entry = await wrong('v7-pm1', 'noise')
    const before = (await operator.get('/api/v1/load')).body.quarantineWaiting
    const answer = await act(entry, 'discard')
    expect(quarantineSchema.strict().parse(answer.body)).toMatchObject({ state: 'discarded' })
    expect((await operator.get('/api/v1/load')).body.quarantineWaiting).toBe(before - 1)
    expect(await waiting('&state=discarded&device=v7-pm1')).toHaveLength(1)
    await sayOnce(house, 'v7-pm1', 'telemetry', 'noise')
    expect(await waiting('&state=waiting&device=v7-pm1')).toEqual([])
    expect((await act(entry, 'replay')).status).toBe(409)
  })

  it('what was replayed stays replayed', async () => {
    const [entry] = await waiting('&device=v5-pm2')
    const answer = await act(entry as QuarantineView, 'discard')
    expect(answer.body.state).toBe('replayed')
  })
})

describe('the list', () => {
  it('is newest first and pages without double or gap', async () => {
    const whole = await waiting()
    const numbers = whole.map((entry) => entry.id)
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
    expect(numbers.length).toBeGreaterThan(10)
    const { items, sizes } = await allPages(operator, `${path}?limit=3`)
    expect(items.map((entry) => entry.id)).toEqual(numbers)
    expect(Math.max(...sizes)).toBe(3)
  })

  it.each(['waiting', 'replayed', 'discarded'] as const)('by state: %s', async (state) => {
    const list = await waiting(`&state=${state}`)
    expect(list.length).toBeGreaterThan(0)
    expect(list.every((entry) => entry.state === state)).toBe(true)
  })

  it.each([
    ['state=lost', /waiting/],
    ['cursor=abc', /cursor is not one this gateway gave/],
    ['cursor=1e3', /cursor/],
    ['limit=1000', /limit/],
  ])('?%s is refused', async (query, words) => {
    const answer = await operator.get(`${path}?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(words)
  })
})

describe('whose it is', () => {
  it('a village sees and mends its own, the town all, a grid none', async () => {
    const mine = await wrong('v1-pm1', 'broken')
    const theirs = await wrong('v2-pm1', 'broken')
    const [village, grid] = [await house.as('desk-a'), await house.as('desk-grid')]
    expect((await waiting('', village)).map((entry) => entry.village)).toEqual([villageA])
    expect(await waiting('', grid)).toEqual([])
    const all = (await waiting()).map((entry) => entry.id)
    expect(all).toEqual(expect.arrayContaining([mine.id, theirs.id]))
    for (const what of ['replay', 'discard']) {
      const answer = await act(theirs, what, undefined, village)
      expect(answer.status).toBe(404)
      expect(answer.text).not.toContain(villageB)
      expect((await act(mine, what, undefined, grid)).status).toBe(404)
    }
    expect((await act(mine, 'discard', undefined, village)).status).toBe(200)
  })

  it.each(['0', '-1', 'x', '1.5'])('an id that is none is 400 (%s)', async (id) => {
    expect((await operator.post(`${path}/${id}/discard`)).status).toBe(400)
  })

  it('an id that nothing has is 404', async () => {
    const answer = await operator.post(`${path}/123456/replay`)
    expect(answer.status).toBe(404)
    expect(answer.body.detail).toMatch(/no such message/)
  })

  it('every act is written down, the refused replay too', async () => {
    const rows = await house.db
      .selectFrom('audit')
      .innerJoin('user', 'user.id', 'audit.actor')
      .select(['username', 'act', 'subject'])
      .where('act', 'in', ['replayQuarantine', 'discardQuarantine'])
      .orderBy('audit.id')
      .execute()
    expect(rows[0]).toMatchObject({ username: 'operator-town', act: 'replayQuarantine' })
    expect(rows.at(-1)).toMatchObject({ username: 'desk-a', act: 'discardQuarantine' })
    const [entry] = await waiting('&device=v5-pm1')
    const ofOne = rows.filter((row) => row.subject === `quarantine:${entry?.id}`)
    expect(ofOne).toHaveLength(3)
  })
})

/** As an import does; adopting another device makes the house read the town again at once. */
async function putTo(state: string, device: string): Promise<void> {
  await house.db.updateTable('device').set({ state }).where('id', '=', device).execute()
  const admin = await house.as('townAdmin-town')
  const id = `after-${state}`
  const where = { village: villageB, lon: 106.74, lat: 29.19 }
  const { status } = await admin.post('/api/v1/devices', {
    id,
    name: id,
    kind: 'airStation',
    ...where,
  })
  expect(status).toBe(201)
}
