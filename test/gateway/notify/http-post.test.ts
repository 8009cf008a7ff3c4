import type { lookup } from 'node:dns'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseNetwork, privateNetworks } from '../../../gateway/domain/network.ts'
import { createHttpPost } from '../../../gateway/notify/http-post.ts'
import { openReceiver, type Receiver } from './receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await openReceiver()
})
afterAll(() => receiver.stop())

const networks = (...texts: string[]) => texts.flatMap((text) => parseNetwork(text) ?? [])
const own = networks(...privateNetworks)
const never = new AbortController().signal

function leadsTo(...addresses: string[]): typeof lookup {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return ((_host: string, _options: object, done: (error: null, found: object) => void) =>
    done(null, all)) as unknown as typeof lookup
}

function post(url: string, more: Partial<Parameters<typeof createHttpPost>[0]> = {}) {
  const allowed = networks('127.0.0.0/8')
  const send = createHttpPost({ networks: { allowed, own }, signal: never, ...more })
  return send({ url, headers: {}, body: 'ä' }, 'channel')
}

describe('a POST to somebody else', () => {
  it('brings body and length, and the answer back', async () => {
    receiver.answer = () => ({ status: 418, body: 'tea', headers: { 'retry-after': '7' } })
    expect(await post(`${receiver.url}/a?b=c`)).toEqual({
      status: 418,
      text: 'tea',
      retryAfterMs: 7000,
    })
    expect(receiver.taken.at(-1)).toMatchObject({
      path: '/a?b=c',
      text: 'ä',
      headers: { 'content-length': '2' },
    })
  })

  it('follows no redirection', async () => {
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } })
    expect((await post(receiver.url)).status).toBe(302)
    expect(receiver.taken.at(-1)?.path).toBe('/')
  })

  it('reads no more than 64 KiB of the answer', async () => {
    receiver.answer = () => ({ body: 'x'.repeat(3_000_000) })
    expect((await post(receiver.url)).text).toHaveLength(65_536)
  })

  it('does not wait for ever', async () => {
    receiver.answer = () => 'hang'
    await expect(post(receiver.url, { timeoutMs: 50 })).rejects.toThrow(
      'the receiver does not answer',
    )
  })

  it('ends with the gateway', async () => {
    const stopping = new AbortController()
    receiver.answer = () => {
      stopping.abort()
      return 'hang'
    }
    await expect(post(receiver.url, { signal: stopping.signal })).rejects.toThrow(
      'the gateway stopped meanwhile',
    )
  })

  it('says what is wrong without the address', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const free = (probe.address() as AddressInfo).port
        probe.close(() => resolve(free))
      })
    })
    await expect(post(`http://127.0.0.1:${port}/key-in-path?key=k`)).rejects.toThrow(
      /^the receiver refuses the connection$/,
    )
    await expect(post(`${receiver.url.replace('http', 'https')}/key`)).rejects.toThrow(
      /^the receiver (cannot be reached \(\w+\)|closed the connection)$/,
    )
  })
})

describe('where nothing is sent', () => {
  it.each([
    ['http://169.254.169.254/latest/meta-data', /never that of a receiver/],
    ['http://[fe80::1]/', /never that of a receiver/],
    ['http://0x7f.1/', /this machine itself/],
    ['http://2130706433/', /this machine itself/],
    ['http://[::ffff:127.0.0.1]/', /this machine itself/],
    ['ftp://host/', /must begin with/],
    ['http://user:word@host/', /no user name or password/],
    ['nonsense', /must be an address/],
  ])('%s', async (url, problem) => {
    const error: Error = await post(url, { networks: { allowed: [], own } }).catch((e) => e)
    expect(error.message).toMatch(problem)
  })

  it.each([['169.254.169.254'], ['127.0.0.1'], ['::1'], ['93.184.216.34', '127.0.0.1']])(
    'a name that leads to %s',
    async (...addresses) => {
      const before = receiver.taken.length
      const { port } = new URL(receiver.url)
      const options = { networks: { allowed: [], own }, lookup: leadsTo(...addresses) }
      await expect(post(`http://rebind.example:${port}/`, options)).rejects.toThrow(
        /leads where nothing is sent/,
      )
      expect(receiver.taken).toHaveLength(before)
    },
  )

  it('a name may lead to this machine where a setting lists it', async () => {
    const { port } = new URL(receiver.url)
    receiver.answer = () => ({ status: 204, body: '' })
    const answer = await post(`http://own.example:${port}/`, { lookup: leadsTo('127.0.0.1') })
    expect(answer.status).toBe(204)
  })
})
