import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** A case that a resident told the desk of, from the report to its evaluation, through the browser. */

const isLacking = lacksChromium()
let town: E2eTown
let page: Page

const step = (name: string) => page.locator(`[data-act=${name}]`)
const dialog = () => page.getByRole('dialog')
const course = () => page.locator('.course-list')
const stands = (state: string) =>
  page.locator('.stepper .is-now', { hasText: state }).waitFor({ timeout: 10_000 })

async function say(text: string, button: string): Promise<void> {
  await dialog().locator('textarea').fill(text)
  await dialog().getByRole('button', { name: button, exact: true }).click()
  await dialog().waitFor({ state: 'hidden' })
}

/** A photo as a phone makes them, each another one. */
async function photo(colour: string) {
  const drawn = await town.arrive({ size: { width: 320, height: 240 } })
  await drawn.setContent(`<body style="background:${colour}">`)
  const buffer = await drawn.screenshot({ type: 'jpeg' })
  await drawn.close()
  return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer }
}

/** Held upright: the sensor lies across, and says so. */
async function largePhoto() {
  const size = { width: 3200, height: 2400, channels: 3 as const }
  const buffer = await sharp({ create: { ...size, background: 'teal' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer }
}

/** In the page: keeps the size of the next picture that is sent. */
function noteSentPicture(): void {
  const { prototype } = XMLHttpRequest
  const send = Reflect.get(prototype, 'send') as (body: unknown) => void
  prototype.send = function (this: XMLHttpRequest, body) {
    const size = createImageBitmap(body as Blob, { imageOrientation: 'none' })
    const noted = size.then(({ width, height }) => [width, height])
    Reflect.set(globalThis, 'sentPicture', noted)
    prototype.send = send
    Reflect.apply(send, this, [body])
  }
}

async function loaded(image: ReturnType<Page['locator']>): Promise<void> {
  await expect
    .poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth), { timeout: 8_000 })
    .toBeGreaterThan(0)
}

