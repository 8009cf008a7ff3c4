import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openReceiver, type Receiver } from '../../notify/receiver.ts'
import { type House, openHouse, type Person, villageB } from '../house.ts'
import { townClock } from '../town-clock.ts'

/** Notices of a whole gateway: from a report and its clocks to a receiver outside. */

const api = '/api/v1'
const clock = townClock()
const secret = 'a-secret-that-both-know'
let house: House
let admin: Person
let receiver: Receiver

beforeAll(async () => {
  receiver = await openReceiver()
  house = await openHouse({ clock, networks: ['127.0.0.0/8'] })
  admin = await house.as('townAdmin-town')
})

afterAll(async () => {
  await house?.stop()
  await receiver?.stop()
})

const until = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 })

const rule = {
  id: 'all',
  name: 'all',
  enabled: true,
  hazards: [],
  minSeverity: 'blue',
  to: 'channel',
  quiet: null,
  fallback: null,
}

async function report(): Promise<string> {
  const { status, body } = await admin.post(`${api}/cases`, {
    hazard: 'forestFire',
    text: '山上冒烟',
    severity: 'red',
    lon: 106.704425,
    lat: 29.183339,
  })
  expect(status).toBe(201)
  return body.id
}

describe('channels and rules', () => {
  it('begin with none; the first one brings rules, and shows no address or secret', async () => {
    expect((await admin.get(`${api}/channels`)).body).toEqual({ items: [] })
    const url = `${receiver.url}/hook/0123456789-in-the-path`
    const made = await admin.post(`${api}/channels`, { name: '平台', kind: 'webhook', url, secret })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.any(String),
      name: '平台',
      kind: 'webhook',
      enabled: true,
      host: new URL(url).host,
      carrier: 'http',
      topic: null,
      place: null,
      waiting: 0,
      lastSentAt: null,
      trouble: null,
    })
    const rules = (await admin.get(`${api}/notice-rules`)).body.items
    expect(rules.length).toBeGreaterThan(2)
    expect(new Set(rules.map((one: { channel: string }) => one.channel))).toEqual(
      new Set([made.body.id]),
    )
    const shown = [made.text, (await admin.get(`${api}/channels`)).text]
    for (const text of shown) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain('in-the-path')
    }
    const stored = await house.db.selectFrom('notify_channel').selectAll().execute()
    expect(JSON.stringify(stored)).not.toMatch(/in-the-path|both-know/)
  })

  it.each([
    [{ name: 'n', kind: 'webhook', url: 'https://a.example/' }, 'secret'],
    [{ name: 'n', kind: 'webhook', url: 'https://a.example/', secret: 'short' }, 'secret'],
    [{ name: 'n', kind: 'wecom' }, 'url'],
    [{ name: 'n', kind: 'wecom', url: 'http://169.254.169.254/' }, 'url'],
    [{ name: 'n', kind: 'wecom', url: 'https://u:p@a.example/' }, 'url'],
    [{ name: 'n', kind: 'webPush', url: 'https://a.example/' }, 'url'],
    [{ name: 'n', kind: 'wecom', url: 'https://a.example/', place: '990101101999' }, 'place'],
  ])('refuse %j: %s', async (body, field) => {
    const { status, body: problem } = await admin.post(`${api}/channels`, body)
    expect(status).toBe(400)
    expect(problem.errors[0].path).toBe(`body.${field}`)
  })

  it('have names of their own, one of browsers at most, and stay while a rule uses them', async () => {
    const same = { name: '平台', kind: 'wecom', url: 'https://a.example/' }
    expect((await admin.post(`${api}/channels`, same)).status).toBe(409)
    const { id } = (await admin.get(`${api}/channels`)).body.items[0]
    const refused = await admin.send('DELETE', `${api}/channels/${id}`)
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toMatch(/change or remove these rules first/)
    const one = await admin.post(`${api}/channels`, { name: '手机', kind: 'webPush' })
    expect((await admin.post(`${api}/channels`, { name: '手机2', kind: 'webPush' })).status).toBe(
      409,
    )
    expect((await admin.send('DELETE', `${api}/channels/${one.body.id}`)).status).toBe(204)
  })

  it('belong to a place or the whole town, which can be changed', async () => {
    const url = 'https://a.example/'
    const body = { name: '村里的群', kind: 'wecom', url, place: villageB }
    const { body: made } = await admin.post(`${api}/channels`, body)
    expect(made.place).toBe(villageB)
    const change = (part: object) => admin.send('PATCH', `${api}/channels/${made.id}`, part)
    expect((await change({ enabled: false })).body.place).toBe(villageB)
    const unknown = await change({ place: '990101101999' })
    expect(unknown.status).toBe(400)
    expect(unknown.body.errors[0].path).toBe('body.place')
    expect((await change({ place: null })).body.place).toBeNull()
    await admin.send('DELETE', `${api}/channels/${made.id}`)
  })

  it('take a rule with channels that are there, once each', async () => {
    const { id } = (await admin.get(`${api}/channels`)).body.items[0]
    const put = (...items: object[]) => admin.send('PUT', `${api}/notice-rules`, { items })
    const good = { ...rule, channel: id, acts: ['opened'] }
    expect((await put({ ...good, channel: 'none' })).status).toBe(400)
    expect((await put(good, good)).status).toBe(400)
    const fallback = { afterMinutes: 5, channel: 'none' }
    expect((await put({ ...good, fallback })).body.errors[0].path).toBe(
      'body.items.0.fallback.channel',
    )
    expect((await put({ ...good, quiet: { from: '25:00', to: '07:00' } })).status).toBe(400)
    expect((await put(good)).body).toEqual({ items: [good] })
  })

  it('can be tried out, and say why not', async () => {
    const { id } = (await admin.get(`${api}/channels`)).body.items[0]
    receiver.answer = () => ({ status: 401 })
    expect((await admin.post(`${api}/channels/${id}/test`)).body).toEqual({
      ok: false,
      error: 'the receiver answered with status 401',
    })
    receiver.answer = () => ({ status: 204, body: '' })
    expect((await admin.post(`${api}/channels/${id}/test`)).body).toEqual({ ok: true, error: null })
    expect(receiver.taken.at(-1)?.body.act).toBe('test')
    receiver.taken.length = 0
  })
})

