import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from './browser.ts'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** People, their second factor and sessions, tokens, health, backups and audit, at real screens. */

const isLacking = lacksChromium()
let town: E2eTown

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
}, 120_000)

afterEach(() => town?.leave())

afterAll(() => town?.stop())

async function go(page: Page, path: string): Promise<void> {
  await page.goto(`${town.gateway.url}${path}`)
}

/** By keyboard: a list that unfolds moves under the pointer. */
async function choosePlace(page: Page, name: string): Promise<void> {
  await page.getByRole('dialog').getByLabel('范围').fill(name)
  await page.locator('.ant-select-item-option-active', { hasText: name }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').locator('.ant-select', { hasText: name }).waitFor()
}

/** Makes a person at the people page; answers with the password that is shown. */
async function makePerson(page: Page, person: { name: string; username: string }): Promise<string> {
  await go(page, '/people')
  await page.getByRole('button', { name: '添加人员' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('姓名').fill(person.name)
  await dialog.getByLabel('用户名').fill(person.username)
  await choosePlace(page, '松林村')
  await dialog.getByRole('button', { name: '添加人员' }).click()
  await page.getByText(`已添加 ${person.name}`).waitFor()
  const password = await dialog.getByLabel('密码', { exact: true }).inputValue()
  await dialog.locator('.ant-modal-footer .ant-btn-primary').click()
  await page.locator(`[data-row="${person.username}"]`).waitFor()
  return password
}

/** A code opens once; the one of the next step is taken already, so that nobody waits for it. */
function codeOf(secret: string, stepsLater = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 })
  return totp.generate({ timestamp: Date.now() + stepsLater * 30_000 })
}

describe.skipIf(isLacking)('people', () => {
  test('a person is made, comes in with the shown password, and starts at their own tasks', async () => {
    const admin = await town.open('admin')
    const password = await makePerson(admin, { name: '周小兰', username: 'zhou.xiaolan' })
    expect(password.length).toBeGreaterThanOrEqual(10)
    const page = await town.arrive()
    await signIn(page, town.gateway.url, { username: 'zhou.xiaolan', password })
    await page.waitForURL('**/tasks')
    await page.locator('nav.nav a').first().waitFor()
    expect(await page.locator('nav.nav a').allInnerTexts()).toEqual([
      '我的任务',
      '工单',
      '看板',
      '设备',
      '历史',
      '摄像机',
    ])
  })

  test('a name that is taken is refused in words, and the dialog stays', async () => {
    const admin = await town.open('admin')
    await go(admin, '/people')
    await admin.getByRole('button', { name: '添加人员' }).click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByLabel('姓名').fill('又一位')
    await dialog.getByLabel('用户名').fill('desk01')
    await choosePlace(admin, '松林村')
    await dialog.getByRole('button', { name: '添加人员' }).click()
    await dialog.getByRole('alert').filter({ hasText: '这个用户名已经有人用了' }).waitFor()
  })

  test('a person who is disabled is out at once and cannot come back', async () => {
    const admin = await town.open('admin')
    const password = await makePerson(admin, { name: '李大山', username: 'li.dashan' })
    const page = await town.arrive()
    await signIn(page, town.gateway.url, { username: 'li.dashan', password })
    await page.locator('.tasks-head').waitFor()
    await admin.locator('[data-row="li.dashan"]').getByLabel('李大山的操作').click()
    await admin.getByRole('menuitem', { name: '停用', exact: true }).click()
    await admin.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
    await admin.getByText('李大山 已停用').waitFor()
    await page.waitForURL(/\/sign-in/)
    await page.locator('input[autocomplete=username]').fill('li.dashan')
    await page.locator('input[autocomplete=current-password]').fill(password)
    await page.locator('button[type=submit]').click()
    await page.getByRole('alert').filter({ hasText: '用户名或密码不对' }).waitFor()
  })

  test.each(['desk01', 'cadre05'])('%s has no way to people and audit', async (username) => {
    const page = await town.open(username)
    for (const path of ['/people', '/audit']) {
      await go(page, path)
      await page.waitForURL((address) => address.pathname !== path)
    }
  })
})

describe.skipIf(isLacking)('the second factor', () => {
  test('is set up with a first code, asked for at the door, and taken away with the password', async () => {
    const admin = await town.open('admin')
    const password = await makePerson(admin, { name: '王二河', username: 'wang.erhe' })
    const page = await town.arrive()
    const person = { username: 'wang.erhe', password }
    await signIn(page, town.gateway.url, person)
    await go(page, '/account')
    const part = page.locator('[data-part=second-factor]')
    await part.getByRole('button', { name: '开启两步验证' }).click()
    await part.getByRole('img', { name: '两步验证的二维码' }).waitFor()
    const secret = (await part.locator('.factor-secret').innerText()).replaceAll(' ', '')
    const wrong = String((Number(codeOf(secret)) + 500_000) % 1_000_000).padStart(6, '0')
    await part.locator('input[autocomplete=one-time-code]').fill(wrong)
    await part.getByRole('button', { name: '确认开启' }).click()
    await part.getByRole('alert').filter({ hasText: '数字不对' }).waitFor()
    await part.locator('input[autocomplete=one-time-code]').fill(codeOf(secret))
    await part.getByRole('button', { name: '确认开启' }).click()
    await part.getByRole('button', { name: '关闭两步验证' }).waitFor()

    const door = await town.arrive()
    await go(door, '/account')
    await door.locator('input[autocomplete=username]').fill(person.username)
    await door.locator('input[autocomplete=current-password]').fill(person.password)
    await door.keyboard.press('Enter')
    const code = door.locator('input[autocomplete=one-time-code]')
    await code.waitFor()
    expect(await code.getAttribute('inputmode')).toBe('numeric')
    await code.fill(wrong)
    await door.keyboard.press('Enter')
    await door.getByRole('alert').filter({ hasText: '验证码不对或已过期' }).waitFor()
    await door.getByRole('button', { name: '换一个账号' }).click()
    expect(await door.locator('input[autocomplete=username]').inputValue()).toBe('wang.erhe')
    await door.locator('input[autocomplete=current-password]').fill(person.password)
    await door.keyboard.press('Enter')
    await code.fill(codeOf(secret, 1))
    await door.keyboard.press('Enter')
    await door.waitForURL('**/account')

    await part.getByRole('button', { name: '关闭两步验证' }).click()
    await part.locator('input[autocomplete=current-password]').fill(person.password)
    await part.getByRole('button', { name: '确认关闭' }).click()
    await part.getByRole('button', { name: '开启两步验证' }).waitFor()
  })
})

describe.skipIf(isLacking)('sessions', () => {
  test('one that is ended from elsewhere leads to the door, and back to where one was', async () => {
    const here = await town.open('desk02')
    const there = await town.open('desk02')
    await go(there, '/devices?device=v2-pm4')
    await there.getByRole('heading', { name: '柳溪村空气站4' }).waitFor()
    await go(here, '/account')
    const sessions = here.locator('[data-part=sessions]')
    await sessions.getByRole('button', { name: '退出其他所有地方' }).click()
    await sessions.getByText('只在这里登录着').waitFor()
    await there.waitForURL(/\/sign-in\?next=/)
    await there.locator('input[autocomplete=username]').fill('desk02')
    await there.locator('input[autocomplete=current-password]').fill(town.passwordOf('desk02'))
    await there.keyboard.press('Enter')
    await there.waitForURL('**/devices?device=v2-pm4')
    await here.getByRole('heading', { name: '我的账号' }).waitFor()
  })

  test('a new password is held to the rule, and the page stays signed in', async () => {
    const admin = await town.open('admin')
    const old = await makePerson(admin, { name: '赵小溪', username: 'zhao.xiaoxi' })
    const page = await town.arrive()
    await signIn(page, town.gateway.url, { username: 'zhao.xiaoxi', password: old })
    await go(page, '/account')
    await page.getByRole('button', { name: '修改密码' }).click()
    await page.getByLabel('现在的密码').fill('not-this-one-9')
    await page.getByLabel('新密码').fill('short')
    await page.getByLabel('再输一次').fill('short')
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('只有 5 个字符，至少要 10 个').waitFor()
    await page.getByLabel('新密码').fill('river-lantern-42')
    await page.getByLabel('再输一次').fill('river-lantern-43')
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('两次输入的不一样').waitFor()
    await page.getByLabel('再输一次').fill('river-lantern-42')
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByRole('alert').filter({ hasText: '现在的密码不对' }).waitFor()
    await page.getByLabel('现在的密码').fill(old)
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('密码已修改').waitFor()
    const door = await town.arrive()
    await signIn(door, town.gateway.url, {
      username: 'zhao.xiaoxi',
      password: 'river-lantern-42',
    })
  })
})

describe.skipIf(isLacking)('tokens', () => {
  test('a token opens the API until it is revoked', async () => {
    const admin = await town.open('admin')
    await go(admin, '/people?tab=tokens')
    await admin.getByText('还没有令牌。').waitFor()
    await admin.getByRole('button', { name: '新建令牌' }).click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByLabel('用途').fill('县平台对接')
    await dialog.getByRole('button', { name: '新建令牌' }).click()
    await admin.getByText('令牌已建好').waitFor()
    const secret = await dialog.getByLabel('令牌密钥').inputValue()
    await dialog.locator('.ant-modal-footer .ant-btn-primary').click()
    const ask = () =>
      fetch(`${town.gateway.url}/api/v1/devices`, {
        headers: { authorization: `Bearer ${secret}` },
      })
    expect((await ask()).status).toBe(200)
    await admin.getByRole('button', { name: '撤销' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: '撤销' }).click()
    await admin.getByText('已撤销', { exact: true }).waitFor()
    expect((await ask()).status).toBe(401)
  })
})

describe.skipIf(isLacking)('health, backups and audit', () => {
  test('a backup is made, listed with its size, and the command to restore it shown', async () => {
    const admin = await town.open('admin')
    await go(admin, '/health')
    await admin.getByText('还没有备份', { exact: true }).first().waitFor()
    await admin.getByRole('button', { name: '现在做一份备份' }).click()
    const row = admin.locator('.backups [data-row]').first()
    await row.getByText('完成', { exact: true }).waitFor({ timeout: 20_000 })
    expect(await row.innerText()).toContain('手工')
    const name = await row.getAttribute('data-row')
    expect(await admin.locator('.backup-restore pre').innerText()).toContain(`restore`)
    expect(await admin.locator('.backup-restore pre').innerText()).toContain(name)
    await admin.locator('[data-item=backup]').waitFor({ state: 'detached' })
  })

  test('what was done stands in the audit, and the chain is whole', async () => {
    const admin = await town.open('admin')
    await makePerson(admin, { name: '孙三', username: 'sun.san' })
    await go(admin, '/audit?act=addUser')
    const row = admin.locator('[data-row]', { hasText: 'sun.san' })
    await row.waitFor()
    expect(await row.innerText()).toContain('添加人员')
    expect(await row.innerText()).toContain('admin')
    expect(await row.innerText()).toContain('127.0.0.1')
    await admin.locator('.verdict[data-ok=true]').waitFor()
    await admin.getByLabel('谁', { exact: true }).fill('值守员甲')
    await admin.locator('.ant-select-item-option-active', { hasText: '值守员甲' }).waitFor()
    await admin.keyboard.press('Enter')
    await admin.getByText('没有符合的记录。').waitFor()
    await admin.getByRole('link', { name: '清除筛选' }).click()
    await admin.locator('[data-row]', { hasText: '登录' }).first().waitFor()
  })

  test('days are kept within bounds; fewer of them are asked about', async () => {
    const admin = await town.open('admin')
    await go(admin, '/audit?tab=retention')
    await admin.getByLabel('审计记录').fill('90')
    await admin.getByRole('button', { name: '保存', exact: true }).click()
    await admin.getByText('请填 180 到 3650 之间的整数').waitFor()
    await admin.getByLabel('审计记录').fill('400')
    await admin.getByRole('button', { name: '保存', exact: true }).click()
    await admin.getByText('不能找回').waitFor()
    await admin.getByRole('button', { name: '确定', exact: true }).click()
    await admin.getByText('已保存').waitFor()
    await admin.reload()
    await expect.poll(() => admin.getByLabel('审计记录').inputValue()).toBe('400')
  })

  test('readings are decided about by class: hours and days outlive single readings', async () => {
    const admin = await town.open('admin')
    await go(admin, '/audit?tab=retention')
    await admin.getByText('磁盘不会写满').waitFor()
    const raw = admin.getByLabel('空气：单条读数')
    const rolledUp = admin.getByLabel('空气：小时和日值')
    await raw.fill('730')
    await rolledUp.fill('729')
    await admin.getByRole('button', { name: '保存', exact: true }).click()
    await admin.getByText('不能少于单条读数的天数').waitFor()
    await rolledUp.fill('7300')
    await admin.getByText('不能少于单条读数的天数').waitFor({ state: 'detached' })
    await admin.getByRole('button', { name: '保存', exact: true }).click()
    await admin.getByText('已保存').waitFor()
    await admin.reload()
    await expect.poll(() => raw.inputValue()).toBe('730')
    expect(await rolledUp.inputValue()).toBe('7300')
    expect(await admin.getByLabel('气象：单条读数').inputValue()).toBe('400')
  })
})
