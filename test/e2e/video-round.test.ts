import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** A round planned, made camera by camera and signed; its cameras have no login and give no picture. */

const isLacking = lacksChromium()
let town: E2eTown
let page: Page

/** It opens with the hour before this one, and stays open for hours. */
const begins = () =>
  `${new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' }).format(Date.now() - 3_600_000)}:00`

async function pick(label: string, option: string): Promise<void> {
  // What is typed narrows the list, of which only a part is drawn.
  await page.getByRole('combobox', { name: label }).fill(option)
  await page.locator('.ant-select-dropdown:visible').getByTitle(option).first().click()
}

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
  page = await town.open('sup01')
}, 120_000)

afterAll(() => town?.stop())

describe.skipIf(isLacking)('a video round', () => {
  test('nothing yet says how to plan one', async () => {
    await page.goto(`${town.gateway.url}/cases`)
    await page.getByRole('link', { name: '视频巡查', exact: true }).click()
    await page.getByText('这一天没有安排视频巡查。').waitFor()
    await page.getByRole('link', { name: '去安排计划' }).click()
    await page.getByText('还没有视频巡查计划。').waitFor()
  })

  test('is planned: a village’s cameras in their order', async () => {
    await page.getByRole('button', { name: '新增计划' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('请填写名称').waitFor()
    await dialog.getByText('请至少选一台摄像机').waitFor()
    await dialog.getByLabel('名称').fill('林区巡查')
    await pick('添加一个村的全部', '松林村 · 2 台摄像机')
    await dialog.getByRole('button', { name: '“松林村高空瞭望2”往前移' }).click()
    expect(await dialog.locator('.sortable-name').allInnerTexts()).toEqual([
      '松林村高空瞭望2',
      '松林村高空瞭望1',
    ])
    // It takes away the time that is offered at first.
    await dialog.getByLabel('开始时间').press('Backspace')
    await dialog.getByLabel('开始时间').fill(begins())
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await dialog.getByLabel('多久之内做完').fill('600')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.locator('.plan-row', { hasText: '林区巡查' }).waitFor()
  })

  test('is made by keys: normal, reported with a case, signed', async () => {
    await page.goto(`${town.gateway.url}/video`)
    await page.getByRole('link', { name: '开始巡查' }).click()
    await page.getByText('摄像机还没有登录账号').waitFor()
    await page.getByText('还有 2 台没看').waitFor()
    await page.keyboard.press('n')
    await page.getByText('还有 1 台没看').waitFor()
    await page.locator('.look-form h2', { hasText: '松林村高空瞭望1' }).waitFor()
    await page.keyboard.press('2')
    await page.locator('[data-act=normal]:disabled').waitFor()
    await page.keyboard.press('r')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('发现：有烟或有火').waitFor()
    await pick('隐患类别', '森林火情')
    await dialog.locator('textarea').fill('山坳有烟')
    await dialog.getByRole('button', { name: '上报并立案' }).click()
    await page.locator('.look-case').waitFor()
    await page.getByText('都看过了，请签名').waitFor()
    await page.keyboard.press('s')
    await page.getByText('2 台都看过了，其中上报 1 台').waitFor()
    await page.getByRole('button', { name: /^以“.+”签名$/ }).click()
    await page.locator('.round-title', { hasText: '已完成' }).waitFor()
    expect(await page.locator('[data-act]').count()).toBe(0)
  })

  test('what was reported is a case with the words of the round', async () => {
    await page.locator('.look-case').click()
    await page.waitForURL(/\/cases\/.+/)
    await page.getByText('林区巡查 松林村高空瞭望1；有烟或有火；山坳有烟').first().waitFor()
  })

  test('the day and the coverage tell of it', async () => {
    await page.goto(`${town.gateway.url}/video`)
    await page.locator('.round-row', { hasText: '签名' }).getByText('上报 1').waitFor()
    await page.goto(`${town.gateway.url}/video?tab=coverage`)
    await page
      .locator('tr[data-calendar=v5-cam1] .calendar-cell', { hasText: '1/' })
      .first()
      .waitFor()
    await page.locator('.coverage-said', { hasText: '没人看过的摄像机：14 台' }).waitFor()
  })
})
