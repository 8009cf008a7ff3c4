import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../gateway/storage/database.ts'
import { createTokenStore } from '../../gateway/storage/token-store.ts'
import { lianxun } from '../gateway/cli/commands.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

const town = '990101101'
const dayMs = 86_400_000
let gateway: TownGateway

beforeAll(async () => {
  gateway = await openTownGateway()
})

afterAll(() => gateway?.remove())

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JSON web token as another product would take it. */
function jwt(alg: string, claims: object, key?: string): string {
  const signed = `${base64({ alg, typ: 'JWT' })}.${base64(claims)}`
  const mac = key === undefined ? '' : createHmac('sha256', key).update(signed).digest('base64url')
  return `${signed}.${mac}`
}

const admin = { sub: 'admin01', username: 'admin01', role: 'townAdmin', scope: town, exp: 4e9 }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** With the administrator's cookie beside it: a token that opens nothing must not fall back to it. */
async function statusOf(authorization: string, url = '/api/v1/cases'): Promise<number> {
  const { cookie } = await gateway.as('admin01')
  return (await gateway.ask(url, { headers: { authorization, cookie } })).status
}

async function made(more: object = {}): Promise<{ id: string; secret: string }> {
  const body = { name: 'n', role: 'viewer', scope: town, days: 1, ...more }
  const answer = await (await gateway.as('admin01')).send('POST', '/api/v1/tokens', body)
  if (answer.status !== 201) throw new Error(answer.text)
  return { id: answer.body.token.id, secret: answer.body.secret }
}

/** Writes into the gateway's own tables, as an older installation or a thief with the file would. */
async function addBehindItsBack(secret: string, key: Buffer, expiresAt: number): Promise<void> {
  const db = await openDatabase(path.join(gateway.dataDir, 'lianxun.db'))
  const store = createTokenStore({ db, key, newId: randomUUID })
  const token = {
    name: 'n',
    role: 'townAdmin',
    scope: town,
    unit: null,
    createdBy: null,
  } as const
  await store.add({ ...token, createdAt: 0, expiresAt }, secret)
  await db.destroy()
}

