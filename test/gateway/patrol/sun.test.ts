import { cmac } from '@noble/ciphers/aes.js'
import { describe, expect, it } from 'vitest'
import {
  createSunVerifier,
  decryptFile,
  decryptPicc,
  parseSun,
  type SunMessage,
  sessionMacKey,
  sunMac,
} from '../../../gateway/patrol/sun.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const zero = Buffer.alloc(16)
const zeroKeys = { metaRead: zero, fileReadOf: () => zero }
const examples = createSunVerifier(zeroKeys, true)

function message(query: string): SunMessage {
  const parsed = parseSun(query)
  if (!parsed) throw new Error(`no message: ${query}`)
  return parsed
}

const verify = (query: string) => examples.verify(message(query))

const p12 = 'picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086'
const p18 =
  'picc_data=FD91EC264309878BE6345CBE53BADF40&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6'
const mirror = 'uid=041E3C8A2D6B80&ctr=000006&cmac=4B00064004B0B3D3'

describe('AES-CMAC (RFC 4493, 4)', () => {
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c')
  const text = hex(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  )
  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('of %i bytes', (length, expected) => {
    expect(Buffer.from(cmac(text.subarray(0, length), key)).toString('hex')).toBe(expected)
  })
})

describe('the message of an NTAG 424', () => {
  it('opens its PICC data (AN12196, p. 12)', () => {
    expect(verify(p12)).toEqual({ uid: '04DE5F1EACC040', counter: 61, file: null })
    const tap = { uid: hex('04DE5F1EACC040'), counter: hex('3D0000') }
    expect(decryptPicc(zero, 'EF963FF7828658A599F3041510671E88')).toEqual(tap)
    expect(Buffer.from(sessionMacKey(zero, tap)).toString('hex')).toBe(
      '3fb5f6e3a807a03d5e3570ace393776f',
    )
  })

  it('opens its encrypted file too (AN12196, p. 18)', () => {
    expect(verify(p18)).toEqual({ uid: '04958CAA5C5E80', counter: 8, file: 'xxxxxxxxxxxxxxxx' })
    const tap = { uid: hex('04958CAA5C5E80'), counter: hex('080000') }
    expect(Buffer.from(sessionMacKey(zero, tap)).toString('hex')).toBe(
      '3ed0920e5e6a0320d823d5987feafbb1',
    )
  })

  it('reads a counter in the clear with its most significant byte first', () => {
    expect(verify(mirror)).toEqual({ uid: '041E3C8A2D6B80', counter: 6, file: null })
    expect(verify(mirror.replace('000006', '060000'))).toBeUndefined()
  })

  it('makes a key for each tap', () => {
    const tap = { uid: hex('04C767F2066180'), counter: hex('010000') }
    expect(Buffer.from(sessionMacKey(zero, tap)).toString('hex')).toBe(
      '0ec94be3e0664faf2be300dfb16e1b66',
    )
  })

  it('is verified with keys that are not those of the factory', () => {
    const fileRead = hex('b62a9baf092439bd43c62aee96b970c5')
    const tap = decryptPicc(
      hex('42aff114f2cb3b6141be6dc95dfc5416'),
      '8ACADDEF0A9B62CDAE39A16B83FC14DE',
    )
    const enc = 'B8436E11F627BB7F543FCC0C1E0D1A89'
    expect(tap).toEqual({ uid: hex('041d3c8a2d6b80'), counter: hex('230100') })
    if (!tap) return
    expect(tap.counter.readUIntLE(0, 3)).toBe(291)
    expect(sunMac(fileRead, tap, enc).toString('hex')).toBe('238b2543a8debad8')
    expect(decryptFile(fileRead, tap, enc).toString()).toBe('NTXXqno_oBFpwy-V')
  })

  it('takes every second byte of the signature, and never the others', () => {
    const tap = { uid: hex('04DE5F1EACC040'), counter: hex('3D0000') }
    const whole = cmac(new Uint8Array(), sessionMacKey(zero, tap))
    const even = Buffer.from(whole.filter((_, index) => index % 2 === 0)).toString('hex')
    expect(verify(p12.replace('94EED9EE65337086', even.toUpperCase()))).toBeUndefined()
    expect(sunMac(zero, tap, '').toString('hex')).toBe('94eed9ee65337086')
  })

  it('is none of ours under another key', () => {
    const other = Buffer.alloc(16, 1)
    const metaRead = createSunVerifier({ metaRead: other, fileReadOf: () => zero }, true)
    const fileRead = createSunVerifier({ metaRead: zero, fileReadOf: () => other }, true)
    expect(metaRead.verify(message(p12))).toBeUndefined()
    expect(fileRead.verify(message(p12))).toBeUndefined()
    expect(fileRead.verify(message(mirror))).toBeUndefined()
  })

  it('is not verified by keys of the factory', () => {
    expect(() => createSunVerifier(zeroKeys)).toThrow(/all zero/)
    const half = createSunVerifier({ metaRead: Buffer.alloc(16, 1), fileReadOf: () => zero })
    expect(() => half.verify(message(mirror))).toThrow(/all zero/)
  })
})

describe('what stands in the address', () => {
  it.each([
    ['nothing', ''],
    ['LRP mode, whose PICC data is longer', p12.replace('EF96', `${'00'.repeat(8)}EF96`)],
    ['PICC data that is too short', p12.replace('EF96', '')],
    ['no signature', 'picc_data=EF963FF7828658A599F3041510671E88'],
    ['an empty signature', 'picc_data=EF963FF7828658A599F3041510671E88&cmac='],
    ['only a signature', 'cmac=94EED9EE65337086'],
    ['a whole signature instead of half', `${p12}94EED9EE65337086`],
    ['the signature twice', `${p12}&cmac=94EED9EE65337086`],
    ['PICC data twice', `picc_data=EF963FF7828658A599F3041510671E88&${p12}`],
    ['the file twice', p18.replace('&enc', '&enc=CEE9A53E3E463EF1F459635736738962&enc')],
    ['a file of half a block', p18.replace('A53E3E463EF1F459', '')],
    ['a file that is too long', p18.replace('CEE9', `${'00'.repeat(16 * 8)}CEE9`)],
    ['another order', 'cmac=94EED9EE65337086&picc_data=EF963FF7828658A599F3041510671E88'],
    ['something added', `${p12}&point=p101`],
    ['something added before', `point=p101&${p12}`],
    ['a fragment', `${p12}#top`],
    ['lower-case digits', p12.toLowerCase()],
    ['percent signs', p12.replace('EF', '%45F')],
    ['a line break', `${p12}\n`],
    ['clear and encrypted at once', `${mirror}&${p12}`],
    ['a counter that is too long', mirror.replace('000006', '00000006')],
    ['a UID of random kind', mirror.replace('041E3C8A2D6B80', '08AABBCC')],
  ])('is no message: %s', (_what, query) => {
    expect(parseSun(query)).toBeUndefined()
  })
})
