import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, signIn } from './browser.ts'
import { type RunningGateway, startGateway } from './gateway-process.ts'
import { picture, playMorning } from './morning.ts'
import { createTownDevices } from './town-devices.ts'
import { workPages } from './work-scenes.ts'

/**
 * Pictures of every page for looking at:
 * npx node test/e2e/screenshots.ts [--to FOLDER] [--page NAME] [--language zh|en] [--width 1366]
 */

const { values } = parseArgs({
  options: {
    to: { type: 'string', default: '/tmp/shots' },
    page: { type: 'string' },
    language: { type: 'string' },
    width: { type: 'string' },
  },
})
const admin = { username: 'admin', password: 'lantern-mountain-7' }
const sizes = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
].filter(({ width }) => values.width === undefined || Number(values.width) === width)
const languages = ['zh', 'en'].filter((one) => !values.language || one === values.language)

/** The page drawn and nothing waiting; what goes on asking for ever must not hold this up. */
async function settle(page: Page): Promise<void> {
  await page
    .waitForFunction(
      () =>
        document.querySelectorAll('.skeleton, .app-skeleton, [aria-busy=true]').length === 0 &&
        document.fonts.status === 'loaded' &&
        (document.querySelector('main, .console')?.textContent ?? '') !== '',
      undefined,
      { timeout: 4_000 },
    )
    .catch(() => console.log(`${page.url()}: still waiting for something`))
  await page.waitForTimeout(350)
}

async function shoot(page: Page, name: string): Promise<void> {
  await settle(page)
  await page.screenshot({ path: `${values.to}/${name}.png` })
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  )
  if (overflow > 0) console.log(`${name}: ${overflow} px wider than the screen`)
}

/** What is done on the page before the picture. */
type Before = (page: Page) => Promise<unknown>

const pages: [name: string, path: string, before?: Before][] = [
  ['console', '/console'],
  ['console-second', '/console', secondRow],
  ['console-light', '/console', inLight],
  ['cases', '/cases'],
  ['case', '/cases', (page) => openCase(page, 0)],
  ['case-b', '/cases', (page) => openCase(page, 1)],
  ['cases-bulk', '/cases', chooseSome],
  ['report', '/cases', beginReport],
  ['case-queue', '/cases', openWorked],
  ['case-dispatch', '/cases', beginDispatch],
  ['case-supervise', '/cases', beginSupervise],
  ['board', '/villages/990101101207'],
  ['devices', '/devices'],
  ['device', '/devices?device=v2-pm4'],
  ['quarantine', '/quarantine'],
  ['account', '/account'],
  [
    'account-password',
    '/account',
    (page) => page.locator('.account-panel .ant-btn').first().click(),
  ],
  [
    'account-factor',
    '/account',
    async (page) => {
      await page.locator('[data-part=second-factor] .ant-btn').first().click()
      await page.locator('.qr-code').waitFor()
    },
  ],
  ['people', '/people'],
  ['people-add', '/people', (page) => page.locator('.people-head .ant-btn-primary').click()],
  ['people-made', '/people', makePerson],
  ['token-made', '/people?tab=tokens', makeToken],
  ['tokens', '/people?tab=tokens'],
  [
    'tokens-add',
    '/people?tab=tokens',
    (page) => page.locator('.people-head .ant-btn-primary').click(),
  ],
  ['health', '/health'],
  ['backups', '/health', makeBackup],
  ['audit', '/audit'],
  ['retention', '/audit?tab=retention'],
  ...workPages,
  ['menu', '/cases', (page) => page.locator('nav.nav button').click()],
]

async function secondRow(page: Page): Promise<void> {
  await page.locator('.queue-row').nth(1).click()
}

async function inLight(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('lianxun.theme.watch', 'light'))
  await page.reload()
  await page.evaluate(() => localStorage.removeItem('lianxun.theme.watch'))
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
  await page.locator('#text').fill('水库坝脚渗水，有浑水流出')
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
  const shot = await page.screenshot({
    type: 'jpeg',
    clip: { x: 0, y: 0, width: 320, height: 180 },
  })
  const { sha256 } = await post('/pictures', shot, 'image/jpeg')
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

async function makeBackup(page: Page): Promise<void> {
  await page.locator('.backups-head button').click()
  await page.locator('.backup-restore').scrollIntoViewIfNeeded()
}

let made = 0