describe('token with alg none, old key, wrong role', () => {
  test.each([
    ['alg none', jwt('none', admin)],
    ['alg None', jwt('None', admin)],
    ['a key that is guessed', jwt('HS256', admin, 'secret')],
    ['an empty key', jwt('HS256', admin, '')],
    ['the role of an administrator written into it', jwt('HS256', { ...admin, role: 'x' }, 'a')],
  ])('a web token with %s: 401, the cookie beside it does not count', async (_name, token) => {
    expect(await statusOf(`Bearer ${token}`)).toBe(401)
  })

  test('one kept under an old or another key: 401', async () => {
    const secret = `lxt_${'k'.repeat(32)}`
    await addBehindItsBack(secret, Buffer.alloc(32, 1), Date.now() + dayMs)
    expect(await statusOf(`Bearer ${secret}`)).toBe(401)
  })

  test.each([
    ['unknown', `Bearer lxt_${'a'.repeat(32)}`],
    ['too short', 'Bearer lxt_a'],
    ['too long', `Bearer lxt_${'a'.repeat(9000)}`],
    ['of another product', `Bearer ghp_${'a'.repeat(36)}`],
    ['empty', 'Bearer '],
    ['without a scheme', `lxt_${'a'.repeat(32)}`],
    ['SQL', "Bearer lxt_' or '1'='1"],
    ['two of them', `Bearer lxt_${'a'.repeat(32)}, Bearer lxt_${'b'.repeat(32)}`],
    ['basic', `Basic ${Buffer.from('admin01:admin01').toString('base64')}`],
    ['digest', 'Digest username="admin01"'],
    ['negotiate', 'Negotiate YII='],
    ['nothing', ''],
  ])('malformed or unknown, %s: 401', async (_name, authorization) => {
    expect(await statusOf(authorization)).toBe(401)
  })

  test('expired: 401', async () => {
    const key = await readFile(path.join(gateway.dataDir, 'installation.key'))
    const [over, good] = [`lxt_${'o'.repeat(32)}`, `lxt_${'g'.repeat(32)}`]
    await addBehindItsBack(over, key, Date.now() - 1)
    await addBehindItsBack(good, key, Date.now() + dayMs)
    expect([await statusOf(`Bearer ${over}`), await statusOf(`Bearer ${good}`)]).toEqual([401, 200])
  })

  test('revoked: 401 from the next request on', async () => {
    const { id, secret } = await made()
    expect(await statusOf(`Bearer ${secret}`)).toBe(200)
    await (await gateway.as('admin01')).send('DELETE', `/api/v1/tokens/${id}`)
    expect(await statusOf(`Bearer ${secret}`)).toBe(401)
  })

  test('of the wrong role: refused, whatever cookie comes along, and nothing happens', async () => {
    const { secret } = await made({ role: 'viewer' })
    const { cookie } = await gateway.as('admin01')
    const headers = { cookie, ...bearer(secret), 'x-lianxun': '1' }
    for (const url of [
      '/api/v1/devices',
      '/api/v1/cases/any/actions',
      '/api/v1/alarms/a/acknowledge',
    ]) {
      const json = { ...headers, 'content-type': 'application/json' }
      expect((await gateway.ask(url, { method: 'POST', headers: json, body: '{}' })).status).toBe(
        403,
      )
    }
    expect((await gateway.ask('/api/v1/quarantine', { headers })).status).toBe(403)
  })

  test('of an administrator: people, tokens, accounts and the session stay out of reach', async () => {
    const { secret } = await made({ role: 'townAdmin' })
    const { cookie } = await gateway.as('admin01')
    const headers = { cookie, ...bearer(secret), 'x-lianxun': '1' }
    for (const url of ['users', 'tokens', 'account', 'session', 'setup']) {
      expect([url, (await gateway.ask(`/api/v1/${url}`, { headers })).status]).toEqual([url, 403])
    }
  })

  test('in the address or the body opens nothing, and no log has it', async () => {
    const { secret } = await made()
    for (const url of [`/api/v1/cases?access_token=${secret}`, `/api/v1/cases?token=${secret}`]) {
      expect((await gateway.ask(url)).status).toBe(401)
    }
    await gateway.ask('/api/v1/nothing', { headers: bearer(secret) })
    expect(gateway.output()).not.toContain(secret)
  })
})

describe('a token made by command', () => {
  test('is shown once, opens, and is refused with wrong words', async () => {
    const run = (...args: string[]) => lianxun(['token', 'create', ...args], gateway.settings)
    const { code, out } = await run(
      '气象局',
      '--role',
      'viewer',
      '--scope',
      '990101101201',
      '--unit',
      '应急办',
    )
    expect(code).toBe(0)
    const secret = /lxt_[\w-]{32}/.exec(out)?.[0] ?? ''
    expect((await gateway.ask('/api/v1/devices/v1-pm1', { headers: bearer(secret) })).status).toBe(
      200,
    )
    expect((await gateway.ask('/api/v1/devices/v2-pm1', { headers: bearer(secret) })).status).toBe(
      404,
    )
    const admin01 = await gateway.as('admin01')
    const { items } = (await admin01.get('/api/v1/tokens')).body
    expect(items.find((one: { name: string }) => one.name === '气象局')).toMatchObject({
      createdBy: null,
      role: 'viewer',
      unit: '应急办',
    })
    const wrong = await run('x', '--role', 'king', '--days', '0', '--scope', '1', '--unit', ' ')
    expect(wrong.code).toBe(1)
    for (const word of ['--role', '--days', '--scope', '--unit']) expect(wrong.err).toContain(word)
    expect(wrong.out).toBe('')
    expect((await run()).err).toContain('NAME is missing')
  })
})
