import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { derivePatrolKeys } from '../../gateway/patrol/patrol-keys.ts'
import { loadPatrolSecret } from '../../gateway/storage/patrol-secret.ts'
import { loadInstallationKey } from '../../gateway/storage/secrets.ts'
import { createVault } from '../../gateway/storage/vault.ts'
import { createOnvifCamera, type OnvifCamera } from '../../simulators/camera/onvif-camera.ts'
import { rawClient, until } from '../adapters/mqtt/kit.ts'
import { collectStream } from '../support/collect-stream.ts'
import { openDatabase } from '../support/house-file.ts'
import {
  openTownGateway,
  type Person,
  signIn,
  type TownGateway,
  villageA,
} from '../support/town-gateway.ts'
import { runCli } from './gateway-process.ts'

/**
 * Secrets go in by every door there is, rightly and wrongly. None may come out: not in an answer,
 * not in the live stream, not in what the process writes, not in quarantine, not in its files.
 */

let gateway: TownGateway
let secrets: string[]
let said = ''
const adminPassword = 'Lantern-Hill-42-and-on'
const wrongSecret = 'a-wrong-secret-of-a-device-7'
const wrongPassword = 'A-Wrong-Password-9'
const wrongToken = 'lxt_a-wrong-token-of-some-program-11'
const cameraPassword = 'Heron-Nest-of-a-camera-9'
const wrongCameraPassword = 'A-Wrong-One-of-a-camera-5'
let dataDir: string
let camera: OnvifCamera | undefined

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'lianxun-secrets-'))
  await runCli(['tls', 'init'], { LIANXUN_DATA_DIR: dataDir })
  const settings = {
    LIANXUN_ADMIN_PASSWORD: adminPassword,
    LIANXUN_HTTPS_PORT: '0',
    LIANXUN_MQTTS_PORT: '0',
    LIANXUN_CAMERA_NETWORKS: '127.0.0.0/8',
  }
  gateway = await openTownGateway({ dataDir, settings })
  const { devices, users } = gateway.secrets
  const key = await readFile(path.join(gateway.dataDir, 'installation.key'))
  secrets = [
    adminPassword,
    wrongSecret,
    wrongPassword,
    cameraPassword,
    wrongCameraPassword,
    ...Object.values(devices),
    ...Object.values(users),
    key.toString('hex'),
    key.toString('base64').replace(/=+$/, ''),
    ...(await privateKeys()),
  ]
})

