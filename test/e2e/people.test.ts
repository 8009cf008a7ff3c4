import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from './browser.ts'
import { callForHelp, type E2eTown, lacksChromium, smoke, startTown } from './town.ts'

/** Who comes in, where they start, what they see of the town, and how they leave. */

const isLacking = lacksChromium()
let town: E2eTown
/** A case of another village than the cadre's. */
let strange = ''

const person = (username: string) => ({ username, password: town.passwordOf(username) })

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
  const desk = await town.open('desk01')
  await callForHelp(town.devices, 'v3-sos1')
  const row = desk.locator('.queue-row', { hasText: '红岩村' })
  await row.waitFor()
  strange = (await row.getAttribute('data-case')) ?? ''
  await smoke(town.devices, 'v5-smoke2')
  await desk.locator('.queue-row', { hasText: '松林村' }).waitFor()
}, 120_000)

afterEach(() => town?.leave())

afterAll(() => town?.stop())

describe.skipIf(isLacking)('people', () => {
  test.each([
    ['sup01', '/console'],
    ['admin', '/console'],
    ['grid05', '/tasks'],
    ['patrol05', '/tasks'],
  ])('%s starts at %s', async (username, path) => {
    const page = await town.open(username)
    await page.waitForURL(`**${path}`)
  })

  test('signing out ends the session: going back shows nothing', async () => {
    const page = await town.open('desk02')
    await page.goto(`${town.gateway.url}/cases`)
    await page.locator('a.case-row').first().waitFor()
    await page.locator('.person').click()
    await page.getByText('值守员', { exact: true }).waitFor()
    await page.getByText('退出登录').click()
    await page.waitForURL(/\/sign-in/)
    expect((await page.request.get(`${town.gateway.url}/api/v1/cases`)).status()).toBe(401)
    await page.goBack()
    await page.locator('input[autocomplete=username]').waitFor()
    expect(await page.locator('a.case-row').count()).toBe(0)
  })

  test('a session that ends elsewhere leads to the door, and back to the same page', async () => {
    const page = await town.open('desk02')
    await page.goto(`${town.gateway.url}/devices?device=v2-pm4`)
    await page.getByRole('heading', { name: '柳溪村空气站4' }).waitFor()
    await page.request.delete(`${town.gateway.url}/api/v1/session`, {
      headers: { 'x-lianxun': '1' },
    })
    await page.reload()
    await page.waitForURL(/\/sign-in\?next=/)
    await page.locator('input[autocomplete=username]').fill('desk02')
    await page.locator('input[autocomplete=current-password]').fill(town.passwordOf('desk02'))
    await page.locator('button[type=submit]').click()
    await page.waitForURL('**/devices?device=v2-pm4')
    await page.getByRole('heading', { name: '柳溪村空气站4' }).waitFor()
  })

  test('a session that ends while a page is open is noticed by its next step', async () => {
    const page = await town.open('desk02')
    await page.locator('.queue-row', { hasText: '红岩村' }).click()
    await page.locator('[data-act=accept]:enabled').waitFor()
    await page.context().clearCookies()
    await page.locator('[data-act=accept]').click()
    await page
      .getByText('登录已过期，请重新登录')
      .or(page.locator('input[autocomplete=username]'))
      .first()
      .waitFor()
  })

  test('a link does not lead away after signing in', async () => {
    const next = 'https://evil.example'
    const page = await town.arrive()
    await page.goto(`${town.gateway.url}/sign-in?next=${encodeURIComponent(next)}`)
    await page.locator('input[autocomplete=username]').fill('desk01')
    await page.locator('input[autocomplete=current-password]').fill(town.passwordOf('desk01'))
    await page.locator('button[type=submit]').click()
    await page.waitForURL(`${town.gateway.url}/console`)
  })

  test('the password can be looked at, and an empty field says what it wants', async () => {
    const page = await town.arrive()
    await page.goto(`${town.gateway.url}/sign-in`)
    await page.locator('button[type=submit]').click()
    await page.getByText('请填写用户名').waitFor()
    await page.getByText('请填写密码').waitFor()
    await page.locator('input[autocomplete=current-password]').fill('lantern')
    await page.getByLabel('显示密码').click()
    expect(await page.locator('input[autocomplete=current-password]').getAttribute('type')).toBe(
      'text',
    )
    await page.getByLabel('隐藏密码').click()
  })

  test('while the server is away the door says so, not that the password is wrong', async () => {
    const page = await town.arrive()
    await page.goto(`${town.gateway.url}/sign-in`)
    await page.context().setOffline(true)
    await page.locator('input[autocomplete=username]').fill('desk01')
    await page.locator('input[autocomplete=current-password]').fill('x')
    await page.locator('button[type=submit]').click()
    await page.getByRole('alert').filter({ hasText: '连不上服务器，请检查网络后再试' }).waitFor()
  })
})

