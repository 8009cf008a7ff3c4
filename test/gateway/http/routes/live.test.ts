import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse, signIn, villageA } from '../house.ts'
import { openLive, upgradeStatus } from '../live-kit.ts'
import { seen } from '../on-air.ts'
import { idOf } from '../people-kit.ts'

/** Looking live over the whole gateway; no camera is there, so it says that there is none. */

let house: House
const path = (device: string) => `/api/v1/cameras/${device}/live`
const people = ['leaver', 'looker'].map((name) => `${name},${name},viewer,${villageA}`)

beforeAll(async () => {
  house = await openHouse({ people })
})

afterAll(() => house?.stop())

async function cookieOf(username: string): Promise<{ cookie: string }> {
  const { cookie } = await house.as(username)
  return { cookie }
}

async function entries(act: string) {
  return house.db.selectFrom('audit').selectAll().where('act', '=', act).execute()
}

describe('who may open it', () => {
  const open = async (device: string, headers: Record<string, string>) =>
    upgradeStatus(house.base + path(device), headers)

  it('a person of the area, with a cookie', async () => {
    expect(await open('v1-cam1', await cookieOf('viewer-a'))).toBe(101)
    expect(await open('v1-cam1', {})).toBe(401)
    expect(await open('v1-cam1', { cookie: 'lianxun=made-up' })).toBe(401)
  })

  it('a program with a token of the area', async () => {
    const admin = await house.as('townAdmin-a')
    const body = { name: 'wall', role: 'viewer', scope: villageA, days: 1 }
    const { secret } = (await admin.post('/api/v1/tokens', body)).body
    expect(await open('v1-cam1', { authorization: `Bearer ${secret}` })).toBe(101)
    expect(await open('v2-cam1', { authorization: `Bearer ${secret}` })).toBe(404)
    expect(await open('v1-cam1', { authorization: 'Bearer lxt_made-up' })).toBe(401)
  })

  it('nobody of another area, who learns no more than that; the try is written down', async () => {
    const headers = await cookieOf('viewer-a')
    expect(await open('v2-cam1', headers)).toBe(404)
    expect(await open('of-nobody', headers)).toBe(404)
    // It is there, but no camera.
    expect(await open('v1-pm1', headers)).toBe(404)
    const admin = await house.as('townAdmin-town')
    await seen(
      admin,
      '/api/v1/audit?act=refusedOutsideScope&limit=10',
      ({ items }: { items: { subject: string }[] }) =>
        items.some(({ subject }) => subject === `request:GET ${path('v2-cam1')}`),
    )
  })

  it.each([
    [{ origin: 'https://elsewhere.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('no page of another site, such as with %j', async (foreign) => {
    const headers = { ...(await cookieOf('viewer-a')), ...foreign }
    expect(await open('v1-cam1', headers)).toBe(403)
  })

  it('our own pages', async () => {
    const headers = { ...(await cookieOf('viewer-a')), origin: house.base }
    expect(await open('v1-cam1', headers)).toBe(101)
  })

  it('only as a WebSocket, and only in a form that there is', async () => {
    const person = await house.as('viewer-a')
    const plain = await person.get(path('v1-cam1'))
    expect([plain.status, plain.body.type]).toEqual([426, 'urn:lianxun:upgradeRequired'])
    expect(plain.headers.get('cache-control')).toBe('no-store')
    expect((await person.get(path('v2-cam1'))).status).toBe(404)
    const { cookie } = person
    expect(await upgradeStatus(`${house.base}${path('v1-cam1')}?format=avi`, { cookie })).toBe(400)
    expect(await upgradeStatus(`${house.base}${path('v1-cam1')}?format=mpeg1`, { cookie })).toBe(
      101,
    )
  })

  it('and a socket elsewhere is closed at once', async () => {
    const socket = openLive(`${house.base}/api/v1/places`, await cookieOf('viewer-a'))
    await socket.closed()
    expect(socket.messages).toEqual([])
  })
})

describe('a look', () => {
  it('is written down before anything is shown, once for all windows of a person', async () => {
    const headers = await cookieOf('looker')
    const url = house.base + path('v1-cam2')
    const sockets = [openLive(url, headers), openLive(`${url}?format=mpeg1`, headers)]
    for (const socket of sockets) {
      const { trouble, since } = await socket.told('lost')
      expect(trouble).not.toBe('inside')
      expect(since).toBeGreaterThan(0)
    }
    const written = await entries('lookLive')
    const looker = await idOf(house, 'looker')
    expect(written.filter(({ actor }) => actor === looker)).toMatchObject([
      { subject: 'device:v1-cam2', address: '127.0.0.1' },
    ])
    const { text } = await house.ask('/metrics')
    expect(text).toMatch(/^lianxun_live_viewers 2$/m)
    for (const socket of sockets) socket.close()
  })

  it('ends with the session', async () => {
    const person = await signIn(house.ask, 'leaver')
    const other = await signIn(house.ask, 'leaver')
    const url = house.base + path('v1-cam1')
    const [one, two] = [person, other].map(({ cookie }) => openLive(url, { cookie }))
    await Promise.all([one?.told('lost'), two?.told('lost')])
    await person.send('DELETE', '/api/v1/session')
    expect(await one?.told('end')).toEqual({ kind: 'end', why: 'signedOut' })
    await one?.closed()
    expect(two?.isClosed()).toBe(false)
    const admin = await house.as('townAdmin-a')
    await admin.post('/api/v1/users/leaver/sign-out')
    expect(await two?.told('end')).toEqual({ kind: 'end', why: 'signedOut' })
    await two?.closed()
  })

  it('ends with the token', async () => {
    const admin = await house.as('townAdmin-a')
    const wish = { name: 'screen', role: 'viewer', scope: villageA, days: 1 }
    const { token, secret } = (await admin.post('/api/v1/tokens', wish)).body
    const socket = openLive(house.base + path('v1-cam1'), { authorization: `Bearer ${secret}` })
    await socket.told('lost')
    await admin.send('DELETE', `/api/v1/tokens/${token.id}`)
    expect(await socket.told('end')).toEqual({ kind: 'end', why: 'signedOut' })
  })

  it('of who talks too much is cut off', async () => {
    const socket = openLive(house.base + path('v1-cam1'), await cookieOf('viewer-a'))
    await socket.told('lost')
    socket.say('hello')
    socket.say('x'.repeat(1_025))
    await socket.closed()
  })
})

describe('when the gateway stops', () => {
  it('who looks is told, and the end of the look is written down', async () => {
    const own = await openHouse()
    const { cookie } = await own.as('viewer-a')
    const socket = openLive(own.base + path('v1-cam1'), { cookie })
    await socket.told('lost')
    await own.gateway.stop()
    expect(await socket.told('end')).toEqual({ kind: 'end', why: 'stopping' })
    await socket.closed()
    const ends = await own.db
      .selectFrom('audit')
      .selectAll()
      .where('act', '=', 'lookLiveEnd')
      .execute()
    expect(ends).toMatchObject([
      { subject: 'device:v1-cam1', detail: expect.stringMatching(/^\d+ s$/) },
    ])
    await own.db.destroy()
  })
})
