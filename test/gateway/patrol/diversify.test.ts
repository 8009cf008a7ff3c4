import { describe, expect, it } from 'vitest'
import { diversifiedKey } from '../../../gateway/patrol/diversify.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const master = hex('00112233445566778899aabbccddeeff')

describe('a key for each tag (AN10922)', () => {
  it('is what NXP says it is', () => {
    const diversifier = Buffer.concat([hex('04782e21801d803042f5'), Buffer.from('NXP Abu')])
    expect(Buffer.from(diversifiedKey(master, diversifier)).toString('hex')).toBe(
      'a8dd63a3b89d54b37ca802473fda9175',
    )
  })

  it('is another for another tag', () => {
    const keys = [1, 2, 3].map((n) => diversifiedKey(master, Buffer.alloc(20, n)))
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(3)
  })

  it.each([15, 32])('takes no diversifier of %i bytes', (bytes) => {
    expect(() => diversifiedKey(master, Buffer.alloc(bytes))).toThrow(/16 to 31 bytes/)
  })

  it('takes AES-128 keys only', () => {
    expect(() => diversifiedKey(Buffer.alloc(32), Buffer.alloc(20))).toThrow(/16 bytes, not 32/)
  })
})
