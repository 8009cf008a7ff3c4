import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callForHelp, type E2eTown, lacksChromium, smoke, startTown } from './town.ts'

/** A case from its first minute to its last by clicking alone, with every way round. */

const isLacking = lacksChromium()
let town: E2eTown
let page: Page
let board: Page

const step = (name: string) => page.locator(`[data-act=${name}]`)
const dialog = () => page.getByRole('dialog')
const stands = (state: string) => page.locator('.stepper .is-now', { hasText: state }).waitFor()
const course = () => page.locator('.course-list')

async function openCase(village: string): Promise<void> {
  await page.goto(`${town.gateway.url}/console`)
  await page.locator('.queue-row', { hasText: village }).click()
  await page.locator('.desk-open').click()
  await page.waitForURL(/\/cases\/.+/)
}

async function say(text: string, button: string): Promise<void> {
  await dialog().locator('textarea').fill(text)
  await dialog().getByRole('button', { name: button, exact: true }).click()
  await dialog().waitFor({ state: 'hidden' })
}

describe.skipIf(isLacking)('the course of a case', () => {
  beforeAll(async () => {
    town = await startTown()
    page = await town.open('sup01')
    board = await town.open('cadre05')
    await smoke(town.devices, 'v5-smoke2')
    await page.locator('.queue-row', { hasText: '松林村' }).waitFor()
    await openCase('松林村')
  }, 120_000)

  afterAll(() => town?.stop())

  test('it begins with what raised it', async () => {
    await stands('待受理')
    await course().getByText('立案').waitFor()
    await course()
      .getByText(/松林村林火烟感2 烟雾 7\.5/)
      .waitFor()
    await page.locator('.alarm-list', { hasText: '未确认' }).waitFor()
    await page.locator('.case-chart svg').waitFor()
  })

  test('acknowledge, then accept', async () => {
    await step('acknowledge').click()
    await step('acknowledge').waitFor({ state: 'detached' })
    await course().getByText('确认看到').waitFor()
    await step('accept').click()
    await stands('待分派')
    await page.locator('.due-clock', { hasText: '分派还剩' }).waitFor()
  })

  test('dispatch to the unit in charge; the village sees it without a reload', async () => {
    await step('dispatch').click()
    await dialog().getByRole('radio', { name: '农服中心' }).check()
    await dialog().getByRole('button', { name: '分派', exact: true }).click()
    await stands('待签收')
    await page.locator('.case-head', { hasText: '农服中心 在办' }).waitFor()
    await board.locator('.board-list', { hasText: '待签收' }).waitFor()
  })

  test('sent back with a reason, it is to be dispatched anew and lies with nobody', async () => {
    await step('sendBack').click()
    await dialog().getByRole('button', { name: '退回', exact: true }).click()
    await dialog().getByText('请写明原因').waitFor()
    await say('不归我们管', '退回')
    await stands('待分派')
    await page.locator('.case-head', { hasText: '无人在办' }).waitFor()
    await course().getByText('不归我们管').waitFor()
    await step('dispatch').click()
    await dialog().getByRole('button', { name: '分派', exact: true }).click()
    await stands('待签收')
  })

  test('signed for, suspended until a time, and resumed', async () => {
    await step('sign').click()
    await stands('处置中')
    await step('suspend').click()
    await say('等消防水车', '挂账')
    await stands('挂账')
    await board.locator('.board-list', { hasText: '挂账' }).waitFor()
    await step('resume').click()
    await stands('处置中')
  })

  test('the result is reported, found wanting, and reported again', async () => {
    await step('feedback').click()
    await dialog().getByRole('button', { name: '反馈处置结果', exact: true }).click()
    await dialog().getByText('请写明情况').waitFor()
    await say('明火已扑灭', '反馈处置结果')
    await stands('待核查')
    await step('rework').click()
    await say('还有余烟', '返工')
    await stands('处置中')
    await step('feedback').click()
    await say('余烟已处理', '反馈处置结果')
    await stands('待核查')
  })

  test('verified with words; without them it is not sent', async () => {
    await step('verify').click()
    await dialog().getByRole('button', { name: '核查通过', exact: true }).click()
    await dialog().getByText('请写明情况').waitFor()
    await say('现场看过，属实', '核查通过')
    await page.locator('.case-state', { hasText: '已办结' }).waitFor()
    expect(await page.locator('.stepper .is-done').count()).toBe(6)
    expect(await page.locator('.due-clock').count()).toBe(0)
    await board.locator('.board-list a').waitFor({ state: 'detached' })
    await board.locator('.board-recent', { hasText: '已办结' }).waitFor()
  })

  test('the course tells it all, the newest on top', async () => {
    const told = (await course().locator('p:first-child').allInnerTexts()).join('\n')
    const order = ['核查通过', '要求返工', '恢复处置', '挂账', '签收', '退回', '受理', '立案']
    expect(order.map((word) => told.indexOf(word))).toEqual(
      order.map((word) => told.indexOf(word)).toSorted((a, b) => a - b),
    )
    expect(order.every((word) => told.includes(word))).toBe(true)
  })

  test('judged, and opened again', async () => {
    await step('evaluate').click()
    await dialog().getByText('4', { exact: true }).click()
    await dialog().getByRole('button', { name: '评价', exact: true }).click()
    await dialog().waitFor({ state: 'hidden' })
    await course().getByText('评价').waitFor()
    await page.getByRole('button', { name: '更多操作' }).click()
    await page.getByRole('menuitem', { name: '重新打开' }).click()
    await say('又冒烟了', '重新打开')
    await stands('待分派')
    await board.locator('.board-list', { hasText: '待分派' }).waitFor()
  })

  test('merged into another, it leads there', async () => {
    await callForHelp(town.devices, 'v5-sos1')
    await page.goto(`${town.gateway.url}/console`)
    await page.locator('.queue-row', { hasText: '一键求助' }).waitFor()
    await openCase('一键求助')
    await page.getByRole('button', { name: '更多操作' }).click()
    await page.getByRole('menuitem', { name: '并案' }).click()
    await dialog().getByRole('button', { name: '并案', exact: true }).click()
    await dialog().getByText('请选一张工单').waitFor()
    await dialog().getByRole('combobox').click()
    await page
      .locator('.ant-select-dropdown:visible')
      .getByText(/森林火情/)
      .click()
    await dialog().getByRole('button', { name: '并案', exact: true }).click()
    await stands('并案')
    await page.goto(`${town.gateway.url}/console`)
    await page.locator('.queue-row', { hasText: '森林火情' }).click()
    await page.locator('.desk-head', { hasText: '并入 2 条报警' }).waitFor()
    await expect.poll(() => page.locator('.queue-row').count()).toBe(1)
  })
})
