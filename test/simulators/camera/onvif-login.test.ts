import { describe, expect, it } from 'vitest'
import { digestResponse, parseDigest } from '../../../simulators/camera/onvif-login.ts'
import { startCamera } from './camera-setting.ts'
import {
  challengesOf,
  digestHeader,
  exchange,
  find,
  type Reply,
  type TokenOptions,
  usernameToken,
} from './soap-client.ts'

const ask = '<tds:GetDeviceInformation/>'
const closed = { authentication: {} }
const uri = '/onvif/device_service'

function verdict(reply: Reply) {
  return [reply.status, find(reply, 's:Value').map((one) => one.textContent)[1]]
}

describe('WS-UsernameToken', () => {
  async function withTokens() {
    const setting = await startCamera(closed)
    const { call, timing } = setting
    const created = new Date(timing.now()).toISOString()
    const login = (options: TokenOptions = {}) =>
      call(ask, { header: usernameToken({ created, ...options }) })
    return { ...setting, login }
  }

  it('opens with the right password only', async () => {
    const { login, camera } = await withTokens()
    expect((await login()).status).toBe(200)
    expect(verdict(await login({ password: 'wrong' }))).toEqual([400, 'ter:NotAuthorized'])
    expect(verdict(await login({ username: 'root' }))).toEqual([400, 'ter:NotAuthorized'])
    expect(camera.counters().wrongLogins).toBe(2)
  })

  it('goes by the camera’s own clock, five seconds each way', async () => {
    const { login, camera, timing } = await withTokens()
    camera.behave({ clockOffsetMs: -3_600_000 })
    expect((await login()).status).toBe(400)
    const at = (ms: number) => new Date(timing.now() - 3_600_000 + ms).toISOString()
    for (const ms of [-5000, 5000]) expect((await login({ created: at(ms) })).status).toBe(200)
    for (const ms of [-5001, 5001]) expect((await login({ created: at(ms) })).status).toBe(400)
    expect((await login({ created: 'yesterday' })).status).toBe(400)
    expect(camera.counters()).toMatchObject({ staleLogins: 4, wrongLogins: 0 })
  })

  it('takes a nonce once', async () => {
    const { login, camera } = await withTokens()
    const nonce = Buffer.from('0123456789abcdef')
    expect((await login({ nonce })).status).toBe(200)
    expect((await login({ nonce })).status).toBe(400)
    expect(camera.counters().replayedLogins).toBe(1)
    camera.setAuthentication({ refuseReplays: false })
    expect((await login({ nonce })).status).toBe(200)
  })

  it('locks the account after three wrong passwords, the right one too, for a while', async () => {
    const { login, camera, timing } = await withTokens()
    for (let i = 0; i < 3; i++) await login({ password: 'wrong' })
    expect(camera.isLocked()).toBe(true)
    expect((await login()).text).toContain('locked')
    timing.advance(300_000)
    const created = new Date(timing.now()).toISOString()
    expect((await login({ created })).status).toBe(200)
    for (let i = 0; i < 3; i++) await login({ password: 'wrong' })
    camera.unlock()
    expect((await login({ created })).status).toBe(200)
  })

  it('counts wrong passwords in a row only', async () => {
    const { login, camera } = await withTokens()
    for (const password of ['a', 'b', 'secret', 'c', 'd']) await login({ password })
    expect(camera.isLocked()).toBe(false)
  })
})

describe('HTTP digest', () => {
  it.each(['SHA-256', 'MD5'] as const)('opens with %s', async (algorithm) => {
    const { call } = await startCamera(closed)
    const refused = await call(ask)
    expect(refused.status).toBe(401)
    const challenge = challengesOf(refused).find((one) => one.includes(`algorithm=${algorithm}`))
    const authorization = digestHeader(challenge ?? '', { uri })
    expect((await call(ask, { headers: { authorization } })).status).toBe(200)
  })

  it('takes each count of a nonce once, and a nonce for five minutes', async () => {
    const { call, camera, timing } = await startCamera(closed)
    const [challenge = ''] = challengesOf(await call(ask))
    const use = (nc: string) =>
      call(ask, { headers: { authorization: digestHeader(challenge, { uri, nc }) } })
    expect((await use('00000001')).status).toBe(200)
    const replayed = await use('00000001')
    expect([replayed.status, challengesOf(replayed)[0]?.endsWith('stale=true')]).toEqual([
      401,
      true,
    ])
    expect((await use('00000002')).status).toBe(200)
    timing.advance(300_000)
    expect(challengesOf(await use('00000003'))[0]).toContain('stale=true')
    expect(camera.counters()).toMatchObject({ replayedLogins: 1, staleLogins: 1, wrongLogins: 0 })
  })

  it('guards the still', async () => {
    const { camera } = await startCamera(closed)
    const still = `http://127.0.0.1:${camera.port()}/onvif/snapshot`
    const refused = await exchange(still, { method: 'GET' })
    const [challenge = ''] = challengesOf(refused)
    const given = { method: 'GET', uri: '/onvif/snapshot' }
    const authorization = digestHeader(challenge, given)
    const opened = await exchange(still, { method: 'GET', headers: { authorization } })
    expect([refused.status, opened.status]).toEqual([401, 200])
    const wrong = digestHeader(challenge, { ...given, password: 'no', nc: '00000002' })
    await exchange(still, { method: 'GET', headers: { authorization: wrong } })
    expect(camera.counters().wrongLogins).toBe(1)
  })

  it('reads quoted and bare parameters, and no other scheme', () => {
    const given = parseDigest(
      'Digest username="a\\"b", uri="/x, y", nonce="n", nc=00000001, cnonce="c", qop=auth, algorithm=MD5',
    )
    expect(given?.get('username')).toBe('a"b')
    expect(given?.get('uri')).toBe('/x, y')
    const answer = (algorithm: 'MD5' | 'SHA-256') =>
      digestResponse(given ?? new Map(), { password: 'p', method: 'GET', algorithm })
    expect([answer('MD5').length, answer('SHA-256').length]).toEqual([32, 64])
    expect(parseDigest('Basic YTpi')).toBeUndefined()
  })
})

describe('authentication that changes', () => {
  it('needs none for what the specification leaves open', async () => {
    const { call } = await startCamera(closed)
    for (const open of ['GetSystemDateAndTime', 'GetCapabilities', 'GetServices', 'GetHostname']) {
      expect((await call(`<tds:${open}/>`)).status).toBe(200)
    }
  })

  it('can be switched to tokens alone, to digest alone, and to another password', async () => {
    const { call, camera, timing } = await startCamera(closed)
    const token = (password: string) =>
      usernameToken({ password, created: new Date(timing.now()).toISOString() })
    camera.setAuthentication({ httpDigest: false })
    const asked = await call(ask)
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([400, undefined])
    camera.setAuthentication({ httpDigest: true, usernameToken: false })
    expect((await call(ask, { header: token('secret') })).status).toBe(401)
    camera.setAuthentication({ usernameToken: true, password: 'changed' })
    expect((await call(ask, { header: token('secret') })).status).toBe(400)
    expect((await call(ask, { header: token('changed') })).status).toBe(200)
  })
})