describe.skipIf(isLacking)('a village cadre', () => {
  const own = '990101101205'

  test('sees the own village: cases, devices, places to go', async () => {
    const page = await town.open('cadre05')
    await page.waitForURL(`**/villages/${own}`)
    await page.locator('nav.nav a').first().waitFor()
    const places = ['我的任务', '工单', '看板', '设备', '历史', '摄像机', '视频巡查', '巡逻']
    expect(await page.locator('nav.nav a').allInnerTexts()).toEqual(places)
    expect(await page.locator('.board-switch').count()).toBe(0)
    await page.getByRole('link', { name: '工单', exact: true }).click()
    await page.locator('a.case-row').first().waitFor()
    expect(
      new Set(await page.locator('a.case-row [role=cell]:nth-child(2)').allInnerTexts()),
    ).toEqual(new Set(['松林村']))
    await page.getByRole('link', { name: '设备', exact: true }).click()
    await page.locator('a.device-row').first().waitFor()
    const names = await page.locator('a.device-row b').allInnerTexts()
    expect(names.length).toBeGreaterThan(10)
    expect(names.every((name) => name.startsWith('松林村'))).toBe(true)
  })

  test('another village’s board, case and device cannot be reached by their address', async () => {
    const page = await town.open('cadre05')
    await page.goto(`${town.gateway.url}/villages/990101101203`)
    await page.getByText('没有这个村，或者不在您的范围内').waitFor()
    await page.goto(`${town.gateway.url}/cases/${strange}`)
    await page.getByText('没有这张工单，或者不在您的范围内').waitFor()
    await page.goto(`${town.gateway.url}/devices?device=v3-sos1`)
    await page.locator('a.device-row').first().waitFor()
    expect(await page.locator('aside.device-panel').count()).toBe(0)
    for (const path of [`cases/${strange}`, 'villages/990101101203/board', 'devices/v3-sos1'])
      expect((await page.request.get(`${town.gateway.url}/api/v1/${path}`)).status(), path).toBe(
        404,
      )
  })

  test.each(['/console', '/quarantine'])('the desk’s page %s is not for them', async (path) => {
    const page = await town.open('cadre05')
    await page.goto(`${town.gateway.url}${path}`)
    await page.waitForURL(`**/villages/${own}`)
  })

  test('accepts and dispatches what lies in the own village', async () => {
    const page = await town.open('cadre05')
    await page.locator('.board-list a').first().click()
    await page.locator('[data-act=accept]').click()
    await page.locator('.stepper .is-now', { hasText: '待分派' }).waitFor()
    await page.locator('[data-act=dispatch]').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('或者指定人员').fill('grid05')
    await page.locator('.ant-select-item-option', { hasText: '松林村网格员' }).click()
    await dialog.getByRole('button', { name: '分派', exact: true }).click()
    await page.locator('.case-head', { hasText: '松林村网格员 在办' }).waitFor()
  })

  test('the grid worker it was given to signs and reports; another one cannot', async () => {
    const worker = await town.open('grid05')
    await worker.goto(`${town.gateway.url}/villages/${own}`)
    await worker.locator('.board-list a').first().click()
    await worker.locator('[data-act=sign]').click()
    await worker.locator('[data-act=feedback]').click()
    await worker.getByRole('dialog').locator('textarea').fill('已扑灭，留人看守')
    await worker.getByRole('dialog').getByRole('button', { name: '反馈处置结果' }).click()
    await worker.locator('.stepper .is-now', { hasText: '待核查' }).waitFor()
    await worker.locator('.course-list', { hasText: '已扑灭，留人看守' }).waitFor()
    const other = await town.open('patrol05')
    await other.goto(worker.url())
    await other.getByText('现在没有您能做的步骤').waitFor()
  })

  test('a dispatch goes to nobody who is not there, or looks after another village', async () => {
    const page = await town.open('desk01')
    await page.locator('.queue-row', { hasText: '红岩村' }).click()
    await page.locator('[data-act=accept]:enabled').click()
    await page.locator('[data-act=dispatch]:enabled').click()
    const dialog = page.getByRole('dialog')
    for (const name of ['nobody-here', 'grid05']) {
      await dialog.getByLabel('或者指定人员').fill(name)
      await page.getByText('没有这个人').waitFor()
    }
    await dialog.getByLabel('或者指定人员').fill('值守')
    await page.locator('.ant-select-item-option').first().waitFor()
  })
})

describe.skipIf(isLacking)('what a person chose', () => {
  test('dark and light are remembered, the watched pages apart from the office', async () => {
    const page = await town.open('desk02')
    const theme = () => page.locator('html').getAttribute('data-theme')
    await page.waitForURL('**/console')
    await expect.poll(theme, { timeout: 8_000 }).toBe('dark')
    await page.getByRole('button', { name: '换成浅色' }).click()
    await expect.poll(theme, { timeout: 8_000 }).toBe('light')
    await page.goto(`${town.gateway.url}/cases`)
    await page.getByRole('button', { name: '换成深色' }).click()
    await expect.poll(theme, { timeout: 8_000 }).toBe('dark')
    await page.reload()
    await expect.poll(theme, { timeout: 8_000 }).toBe('dark')
    await page.goto(`${town.gateway.url}/console`)
    await page.locator('.queue-row').first().waitFor()
    await expect.poll(theme, { timeout: 8_000 }).toBe('light')
    const colours = await page.evaluate(() => {
      const style = getComputedStyle(document.body)
      return [style.color, style.backgroundColor]
    })
    expect(new Set(colours).size).toBe(2)
  })

  test('the language stays through signing out and in again', async () => {
    const page = await town.open('desk02')
    await page.getByRole('button', { name: '换成英文' }).click()
    await page.locator('.person').click()
    await page.getByText('Sign out').click()
    await page.getByText('Forgotten the password?').waitFor()
    await signIn(page, town.gateway.url, person('desk02'))
    await page.getByText('Keys sleep while you type').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })
})
