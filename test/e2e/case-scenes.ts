import type { Page } from 'playwright-core'
import { picture } from './morning.ts'

/** The queue and the pages of cases in several states, with the dialogs of their acts. */

type Scene = [name: string, path: string, before?: (page: Page) => Promise<unknown>]

export const casePages: readonly Scene[] = [
  ['cases', '/cases'],
  ['cases-narrowed', '/cases?state=closed&hazard=geological'],
  ['cases-late', '/cases?overdue=true'],
  ['case', '/cases', (page) => openCase(page, 0)],
  ['case-b', '/cases?hazard=forestFire', (page) => openCase(page, 1)],
  ['case-closed', '/cases?state=closed&hazard=geological', (page) => openCase(page, 0)],
  ['case-late', '/cases?overdue=true', (page) => openCase(page, 0)],
  ['case-suspended', '/cases?state=suspended', (page) => openCase(page, 0)],
  ['cases-bulk', '/cases', chooseSome],
  ['report', '/cases', beginReport],
  ['case-queue', '/cases', openWorked],
  ['case-dispatch', '/cases', beginDispatch],
  ['case-supervise', '/cases', beginSupervise],
  ['case-feedback', '/cases', (page) => beginAct(page, 'feedback')],
  ['case-suspend', '/cases', (page) => beginAct(page, 'suspend')],
]

async function beginAct(page: Page, act: string): Promise<void> {
  await openWorked(page)
  await page.locator(`[data-act=${act}]`).click()
  await page.locator('.ant-modal textarea').waitFor()
}

async function openCase(page: Page, index: number): Promise<void> {
  await page.locator('a[data-case]').nth(index).click()
  await page.waitForURL(/\/cases\/.+/)
}

async function chooseSome(page: Page): Promise<void> {
  await page.locator('.case-line input[type=checkbox]').nth(1).check()
  await page.locator('.case-line input[type=checkbox]').nth(2).check()
  await page.locator('[data-bulk=accept]').waitFor()
}

async function beginReport(page: Page): Promise<void> {
  await page.locator('.report-open').click()
  await page.locator('.report-map canvas').first().waitFor()
  await page.locator('#hazard').fill('')
  await page.locator('#hazard').press('Enter')
  await page.locator('#text').fill('后山冒烟，看不见明火')
  await page.locator('.report-map').scrollIntoViewIfNeeded()
  const map = await page.locator('.report-map').boundingBox()
  if (map) await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2)
  await page.locator('.map-picked').waitFor()
}

/** A report that was worked on by several, with all that stands beside a state. */
async function worked(page: Page): Promise<string> {
  const origin = new URL(page.url()).origin
  const post = async (path: string, data: object | Buffer, type?: string) => {
    const headers = { 'x-lianxun': '1', ...(type ? { 'content-type': type } : {}) }
    const answer = await page.request.post(`${origin}/api/v1${path}`, { headers, data })
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as { id: string; sha256: string }
  }
  const browser = page.context().browser()
  if (!browser) throw new Error('the page belongs to no browser')
  const shot = await picture(browser)
  const { sha256 } = await post('/pictures', Buffer.from(shot, 'base64'), 'image/jpeg')
  const { id } = await post('/cases', {
    hazard: 'geological',
    text: '后山挡墙外鼓，墙脚有新裂缝，雨后变宽',
    lon: 106.793,
    lat: 29.236,
    severity: 'orange',
    source: 'resident',
    pictures: [sha256],
  })
  const act = (body: object) => post(`/cases/${id}/actions`, body)
  const now = Date.now()
  await act({ action: 'accept' })
  await act({ action: 'dispatch', to: { unit: '应急办' } })
  await act({ action: 'sign' })
  await act({ action: 'claim' })
  await act({ action: 'note', text: '已拉警戒线，裂缝宽约 3 厘米', pictures: [sha256] })
  await act({ action: 'remind' })
  await act({ action: 'supervise', text: '30 分钟内报一次现场情况', dueAt: now + 1_800_000 })
  await act({ action: 'extend', reason: '等地质队到场', until: now + 400 * 3_600_000 })
  return id
}

async function openWorked(page: Page): Promise<void> {
  const id = await worked(page)
  await page.goto(new URL(`/cases/${id}`, page.url()).href)
  await page.locator('.case-head').waitFor()
}

async function beginDispatch(page: Page): Promise<void> {
  await openWorked(page)
  await page.locator('[data-act=sendBack]').click()
  await page.locator('.ant-modal textarea').fill('换人')
  await page.locator('.ant-modal-footer .ant-btn-primary').click()
  await page.locator('[data-act=dispatch]').click()
  await page.locator('.receivers').waitFor()
}

async function beginSupervise(page: Page): Promise<void> {
  await openWorked(page)
  await page.locator('[data-act=supervise]').click()
  await page.locator('.ant-modal textarea').waitFor()
}
