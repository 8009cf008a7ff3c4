import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCredential } from '../../../gateway/network/digest.ts'
import { isAuthorized } from '../../../simulators/camera/rtsp-auth.ts'

const login = { username: 'Mufasa', password: 'Circle Of Life' }
const asked = { method: 'GET', uri: '/dir/index.html' }

describe('the answer to a request for a password', () => {
  it('is that of RFC 2069 where no quality is offered', () => {
    const challenge =
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    const credential = createCredential([challenge], { ...login, password: 'CircleOfLife' })
    // The RFC's own example is wrong; this is its erratum 749.
    expect(credential.answer(asked)).toContain('response="1949323746fe6a43ef61f9606e7febea"')
    expect(credential.answer(asked)).toContain('opaque="5ccc069c403ebaf9f0171e9517f40e41"')
  })

  it('counts how often a nonce was used', () => {
    const credential = createCredential(['Digest realm="a", nonce="b", qop="auth,auth-int"'], login)
    expect(credential.answer(asked)).toContain('nc=00000001')
    expect(credential.answer(asked)).toContain('nc=00000002')
  })

  it('is accepted by a camera, whatever name and password, with and without quality', () => {
    // A name with a quote in it is escaped, which the simulated camera does not read.
    const name = fc.string({ minLength: 1 }).filter((text) => !/["\\\r\n]/.test(text))
    fc.assert(
      fc.property(name, fc.string(), fc.boolean(), (username, password, qop) => {
        const told = `Digest realm="r", nonce="n", algorithm=MD5${qop ? ', qop="auth"' : ''}`
        const answer = createCredential([told], { username, password }).answer(asked)
        const auth = { username, password, qop, schemes: ['digest'] as const }
        expect(isAuthorized(answer, auth, { method: 'GET', nonce: 'n' })).toBe(true)
        expect(isAuthorized(answer, auth, { method: 'PLAY', nonce: 'n' })).toBe(false)
      }),
    )
  })

  it('prefers what does not tell the password', () => {
    const both = ['Basic realm="a"', 'Digest realm="a", nonce="b"']
    expect(createCredential(both, login).answer(asked)).toMatch(/^Digest /)
    const basic = createCredential(['Basic realm="a"'], login).answer(asked)
    expect(basic).toBe(`Basic ${Buffer.from('Mufasa:Circle Of Life').toString('base64')}`)
  })

  it('takes the newer hash where the camera wants it', () => {
    const credential = createCredential(['Digest realm="a", nonce="b", algorithm=SHA-256'], login)
    expect(credential.answer(asked)).toMatch(/algorithm=SHA-256, response="[0-9a-f]{64}"/)
  })

  it.each([
    [['Digest realm="a", nonce="b", algorithm=MD4']],
    [['Digest realm="a", nonce="b", qop="auth-int"']],
    [['Digest realm="a"']],
    [['Negotiate']],
    [[]],
  ])('is none for %j', (challenges) => {
    expect(createCredential(challenges, login).answer(asked)).toBeUndefined()
  })
})
