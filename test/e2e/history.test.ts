import { readFile } from 'node:fs/promises'
import type { Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type E2eTown, lacksChromium, smoke, startTown } from './town.ts'

/** Readings of the past: compared, zoomed, handed on as link, picture and table, out as a file and in again. */

const isLacking = lacksChromium()
const minute = 60_000
let town: E2eTown
let page: Page

/** An hour by the minute, with a quarter of an hour of silence in it. */
async function anHour(device: string, property: string, usual: number): Promise<void> {
  const now = Date.now()
  const rows = Array.from({ length: 60 }, (_, i) => ({
    ts: now - (60 - i) * minute,
    readings: { [property]: usual + (i % 7) },
  }))
  await town.devices.history(
    device,
    rows.filter((_, i) => i < 20 || i > 35),
  )
}

const rowOf = (name: string) => page.locator('.history-legend tbody tr', { hasText: name })
const hasPicture = () => page.locator('.plot[aria-busy=false] canvas').waitFor()

async function textIn(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}

/** Both at once: the file may come before the click returns. */
async function downloaded(name: string): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByText(name, { exact: true }).click(),
  ])
  return download
}

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
  await anHour('v2-pm4', 'pm25', 30)
  await anHour('v2-pm1', 'pm25', 50)
  await smoke(town.devices, 'v5-smoke2')
  page = await town.open('admin')
  await page.locator('.queue-row', { hasText: '松林村' }).waitFor()
}, 120_000)

afterAll(() => town?.stop())

describe.skipIf(isLacking)('history', () => {
  test('lines are picked by device, and stand in the address', async () => {
    await page.goto(`${town.gateway.url}/cases`)
    await page.getByRole('link', { name: '历史', exact: true }).click()
    await page.getByText('还没有选要看的读数。').waitFor()
    await page.getByLabel('设备名或编号').fill('柳溪村空气站')
    for (const name of ['柳溪村空气站4', '柳溪村空气站1'])
      await page.getByRole('group', { name }).getByRole('button', { name: '细颗粒物' }).click()
    await hasPicture()
    await rowOf('柳溪村空气站4').getByText('30', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('s')).toBe('v2-pm4:pm25,v2-pm1:pm25')
  })

  test('who is sent the address sees the same', async () => {
    const other = await town.open('desk02')
    await other.goto(page.url())
    await other.locator('.plot[aria-busy=false] canvas').waitFor()
    expect(await other.locator('.history-legend tbody tr').count()).toBe(2)
    await other.context().close()
  })

  test('a reading that arrives is there without a reload', async () => {
    await town.devices.telemetry('v2-pm4', { pm25: 77.5 })
    await expect.poll(() => rowOf('柳溪村空气站4').innerText()).toMatch(/77\.5[\s\S]*77\.5/)
  })

  test('what is dragged over is asked for anew; reset leads back', async () => {
    const box = await page.locator('.plot').boundingBox()
    if (!box) throw new Error('the picture has no room')
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.7, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 })
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/series/compare')),
      page.mouse.up(),
    ])
    const asked = new URL(answer.url()).searchParams
    const width = Number(asked.get('to')) - Number(asked.get('from'))
    expect(width).toBeGreaterThan(minute)
    expect(width).toBeLessThan(6 * 60 * minute)
    await page.waitForURL(/from=\d+/)
    await page.getByRole('button', { name: '还原' }).click()
    await page.waitForURL((address) => !address.search.includes('from='))
  })

  test('by keys as well: closer, and a value read aloud', async () => {
    await page.locator('.plot').focus()
    await page.keyboard.press('ArrowLeft')
    await page.locator('.plot-tip').getByText('柳溪村空气站4 细颗粒物').waitFor()
    await page.keyboard.press('+')
    await page.waitForURL(/from=\d+/)
    await page.keyboard.press('0')
    await page.waitForURL((address) => !address.search.includes('from='))
  })

  test('goes on as a picture and as a table', async () => {
    await hasPicture()
    const picture = await downloaded('存为图片')
    expect(picture.suggestedFilename()).toMatch(/^读数-.*\.png$/)
    const head = await readFile(await picture.path())
    expect(head.subarray(1, 4).toString()).toBe('PNG')
    const table = (await textIn(await downloaded('存为表格'))).trim().split('\n')
    expect(table[0]).toContain('time,device,name')
    expect(table.filter((line) => line.includes('v2-pm4')).length).toBe(45)
  })

  test('an alarm stands in the picture and leads to its case', async () => {
    await page.goto(`${town.gateway.url}/history?s=v5-smoke2:smoke`)
    await hasPicture()
    await page.getByRole('link', { name: /林火烟感报警/ }).click()
    await page.waitForURL(/\/cases\/.+/)
    await page.getByRole('link', { name: /在历史里打开/ }).click()
    await page.waitForURL(/\/history\?.*v5-smoke2.*from=/)
    await rowOf('松林村林火烟感2').waitFor()
  })

  test('over a place: what is beyond its limit leads to its line', async () => {
    await page.getByText('概览', { exact: true }).click()
    const card = page.locator('.small-card', { hasText: '松林村林火烟感2' })
    await card.getByText('林火烟感报警：高于 5').waitFor()
    await card.click()
    await rowOf('松林村林火烟感2').waitFor()
  })

  test('a file goes out with its size told, and comes in again', async () => {
    await page.getByText('导入导出', { exact: true }).click()
    await page.getByText(/\d 条曲线，\d+ 条读数，约/).waitFor()
    const file = await downloaded('下载')
    await page.getByText(/^已保存/).waitFor()
    const text = await textIn(file)
    expect(text).toContain('v5-smoke2')
    const mimeType = 'text/csv'
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ name: 'again.csv', mimeType, buffer: Buffer.from(text) })
    await page.locator('[data-row]', { hasText: 'again.csv' }).getByText('已写入').waitFor()
    const wrong = 'time,device,property,value\n2026-01-01T00:00:00Z,nobody,pm25,3\n'
    await input.setInputFiles({ name: 'wrong.csv', mimeType, buffer: Buffer.from(wrong) })
    const refused = page.locator('[data-row]', { hasText: 'wrong.csv' })
    await refused.getByText('没有写入：1 处不对').waitFor()
    await refused.getByText('看哪里不对').click()
    await refused.getByText('nobody').waitFor()
  })
})
