import { createECDH, sign } from 'node:crypto'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Browser,
  checkVapid,
  openMessage,
  openPushService,
  type PushService,
} from '../../../support/push-service.ts'
import { type Bench, minute, openBench } from '../bench.ts'

/** Browsers behind a push service that is as strict as the real ones, over HTTPS. */

let bench: Bench
let service: PushService
const known = getCACertificates('default')

beforeAll(async () => {
  service = await openPushService()
  setDefaultCACertificates([...known, service.authority])
})
afterAll(async () => {
  setDefaultCACertificates(known)
  await service.stop()
})
beforeEach(async () => {
  bench = await openBench()
  service.answers.length = 0
})
afterEach(() => bench.stop())

async function newBrowser(): Promise<Browser> {
  return service.subscribe((await bench.notices.push.keys()).publicKey)
}

/** An operator with a browser, and a rule by which operators are told of what is new. */
async function listening(): Promise<Browser> {
  const channel = await bench.channel('webPush', '')
  await bench.rules({ channel, to: 'operator' })
  await bench.person('op', 'operator')
  const browser = await newBrowser()
  await bench.notices.push.add('op', browser.subscription, 1)
  return browser
}

async function rows() {
  return bench.db
    .selectFrom('delivery')
    .select(['state', 'error', 'receipt', 'attempts'])
    .orderBy('id')
    .execute()
}

const told = ({ delivered }: Browser) => delivered.map(({ text }) => JSON.parse(text))
const numbers = (browser: Browser) => told(browser).map(({ number }) => number)

describe('the push service of these tests', () => {
  const from = (text: string) => Buffer.from(text, 'base64url')

  it('opens the example of RFC 8291, appendix A', () => {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'))
    const body =
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg' +
      'Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB' +
      'St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
    expect(openMessage(from(body), { ecdh, auth: from('BTBZMqHH6r4Tts7J_aSIgg') })).toBe(
      'When I grow up, I want to be a watermelon',
    )
  })

  it('takes no token but a right one', async () => {
    const { publicKey, privateKey } = await bench.notices.push.keys()
    const point = from(publicKey)
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
      d: privateKey,
    }
    const nowS = 1_800_000_000
    const right = { aud: 'https://push.example', exp: nowS + 3600, sub: 'mailto:a@b.example' }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    function check(claims: object, more: { alg?: string; key?: string } = {}): void {
      const text = `${part({ typ: 'JWT', alg: more.alg ?? 'ES256' })}.${part({ ...right, ...claims })}`
      const key = { key: jwk, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const
      const signature = sign('sha256', Buffer.from(text), key).toString('base64url')
      checkVapid(`vapid t=${text}.${signature}, k=${publicKey}`, {
        key: more.key ?? publicKey,
        origin: 'https://push.example',
        nowS,
      })
    }
    expect(() => check({})).not.toThrow()
    expect(() => check({ aud: 'https://other.example' })).toThrow('audience')
    expect(() => check({ exp: nowS - 1 })).toThrow('run out')
    expect(() => check({ exp: nowS + 86_401 })).toThrow('longer than a day')
    expect(() => check({ sub: undefined })).toThrow('complain')
    expect(() => check({}, { alg: 'none' })).toThrow('ES256')
    expect(() => check({}, { key: 'another' })).toThrow('another key')
    const wanted = { key: publicKey, origin: 'https://push.example', nowS }
    expect(() => checkVapid(undefined, wanted)).toThrow('no Authorization')
  })
})

