import { describe, expect, test } from 'vitest'
import { ApiError, type FailureKind } from '../../../dashboard/src/api/client.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { formatBytes } from '../../../dashboard/src/parts/bytes.ts'
import { failureWords } from '../../../dashboard/src/parts/failure-words.ts'
import { passwordProblem, passwordRule } from '../../../dashboard/src/parts/password-rule.ts'
import { digitsOf } from '../../../dashboard/src/parts/six-digits.ts'
import { usernamePattern } from '../../../dashboard/src/parts/username.ts'
import { passwordWeakness } from '../../../gateway/domain/password.ts'
import { newUserSchema } from '../../../gateway/http/schemas/people.ts'

const zh = createTranslate('zh')
const failed = (kind: FailureKind, code?: string) =>
  new ApiError(kind, code ? { type: `urn:lianxun:${code}`, title: '', status: 400 } : null)

describe('sizes', () => {
  test.each([
    [0, '0\u2009B'],
    [999, '999\u2009B'],
    [1_000, '1.0\u2009kB'],
    [229_400, '229\u2009kB'],
    [12_300_000, '12.3\u2009MB'],
    [5_400_000_000, '5.4\u2009GB'],
    [9e15, '9000\u2009TB'],
  ])('%d', (bytes, said) => expect(formatBytes(bytes)).toBe(said))
})

describe('what is said when a step failed', () => {
  test.each([
    ['away', '没有送到服务器，请检查网络后再试'],
    ['forbidden', '您没有权限做这一步'],
    ['tooMany', '操作太快，请稍等再试'],
    ['server', '这一步没有办成，请刷新后再试'],
    ['signedOut', '登录已过期，请重新登录'],
  ] as const)('%s', (kind, said) => expect(failureWords(failed(kind), zh)).toBe(said))
  test('the step’s own words come first, by name before by kind', () => {
    const own = { wrongPassword: 'account.passwordWrong', forbidden: 'people.taken' } as const
    expect(failureWords(failed('forbidden', 'wrongPassword'), zh, own)).toBe('现在的密码不对')
    expect(failureWords(failed('forbidden', 'role'), zh, own)).toBe('这个用户名已经有人用了')
    expect(failureWords(failed('away'), zh, own)).toBe('没有送到服务器，请检查网络后再试')
  })
  test('a fault of the page itself', () =>
    expect(failureWords(new TypeError('x'), zh)).toBe('这一步没有办成，请刷新后再试'))
})

describe('the rule for passwords', () => {
  test('is said with the gateway’s own figure', () =>
    expect(passwordRule(zh)).toContain('至少 10 个字符'))
  test.each([
    ['short', '只有 5 个字符，至少要 10 个'],
    ['0123456789', '这个密码最先会被人试到，请换一个'],
    ['aaaaaaaaaaaa', '这个密码最先会被人试到，请换一个'],
    ['x'.repeat(257), '不能超过 256 个字符'],
    ['lantern-mountain-7', null],
    ['山里的灯笼亮了七盏灯', null],
  ])('%s', (password, said) => {
    expect(passwordProblem(password, zh)).toBe(said)
    expect(passwordWeakness(password) === undefined).toBe(said === null)
  })
})

describe('six digits', () => {
  test.each([
    [undefined, ''],
    ['123 456', '123456'],
    ['12a3', '123'],
    ['１２３', ''],
    ['1234567', '123456'],
  ])('%s', (typed, digits) => expect(digitsOf(typed)).toBe(digits))
})

describe('user names', () => {
  test.each(['zhang.wei', 'A1', '张伟', '.x', 'a b', '-a', 'a_b-c.d', 'x'.repeat(65)])(
    '%s as the gateway takes it',
    (username) =>
      expect(usernamePattern.test(username)).toBe(
        newUserSchema.shape.username.safeParse(username).success,
      ),
  )
})
