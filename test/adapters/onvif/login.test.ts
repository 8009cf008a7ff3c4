import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { passwordDigest, usernameToken } from '../../../adapters/onvif/wsse.ts'
import { parseXml, textAt } from '../../../adapters/onvif/xml.ts'
import { authorization, bestChallenge } from '../../../gateway/network/digest.ts'

describe('HTTP digest', () => {
  // RFC 7616, 3.9.1.
  const login = { username: 'Mufasa', password: 'Circle of Life' }
  const offer = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
  const request = {
    method: 'GET',
    uri: '/dir/index.html',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    count: 1,
  }
  const rows = [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ]
  it.each(rows)('of %s answers as the RFC does', (algorithm, response) => {
    const challenge = bestChallenge(offer(algorithm))
    expect(challenge).toMatchObject({ algorithm, qop: 'auth', isStale: false })
    const header = challenge && authorization(login, challenge, request)
    expect(header).toContain(`response="${response}"`)
    expect(header).toContain('qop=auth, nc=00000001, cnonce="f2/wE4q7')
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"')
  })

  // RFC 2617, 3.5, without qop as in RFC 2069.
  it('without qop is that of old cameras', () => {
    const challenge = bestChallenge(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    )
    const old = { username: 'Mufasa', password: 'Circle Of Life' }
    const header = challenge && authorization(old, challenge, request)
    expect(header).toContain('response="670fd8c2df070c60b045671b8b24ff02"')
    expect(header).not.toContain('qop')
  })

  const offers: [string, string | undefined, string | undefined][] = [
    ['the stronger of two', `${offer('MD5')}, ${offer('SHA-256')}`, 'SHA-256'],
    ['digest before basic', `Basic realm="x", ${offer('MD5')}`, 'MD5'],
    ['one that is not known', offer('SHA-512-256'), undefined],
    ['integrity alone', 'Digest realm="x", nonce="y", qop="auth-int"', undefined],
    ['nothing', undefined, undefined],
    ['nonsense', 'Negotiate', undefined],
  ]
  it.each(offers)('chooses from %s', (_, header, algorithm) => {
    expect(bestChallenge(header)?.algorithm).toBe(algorithm)
  })

  it('sees that a nonce was only too old', () => {
    expect(bestChallenge(`${offer('MD5')}, stale=TRUE`)?.isStale).toBe(true)
  })

  it('falls for nothing in a header', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        bestChallenge(a)
        const challenge = bestChallenge(`Digest realm="${a}", nonce="${b}"`)
        if (challenge)
          expect(authorization(login, challenge, request)).toMatch(/^Digest username="Mufasa"/)
      }),
    )
  })

  it('Basic is what it is', () => {
    const challenge = bestChallenge('Basic realm="camera"')
    expect(challenge && authorization({ username: 'a', password: 'b:c' }, challenge, request)).toBe(
      `Basic ${Buffer.from('a:b:c').toString('base64')}`,
    )
  })
})

test('a token: the digest of the nonce itself, the time and the password', () => {
  // ONVIF Programmer's Guide, 6.1.2.
  const nonce = Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64')
  const created = '2010-09-16T07:50:45Z'
  expect(passwordDigest(nonce, created, 'userpassword')).toBe('tuOSpGlFlIXsozq4HFNeeGeFLEI=')
})

test('a token says who and when, and never the password', () => {
  const text = usernameToken(
    { username: 'a<b', password: 'geheim' },
    { nonce: Buffer.alloc(16, 1), createdMs: 0 },
  )
  const token = parseXml(Buffer.from(text))
  expect(textAt(token, 'UsernameToken', 'Username')).toBe('a<b')
  expect(textAt(token, 'UsernameToken', 'Created')).toBe('1970-01-01T00:00:00.000Z')
  expect(text).not.toContain('geheim')
})