afterAll(async () => {
  await gateway?.remove()
  await camera?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** One line of each: the rest is no secret without it. */
async function privateKeys(): Promise<string[]> {
  const texts = ['ca.key', 'server.key'].map((name) =>
    readFile(path.join(dataDir, 'tls', name), 'utf8'),
  )
  return (await Promise.all(texts)).map((text) => text.split('\n')[1] as string)
}

/** Secrets that are made while it runs; each is in the answer to its making, and this once. */
async function madeSecrets(admin: Person): Promise<string[]> {
  const town = '990101101'
  const make = async (url: string, body: object) => {
    const answer = await admin.send('POST', `/api/v1/${url}`, body)
    expect([url, answer.status < 300]).toEqual([url, true])
    return answer.body
  }
  const token = await make('tokens', { name: 'sheet', role: 'viewer', scope: town })
  const rights = { displayName: '新人', role: 'viewer', scope: town }
  const user = await make('users', { username: 'newcomer', ...rights })
  const again = await make('users/newcomer/password', {})
  const rotated = await make('devices/v1-pm3/secret', {})
  const factor = await make('account/second-factor', { password: adminPassword })
  const code = new TOTP({ secret: Secret.fromBase32(factor.secret) }).generate()
  const confirmed = await admin.send('POST', '/api/v1/account/second-factor/confirm', { code })
  expect(confirmed.status).toBe(204)
  await gateway.ask('/api/v1/cases', { headers: { authorization: `Bearer ${token.secret}` } })
  await gateway.ask('/api/v1/cases', { headers: { authorization: `Bearer ${wrongToken}` } })
  return [token.secret, user.password, again.password, rotated.secret, factor.secret, wrongToken]
}

/**
 * What tags, screens and readers prove themselves with: shown to who writes a tag, and to nobody
 * else. All of it comes from the town's one secret, which is shown to nobody.
 */
async function patrolKeys(admin: Person): Promise<string[]> {
  const reader = { id: 'at-reader', name: '读卡器', tag: 'reader', reader: 'v1-reader1' }
  const at = { lon: 106.72647, lat: 29.186465, radiusM: 50 }
  const added = await admin.send('POST', '/api/v1/patrol/points', { ...reader, ...at })
  expect(added.status).toBe(201)
  const shown: string[] = []
  for (const point of ['p101', 'at-reader']) {
    const { body } = await admin.get(`/api/v1/patrol/points/${point}/tag`)
    shown.push(...Object.values<string>(body.keys ?? { readerKey: body.readerKey }))
  }
  expect(shown).toHaveLength(4)
  return [...shown, ...shown.map((key) => key.toLowerCase()), ...(await patrolSecret())]
}

async function patrolSecret(): Promise<string[]> {
  const db = await openDatabase(path.join(gateway.dataDir, 'lianxun.db'))
  try {
    const vault = createVault(await loadInstallationKey(gateway.dataDir))
    const generate = () => expect.fail('the patrol key is made when it is first asked for')
    const secret = Buffer.from(await loadPatrolSecret({ db, vault, generate }))
    const { code, metaRead } = derivePatrolKeys(secret)
    return [secret, Buffer.from(code.key), Buffer.from(metaRead)].flatMap((key) => [
      key.toString('latin1'),
      key.toString('hex'),
      key.toString('base64').replace(/=+$/, ''),
      key.toString('base64url'),
    ])
  } finally {
    await db.destroy()
  }
}

/** Codes and taps that are forged or edited, and one that is genuine but comes with a bad body. */
async function wrongTags(admin: Person): Promise<string> {
  const urls = [
    'https://x/c/p102.0000.AAAAAAAAAAAAAAAAAAAAAA',
    'https://x/c/p101.t.12345678',
    `https://x/tag?picc_data=${'0'.repeat(32)}&cmac=${'0'.repeat(16)}`,
    `https://x/tag?uid=04440E50454F31&ctr=000001&cmac=${'0'.repeat(16)}`,
  ]
  const checkins = urls.map((url, n) => ({ id: `wrong-${n}`, tag: 'qr', url, at: Date.now() }))
  const answer = await admin.send('POST', '/api/v1/patrol/checkins', checkins)
  expect(
    answer.body.items.map(({ refusal }: { refusal: { kind: string } }) => refusal.kind),
  ).toEqual(urls.map(() => 'forged'))
  return answer.text
}

/** Tried and joined, rightly and wrongly. */
async function joinCamera(admin: Person): Promise<string> {
  const identity = { name: 'peak', serial: 'S1' }
  camera = createOnvifCamera({ identity, username: 'watch', password: cameraPassword })
  await camera.start()
  const login = { username: 'watch', password: cameraPassword }
  const wrong = { username: 'watch', password: wrongCameraPassword }
  const at = { address: camera.address() }
  const said: string[] = []
  const send = async (method: string, url: string, body: object) => {
    const answer = await admin.send(method, `/api/v1/cameras${url}`, body)
    said.push(answer.text)
    return answer.status
  }
  const place = { village: villageA, lon: 106.705, lat: 29.19 }
  const joining = { id: 'peak', name: '瞭望', ...place, headingDeg: 0, fieldOfViewDeg: 60 }
  expect(await send('POST', '/probe', { ...at, ...wrong })).toBe(200)
  expect(await send('POST', '/probe', { ...at, ...login })).toBe(200)
  const typed = `http://watch:${cameraPassword}@127.0.0.1`
  expect(await send('POST', '/probe', { address: typed, ...login })).toBe(200)
  expect(await send('POST', '', { ...joining, address: typed, ...login })).toBe(400)
  expect(await send('POST', '', { ...joining, ...at, ...login, more: cameraPassword })).toBe(400)
  expect(await send('POST', '', { ...joining, ...at, ...wrong })).toBe(201)
  const path = async () => (await admin.get('/api/v1/cameras/peak')).body.path
  await until('the refusal', async () => (await path()) === 'refused')
  expect(await send('PATCH', '/peak', { login })).toBe(200)
  await until('the camera', async () => (await path()) === 'up')
  return said.join('\n')
}

function expectNoSecret(where: string, text: string): void {
  const found = secrets.filter((secret) => text.includes(secret))
  expect([where, found]).toEqual([where, []])
}

async function wrongLogins(): Promise<void> {
  for (const [username, password] of [
    ['v1-pm1', wrongSecret],
    [wrongSecret.slice(0, 5), wrongSecret],
    ['v1-pm1', gateway.secrets.devices['v1-pm2'] ?? ''],
  ]) {
    const client = await rawClient(gateway.mqtt)
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
      clientId: username as string,
      username: username as string,
      password: Buffer.from(password as string),
    })
    await client.closed
  }
  for (const username of ['admin01', 'nobody']) {
    const body = JSON.stringify({ username, password: wrongPassword })
    await gateway.ask('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    // A body that is broken right behind the password, and one sent as a query.
    await gateway.ask('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body.slice(0, -1),
    })
  }
}