describe.skipIf(isLacking)('from the report to the evaluation', () => {
  beforeAll(async () => {
    town = await startTown()
    page = await town.open('admin')
  }, 120_000)

  afterAll(() => town?.stop())

  test('nothing is sent before hazard, words and place are given', async () => {
    await page.goto(`${town.gateway.url}/cases`)
    await page.getByRole('button', { name: '登记事件' }).click()
    await dialog().getByText('不要写姓名、电话、身份证号').waitFor()
    await dialog().getByRole('button', { name: '登记', exact: true }).click()
    for (const missing of ['请选隐患类别', '请写明情况', '请在地图上点一下，或者选网格'])
      await dialog().getByText(missing).waitFor()
  })

  test('a click on the map is the place; what is no picture is refused in words', async () => {
    await dialog().locator('#hazard').fill('地质')
    await page.locator('.ant-select-item-option', { hasText: '地质灾害' }).click()
    await dialog().locator('#text').fill('后山挡墙外鼓')
    await dialog().locator('.report-map .ol-viewport').click()
    await dialog().locator('.map-picked').waitFor()
    await dialog().getByRole('status').filter({ hasText: '网格（' }).waitFor()
    const file = dialog().locator('input[type=file]')
    await file.setInputFiles({
      name: 'a.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('x'),
    })
    await dialog().getByRole('alert').filter({ hasText: '这种图片不支持' }).waitFor()
    await dialog().getByRole('button', { name: '去掉图片 1' }).click()
    await page.evaluate(noteSentPicture)
    await file.setInputFiles(await largePhoto())
    await dialog().locator('.attached').waitFor()
    await dialog().getByText('正在上传').waitFor({ state: 'detached' })
    // Made smaller and turned by the browser, before it was sent.
    expect(await page.evaluate(() => Reflect.get(globalThis, 'sentPicture'))).toEqual([1200, 1600])
    await dialog().getByRole('button', { name: '登记', exact: true }).click()
    await page.waitForURL(/\/cases\/.+/)
    await stands('待受理')
    await page.locator('.case-report', { hasText: '后山挡墙外鼓' }).waitFor()
    await loaded(page.locator('.case-report img'))
  })

  test('somebody is on it, and then is not', async () => {
    await step('claim').click()
    await page.locator('[data-notice=claim]', { hasText: '在跟进' }).waitFor()
    await step('release').click()
    await page.locator('[data-notice=claim]', { hasText: '还没有人接手' }).waitFor()
    await course().getByText('接手').waitFor()
    await course().getByText('放手').waitFor()
  })

  test('accepted, dispatched to whom is suggested, signed for', async () => {
    await step('accept').click()
    await stands('待分派')
    await step('dispatch').click()
    await dialog().getByText('在办 0 件').first().waitFor()
    await dialog().getByRole('radio', { name: '规建办' }).check()
    await dialog().getByRole('button', { name: '分派', exact: true }).click()
    await stands('待签收')
    await course().getByText('派给 规建办').waitFor()
    await step('sign').click()
    await stands('处置中')
  })

  test('urged and supervised; the answer ends the supervision', async () => {
    await step('remind').click()
    await page.locator('.case-head [data-mark=reminders]', { hasText: '催办 1 次' }).waitFor()
    await step('supervise').click()
    await say('30 分钟内报现场情况', '督办')
    await page.locator('[data-notice=supervision]', { hasText: '30 分钟内报现场情况' }).waitFor()
    await step('answer').click()
    await say('已到现场', '答复督办')
    await page.locator('[data-notice=supervision]').waitFor({ state: 'detached' })
    await page.locator('.case-head [data-mark=supervised]', { hasText: '已督办 1 次' }).waitFor()
  })

  test('more time is asked and granted', async () => {
    await step('extend').click()
    await say('等地质队', '申请延期')
    await page.locator('[data-notice=extension]', { hasText: '等地质队' }).waitFor()
    await step('grantExtension').click()
    await page.locator('[data-notice=extension]').waitFor({ state: 'detached' })
    await course().getByText('同意延期').waitFor()
  })

  test('a note with a picture stands in the course, and the field is empty again', async () => {
    const composer = page.locator('.composer')
    await composer.locator('textarea').first().fill('裂缝宽约 3 厘米')
    await composer.locator('input[type=file]').setInputFiles(await photo('olive'))
    await composer.locator('.attached').waitFor()
    await composer.getByText('正在上传').waitFor({ state: 'detached' })
    await composer.getByRole('button', { name: '发送' }).click()
    const entry = course().locator('li', { hasText: '裂缝宽约 3 厘米' })
    await loaded(entry.locator('.picture-row img'))
    await expect.poll(() => composer.locator('textarea').first().inputValue()).toBe('')
    expect(await composer.locator('.attached').count()).toBe(0)
  })

  test('put aside until a time, and taken up again', async () => {
    await step('suspend').click()
    await say('等雨停', '挂账')
    await page.locator('[data-notice=suspended]').waitFor()
    await page.locator('.case-head [data-mark=suspended]').waitFor()
    await step('resume').click()
    await stands('处置中')
  })

  test('the result with a picture, verified, judged with a score', async () => {
    await step('feedback').click()
    await dialog()
      .locator('input[type=file]')
      .setInputFiles(await photo('maroon'))
    await dialog().locator('.attached').waitFor()
    await dialog().getByText('正在上传').waitFor({ state: 'detached' })
    await say('已加固挡墙', '反馈处置结果')
    await stands('待核查')
    await loaded(course().locator('li', { hasText: '已加固挡墙' }).locator('.picture-row img'))
    await step('verify').click()
    await say('看过，属实', '核查通过')
    await page.locator('.case-state', { hasText: '已办结' }).waitFor()
    await step('evaluate').click()
    await dialog().getByText('4', { exact: true }).click()
    await dialog().getByRole('button', { name: '评价', exact: true }).click()
    await course().getByText('4 分').waitFor()
  })
})

