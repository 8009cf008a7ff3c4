import { describe, expect, test } from 'vitest'
import { qrPath } from '../../../dashboard/src/account/qr-path.ts'
import { SecondFactorOffer } from '../../../dashboard/src/account/second-factor-offer.tsx'
import type { Account } from '../../../dashboard/src/api/types.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { renderPage, renderPart } from '../render.tsx'
import { anAccount, tenTwentyFour } from '../trust-views.ts'

const page = (part: Partial<Account> = {}) =>
  renderPage('/account', { answers: [[['account'], anAccount(part)]] })

describe('who I am', () => {
  test('name, role and place', async () => {
    const text = textOf(await page())
    expect(text).toContain('值守员甲')
    expect(text).toContain('用户名 desk01')
    expect(text).toContain('角色 值守员')
    expect(text).toContain('范围 云岭镇')
  })
  test('when the password was last changed', async () => {
    expect(textOf(await page())).toContain('还没有改过。')
    expect(textOf(await page({ passwordChangedAt: tenTwentyFour }))).toContain(
      '上次修改：2026-11-21',
    )
  })
  test('while it is asked for, a skeleton of the panels', async () =>
    expect(all(await renderPage('/account'), '.account-waiting')).toHaveLength(4))
})

describe('where I am signed in', () => {
  test('here first, then the latest; by whom, from where, since when', async () => {
    const rows = all(await page(), '.session-list li').map((row) => textOf(row))
    expect(rows).toHaveLength(2)
    expect(rows[0]).toContain('当前这里')
    expect(rows[0]).toContain('未知的程序')
    expect(rows[0]).toContain('地址未知')
    expect(rows[1]).toContain('微软浏览器，视窗电脑')
    expect(rows[1]).toContain('10.0.0.8 · 08:24 登录 · 1 分前用过')
  })
  test('others can be ended, one by one or all; here is left by the menu', async () => {
    const buttons = all(await page(), '[data-part=sessions] button').map((one) => nameOf(one))
    expect(buttons).toEqual(['退出', '退出其他所有地方'])
  })
  test('alone, it says so', async () => {
    const sessions = anAccount().sessions.filter((session) => session.current)
    const drawn = one(await page({ sessions }), '[data-part=sessions]')
    expect(textOf(drawn)).toContain('只在这里登录着。')
    expect(all(drawn, 'button')).toHaveLength(0)
  })
})

describe('the second factor', () => {
  const part = async (secondFactor: boolean) =>
    one(await page({ secondFactor }), '[data-part=second-factor]')
  test('off: what it is for, and how to begin', async () => {
    const drawn = await part(false)
    expect(textOf(drawn)).toContain('未开启')
    expect(textOf(drawn)).toContain('密码被人知道了也进不来')
    expect(all(drawn, 'button').map((button) => nameOf(button))).toEqual(['开启两步验证'])
  })
  test('on: it can be taken away', async () => {
    const drawn = await part(true)
    expect(textOf(drawn)).toContain('已开启')
    expect(all(drawn, 'button').map((button) => nameOf(button))).toEqual(['关闭两步验证'])
  })
  test('offered: a picture with a name, the secret in groups of four, a field for six digits', async () => {
    const drawn = await renderPart(
      <SecondFactorOffer
        secret="JBSWY3DPEHPK3PXP"
        uri="otpauth://totp/Lianxun:desk01?secret=JBSWY3DPEHPK3PXP&issuer=Lianxun"
        onDone={() => Promise.resolve()}
        onClose={() => {}}
      />,
    )
    expect(one(drawn, '[role=img]').attributes['aria-label']).toBe('两步验证的二维码')
    expect(textOf(one(drawn, 'code'))).toBe('JBSW Y3DP EHPK 3PXP')
    expect(one(drawn, 'input').attributes).toMatchObject({
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
    })
    expect(all(drawn, 'img')).toHaveLength(0)
  })
})

describe('the picture', () => {
  const { path, size } = qrPath('otpauth://totp/Lianxun:desk01?secret=JBSWY3DPEHPK3PXP')
  const isDark = (x: number, y: number) => path.includes(`M${x} ${y}h1v1h-1z`)
  test('has the three corners by which a phone finds it, and none in the fourth', () => {
    const corner = (left: number, top: number) =>
      [0, 1, 2, 3, 4, 5, 6].every((i) => isDark(left + i, top) && isDark(left, top + i)) &&
      isDark(left + 3, top + 3) &&
      !isDark(left + 1, top + 1)
    expect(corner(0, 0)).toBe(true)
    expect(corner(size - 7, 0)).toBe(true)
    expect(corner(0, size - 7)).toBe(true)
    expect(corner(size - 7, size - 7)).toBe(false)
  })
  test('stays within its size', () => {
    for (const [, x, y] of path.matchAll(/M(\d+) (\d+)/g)) {
      expect(Number(x)).toBeLessThan(size)
      expect(Number(y)).toBeLessThan(size)
    }
  })
})