describe('web push', () => {
  it('tells every browser of whoever is meant, in words that only it can read', async () => {
    const channel = await bench.channel('webPush', '')
    await bench.rules({ channel, to: 'operator' })
    await bench.person('op', 'operator')
    await bench.person('other', 'villageCadre')
    const { push } = bench.notices
    const [one, two, three] = [await newBrowser(), await newBrowser(), await newBrowser()]
    await push.add('op', one.subscription, 1)
    await push.add('op', two.subscription, 1)
    await push.add('other', three.subscription, 1)
    await bench.happens('c', 'opened')
    await bench.look()
    expect(service.answers).toEqual(['201', '201'])
    for (const browser of [one, two]) {
      expect(browser.delivered).toMatchObject([{ ttl: 86_400, urgency: 'high' }])
      expect(told(browser)).toEqual([
        {
          number: 'T-c',
          title: '案件 c',
          severity: 'orange',
          hazard: 'forestFire',
          act: 'opened',
          link: '/cases/c',
          delivery: expect.any(Number),
        },
      ])
    }
    expect(three.delivered).toEqual([])
    expect(await rows()).toMatchObject([
      { state: 'sent', receipt: '201' },
      { state: 'sent', receipt: '201' },
    ])
  })

  it('forgets a browser that is gone, and knows who cannot be told', async () => {
    const browser = await listening()
    browser.unsubscribe()
    await bench.happens('c', 'opened')
    await bench.look()
    expect(service.answers).toEqual(['410 the browser unsubscribed'])
    expect(await bench.notices.push.of('op')).toEqual([])
    await bench.happens('d', 'opened')
    await bench.look()
    expect(service.answers).toHaveLength(1)
    expect((await rows()).map(({ state, error }) => [state, error])).toEqual([
      ['dropped', 'unreachable'],
      ['dropped', 'unreachable'],
    ])
  })

  it('forgets one that the service does not know', async () => {
    const { subscription } = await listening()
    const endpoint = `${service.origin}/push/somebody-else`
    await bench.notices.push.removeEndpoint('op', subscription.endpoint)
    await bench.notices.push.add('op', { ...subscription, endpoint }, 2)
    await bench.happens('c', 'opened')
    await bench.look()
    expect(service.answers).toEqual(['404 no such subscription'])
    expect(await bench.notices.push.of('op')).toEqual([])
  })

  it.each([
    ['seconds', () => ({ 'retry-after': '1800' })],
    [
      'a date',
      () => ({
        date: new Date(1e12).toUTCString(),
        'retry-after': new Date(1e12 + 1_800_000).toUTCString(),
      }),
    ],
  ])('waits as long as it is told, in %s, and with this browser alone', async (_, headers) => {
    const first = await listening()
    service.force({ status: 429, headers: headers() })
    await bench.happens('c', 'opened')
    await bench.look()
    const second = await newBrowser()
    await bench.notices.push.add('op', second.subscription, 2)
    await bench.happens('d', 'opened')
    await bench.pass(29)
    expect(numbers(first)).toEqual([])
    expect(numbers(second)).toEqual(['T-d'])
    expect(service.answers).toEqual(['429', '201'])
    bench.clock.forward(minute - 1)
    await bench.look()
    expect(numbers(first)).toEqual([])
    bench.clock.forward(1)
    await bench.look()
    expect(numbers(first)).toEqual(['T-c', 'T-d'])
  })

  it('gives up what is too large, and goes on with the next', async () => {
    const browser = await listening()
    service.force({ status: 413 })
    await bench.happens('c', 'opened')
    await bench.happens('d', 'opened')
    await bench.look()
    expect(numbers(browser)).toEqual(['T-d'])
    expect((await rows()).map(({ state, error }) => [state, error])).toEqual([
      ['dropped', 'tooLarge'],
      ['sent', null],
    ])
  })

  it('the longest title there is still fits', async () => {
    const browser = await listening()
    await bench.happens('c', 'opened')
    const title = '山'.repeat(200)
    await bench.db.updateTable('case').set({ title }).where('id', '=', 'c').execute()
    await bench.look()
    expect(told(browser)).toMatchObject([{ title }])
  })

  it('tries again after a failure, with a token of its own each time', async () => {
    const browser = await listening()
    service.force({ status: 500 }, { status: 503 })
    await bench.happens('c', 'opened')
    await bench.look()
    await bench.pass(3)
    expect(service.answers).toEqual(['500', '503', '201'])
    expect(numbers(browser)).toEqual(['T-c'])
  })

  it('keeps a browser whose subscription is for other keys, and says why', async () => {
    const channel = await bench.channel('webPush', '')
    await bench.rules({ channel, to: 'operator' })
    await bench.person('op', 'operator')
    await bench.notices.push.add('op', service.subscribe('another-key').subscription, 1)
    await bench.happens('c', 'opened')
    await bench.look()
    expect(service.answers).toEqual(['403 the subscription is for another key'])
    expect(await rows()).toMatchObject([
      { state: 'waiting', error: 'the receiver answered with status 403' },
    ])
  })

  it('sends nothing to a service whose certificate nobody knows', async () => {
    const browser = await listening()
    setDefaultCACertificates(known)
    await bench.happens('c', 'opened')
    await bench.look()
    setDefaultCACertificates([...known, service.authority])
    expect(browser.delivered).toEqual([])
    expect((await rows())[0]?.error).toMatch(/^the receiver('s certificate| cannot be reached)/)
  })

  it.each([
    ['http://push.example/a', 'must begin with https://'],
    ['https://192.168.1.4/a', "inside the town's network"],
    ['https://169.254.169.254/a', 'never that of a receiver'],
  ])('%s is no push service', async (endpoint, why) => {
    const { keys } = (await newBrowser()).subscription
    expect(bench.notices.browserProblem({ endpoint, keys })).toContain(why)
  })

  it('keeps its keys and what it knows of browsers sealed', async () => {
    const { push } = bench.notices
    const { publicKey, privateKey } = await push.keys()
    expect(await push.keys()).toEqual({ publicKey, privateKey })
    const { subscription } = await newBrowser()
    const browser = {
      subscription: { ...subscription, endpoint: 'https://push.example/a-long-secret-path' },
    }
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
    const { subscription } = await newBrowser()
    await bench.person('op', 'operator')
    for (let at = 1; at <= 22; at++) {
      const endpoint = `https://push.example/${at}`
      await push.add('op', { ...subscription, endpoint }, at)
    }
    const ids = await push.of('op')
    expect(ids).toHaveLength(20)
    expect((await push.get(ids[0] as string))?.endpoint).toBe('https://push.example/3')
  })
})