async function makePerson(page: Page): Promise<void> {
  await page.locator('.people-head .ant-btn-primary').click()
  made += 1
  await page.locator('#displayName').fill('周小兰')
  await page.locator('#username').fill(`zhou.xiaolan${made}`)
  await page.locator('#scope').fill('松林村')
  await page.locator('.ant-select-item-option', { hasText: '松林村' }).first().click()
  await page.locator('.ant-modal-footer .ant-btn-primary').click()
  await page.locator('.handover').waitFor()
}

async function makeToken(page: Page): Promise<void> {
  await page.locator('.people-head .ant-btn-primary').click()
  await page.locator('#name').fill('县平台对接')
  await page.locator('.ant-modal-footer .ant-btn-primary').click()
  await page.locator('.handover').waitFor()
}

const isWanted = (name: string) =>
  values.page === undefined || values.page.split(',').includes(name)

async function newContext(
  browser: Browser,
  viewport: (typeof sizes)[number],
  language: string,
): Promise<BrowserContext> {
  const isPhone = viewport.width < 500
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const options = { viewport, locale, isMobile: isPhone, hasTouch: isPhone }
  const context = await browser.newContext(options)
  await context.addInitScript((l) => localStorage.setItem('lianxun.language', l), language)
  return context
}

async function tour(browser: Browser, url: string, language: string): Promise<void> {
  for (const size of sizes) {
    const context = await newContext(browser, size, language)
    const page = await context.newPage()
    if (isWanted('sign-in')) {
      await page.goto(`${url}/sign-in`)
      await shoot(page, `sign-in-${size.width}-${language}`)
    }
    await signIn(page, url, admin)
    for (const [name, path, before] of pages) {
      const isPhoneDesk = size.width < 500 && name.startsWith('console-')
      if (!isWanted(name) || isPhoneDesk) continue
      await page.goto(`${url}${path}`)
      await before?.(page)
      await shoot(page, `${name}-${size.width}-${language}`)
    }
    await context.close()
  }
}

/** Every step of the first start but the last click. */
async function firstStart(
  browser: Browser,
  fresh: RunningGateway,
  language: string,
): Promise<void> {
  for (const size of sizes) {
    const context = await newContext(browser, size, language)
    const page = await context.newPage()
    const name = (step: string) => `setup-${step}-${size.width}-${language}`
    await page.goto(fresh.url)
    await page.locator('#code').fill(await fresh.startCode())
    await shoot(page, name('code'))
    await page.locator('button[type=submit]').click()
    await page.locator('#displayName').fill('张伟')
    await page.locator('#username').fill('zhang.wei')
    await page.locator('#password').fill('lantern-mountain-7')
    await page.locator('#again').fill('lantern-mountain-7')
    await shoot(page, name('administrator'))
    await page.locator('button[type=submit]').click()
    await page.locator('.setup-choices input').first().check()
    await shoot(page, name('town'))
    await page.locator('.setup-choices input').nth(1).check()
    await page.locator('input[type=file]').setInputFiles('examples/town/places.geojson')
    await page.locator('.setup-preview canvas').waitFor()
    await shoot(page, name('map'))
    const broken = { name: 'x.geojson', mimeType: 'application/json', buffer: brokenFile }
    await page.locator('input[type=file]').setInputFiles(broken)
    await shoot(page, name('problems'))
    await context.close()
  }
}

const brokenFile = Buffer.from(
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      { properties: { code: '990101101', name: '云岭镇', level: 'town', parent: null } },
      { properties: { code: '9901', name: '松林村', level: 'village', parent: '990101102' } },
      { properties: { code: '990101101205002', name: '', level: 'hamlet' } },
    ],
  }),
)

const wantsFirstStart = values.page === undefined || values.page === 'setup'
const gateway = values.page === 'setup' ? undefined : await startGateway()
const fresh = wantsFirstStart ? await startGateway({ isFresh: true }) : undefined
const devices = gateway && createTownDevices(gateway)
const browser = await launchBrowser()
try {
  await mkdir(values.to, { recursive: true })
  if (devices) await playMorning(devices, await picture(browser))
  for (const language of languages) {
    if (gateway) await tour(browser, gateway.url, language)
    if (fresh) await firstStart(browser, fresh, language)
  }
} finally {
  await browser.close()
  await devices?.stop()
  await gateway?.stop()
  await fresh?.stop()
}