describe('a case', () => {
  it('is told when it opens, signed, and who was told can be seen where it lies', async () => {
    const id = await report()
    await until(() => expect(receiver.taken).toHaveLength(1))
    const [told] = receiver.taken
    expect(told?.body).toMatchObject({ act: 'opened', case: { id, severity: 'red' }, link: null })
    const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(String(told?.headers['x-lianxun-signature'])) ?? []
    const mac = createHmac('sha256', secret).update(`${t}.${told?.text}`).digest('hex')
    expect([Number(t), v1]).toEqual([Math.floor(clock.now() / 1000), mac])
    expect(told?.body.text).not.toContain('山上冒烟')

    await until(async () => {
      const { items } = (await admin.get(`${api}/deliveries?case=${id}`)).body
      expect(items).toMatchObject([
        {
          case: { id },
          act: 'opened',
          channel: '平台',
          target: 'group',
          state: 'sent',
          own: false,
        },
      ])
    })
    const outside = await house.as('operator-a')
    const place = (await admin.get(`${api}/cases/${id}`)).body.village
    const { items } = (await outside.get(`${api}/deliveries?case=${id}`)).body
    expect(items).toHaveLength(place === villageB ? 0 : 1)
    expect((await admin.get(`${api}/deliveries?case=none`)).body.items).toEqual([])
  })

  it('that nobody accepts moves up by its clocks, and each step is told once, in order', async () => {
    const acts = ['reminder', 'overdue', 'escalated']
    const { id: channel } = (await admin.get(`${api}/channels`)).body.items[0]
    await admin.send('PUT', `${api}/notice-rules`, { items: [{ ...rule, channel, acts }] })
    receiver.taken.length = 0
    const id = await report()
    const steps = async () =>
      await house.db
        .selectFrom('case_history')
        .select(['id', 'act'])
        .where('case_id', '=', id)
        .where('act', 'in', acts)
        .orderBy('id')
        .execute()
    const tier = async () => (await admin.get(`${api}/cases/${id}`)).body.tier
    for (const next of ['village', 'town']) {
      clock.advance(3 * 60_000)
      await until(async () => expect(await tier()).toBe(next))
    }
    const mine = () => receiver.taken.filter(({ body }) => body.case.id === id)
    await until(async () => expect(mine()).toHaveLength((await steps()).length))
    const written = (await steps()).map(({ act }) => act)
    expect(written.filter((act) => act === 'escalated')).toHaveLength(2)
    expect(mine().map(({ body }) => body.act)).toEqual(written)
    const ids = mine().map(({ headers }) => headers['x-lianxun-delivery'])
    expect(new Set(ids).size).toBe(written.length)
  })
})

