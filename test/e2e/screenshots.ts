import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, signIn } from './browser.ts'
import { calibrationPages } from './calibration-scenes.ts'
import { cameraPages, playCameras } from './camera-scenes.ts'
import { casePages } from './case-scenes.ts'
import { type RunningGateway, startGateway } from './gateway-process.ts'
import { historyPages } from './history-scenes.ts'
import { picture, playMorning } from './morning.ts'
import { writePastReadings } from './past-readings.ts'
import { patrolPages, playPatrols } from './patrol-scenes.ts'
import { writePlayedPast } from './played-past.ts'
import { startTownCameras } from './town-cameras.ts'
import { createTownDevices } from './town-devices.ts'
import { playVideo, videoPages, writePastRounds } from './video-scenes.ts'
import { fieldPages, officePages, playWork } from './work-scenes.ts'

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
  await page.screenshot({ path: `${values.to}/${name}.png`, fullPage: name.includes('print') })
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  )
  if (overflow > 0) console.log(`${name}: ${overflow} px wider than the screen`)
}

/** What is done on the page before the picture. */
type Before = (page: Page) => Promise<unknown>

type Scene = [name: string, path: string, before?: Before]

const pages: Scene[] = [
  ['console', '/console'],
  ['console-second', '/console', secondRow],
  ['console-light', '/console', inLight],
  ['cases', '/cases'],
  ...casePages,
  ['board', '/villages/990101101207'],
  ['devices', '/devices'],
  ['device', '/devices?device=v2-pm4'],
  ...historyPages,
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
  ...calibrationPages,
  ...officePages,
  ...videoPages,
  ...patrolPages,
  ['menu', '/cases', (page) => page.locator('nav.nav button').click()],
]

async function secondRow(page: Page): Promise<void> {
  await page.locator('.queue-row').nth(1).click()
}

async function inLight(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('lianxun.theme.watch', 'light'))
  await page.reload()
  await page.locator('.queue-row').first().waitFor()
  await page.evaluate(() => localStorage.removeItem('lianxun.theme.watch'))
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
  await page.locator('.secret-shown').waitFor()
}

async function makeToken(page: Page): Promise<void> {
  await page.locator('.people-head .ant-btn-primary').click()
  await page.locator('#name').fill('县平台对接')
  await page.locator('.ant-modal-footer .ant-btn-primary').click()
  await page.locator('.secret-shown').waitFor()
}

const isWanted = (name: string) =>
  values.page === undefined || values.page.split(',').includes(name)

const wantsCameras = values.page === undefined || /camera|console|video/.test(values.page)

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

async function walk(
  page: Page,
  scenes: readonly Scene[],
  { url, as }: { url: string; as: string },
): Promise<void> {
  for (const [name, path, before] of scenes) {
    const isPhoneDesk = as.startsWith('390') && name.startsWith('console-')
    if (!isWanted(name) || isPhoneDesk) continue
    await page.goto(`${url}${path}`)
    await before?.(page)
    await shoot(page, `${name}-${as}`)
    await page.emulateMedia({ media: null })
  }
}

async function tour(
  browser: Browser,
  { url, secrets: { users: passwords } }: RunningGateway,
  language: string,
): Promise<void> {
  for (const size of sizes) {
    const context = await newContext(browser, size, language)
    const page = await context.newPage()
    if (isWanted('sign-in')) {
      await page.goto(`${url}/sign-in`)
      await shoot(page, `sign-in-${size.width}-${language}`)
    }
    const as = `${size.width}-${language}`
    await signIn(page, url, admin)
    await walk(page, pages, { url, as })
    await context.close()
    const phone = await newContext(browser, size, language)
    const field = await phone.newPage()
    await signIn(field, url, { username: 'grid07', password: passwords['grid07'] ?? '' })
    await walk(field, fieldPages, { url, as })
    await phone.close()
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

async function playDay(url: string): Promise<void> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await signIn(page, url, admin)
  await playWork(page)
  if (cameras) await playCameras(page, url, cameras)
  await playVideo(page)
  const walker = await browser.newContext()
  await signIn(await walker.newPage(), url, {
    username: 'patrol05',
    password: gateway?.secrets.users['patrol05'] ?? '',
  })
  await playPatrols({ url, request: page.request }, { url, request: walker.request })
  await walker.close()
  await context.close()
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

async function writePast(dataDir: string): Promise<void> {
  await writePlayedPast(dataDir)
  await writePastRounds(dataDir)
  if (isWanted('retention') || values.page?.includes('history')) await writePastReadings(dataDir)
}

const wantsFirstStart = values.page === undefined || values.page === 'setup'
const gateway =
  values.page === 'setup'
    ? undefined
    : await startGateway({ prepare: writePast, networks: '127.0.0.0/8' })
const fresh = wantsFirstStart ? await startGateway({ isFresh: true }) : undefined
const devices = gateway && createTownDevices(gateway)
const cameras = gateway && wantsCameras ? await startTownCameras() : undefined
if (cameras) pages.push(...cameraPages(cameras))
const browser = await launchBrowser()
try {
  await mkdir(values.to, { recursive: true })
  if (devices) await playMorning(devices, await picture(browser))
  if (gateway) await playDay(gateway.url)
  for (const language of languages) {
    if (gateway) await tour(browser, gateway, language)
    if (fresh) await firstStart(browser, fresh, language)
  }
} finally {
  await browser.close()
  await devices?.stop()
  await cameras?.stop()
  await gateway?.stop()
  await fresh?.stop()
}
