import type { Page } from 'playwright-core'

/** Readings of the past, of the devices that a past was written for. */

type Scene = [name: string, path: string, before?: (page: Page) => Promise<unknown>]

const dust = 'v1-pm1:pm25,v2-pm4:pm25'

async function pointed(page: Page): Promise<void> {
  await page.locator('.plot canvas').waitFor()
  await page.locator('.plot').focus()
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowLeft')
}

async function inDark(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('lianxun.theme.office', 'dark'))
  await page.reload()
  await page.locator('.plot canvas, .small-card').first().waitFor()
  await page.evaluate(() => localStorage.removeItem('lianxun.theme.office'))
}

export const historyPages: Scene[] = [
  ['history', `/history?s=${dust},v2-pm4:temperature`, pointed],
  ['history-nothing', '/history'],
  ['history-month', `/history?s=${dust},v5-smoke2:smoke&last=month`],
  ['history-stacked', `/history?s=${dust},v2-pm4:temperature,v5-smoke2:smoke,v2-water1:waterLevel`],
  ['history-dark', `/history?s=${dust},v5-smoke2:smoke&last=week`, inDark],
  ['history-overview', '/history?tab=overview'],
  ['history-overview-dark', '/history?tab=overview&sort=highest', inDark],
  ['history-files', '/history?tab=files'],
]