describe.skipIf(isLacking)('many at once, and two at once', () => {
  beforeAll(async () => {
    town = await startTown()
    page = await town.open('admin')
    await report('第一件', 106.79)
    await report('第二件', 106.791)
  }, 120_000)

  afterAll(() => town?.stop())

  const post = (path: string, data: object) =>
    page.request.post(`${town.gateway.url}/api/v1${path}`, { headers: { 'x-lianxun': '1' }, data })

  async function report(text: string, lon: number): Promise<string> {
    const answer = await post('/cases', { hazard: 'geological', text, lon, lat: 29.236 })
    if (!answer.ok()) throw new Error(await answer.text())
    return ((await answer.json()) as { id: string }).id
  }

  test('what is like it is shown before a report is sent', async () => {
    await page.goto(`${town.gateway.url}/cases`)
    await page.getByRole('button', { name: '登记事件' }).click()
    await dialog().locator('#hazard').fill('地质')
    await page.locator('.ant-select-item-option', { hasText: '地质灾害' }).click()
    await dialog().getByLabel('选网格').fill('双桥村第二')
    await page.locator('.ant-select-item-option', { hasText: '双桥村第二网格' }).click()
    await dialog().locator('.report-alike a').first().waitFor()
    await dialog().getByRole('button', { name: '取消' }).click()
    await dialog().waitFor({ state: 'hidden' })
  })

  test('accepts all that are chosen; each says what became of it', async () => {
    await page.getByRole('checkbox', { name: '全选' }).check()
    await page.locator('.bulk-bar', { hasText: '已选 2 张' }).waitFor()
    await page.locator('[data-bulk=accept]').click()
    await page.locator('.bulk-outcome', { hasText: '办成 2 张' }).waitFor()
    await expect
      .poll(() => page.locator('a.case-row[data-state=accepted]').count(), { timeout: 8_000 })
      .toBe(2)
    // Accepted already: refused one by one, in words, and still chosen.
    await page.getByRole('checkbox', { name: '全选' }).check()
    await page.locator('[data-bulk=accept]').click()
    await page.locator('.bulk-outcome', { hasText: '没办成 2 张' }).waitFor()
    await page.locator('[data-outcome=failed]', { hasText: '可能别人已经办了' }).first().waitFor()
    await page.locator('.bulk-bar', { hasText: '已选 2 张' }).waitFor()
  })

  test('the address keeps the filters', async () => {
    await page.goto(`${town.gateway.url}/cases?state=closed&tier=town`)
    await page.getByText('没有符合的工单。').waitFor()
    await page.goto(`${town.gateway.url}/cases?source=desk`)
    await expect.poll(() => page.locator('a.case-row').count(), { timeout: 8_000 }).toBe(2)
  })

  test('two desks act on one case: one wins, the other reads who and what', async () => {
    const id = await report('第三件', 106.7)
    const desks = [await town.open('desk01'), await town.open('desk02')] as const
    for (const desk of desks) {
      await desk.goto(`${town.gateway.url}/cases/${id}`)
      await desk.locator('[data-act=accept]').waitFor()
    }
    const [first, second] = desks
    await second.locator('[data-act=accept]').click()
    await second.locator('.stepper .is-now', { hasText: '待分派' }).waitFor()
    await first.locator('.stepper .is-now', { hasText: '待分派' }).waitFor()
    for (const desk of desks) {
      await desk.locator('[data-act=dispatch]').click()
      await desk.getByRole('dialog').getByRole('radio', { name: '应急办' }).check()
    }
    await first.getByRole('dialog').getByRole('button', { name: '分派', exact: true }).click()
    await first.locator('.stepper .is-now', { hasText: '待签收' }).waitFor()
    await second.getByRole('dialog').getByRole('button', { name: '分派', exact: true }).click()
    await second
      .getByRole('alert')
      .filter({ hasText: /值守员甲 \d\d:\d\d 已分派，现在是“待签收”/ })
      .waitFor()
    await second.locator('.stepper .is-now', { hasText: '待签收' }).waitFor()
  })
})
