import { randomBytes } from 'node:crypto'
import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVault } from '../../../gateway/storage/vault.ts'

const key = randomBytes(32)
const vault = createVault(key)
const place = 'user:u1:totp'

describe('the vault', () => {
  it('gives back any text that was sealed for the same place', () => {
    assert(
      property(string({ unit: 'binary' }), string(), (text, where) => {
        const whole = Buffer.from(text).toString('utf8')
        expect(vault.open(vault.seal(whole, where), where)).toBe(whole)
      }),
    )
  })

  it('seals the same text differently each time, and shows nothing of it', () => {
    const sealed = Array.from({ length: 50 }, () => vault.seal('JBSWY3DPEHPK3PXP', place))
    expect(new Set(sealed).size).toBe(50)
    for (const one of sealed) {
      expect(one).toMatch(/^v1\.[\w-]+$/)
      expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('JBSWY')
    }
  })

  it('opens after a restart, with the same key', () => {
    expect(createVault(Buffer.from(key)).open(vault.seal('x', place), place)).toBe('x')
  })

  it('opens nothing in another place', () => {
    const sealed = vault.seal('x', place)
    for (const where of ['user:u2:totp', 'user:u1:totp ', '', 'camera:u1']) {
      expect(() => vault.open(sealed, where)).toThrow(/does not open/)
    }
  })

  it('opens nothing under another key, and says what to do', () => {
    const other = createVault(randomBytes(32))
    expect(() => other.open(vault.seal('x', place), place)).toThrow(
      'The secret of user:u1:totp does not open: it was altered, or sealed under another installation.key. Restore that file from the backup, or set the secret anew.',
    )
  })

  it('opens nothing that was altered in any bit', () => {
    const bytes = Buffer.from(vault.seal('secret', place).slice(3), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes)
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(() => vault.open(`v1.${altered.toString('base64url')}`, place)).toThrow(/not open/)
    }
  })

  it('opens nothing that is no sealed text', () => {
    assert(
      property(string(), (text) => {
        expect(() => vault.open(text, place)).toThrow(/does not open/)
        expect(() => vault.open(`v1.${text}`, place)).toThrow(/does not open/)
      }),
    )
  })
})
