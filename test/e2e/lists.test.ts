import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pastCount, pastOverdue, writePast } from './past-cases.ts'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** Lists longer than a page, their filters and addresses; a device's readings over a month. */

const isLacking = lacksChromium()
let town: E2eTown
let page: Page

const rows = () => page.locator('a.case-row')

async function pick(label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.locator('.ant-select-dropdown:visible').getByTitle(option, { exact: true }).click()
}

async function count(expected: number): Promise<void> {
  await expect.poll(() => rows().count(), { timeout: 8_000 }).toBe(expected)
}

const devicesListed = (expected: number) =>
  expect.poll(() => page.locator('a.device-row').count(), { timeout: 8_000 }).toBe(expected)

beforeAll(async () => {
  if (isLacking) return
  town = await startTown({ prepare: writePast })
  page = await town.open('sup01')
  await page.goto(`${town.gateway.url}/cases`)
}, 120_000)

afterAll(() => town?.stop())

describe.skipIf(isLacking)('lists', () => {
  test('fifty at first, fifty more on demand, until there are no more', async () => {
    await count(50)
    const more = page.getByRole('button', { name: '再看 50 条' })
    await more.click()
    await count(100)
    await more.click()
    await count(pastCount)
    await more.waitFor({ state: 'detached' })
    const ids = await rows().evaluateAll((links) =>
      links.map((link) => (link as HTMLElement).dataset['case']),
    )
    expect(new Set(ids).size).toBe(pastCount)
    expect(ids[0]).toBe('past-0')
  })

  test('a filter stands in the address: it can be sent, reloaded and gone back to', async () => {
    await pick('状态', '已办结')
    await page.waitForURL(/state=closed/)
    await count(39)
    await page.reload()
    await count(39)
    await rows().first().click()
    await page.waitForURL(/\/cases\/past-/)
    await page.goBack()
    await count(39)
  })

  test('filters join: state, severity, hazard, village', async () => {
    await pick('级别', '红色')
    await page.waitForURL(/severity=red/)
    const states = () =>
      rows().evaluateAll((links) => links.map((link) => (link as HTMLElement).dataset['state']))
    await expect.poll(async () => (await states()).length).toBeLessThan(39)
    await expect.poll(async () => [...new Set(await states())]).toEqual(['closed'])
    await pick('隐患类别', '水情汛情')
    await pick('村', '大坪村')
    await page.waitForURL(/village=(%22)?990101101204/)
    await expect
      .poll(async () =>
        (await rows().locator('[role=cell]').nth(1).allInnerTexts()).every(
          (village) => village === '大坪村',
        ),
      )
      .toBe(true)
    await expect
      .poll(async () => (await rows().count()) - (await rows().locator('svg.badge-red').count()))
      .toBe(0)
  })

  test('nothing matches: said so, and one click clears it all', async () => {
    await page.goto(`${town.gateway.url}/cases?state=suspended&severity=red`)
    await page.getByText('没有符合的工单。').waitFor()
    await page.getByRole('link', { name: '清除筛选' }).click()
    await count(50)
    await expect.poll(() => new URL(page.url()).search).toBe('')
  })

  test('only what is overdue, each with an inverse chip', async () => {
    await page.getByRole('switch', { name: '只看超期' }).click()
    await page.waitForURL(/overdue=true/)
    await count(pastOverdue)
    expect(await rows().locator('.overdue').count()).toBe(pastOverdue)
    await page.getByRole('switch', { name: '只看超期' }).click()
    await count(50)
  })

  test('a number is found while it is typed, without losing a letter', async () => {
    const field = page.getByPlaceholder('工单号或标题')
    await field.pressSequentially('云岭-20250101-0042', { delay: 20 })
    await count(1)
    expect(await field.inputValue()).toBe('云岭-20250101-0042')
    await rows().filter({ hasText: '往年第42件' }).waitFor()
    await field.fill('')
    await count(50)
  })

  test('an address made by hand does not break the page', async () => {
    for (const search of ['?state=nonsense', '?village=1', '?overdue=maybe&x=1', '?q=%25%5F']) {
      await page.goto(`${town.gateway.url}/cases${search}`)
      await page.getByRole('heading', { name: '工单' }).waitFor()
      expect(await page.getByText('这个页面出错了').count(), search).toBe(0)
    }
  })
})

