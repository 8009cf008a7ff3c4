import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { OnvifCamera } from '../../../../simulators/camera/onvif-camera.ts'
import { until } from '../../../adapters/mqtt/kit.ts'
import { api, type CameraHouse, cameraLogin, greyAt, openCameraHouse } from '../camera-kit.ts'
import { type Person, villageA, villageB } from '../house.ts'
import { auditOf } from '../people-kit.ts'

/** Cameras over HTTP: from the first probe to the hand that turns them. */

let house: CameraHouse
let admin: Person
let turning: OnvifCamera
let fixed: OnvifCamera

beforeAll(async () => {
  house = await openCameraHouse()
  ;({ admin } = house)
  turning = await house.joined('peak')
  fixed = await house.joined('gate', { ptz: false })
})

afterAll(() => house?.stop())

const probe = (address: string, login = cameraLogin) =>
  admin.post(`${api}/cameras/probe`, { address, ...login })
const join = (change: Record<string, unknown>) =>
  admin.post(`${api}/cameras`, { ...house.joining('new-cam', fixed), ...change })
const stop = { act: 'stop' }
const patch = (id: string, change: unknown) => admin.send('PATCH', `${api}/cameras/${id}`, change)

/** Answers every request so; returns its address and what was asked. */
async function pretender(status: number, headers: Record<string, string>, host = '127.0.0.1') {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status, headers).end('<html>welcome</html>')
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { address: `http://${host}:${port}`, asked }
}

describe('a probe', () => {
  it('tells what the camera is, can do and shows, and keeps nothing of it', async () => {
    const camera = await house.camera()
    const { status, body, text } = await probe(camera.address())
    expect(status).toBe(200)
    expect(body).toMatchObject({ problem: null, text: null, warnings: [] })
    expect(body.abilities).toMatchObject({ maker: 'Lianxun', model: 'SimCam', events: true })
    expect(body.abilities.ptz).toEqual({ continuous: true, absolute: true, presets: [] })
    expect(await greyAt(Buffer.from(body.still, 'base64'), 0.5, 0.5)).toBeGreaterThan(250)
    expect(text).not.toContain(cameraLogin.password)
    const { items } = (await admin.get(`${api}/cameras`)).body
    expect(items.filter((one: { address: string }) => one.address === camera.address())).toEqual([])
  })

  it('shows no still that is no picture', async () => {
    const text = Buffer.from(`\xff\xd8\xff${'root:x:0:0 '.repeat(20)}`, 'latin1')
    const camera = await house.camera({ stillJpeg: async () => text })
    expect((await probe(camera.address())).body).toMatchObject({ problem: null, still: null })
  })

  it('tries a wrong password once', async () => {
    const camera = await house.camera()
    const { body } = await probe(camera.address(), { ...cameraLogin, password: 'wrong' })
    expect(body).toMatchObject({ abilities: null, still: null, problem: 'wrongPassword' })
    expect(body.text).toContain('not tried again')
    expect(camera.counters()).toMatchObject({ wrongLogins: 1 })
    expect(camera.isLocked()).toBe(false)
  })

  it('says that nothing answers, or something that is no camera', async () => {
    const camera = await house.camera()
    await camera.stop()
    expect((await probe(camera.address())).body.problem).toBe('unreachable')
    const { address } = await pretender(200, { 'content-type': 'text/html' })
    expect((await probe(address)).body.problem).toBe('noOnvif')
  })

  it('follows no redirect', async () => {
    const inner = await pretender(200, {})
    const { address } = await pretender(302, { location: `${inner.address}/secret` })
    expect((await probe(address)).body.problem).toBe('noOnvif')
    expect(inner.asked).toEqual([])
  })

  it('goes to no host that the camera names', async () => {
    const inner = await pretender(200, {}, '127.0.0.2')
    const camera = await house.camera()
    camera.behave({ wrongHost: new URL(inner.address).host })
    expect((await probe(camera.address())).body.problem).toBeNull()
    expect(inner.asked).toEqual([])
  })

  it.each(['http://203.0.113.9', 'http://169.254.169.254/latest/meta-data', 'file:///etc/passwd'])(
    'does not go to %s',
    async (address) => {
      expect((await probe(address)).body).toMatchObject({ problem: 'notAllowed', abilities: null })
    },
  )

  it('writes down where to, and no login that somebody typed into the address', async () => {
    const typed = 'http://admin:s3cret-word@127.0.0.1/x?password=s3cret-word'
    expect((await probe(typed)).body.problem).toBe('notAllowed')
    const entries = await auditOf(house, 'address:http://127.0.0.1/x')
    expect(entries).toMatchObject([{ act: 'probeCamera', detail: 'notAllowed' }])
    const all = await house.db.selectFrom('audit').selectAll().execute()
    expect(JSON.stringify(all)).not.toContain('s3cret-word')
    expect(JSON.stringify(all)).not.toContain(cameraLogin.password)
  })

  it.each([
    ['username', 'a\r\nX-Evil: 1'],
    ['password', 'a\u0000b'],
    ['password', 'x'.repeat(129)],
    ['address', 'x'.repeat(301)],
  ])('with a %s that no camera has is refused', async (name, value) => {
    const login = { ...cameraLogin, address: turning.address(), [name]: value }
    const { status, text } = await admin.post(`${api}/cameras/probe`, login)
    expect(status).toBe(400)
    expect(text).not.toContain(cameraLogin.password)
  })
})