describe('a message to a person', () => {
  it('is read by that person alone, and says when', async () => {
    const user = await house.db
      .selectFrom('user')
      .select(['id', 'display_name'])
      .where('username', '=', 'operator-town')
      .executeTakeFirstOrThrow()
    const caseId = await report()
    const entry = await house.db
      .selectFrom('case_history')
      .select('id')
      .where('case_id', '=', caseId)
      .executeTakeFirstOrThrow()
    const ids: number[] = []
    for (const browser of ['one', 'two']) {
      const row = {
        history_id: entry.id,
        case_id: caseId,
        rule: 'r',
        channel: 'gone',
        target: `${user.id}/${browser}`,
        body: '{}',
        state: 'sent',
        attempts: 1,
        at: clock.now(),
        next_at: clock.now(),
      }
      const { insertId } = await house.db
        .insertInto('delivery')
        .values(row)
        .executeTakeFirstOrThrow()
      ids.push(Number(insertId))
    }
    const path = `${api}/deliveries/${ids[0]}/read`
    expect((await admin.post(path)).status).toBe(404)
    const own = await house.as('operator-town')
    expect((await own.post(path)).status).toBe(204)
    const { items } = (await own.get(`${api}/deliveries?case=${caseId}`)).body
    const told = items.filter((one: { channel: string }) => one.channel === 'gone')
    expect(told).toHaveLength(2)
    for (const one of told) {
      expect(one).toMatchObject({
        target: user.display_name,
        own: true,
        readAt: clock.now(),
        readBy: user.display_name,
      })
    }
    expect((await own.post(path)).status).toBe(204)
  })

  it('takes no browser that is none', async () => {
    const own = await house.as('operator-town')
    const keys = {
      p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url'),
      auth: Buffer.alloc(16, 7).toString('base64url'),
    }
    const post = (endpoint: string, changed = {}) =>
      own.post(`${api}/push/subscription`, { endpoint, keys: { ...keys, ...changed } })
    expect((await post('https://push.example/x')).status).toBe(204)
    expect((await post('http://push.example/x')).status).toBe(400)
    expect((await post('https://192.168.1.1/x')).status).toBe(400)
    expect((await post('https://169.254.169.254/x')).status).toBe(400)
    expect((await post('https://push.example/x', { auth: 'AAAA' })).status).toBe(400)
    expect((await own.get(`${api}/push/key`)).body.publicKey).toMatch(/^[\w-]{87}$/)
  })
})

describe('/metrics', () => {
  it('say what waits', async () => {
    const { text } = await house.ask('/metrics')
    expect(text).toMatch(/^lianxun_notices_waiting \d+$/m)
    expect(text).toMatch(/^lianxun_notices_oldest_seconds \d+$/m)
  })
})
