import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launchBrowser, signIn } from './browser.ts'
import { type RunningGateway, startGateway } from './gateway-process.ts'
import { createTownDevices, type TownDevices } from './town-devices.ts'

/**
 * The main job in a real browser: a device speaks over MQTT, a case stands on the desk and on the
 * village's board without a reload, a person takes it on. Everything runs: broker, database, web app.
 */

if (!hasChromium) {
  const text = 'no /usr/bin/chromium: the browser tests cannot run (apt-get install chromium)'
  if (process.env['CI'] === 'true') throw new Error(text)
  console.log(`skipped: ${text}`)
}

let gateway: RunningGateway
let devices: TownDevices
let browser: Browser
let desk: Page
const contexts: BrowserContext[] = []

async function open(username: string, size = { width: 1366, height: 768 }): Promise<Page> {
  const context = await browser.newContext({ viewport: size })
  contexts.push(context)
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  await signIn(page, gateway.url, { username, password: gateway.secrets.users[username] ?? '' })
  return page
}

/** A reload would forget this. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { notReloaded: true }))
const isMarked = (page: Page) => page.evaluate(() => 'notReloaded' in window)

async function smoke(device: string): Promise<void> {
  const now = Date.now()
  const rows = [90, 60, 30, 0].map((seconds) => ({
    ts: now - seconds * 1000,
    readings: { smoke: seconds === 90 ? 0.4 : 7.5 },
  }))
  await devices.history(device, rows)
}

describe.skipIf(!hasChromium)('from a sensor to the screen', () => {
  beforeAll(async () => {
    gateway = await startGateway()
    devices = createTownDevices(gateway)
    browser = await launchBrowser()
    desk = await open('desk01')
  }, 120_000)

  afterAll(async () => {
    for (const context of contexts) await context.close()
    await browser?.close()
    await devices?.stop()
    await gateway?.stop()
  })

  test('an operator starts at the console, a village cadre at the village', async () => {
    await desk.waitForURL('**/console')
    const cadre = await open('cadre05')
    await cadre.waitForURL('**/villages/990101101205')
    await cadre.getByRole('heading', { name: '松林村' }).waitFor()
  })

  test('a wrong password is said beside the field', async () => {
    const context = await browser.newContext()
    context.setDefaultTimeout(10_000)
    contexts.push(context)
    const page = await context.newPage()
    await page.goto(gateway.url)
    await page.waitForURL(/sign-in/)
    await page.locator('input[autocomplete=username]').fill('desk01')
    await page.locator('input[autocomplete=current-password]').fill('not-this-one')
    await page.locator('button[type=submit]').click()
    await page.getByRole('alert').filter({ hasText: '用户名或密码不对' }).waitFor()
  })

  test('smoke over MQTT becomes a case on the desk and on the board, live', async () => {
    await desk.getByText('没有报警。').waitFor()
    const cadre = await open('cadre05')
    await cadre.getByText('没有未办结的工单。').waitFor()
    await mark(desk)
    await mark(cadre)
    await smoke('v5-smoke2')
    await desk.locator('.queue-row', { hasText: '松林村' }).waitFor({ timeout: 10_000 })
    await cadre.locator('.board-list a', { hasText: '森林火情' }).waitFor({ timeout: 10_000 })
    expect(await isMarked(desk)).toBe(true)
    expect(await isMarked(cadre)).toBe(true)
  })

  test('the desk sees what raised it: value, limit, curve, place', async () => {
    await desk.getByRole('heading', { level: 1, name: '松林村第二网格 疑似森林火情' }).waitFor()
    await desk.locator('.facts', { hasText: '7.5' }).waitFor()
    await desk.locator('.desk-chart svg').waitFor()
    await desk.locator('.town-map canvas').first().waitFor()
  })

  test('a new arrival does not move the selected row', async () => {
    const row = desk.locator('.queue-row[aria-current=true]')
    const before = await row.boundingBox()
    await devices.event('v3-sos1', { id: 'help-1', type: 'help', state: 'pulse' })
    await desk.locator('.queue-row', { hasText: '红岩村' }).waitFor({ timeout: 10_000 })
    await desk.locator('.queue-row[aria-current=true]', { hasText: '松林村' }).waitFor()
    const top = async () => (await row.boundingBox())?.y
    await expect.poll(top, { timeout: 8_000 }).toBeCloseTo(before?.y ?? -1, 0)
  })

  test('A acknowledges, T accepts; another desk sees it without a reload', async () => {
    const other = await open('desk02')
    await other.locator('.queue-row', { hasText: '松林村' }).waitFor()
    await mark(other)
    await desk.locator('.queue-row', { hasText: '松林村' }).click()
    await desk.keyboard.press('a')
    await desk.locator('[data-act=acknowledge]:disabled').waitFor()
    await desk.keyboard.press('t')
    await desk.locator('.queue-row[data-state=accepted]', { hasText: '松林村' }).waitFor()
    await other
      .locator('.queue-row[data-state=accepted]', { hasText: '松林村' })
      .waitFor({ timeout: 10_000 })
    expect(await isMarked(other)).toBe(true)
  })

  test('keys sleep while a person types', async () => {
    await desk.keyboard.press('/')
    await desk.keyboard.type('kafa')
    expect(await desk.locator('.queue-search input').inputValue()).toBe('kafa')
    await desk.getByText('没有符合的警情。').waitFor()
    await desk.getByRole('button', { name: '清除筛选' }).click()
    await desk.locator('.queue-row', { hasText: '松林村' }).waitFor()
  })

  test('a dispatch goes to its unit, with the course to read', async () => {
    await desk.locator('.queue-row', { hasText: '松林村' }).click()
    await desk.keyboard.press('Enter')
    await desk.waitForURL(/\/cases\/.+/)
    await desk.locator('[data-act=dispatch]').click()
    await desk.getByRole('dialog').getByRole('button', { name: '分派' }).click()
    await desk.locator('.stepper .is-now', { hasText: '待签收' }).waitFor()
    await desk.locator('.course-list', { hasText: '受理' }).waitFor()
  })

  test('who was faster is said in words, and the page shows the present state', async () => {
    const url = desk.url()
    const slow = await open('desk02')
    await slow.goto(url)
    await slow.locator('[data-act=sendBack]').click()
    await slow.getByRole('dialog').locator('textarea').fill('派错了')
    // The other desk acts while this one still writes.
    await desk.locator('[data-act=sign]').click()
    await desk.locator('.stepper .is-now', { hasText: '处置中' }).waitFor()
    await slow.getByRole('dialog').getByRole('button', { name: '退回' }).click()
    await slow
      .getByRole('dialog')
      .getByRole('alert')
      .filter({ hasText: /^值守员甲 \d\d:\d\d 已签收，现在是“处置中”$/ })
      .waitFor()
  })

  test('the switch turns every word into English and is remembered', async () => {
    await desk.goto(`${gateway.url}/console`)
    await desk.getByRole('button', { name: '换成英文' }).click()
    await desk.getByText('Keys sleep while you type').waitFor()
    await desk.reload()
    await desk.locator('.queue-row', { hasText: 'Forest fire' }).waitFor()
    expect(await desk.locator('html').getAttribute('lang')).toBe('en')
    const bar = (
      await desk.locator('.console-figures, .key-bar, .queue-filter, .desk-actions').allInnerTexts()
    ).join(' ')
    expect(bar).not.toMatch(/\p{Script=Han}/u)
    await desk.getByRole('button', { name: 'Switch to Chinese' }).click()
    await desk.getByText('输入文字时按键停用').waitFor()
  })

  test('nonsense stands in quarantine with its reason, and counts once repaired', async () => {
    await devices.raw('v4-pm1', 'telemetry', '{"readings":{"pm25":"high"}}')
    const admin = await browser.newContext()
    contexts.push(admin)
    admin.setDefaultTimeout(10_000)
    const page = await admin.newPage()
    await signIn(page, gateway.url, { username: 'admin', password: 'lantern-mountain-7' })
    await page.goto(`${gateway.url}/quarantine`)
    await page.getByText('内容不符合格式').waitFor()
    await page.getByRole('button', { name: '修改后重放' }).click()
    await page.getByRole('dialog').locator('textarea').fill('{"readings":{"pm25":41}}')
    await page.getByRole('dialog').getByRole('button', { name: '重放' }).click()
    await page.getByText('没有要处理的报文。').waitFor()
    const counted = await page.request.get(`${gateway.url}/api/v1/observations?device=v4-pm1`)
    expect(JSON.stringify(await counted.json())).toContain('"value":41')
    await page.goto(`${gateway.url}/devices?device=v4-pm1`)
    await page.getByRole('heading', { name: '大坪村空气站1' }).waitFor()
    await devices.telemetry('v4-pm1', { pm25: 43 })
    await page.locator('.reading-tile', { hasText: '43' }).waitFor()
  })

  test('while the gateway is away the figures stay and say their age; then the page mends itself', async () => {
    await mark(desk)
    const rows = await desk.locator('.queue-row').count()
    await gateway.restart(async () => {
      await desk.getByText(/数据停在 \d\d:\d\d，正在重连/).waitFor({ timeout: 30_000 })
      expect(await desk.locator('.queue-row').count()).toBe(rows)
    })
    await desk.getByText(/实时连接/).waitFor({ timeout: 30_000 })
    expect(await isMarked(desk)).toBe(true)
  }, 90_000)

  test('nothing is wider than a phone', async () => {
    const phone = await open('desk01', { width: 390, height: 844 })
    for (const path of [
      '/console',
      '/cases',
      '/villages/990101101205',
      '/devices',
      '/quarantine',
    ]) {
      await phone.goto(`${gateway.url}${path}`)
      await phone.waitForLoadState('load')
      const over = await phone.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      )
      expect(over, path).toBeLessThanOrEqual(0)
    }
    await phone.goto(`${gateway.url}/console`)
    await phone.locator('.queue-row').first().click()
    await phone.waitForURL(/\/cases\/.+/)
  })
})
