import { createHmac, randomBytes } from 'node:crypto'
import { assert, integer, property, stringMatching } from 'fast-check'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { isReaderMac, readerMac } from '../../../gateway/patrol/reader-mac.ts'
import { readRotatingCode, rotatingCode } from '../../../gateway/patrol/rotating-code.ts'
import { readStaticCode, staticCode } from '../../../gateway/patrol/static-code.ts'

const pointId = stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
const ours = { kid: '01ab', key: Buffer.alloc(32, 7) }

describe('a printed code', () => {
  it('names its point, its key and its signature', () => {
    const signature = createHmac('sha256', ours.key).update('qr1|p101').digest().subarray(0, 16)
    expect(staticCode('p101', ours)).toBe(`p101.01ab.${signature.toString('base64url')}`)
  })

  it('is known again, whatever the point is called', () => {
    assert(
      property(pointId, (point) => {
        expect(readStaticCode(staticCode(point, ours), ours)).toEqual({ point, isGenuine: true })
      }),
    )
    expect(readStaticCode(staticCode('a.t.12345678', ours), ours)?.point).toBe('a.t.12345678')
  })

  it('is not genuine under another key, or another name of the same', () => {
    const code = staticCode('p101', ours)
    for (const other of [
      { ...ours, key: Buffer.alloc(32, 8) },
      { ...ours, kid: '01ac' },
    ]) {
      expect(readStaticCode(code, other)).toEqual({ point: 'p101', isGenuine: false })
    }
  })

  it('has one way of being written: bits to spare decide nothing', () => {
    const code = staticCode('p101', ours)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const genuine = alphabet
      .split('')
      .filter((last) => readStaticCode(code.slice(0, -1) + last, ours)?.isGenuine)
    expect(genuine).toEqual([code.at(-1)])
  })

  it.each(['', 'p101', 'p101.01ab', 'p101.01ab.', '.01ab.AAAAAAAAAAAAAAAAAAAAAA'])(
    'is none: %j',
    (text) => expect(readStaticCode(text, ours)).toBeUndefined(),
  )
})

describe('a rotating code', () => {
  const secret = randomBytes(32)
  const secretOf = () => secret

  // RFC 6238, appendix B, with the erratum's secret of 32 bytes for SHA-256.
  it.each([
    [59, '46119246'],
    [1111111109, '68084774'],
    [1111111111, '67062674'],
    [1234567890, '91819424'],
    [2000000000, '90698825'],
    [20000000000, '77737706'],
  ])('at %i s is what RFC 6238 says', (seconds, digits) => {
    const seed = Buffer.from('12345678901234567890123456789012')
    const { code, until } = rotatingCode('p101', seed, seconds * 1000)
    expect(code).toBe(`p101.t.${digits}`)
    expect(until).toBe((Math.floor(seconds / 30) + 1) * 30_000)
    expect(readRotatingCode(code, () => seed, seconds * 1000)).toEqual({
      point: 'p101',
      step: Math.floor(seconds / 30),
    })
  })

  it('at 59 s with SHA-1 is what RFC 6238 says: the library counts as we do', () => {
    const totp = new TOTP({
      secret: Secret.fromLatin1('12345678901234567890'),
      algorithm: 'SHA1',
      digits: 8,
    })
    expect(totp.generate({ timestamp: 59_000 })).toBe('94287082')
  })

  it('holds for its own 30 s and one step before and after', () => {
    assert(
      property(pointId, integer({ min: 0, max: 4e12 }), (point, at) => {
        const { code } = rotatingCode(point, secret, at)
        const step = Math.floor(at / 30_000)
        const begin = step * 30_000
        for (const shownAt of [begin - 30_000, begin, begin + 29_999, begin + 59_999]) {
          if (shownAt < 0) continue
          expect(readRotatingCode(code, secretOf, shownAt)).toEqual({ point, step })
        }
      }),
    )
  })

  it('holds no longer, and not before', () => {
    const at = 1_790_000_010_000
    const { code } = rotatingCode('p101', secret, at)
    const begin = Math.floor(at / 30_000) * 30_000
    for (const shownAt of [begin - 30_001, begin + 60_000, 0, -1, at + 86_400_000]) {
      expect(readRotatingCode(code, secretOf, shownAt)).toEqual({ point: 'p101', step: null })
    }
  })

  it.each([
    '',
    'p101.t.1234567',
    'p101.t.123456789',
    'p101.t.1234567x',
    't.12345678',
    '.t.12345678',
  ])('is none: %j', (text) => expect(readRotatingCode(text, secretOf, 0)).toBeUndefined())
})

describe('the signature of a reader', () => {
  const key = Buffer.alloc(32, 3)
  const message = {
    device: 'v1-reader1',
    ts: 1_790_000_000_000,
    tag: '04A39B12',
    counter: 17,
    patroller: 'wang',
  }

  it('is the first half of an HMAC over what it read', () => {
    const text = 'checkin|v1-reader1|1790000000000|04A39B12|17|wang'
    const whole = createHmac('sha256', key).update(text).digest('hex')
    expect(readerMac(key, message)).toBe(whole.slice(0, 32))
    expect(isReaderMac(key, message, whole.slice(0, 32))).toBe(true)
    expect(isReaderMac(key, message, whole.slice(0, 32).toUpperCase())).toBe(true)
  })

  it('covers all of it', () => {
    const mac = readerMac(key, message)
    const others = [
      { ...message, device: 'v1-reader2' },
      { ...message, ts: message.ts + 1 },
      { ...message, tag: '04A39B13' },
      { ...message, counter: 18 },
      { ...message, patroller: 'li' },
    ]
    for (const other of others) expect(isReaderMac(key, other, mac)).toBe(false)
    expect(isReaderMac(Buffer.alloc(32, 4), message, mac)).toBe(false)
  })

  it.each(['', 'x'.repeat(32), '0'.repeat(31), '0'.repeat(64)])('is none: %j', (mac) => {
    expect(isReaderMac(key, message, mac)).toBe(false)
  })
})