describe.skipIf(isLacking)('devices', () => {
  const hourMs = 3_600_000

  beforeAll(async () => {
    const now = Date.now()
    const rowsOf = (hours: number[]) =>
      hours.map((ago) => ({ ts: now - ago * hourMs, readings: { pm25: 30 + (ago % 7) } }))
    const month = Array.from({ length: 60 }, (_, step) => 25 + step * 11)
    for (let start = 0; start < month.length; start += 30)
      await town.devices.history('v2-pm4', rowsOf(month.slice(start, start + 30).toReversed()))
    await town.devices.history('v2-pm4', rowsOf([20, 12, 6, 3, 1, 0]))
    await page.goto(`${town.gateway.url}/devices`)
    await page.locator('a.device-row', { hasText: '柳溪村空气站4' }).waitFor()
  })

  test('what speaks stands before what was never heard; the filter counts them', async () => {
    await page.locator('a.device-row', { hasText: '在线' }).first().waitFor()
    const first = () => page.locator('a.device-row').first().innerText()
    await expect.poll(first, { timeout: 8_000 }).toContain('柳溪村空气站4')
    await page.locator('.filters').getByText('未知 116').click()
    await devicesListed(116)
    await page.locator('.filters').getByText('在线 1').click()
    await devicesListed(1)
    await page.locator('.filters').getByText('全部 117').click()
  })

  test('by name, by kind, by village', async () => {
    const field = page.getByPlaceholder('设备名或编号')
    await field.fill('v5-SMOKE')
    await devicesListed(3)
    await field.fill('没有这台')
    await page.getByText('没有符合的设备。').waitFor()
    await field.fill('')
    await pick('设备类型', '边坡位移计')
    await devicesListed(2)
    await pick('村', '红岩村')
    await devicesListed(1)
    await page.reload()
  })

  test.each([
    ['24 小时', 24, /^\d\d:\d\d$/],
    ['7 天', 7 * 24, /^\d\d-\d\d$/],
    ['30 天', 30 * 24, /^\d\d-\d\d$/],
  ])('the readings of %s', async (span, hours, axis) => {
    // A device is online with its first word; what it said is known once the rules have read it.
    await expect
      .poll(
        async () => {
          const answer = await page.request.get(`${town.gateway.url}/api/v1/devices/v2-pm4`)
          return ((await answer.json()) as { latest: unknown[] }).latest.length
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    await page.goto(`${town.gateway.url}/devices?device=v2-pm4`)
    await page.locator('.device-chart svg').waitFor()
    const asked =
      span === '24 小时'
        ? null
        : page.waitForRequest((request) => request.url().includes('/api/v1/series'))
    await page.locator('.device-chart-head').getByText(span).click()
    const url = asked && new URL((await asked).url())
    if (url) {
      const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)))
      expect(((to ?? 0) - (from ?? 0)) / hourMs).toBe(hours)
    }
    await expect
      .poll(async () => {
        const labels = await page.locator('.device-chart svg text').allTextContents()
        return labels.filter((label) => axis.test(label)).length
      })
      .toBeGreaterThan(1)
    expect(await page.locator('.device-chart [role=img]').getAttribute('aria-label')).toBe(
      '柳溪村空气站4 细颗粒物的读数曲线',
    )
  })

  test('a reading that arrives is on the tile and in the row without a reload', async () => {
    await town.devices.telemetry('v2-pm4', { pm25: 61 })
    await page.locator('.reading-tile', { hasText: '61' }).waitFor()
    await page.locator('a.device-row', { hasText: '61' }).waitFor()
  })

  test('closing the device gives the list its width back', async () => {
    const list = page.locator('.device-rows')
    const narrow = (await list.boundingBox())?.width ?? 0
    await page.getByRole('link', { name: '关闭' }).click()
    await page.locator('aside.device-panel').waitFor({ state: 'detached' })
    const width = async () => (await list.boundingBox())?.width
    await expect.poll(width, { timeout: 8_000 }).toBeGreaterThan(narrow)
  })
})
