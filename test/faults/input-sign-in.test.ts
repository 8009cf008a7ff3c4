import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lianxun, startGateway } from '../gateway/cli/commands.ts'
import type { Answer } from '../support/raw-http.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

let gateway: TownGateway

beforeAll(async () => {
  gateway = await openTownGateway()
})

afterAll(() => gateway?.remove())

const json = { 'content-type': 'application/json' }

function tryPassword(username: string, password: string, headers = {}): Promise<Answer> {
  const body = JSON.stringify({ username, password })
  return gateway.ask('/api/v1/session', { method: 'POST', headers: { ...json, ...headers }, body })
}

describe('start with a missing or default secret', () => {
  test.each([
    'admin',
    'password',
    'changeme',
    '12345678',
    'aaaaaaaaaaaa',
    'Password123!',
    'lianxun2026',
  ])('a weak LIANXUN_ADMIN_PASSWORD is refused and not repeated: %s', async (weak) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'lianxun-weak-'))
    const running = startGateway({
      LIANXUN_DATA_DIR: path.join(directory, 'town'),
      LIANXUN_HTTP_PORT: '0',
      LIANXUN_MQTT_PORT: '0',
      LIANXUN_ADMIN_PASSWORD: weak,
    })
    const { code, out, err } = await running.ended
    expect(code).toBe(1)
    expect(out + err).toContain('LIANXUN_ADMIN_PASSWORD')
    expect(out + err).not.toContain(`"${weak}"`)
    expect(await readdir(directory)).toEqual([])
    await rm(directory, { recursive: true })
  })

  test('missing ones are made for each installation, for its owner only', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'lianxun-two-'))
    const keys = []
    for (const name of ['one', 'two']) {
      const dataDir = path.join(directory, name)
      const settings = { LIANXUN_DATA_DIR: dataDir }
      await lianxun(['import', 'examples/town', '--secrets-out', `${dataDir}.json`], settings)
      const file = path.join(dataDir, 'installation.key')
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect((await stat(`${dataDir}.json`)).mode & 0o777).toBe(0o600)
      keys.push((await readFile(file)).toString('hex'))
      const secrets = JSON.parse(await readFile(`${dataDir}.json`, 'utf8'))
      keys.push(...Object.values<string>(secrets.devices), ...Object.values<string>(secrets.users))
    }
    expect(keys.length).toBeGreaterThan(200)
    expect(new Set(keys).size).toBe(keys.length)
    await rm(directory, { recursive: true })
  })
})

const wrong = 'Wrong-Password-1'

async function refused(username: string) {
  const { status, text, headers } = await tryPassword(username, wrong)
  const names = Object.keys(headers).filter((name) => !name.startsWith('x-ratelimit'))
  return JSON.stringify([status, text, names.sort()])
}

describe('guessing passwords', () => {
  test('sixth wrong password in a minute: 429, whatever address is claimed', async () => {
    const claims = [
      { 'x-forwarded-for': '10.0.0.1' },
      { 'x-forwarded-for': '10.0.0.2, 10.0.0.3' },
      { forwarded: 'for=10.0.0.4' },
      { 'x-real-ip': '10.0.0.5' },
      { 'x-client-ip': '10.0.0.6', via: '1.1 proxy' },
      { 'x-forwarded-for': '::1', 'x-forwarded-host': 'elsewhere' },
    ]
    const statuses = []
    for (const claim of claims) statuses.push((await tryPassword('cadre03', wrong, claim)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    // The right password must wait too.
    const right = await tryPassword('cadre03', gateway.secrets.users.cadre03 ?? '')
    expect(right.status).toBe(429)
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0)
  })

  // That both cost one Argon2 hash is shown in test/gateway/http/sessions.test.ts, without a stopwatch.
  test('unknown user: same status, text and headers', async () => {
    const said = new Set<string>()
    for (const n of [4, 5, 6, 7, 8]) {
      said.add(await refused(`nobody${n}`))
      said.add(await refused(`cadre0${n}`))
    }
    expect(said.size).toBe(1)
  })
})
