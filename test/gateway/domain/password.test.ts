import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passwordWeakness } from '../../../gateway/domain/password.ts'

describe('a password', () => {
  const weak: [string, RegExp][] = [
    ['', /has 0 characters; use at least 10/],
    ['Xq7!mB2', /has 7 characters/],
    ['123456789', /has 9 characters/],
    ['x'.repeat(257), /longer than 256/],
    ['1234567890', /tried first/],
    ['0123456789', /tried first/],
    ['9876543210', /tried first/],
    ['a123456789', /tried first/],
    ['aaaaaaaaaaaa', /tried first/],
    ['。。。。。。。。。。', /tried first/],
    ['admin12345', /tried first/],
    ['ADMIN@2026!', /tried first/],
    ['Administrator', /tried first/],
    ['lianxun2026', /tried first/],
    ['Lianxun@123', /tried first/],
    ['password1234', /tried first/],
    ['Passw0rd!!!', /tried first/],
    ['changeme_1234', /tried first/],
    ['welcome-2026', /tried first/],
    ['1q2w3e4r5t', /tried first/],
    ['1q2w3e4r5t6y7u8i', /tried first/],
    ['qwertyuiop', /tried first/],
    ['iloveyou2026', /tried first/],
  ]
  it.each(weak)('%s is too weak', (password, why) => {
    expect(passwordWeakness(password)).toMatch(why)
  })

  it.each([
    'Lantern-Hill-42',
    'correct horse battery',
    'kx7m-p2fh-9wqd-v3jt',
    '云岭镇森林防火值班室二号',
    'administrators of the hill',
    'my password is long',
    'x'.repeat(255).concat('y'),
  ])('%s will do', (password) => {
    expect(passwordWeakness(password)).toBeUndefined()
  })

  it('the reason never repeats it: it lands in logs and on screens', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 9 }), (password) => {
        fc.pre(!'has characters; use at least'.includes(password))
        expect(passwordWeakness(password)).not.toContain(password)
      }),
    )
  })
})