test('a device secret or a password comes out nowhere', async () => {
  await wrongLogins()
  const admin = await signIn(() => gateway.http, { username: 'admin', password: adminPassword })
  const stream = await collectStream(gateway.http, admin.cookie)
  const station = await gateway.device('v1-pm1', villageA)
  await station.say('telemetry', '{"readings":{"pm26":1}}')
  await station.say('telemetry', '{"readings":{"pm25":1}}')
  const button = await gateway.device('v1-sos1', villageA)
  await button.say('event', '{"id":"1","type":"help"}')
  const adopted = await admin.send('POST', '/api/v1/devices', {
    id: 'new-pm1',
    name: '新空气站',
    kind: 'airStation',
    village: villageA,
    lon: 106.7044,
    lat: 29.1833,
  })
  expect(adopted.body.secret.length).toBeGreaterThan(20)
  secrets.push(adopted.body.secret, admin.cookie.split('=')[1] as string)
  for (const secret of await madeSecrets(admin)) {
    expect(secret.length).toBeGreaterThan(9)
    secrets.push(secret)
  }
  secrets.push(...(await patrolKeys(admin)))
  expectNoSecret('what is said of tags', await wrongTags(admin))
  expectNoSecret('what is said of cameras', await joinCamera(admin))
  await stream.until((text) => text.includes('event: case'))

  const { body: document } = await gateway.ask('/api/openapi.json')
  const [one] = (await admin.get('/api/v1/cases')).body.items
  const ids: Record<string, string> = {
    '/api/v1/devices/{id}': 'v1-pm1',
    '/api/v1/cases/{id}': one.id,
    '/api/v1/cameras/{id}': 'peak',
    '/api/v1/patrol/points/{id}/code': 'p102',
    '/api/v1/patrol/checkins/{id}': 'wrong-0',
    '/api/v1/cameras/{id}/still': 'peak',
    '/api/v1/cameras/{id}/stills': 'peak',
    '/api/v1/villages/{code}/board': villageA,
  }
  const paths = Object.entries<Record<string, unknown>>(document.paths)
    .filter(([route, methods]) => 'get' in methods && !route.endsWith('/stream'))
    .map(([route]) => route.replace(/\{\w+\}/, ids[route] ?? 'x'))
  paths.push('/readyz', '/healthz', '/metrics', '/api/docs', '/api/openapi.json', '/')
  paths.push('/api/v1/devices/new-pm1', '/api/v1/devices?limit=200', '/api/v1/quarantine?limit=200')
  paths.push('/api/v1/observations?device=v1-pm1', '/api/v1/audit?limit=200')
  for (const url of paths) {
    const { text, headers } = await admin.get(url)
    expectNoSecret(url, text + JSON.stringify(headers))
    expect([url, /argon2|secret_hash|password_?hash/i.test(text)]).toEqual([url, false])
  }
  expectNoSecret('the live stream', stream.text())
  await station.leave()
  await button.leave()
  stream.stop()
  expect((await gateway.end('SIGTERM')).code).toBe(0)
  said = gateway.output()
  expect(said).toContain('Lianxun is ready')
  expectNoSecret('the output', said)
})

test('nor do the files hold one, but for the keys in their own', async () => {
  const names = await readdir(gateway.dataDir, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile() && !entry.name.endsWith('.key'))
  expect(files.length).toBeGreaterThan(2)
  for (const file of files) {
    const content = await readFile(path.join(file.parentPath, file.name), 'latin1')
    expectNoSecret(file.name, content)
  }
})
