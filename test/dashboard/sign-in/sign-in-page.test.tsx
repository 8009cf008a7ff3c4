import { describe, expect, test } from 'vitest'
import { ApiError, type FailureKind } from '../../../dashboard/src/api/client.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { CodeStep } from '../../../dashboard/src/sign-in/code-step.tsx'
import {
  codeFailure,
  signInFailure,
  wantsCode,
} from '../../../dashboard/src/sign-in/sign-in-failure.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage, renderPart } from '../render.tsx'

const [zh, en] = [createTranslate('zh'), createTranslate('en')]
const failed = (kind: FailureKind, retryAfterS: number | null = null) =>
  new ApiError(kind, null, retryAfterS)

describe('what is said when it failed', () => {
  test.each([
    ['signedOut', '用户名或密码不对，请再试一次', 'User name or password is wrong'],
    ['invalid', '用户名或密码不对，请再试一次', 'User name or password is wrong'],
    ['tooMany', '试的次数太多，请过几分钟再试', 'Too many tries, please wait a few minutes'],
    ['away', '连不上服务器，请检查网络后再试', 'The server cannot be reached'],
    ['forbidden', '这个账号不能登录，请找镇管理员', 'This account may not sign in'],
    ['server', '服务器出错，请稍后再试', 'The server failed, please try again later'],
  ] as const)('%s', (kind, inChinese, inEnglish) => {
    expect(signInFailure(failed(kind), zh)).toBe(inChinese)
    expect(signInFailure(failed(kind), en)).toContain(inEnglish)
  })
  test.each([
    [1, 1],
    [60, 1],
    [61, 2],
    [900, 15],
  ])('a wait of %d s is told as %d min, never as none', (seconds, minutes) =>
    expect(signInFailure(failed('tooMany', seconds), zh)).toBe(
      `试的次数太多，请 ${minutes} 分钟后再试`,
    ),
  )
  test('whether the name exists is not given away', () =>
    expect(signInFailure(failed('notFound'), zh)).toBe(signInFailure(failed('signedOut'), zh)))
  test('a fault of the page itself does not blame the password', () =>
    expect(signInFailure(new TypeError('x'), zh)).toBe('服务器出错，请稍后再试'))
})

describe('the page', () => {
  test('two labelled fields that a password manager knows', async () => {
    const drawn = await renderPage('/sign-in', { session: null })
    expect(all(drawn, 'input').map((field) => field.attributes['autocomplete'])).toEqual([
      'username',
      'current-password',
    ])
    const labels = all(drawn, 'label')
    expect(labels.map((label) => textOf(label))).toEqual(['用户名', '密码'])
    expect(labels.map((label) => label.attributes['for'])).toEqual(
      all(drawn, 'input').map((field) => field.attributes['id']),
    )
  })
  test('one primary button, and whom to ask', async () => {
    const drawn = await renderPage('/sign-in', { session: null })
    expect(textOf(one(drawn, 'button.ant-btn-primary'))).toBe('登录')
    expect(textOf(drawn)).toContain('忘记密码，请找镇管理员重设。')
  })
  test('can be turned into English before anybody is in', async () => {
    const drawn = await renderPage('/sign-in', { session: null })
    expect(one(drawn, 'button.language').attributes).toMatchObject({
      'aria-label': '换成英文',
      lang: 'en',
    })
    const english = await renderPage('/sign-in', { session: null, language: 'en' })
    expect(textOf(one(english, 'h1'))).toBe('LianxunJoint patrol for rural towns')
  })
})

describe('the six digits', () => {
  const problem = (type: string) => ({ type: `urn:lianxun:${type}`, title: '', status: 401 })
  test('are asked for by the gateway’s own name of it, and by nothing else', () => {
    expect(wantsCode(new ApiError('signedOut', problem('codeRequired')))).toBe(true)
    expect(wantsCode(new ApiError('signedOut', problem('wrongPassword')))).toBe(false)
    expect(wantsCode(failed('away'))).toBe(false)
    expect(wantsCode(new TypeError('x'))).toBe(false)
  })
  test('a wrong one is not told as a wrong password', () => {
    expect(codeFailure(failed('signedOut'), zh)).toBe('验证码不对或已过期，请填写最新的六位数字')
    expect(codeFailure(failed('signedOut'), en)).toContain('The code is wrong')
    expect(codeFailure(failed('tooMany', 61), zh)).toBe('试的次数太多，请 2 分钟后再试')
    expect(codeFailure(failed('away'), zh)).toBe('连不上服务器，请检查网络后再试')
  })
  test('stand on the same card, for the phone’s own keypad and its suggestions', async () => {
    const nothing = () => {}
    const drawn = await renderPart(
      <CodeStep
        name="desk01"
        failure={null}
        isBusy={false}
        onEnter={nothing}
        onBack={nothing}
        onChange={nothing}
      />,
    )
    expect(textOf(drawn)).toContain('desk01，还差一步')
    expect(one(drawn, 'input').attributes).toMatchObject({
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
    })
    expect(all(drawn, 'button').map((button) => textOf(button))).toEqual(['登录', '换一个账号'])
  })
})

describe('the first start', () => {
  const setup = (needed: boolean, town: { code: string; name: string } | null = null) =>
    ({ session: null, answers: [[['setup'], { needed, town }]] }) as const
  test('the wizard begins with the code and says where it stands', async () => {
    const drawn = await renderPage('/setup', setup(true))
    expect(textOf(drawn)).toContain('启动码在服务器的终端窗口里')
    expect(all(drawn, '.setup-steps li').map((step) => textOf(step))).toEqual([
      '1启动码',
      '2管理员',
      '3镇街',
    ])
    expect(one(drawn, '[aria-current=step]').children).toContain('启动码')
  })
  test('once it is done the wizard shows nothing', async () =>
    expect(textOf(await renderPage('/setup', setup(false)))).toBe(''))
  test('until it is done the sign-in page shows nothing', async () =>
    expect(textOf(await renderPage('/sign-in', setup(true)))).toBe(''))
})