describe('joining', () => {
  it('takes each id once', async () => {
    expect((await join({ id: 'peak' })).status).toBe(409)
    expect((await join({ id: 'v1-pm1' })).status).toBe(409)
  })

  it.each([
    [{ village: '990101101299' }, 400],
    [{ village: '990101101201001' }, 400],
    [{ village: '880101101201' }, 404],
    [{ id: 'a b' }, 400],
    [{ headingDeg: 400 }, 400],
    [{ address: 'http://203.0.113.9' }, 400],
    [{ secret: 'more' }, 400],
  ])('with %o is answered %i', async (change, status) => {
    expect((await join(change)).status).toBe(status)
    expect((await admin.get(`${api}/cameras/new-cam`)).status).toBe(404)
  })

  it('is for the administrator of the place', async () => {
    const ofA = await house.as('townAdmin-a')
    const wanted = house.joining('other-cam', fixed)
    expect((await ofA.post(`${api}/cameras`, { ...wanted, village: villageB })).status).toBe(404)
    const operator = await house.as('operator-town')
    expect((await operator.post(`${api}/cameras`, wanted)).status).toBe(403)
  })

  it('seals the password, for this camera alone', async () => {
    const rows = await house.db.selectFrom('camera').select('password_sealed').execute()
    expect(rows.length).toBeGreaterThan(1)
    for (const row of rows) expect(row.password_sealed).not.toContain(cameraLogin.password)
    expect(new Set(rows.map((row) => row.password_sealed)).size).toBe(rows.length)
  })
})

describe('a view', () => {
  it('has address and user name for administrators alone, and the password for nobody', async () => {
    const own = await admin.get(`${api}/cameras/peak`)
    expect(own.body).toMatchObject({ address: turning.address(), username: 'watch', path: 'up' })
    for (const name of ['operator-town', 'supervisor-town', 'viewer-a']) {
      const person = await house.as(name)
      const { text, body } = await person.get(`${api}/cameras/peak`)
      expect(body).toMatchObject({ id: 'peak', address: null, username: null, path: 'up' })
      expect(text + (await person.get(`${api}/cameras`)).text).not.toContain('127.0.0.1:')
    }
    expect(own.text + (await admin.get(`${api}/cameras`)).text).not.toContain(cameraLogin.password)
  })

  it('of trouble names host and user to administrators alone, and tries nothing again', async () => {
    const camera = await house.camera()
    const wanted = { ...house.joining('refused-cam', camera), password: 'not-this' }
    expect((await admin.post(`${api}/cameras`, wanted)).status).toBe(201)
    const path = `${api}/cameras/refused-cam`
    await until('the refusal', async () => (await admin.get(path)).body.path === 'refused')
    expect((await admin.get(path)).body.trouble).toContain('user watch')
    const operator = await house.as('operator-town')
    expect((await operator.get(path)).body).toMatchObject({
      problem: 'wrongPassword',
      trouble: 'The camera refuses its login; an administrator must set it anew.',
    })
    const asked = [await operator.get(`${path}/still`), await operator.post(`${path}/ptz`, stop)]
    expect(asked.map(({ status }) => status)).toEqual([503, 409])
    for (const { text } of asked) expect(text).not.toMatch(/watch|127\.0\.0\.1/)
    expect(camera.counters().wrongLogins).toBe(1)
    await patch('refused-cam', { login: cameraLogin })
    await until('the way', async () => (await admin.get(path)).body.path === 'up')
    expect(camera.counters().wrongLogins).toBe(1)
  })

  it('is not there for other villages, nor for other devices', async () => {
    expect((await admin.get(`${api}/cameras/v1-pm1`)).status).toBe(404)
    const ofA = await house.as('viewer-a')
    expect((await ofA.get(`${api}/cameras/v2-cam1`)).status).toBe(404)
    const { items } = (await ofA.get(`${api}/cameras?village=${villageB}`)).body
    expect(items).toEqual([])
    const own = (await ofA.get(`${api}/cameras`)).body.items as { village: string }[]
    expect(new Set(own.map(({ village }) => village))).toEqual(new Set([villageA]))
  })
})

describe('a new address', () => {
  it('wants the login anew, and the old one is never tried there', async () => {
    await house.joined('mover')
    const other = await house.camera({ username: 'second', password: 'Second-Nest-1' })
    const bare = await patch('mover', { address: other.address() })
    expect(bare.status).toBe(400)
    expect(bare.body.detail).toMatch(/^login: /)
    expect(other.counters().connectionsTotal).toBe(0)
    const login = { username: 'second', password: 'Second-Nest-1' }
    const moved = await patch('mover', { address: other.address(), login })
    expect(moved.body).toMatchObject({ address: other.address(), username: 'second' })
    await until('events from there', () => other.counters().subscriptionsOpen > 0)
    expect(other.counters().wrongLogins).toBe(0)
  })

  it('outside the networks changes nothing', async () => {
    const change = { address: 'http://203.0.113.9', login: cameraLogin }
    expect((await patch('gate', change)).status).toBe(400)
    expect((await admin.get(`${api}/cameras/gate`)).body.address).toBe(fixed.address())
  })
})
