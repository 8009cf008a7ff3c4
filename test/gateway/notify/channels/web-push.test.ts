import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, openBench } from '../bench.ts'

/** A browser and its push service: what arrives is opened as RFC 8291 says, by hand. */

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.stop())

interface Came {
  path: string
  headers: Record<string, string | string[] | undefined>
  bytes: Buffer
}

async function openPushService() {
  const came: Came[] = []
  let status = 201
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      came.push({ path: request.url ?? '', headers: request.headers, bytes: Buffer.concat(parts) })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    came,
    origin,
    answer(next: number) {
      status = next
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function newBrowser(endpoint: string) {
  const ecdh = createECDH('prime256v1')
  const publicKey = ecdh.generateKeys()
  const auth = randomBytes(16)
  const subscription = {
    endpoint,
    keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
  }
  /** RFC 8188 with the keys of RFC 8291, 3.4. */
  function open(bytes: Buffer): unknown {
    const salt = bytes.subarray(0, 16)
    const idLength = bytes.readUInt8(20)
    const senderKey = bytes.subarray(21, 21 + idLength)
    const shared = ecdh.computeSecret(senderKey)
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, senderKey])
    const ikm = Buffer.from(hkdfSync('sha256', shared, auth, info, 32))
    const key = Buffer.from(
      hkdfSync('sha256', ikm, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16),
    )
    const nonce = Buffer.from(
      hkdfSync('sha256', ikm, salt, Buffer.from('Content-Encoding: nonce\0'), 12),
    )
    const record = bytes.subarray(21 + idLength)
    const decipher = createDecipheriv('aes-128-gcm', key, nonce)
    decipher.setAuthTag(record.subarray(-16))
    const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
    // The last record ends with the delimiter 2 and perhaps zeros.
    const end = plain.lastIndexOf(2)
    return JSON.parse(plain.subarray(0, end).toString('utf8'))
  }
  return { subscription, open }
}

/** RFC 8292: a token signed with the installation's key, for this push service. */
function checkVapid(authorization: string, publicKey: string, origin: string): void {
  const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? []
  expect(key).toBe(publicKey)
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(publicKey, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const isValid = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  expect(isValid).toBe(true)
  const told = JSON.parse(Buffer.from(claims, 'base64url').toString())
  expect(told).toMatchObject({ aud: origin, sub: 'https://town.example' })
}

describe('web push', () => {
  it('tells every browser of whoever is meant, in words that only it can read', async () => {
    const service = await openPushService()
    const channel = await bench.channel('webPush', '')
    await bench.rules({ channel, to: 'operator' })
    await bench.person('op', 'operator')
    await bench.person('other', 'villageCadre')
    const { push } = bench.notices
    const browsers = ['/one', '/two'].map((path) => newBrowser(`${service.origin}${path}`))
    for (const { subscription } of browsers) await push.add('op', subscription, 1)
    await push.add('other', newBrowser(`${service.origin}/three`).subscription, 1)
    await bench.happens('c', 'opened')
    await bench.look()

    expect(service.came.map(({ path }) => path).toSorted()).toEqual(['/one', '/two'])
    const { publicKey } = await push.keys()
    for (const { path, headers, bytes } of service.came) {
      const browser = browsers[path === '/one' ? 0 : 1] as (typeof browsers)[0]
      expect(headers).toMatchObject({
        'content-encoding': 'aes128gcm',
        ttl: '86400',
        urgency: 'high',
      })
      expect(browser.open(bytes)).toEqual({
        number: 'T-c',
        title: '案件 c',
        severity: 'orange',
        hazard: 'forestFire',
        act: 'opened',
        link: '/cases/c',
        delivery: expect.any(Number),
      })
      checkVapid(String(headers['authorization']), publicKey, service.origin)
    }
    await service.stop()
  })

  it('forgets a browser that is gone, and knows who cannot be told', async () => {
    const service = await openPushService()
    const channel = await bench.channel('webPush', '')
    await bench.rules({ channel, to: 'operator' })
    await bench.person('op', 'operator')
    const { push } = bench.notices
    await push.add('op', newBrowser(`${service.origin}/one`).subscription, 1)
    service.answer(410)
    await bench.happens('c', 'opened')
    await bench.look()
    expect(await push.of('op')).toEqual([])
    await bench.happens('d', 'opened')
    await bench.look()
    const rows = await bench.db.selectFrom('delivery').selectAll().orderBy('id').execute()
    expect(rows.map(({ state, error }) => [state, error])).toEqual([
      ['dropped', 'unreachable'],
      ['dropped', 'unreachable'],
    ])
    await service.stop()
  })

  it('keeps its keys and what it knows of browsers sealed', async () => {
    const { push } = bench.notices
    const { publicKey, privateKey } = await push.keys()
    expect(await push.keys()).toEqual({ publicKey, privateKey })
    const browser = newBrowser('https://push.example/a-long-secret-path')
    await bench.person('op', 'operator')
    await push.add('op', browser.subscription, 1)
    await push.add('op', browser.subscription, 2)
    const [id = ''] = await push.of('op')
    expect(await push.of('op')).toHaveLength(1)
    expect(await push.get(id)).toEqual(browser.subscription)
    const kept = JSON.stringify([
      await bench.db.selectFrom('setting').selectAll().execute(),
      await bench.db.selectFrom('push_subscription').selectAll().execute(),
    ])
    expect(kept).toContain(publicKey)
    for (const hidden of [privateKey, 'a-long-secret-path', browser.subscription.keys.auth]) {
      expect(kept).not.toContain(hidden)
    }
    await push.removeEndpoint('somebody', browser.subscription.endpoint)
    expect(await push.of('op')).toHaveLength(1)
    await push.removeEndpoint('op', browser.subscription.endpoint)
    expect(await push.of('op')).toEqual([])
  })

  it('keeps the newest twenty browsers of a person', async () => {
    const { push } = bench.notices
    await bench.person('op', 'operator')
    for (let at = 1; at <= 22; at++) {
      await push.add('op', newBrowser(`https://push.example/${at}`).subscription, at)
    }
    const ids = await push.of('op')
    expect(ids).toHaveLength(20)
    expect((await push.get(ids[0] as string))?.endpoint).toBe('https://push.example/3')
  })
})
