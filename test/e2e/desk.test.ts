import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  callForHelp,
  type E2eTown,
  highWater,
  lacksChromium,
  lowBattery,
  smoke,
  startTown,
} from './town.ts'

/** A day at the desk, by keys: looking through the queue, finding, deciding, voiding a false alarm. */

const isLacking = lacksChromium()
let town: E2eTown
let desk: Page

const row = (text: string) => desk.locator('.queue-row', { hasText: text })
const selected = () => desk.locator('.queue-row[aria-current=true]')
const villages = async () =>
  (await desk.locator('.queue-row .queue-title').allInnerTexts()).map((title) => title.slice(0, 3))

/** Keys and clicks are answered soon, not at once. */
const patience = { timeout: 8_000 }
const listed = (expected: readonly string[]) => expect.poll(villages, patience).toEqual(expected)
const isSelected = (text: string) =>
  desk.locator('.queue-row[aria-current=true]', { hasText: text }).waitFor()

async function choose(text: string): Promise<void> {
  await row(text).click()
  await isSelected(text)
}

describe.skipIf(isLacking)('the desk by keyboard', () => {
  beforeAll(async () => {
    town = await startTown()
    desk = await town.open('desk01')
    await desk.waitForURL('**/console')
    await callForHelp(town.devices, 'v3-sos1')
    await row('红岩村').waitFor()
    await highWater(town.devices, 'v2-water1')
    await row('柳溪村').waitFor()
    await lowBattery(town.devices, 'v6-smoke1')
    await row('竹园村').waitFor()
  }, 120_000)

  afterAll(() => town?.stop())

  test('the gravest stands first, whatever came last', async () => {
    await listed(['红岩村', '柳溪村', '竹园村'])
    await desk.locator('.queue-group', { hasText: '未确认' }).getByText('3').waitFor()
  })

  test('J and K step through the queue and stop at its ends', async () => {
    await choose('红岩村')
    for (const [key, village] of [
      ['j', '柳溪村'],
      ['ArrowDown', '竹园村'],
      ['j', '竹园村'],
      ['k', '柳溪村'],
      ['ArrowUp', '红岩村'],
      ['K', '红岩村'],
    ] as const) {
      await desk.keyboard.press(key)
      await isSelected(village)
    }
  })

  test('the desk follows the selection', async () => {
    await choose('柳溪村')
    await desk.getByRole('heading', { level: 1, name: /柳溪村.*水情汛情/ }).waitFor()
    await desk.locator('.facts', { hasText: '3.5' }).waitFor()
    await desk.locator('.facts', { hasText: '报警线' }).waitFor()
  })

  test('a severity is one click, the same click again is all of them', async () => {
    const blue = desk.locator('.queue-filter button', { hasText: '蓝' })
    await blue.click()
    await listed(['竹园村'])
    await expect.poll(() => blue.getAttribute('aria-pressed'), patience).toBe('true')
    // What is filtered out is not forgotten: the counts are of every open case.
    expect(await desk.locator('.queue-filter button').first().innerText()).toContain('3')
    await blue.click()
    await expect.poll(villages, patience).toHaveLength(3)
  })

  test('the search knows village, device, number and both at once', async () => {
    await choose('柳溪村')
    const number = (await desk.locator('.desk-head').innerText()).match(/云岭-\d{8}-\d{4}/)?.[0]
    const field = desk.locator('.queue-search input')
    for (const [text, found] of [
      ['竹园', ['竹园村']],
      ['水位计', ['柳溪村']],
      [number ?? 'no number on the desk', ['柳溪村']],
      ['红岩 一键', ['红岩村']],
      ['红岩 水位', []],
    ] as const) {
      await desk.keyboard.press('/')
      await field.fill(text)
      await listed(found)
    }
    await desk.getByText('没有符合的警情。').waitFor()
    await field.press('Escape')
    await desk.getByRole('button', { name: '清除筛选' }).click()
    await expect.poll(villages, patience).toHaveLength(3)
  })

  test('a person who writes Chinese is not interrupted by keys', async () => {
    await choose('红岩村')
    await desk.keyboard.press('/')
    const input = await desk.context().newCDPSession(desk)
    await input.send('Input.imeSetComposition', {
      text: 'zhu yuan',
      selectionStart: 8,
      selectionEnd: 8,
    })
    await input.send('Input.insertText', { text: '竹园' })
    expect(await desk.locator('.queue-search input').inputValue()).toBe('竹园')
    await listed(['竹园村'])
    await desk.locator('.queue-search input').fill('')
    await desk.keyboard.press('Escape')
    await choose('红岩村')
    await desk.evaluate(() => {
      for (const init of [
        { key: 'j', isComposing: true },
        { key: 'j', keyCode: 229 },
      ])
        document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true }))
    })
    await isSelected('红岩村')
  })

  test('the browser keeps its own keys', async () => {
    for (const key of ['Control+a', 'Alt+d', 'Control+j']) await desk.keyboard.press(key)
    expect(await desk.getByRole('dialog').count()).toBe(0)
    await isSelected('红岩村')
    await desk.locator('[data-act=acknowledge]:enabled').waitFor()
  })

  test('? shows every key; while it is open the keys sleep', async () => {
    await desk.keyboard.press('?')
    const help = desk.getByRole('dialog')
    await help.getByText('上下一条').waitFor()
    await desk.keyboard.press('j')
    await desk.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    await isSelected('红岩村')
    await desk.keyboard.press('j')
    await isSelected('柳溪村')
  })

  test('M opens the map full and closes it again', async () => {
    const width = async () => (await desk.locator('.town-map').first().boundingBox())?.width ?? 0
    const before = await width()
    await desk.keyboard.press('m')
    await desk.locator('.console.is-map-full').waitFor()
    await expect.poll(width, patience).toBeGreaterThan(before * 1.5)
    await desk.keyboard.press('m')
    await desk.locator('.console.is-map-full').waitFor({ state: 'detached' })
    await expect.poll(width, patience).toBeCloseTo(before, 0)
  })

  test('Enter opens the case, going back returns to the desk', async () => {
    await choose('柳溪村')
    await desk.keyboard.press('Enter')
    await desk.waitForURL(/\/cases\/.+/)
    await desk.getByRole('heading', { level: 1, name: /柳溪村/ }).waitFor()
    await desk.goBack()
    await row('柳溪村').waitFor()
  })

  test('A acknowledges: the row leaves its group, the button says so, the load falls', async () => {
    await choose('红岩村')
    const load = desk.locator('.console-figure', { hasText: '未确认' })
    await load.getByText('3').waitFor()
    await desk.keyboard.press('a')
    await desk.locator('[data-act=acknowledge]:disabled', { hasText: '已确认' }).waitFor()
    await desk.locator('section[aria-label=已确认] .queue-row', { hasText: '红岩村' }).waitFor()
    await isSelected('红岩村')
    await load.getByText('2').waitFor()
  })

  test('F asks why; nothing said is not enough, cancelling changes nothing', async () => {
    await choose('竹园村')
    await desk.keyboard.press('f')
    const dialog = desk.getByRole('dialog')
    await dialog.getByText('设备误动').waitFor()
    await dialog.getByRole('button', { name: '误报', exact: true }).click()
    await dialog.getByText('请写明原因').waitFor()
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await row('竹园村').waitFor()
  })

  test('letters typed as a reason are letters', async () => {
    await desk.keyboard.press('f')
    await desk.getByRole('dialog').locator('textarea').fill('')
    await desk.keyboard.type('jkadm?/')
    expect(await desk.getByRole('dialog').locator('textarea').inputValue()).toBe('jkadm?/')
    await isSelected('竹园村')
  })

  test('F with a reason voids it: it leaves the queue, the next one takes its place', async () => {
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '设备误动' }).click()
    const reason = dialog.locator('textarea')
    await expect.poll(() => reason.inputValue(), patience).toBe('设备误动')
    await dialog.getByRole('button', { name: '误报', exact: true }).click()
    await row('竹园村').waitFor({ state: 'detached' })
    await listed(['柳溪村', '红岩村'])
    await isSelected('村')
    // To call it false is to have seen it.
    await desk.locator('.console-figure', { hasText: '未确认' }).getByText('1').waitFor()
    await desk.goto(`${town.gateway.url}/cases?state=void`)
    await desk.locator('a[data-state=void]', { hasText: '竹园村' }).click()
    await desk.locator('.course-list', { hasText: '值守员甲' }).getByText('设备误动').waitFor()
    await desk.locator('.stepper .is-now', { hasText: '作废' }).waitFor()
    await desk.getByText('现在没有您能做的步骤').waitFor()
  })

  test('T accepts, D dispatches from the desk to the unit in charge', async () => {
    await desk.goto(`${town.gateway.url}/console`)
    await choose('柳溪村')
    await desk.locator('[data-act=accept]:enabled').waitFor()
    await desk.keyboard.press('t')
    await desk.locator('.queue-row[data-state=accepted]', { hasText: '柳溪村' }).waitFor()
    await desk.locator('[data-act=dispatch]:enabled').waitFor()
    await desk.keyboard.press('d')
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('radio', { name: '应急办' }).waitFor()
    const unit = dialog.getByRole('radio', { name: '应急办' })
    await expect.poll(() => unit.isChecked(), patience).toBe(true)
    await dialog.getByRole('button', { name: '分派', exact: true }).click()
    await desk.locator('.queue-row[data-state=dispatched]', { hasText: '柳溪村' }).waitFor()
    await desk.locator('.desk-head', { hasText: '应急办 在办' }).waitFor()
    // It fades for a moment after its work is done.
    await dialog.waitFor({ state: 'hidden' })
  })

  test('a key for a step that is not possible does nothing', async () => {
    for (const key of ['t', 'd', 'f']) await desk.keyboard.press(key)
    expect(await desk.getByRole('dialog').count()).toBe(0)
    await desk.locator('.queue-row[data-state=dispatched]', { hasText: '柳溪村' }).waitFor()
  })

  test('a fire that starts meanwhile stands on top and takes nothing out of the hand', async () => {
    await choose('柳溪村')
    // In some seasons a flood weighs as much as a fire; what was seen stands below in all of them.
    await desk.keyboard.press('a')
    await desk.locator('[data-act=acknowledge]:disabled').waitFor()
    await desk.locator('section[aria-label=已确认] .queue-row', { hasText: '柳溪村' }).waitFor()
    const before = await selected().boundingBox()
    await smoke(town.devices, 'v5-smoke2')
    await row('松林村').waitFor()
    await expect.poll(async () => (await villages())[0], patience).toBe('松林村')
    await isSelected('柳溪村')
    const top = async () => (await selected().boundingBox())?.y
    await expect.poll(top, patience).toBeCloseTo(before?.y ?? -1, 0)
    // What thereby stands above the edge is said, and one click away.
    await desk.getByRole('button', { name: '上面还有 1 条未确认' }).click()
    await row('松林村').click()
    await desk.getByRole('heading', { level: 1, name: /松林村/ }).waitFor()
  })

  test('every button of the desk can be reached by Tab, with a visible ring', async () => {
    await desk.locator('[data-act=acknowledge]').focus()
    const seen: string[] = []
    for (let press = 0; press < 6 && !seen.includes('desk-open'); press++) {
      const focused = await desk.evaluate(() => {
        const element = document.activeElement
        if (!(element instanceof HTMLElement)) return null
        const style = getComputedStyle(element)
        return {
          name: element.dataset['act'] ?? element.className,
          hasRing: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
        }
      })
      seen.push(focused?.name ?? '')
      if (press > 0) expect(focused?.hasRing, focused?.name).toBe(true)
      await desk.keyboard.press('Tab')
    }
    expect(seen).toContain('desk-open')
  })
})
