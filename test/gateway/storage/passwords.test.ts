import { describe, expect, it } from 'vitest'
import { passwordWeakness } from '../../../gateway/domain/password.ts'
import { hashPassword, newPassword, verifyPassword } from '../../../gateway/storage/passwords.ts'

describe('a password', () => {
  it('is kept as Argon2id with OWASP’s cost, and never twice the same', async () => {
    const [one, two] = await Promise.all([hashPassword('云岭 42'), hashPassword('云岭 42')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(two).not.toBe(one)
    expect(await verifyPassword(one, '云岭 42')).toBe(true)
    expect(await verifyPassword(two, '云岭 42')).toBe(true)
  })

  it.each(['', '云岭 43', '云岭 42 ', '云岭42', 'x'.repeat(300)])('%j is not it', async (guess) => {
    const hash = await hashPassword('云岭 42')
    expect(await verifyPassword(hash, guess)).toBe(false)
  })
})

describe('a made password', () => {
  it('can be read out, typed, and is never weak nor the same', () => {
    const made = Array.from({ length: 500 }, newPassword)
    expect(new Set(made).size).toBe(500)
    for (const one of made) {
      expect(one).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
      // 0 O, 1 l I look alike on paper.
      expect(one).not.toMatch(/[01loI]/)
      expect(passwordWeakness(one)).toBeUndefined()
    }
  })

  it('uses every sign there is', () => {
    const signs = new Set(Array.from({ length: 300 }, newPassword).join('').replaceAll('-', ''))
    expect(signs.size).toBe(32)
  })
})
