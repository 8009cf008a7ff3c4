import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firstRules } from '../../gateway/domain/notice-first-rules.ts'
import { cutControls, overlappingTexts, readableText, widerThanScreen } from './looks.ts'
import { playPatrols } from './patrol-scenes.ts'
import {
  callForHelp,
  type E2eTown,
  highWater,
  lacksChromium,
  lowBattery,
  smoke,
  startTown,
} from './town.ts'
import { planRound } from './video-scenes.ts'

/** Every page at the sizes of the office, the big screen and the phone, in both languages. */

const isLacking = lacksChromium()
let town: E2eTown
let fire = ''
let round = ''
let walk = ''
let names: string[] = []

const channel = { id: 'c', name: '值守群', kind: 'webPush', enabled: true } as const

const sizes = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
] as const
const languages = ['zh', 'en'] as const

const pages: [string, () => string, string][] = [
  ['console', () => '/console', '.queue-row'],
  ['cases', () => '/cases', 'a.case-row'],
  ['case', () => `/cases/${fire}`, '.course-list li'],
  ['board', () => '/villages/990101101205', '.board-list a'],
  ['devices', () => '/devices', 'a.device-row'],
  ['device', () => '/devices?device=v5-smoke2', '.reading-tile'],
  ['history', () => '/history?s=v5-smoke2:smoke,v2-water1:waterLevel', '.plot canvas'],
  ['history overview', () => '/history?tab=overview', '.small-card'],
  ['history files', () => '/history?tab=files', '.history-drop'],
  ['cameras', () => '/cameras', 'a.camera-card'],
  ['camera wall', () => '/cameras/wall', '.wall-cell'],
  ['camera events', () => '/cameras?tab=events', '.sheet [data-row]'],
  ['camera', () => '/cameras/v5-cam1', '.camera-panel'],
  ['quarantine', () => '/quarantine', 'article.quarantine-card'],
  ['account', () => '/account', '.session-list li'],
  ['people', () => '/people', '.sheet [data-row]'],
  ['tokens', () => '/people?tab=tokens', '.people-head'],
  ['tasks', () => '/tasks', 'article.task'],
  ['duty', () => '/duty', '.duty-line'],
  ['calendar', () => '/duty?tab=calendar', '.day-list li'],
  ['planned', () => '/planned', '.planned-row'],
  ['video', () => '/video', '.round-row'],
  ['video plans', () => '/video?tab=plans', '.plan-row'],
  ['video coverage', () => '/video?tab=coverage', '.calendar-cell'],
  ['video round', () => `/video/${round}`, '.look-form'],
  ['patrols', () => '/patrols', '.walk-row'],
  ['patrol round', () => `/patrols/rounds/${walk}`, '.walk-visit'],
  ['check-ins', () => '/patrols?tab=checkins', '.checkin-detail, .checkin-row'],
  ['patrol coverage', () => '/patrols?tab=coverage', '.calendar-cell'],
  ['patrol points', () => '/patrols?tab=points', '.point-row'],
  ['patrol routes', () => '/patrols?tab=points&list=routes', '.route-row'],
  ['channels', () => '/notices', '.sheet [data-row]'],
  ['notice rules', () => '/notices?tab=rules', '.rule'],
  ['deliveries', () => '/notices?tab=deliveries', '.sheet [data-row]'],
  ['evaluation', () => '/evaluation', '.ranking [data-row]'],
  ['health', () => '/health', '.health-item'],
  ['audit', () => '/audit', '.sheet [data-row]'],
  ['retention', () => '/audit?tab=retention', '.retention'],
]

/** Where words stand close together. */
const crowded = [
  'header.top-bar',
  'header.console-bar',
  '.queue-row',
  '.queue-filter',
  '.desk-head',
  '.desk-actions',
  '.facts',
  '.lanes',
  '.key-bar',
  '.case-head',
  '.stepper',
  '.case-buttons',
  '.case-row',
  '.board-head',
  '.board-counts',
  '.board-list',
  '.board-recent',
  '.board-devices',
  '.page-head',
  '.task',
  '.roster',
  '.roster-head',
  '.on-duty',
  '.day-list',
  '.rule',
  '.round-list',
  '.round-head',
  '.round-strip',
  '.look-form',
  '.plan-list',
  '.coverage-said',
  '.calendar-legend',
  '.walk-list',
  '.walk-head',
  '.walk-visits',
  '.checkin-queue',
  '.checkin-head',
  '.checkin-why',
  '.checkin-facts',
  '.checkin-verdict',
  '.reach-nobody',
  '.point-rows',
  '.route-list',
  '.board-patrols',
  '.evaluation',
  '.device-row',
  '.device-panel header',
  '.history-picker',
  '.history-time',
  '.history-legend',
  '.history-files',
  '.small-card',
  '.camera-card',
  '.camera-head',
  '.camera-panel',
  '.wall-name',
  '.wall-head',
  '.unmapped',
  '.reading-tiles',
  '.quarantine-card header',
  '.quarantine-actions',
  '.sheet-row',
  '.health-item',
  '.verdict',
  '.account-panel',
  '.people-head',
  '.backups-head',
  '.retention',
].join(', ')

async function visit(page: Page, path: string, sign: string): Promise<void> {
  await page.goto(`${town.gateway.url}${path}`)
  await page.locator(sign).first().waitFor()
  await page.evaluate(() => document.fonts.ready)
}

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
  names = await ownNames()
  const desk = await town.open('desk01')
  const { devices } = town
  await callForHelp(devices, 'v3-sos1')
  await highWater(devices, 'v2-water1')
  await lowBattery(devices, 'v6-smoke1')
  await smoke(devices, 'v5-smoke2')
  await devices.raw('v4-pm1', 'telemetry', '{"readings":{"pm25":"high"}}')
  const row = desk.locator('.queue-row', { hasText: '松林村' })
  await row.waitFor()
  fire = (await row.getAttribute('data-case')) ?? ''
  await desk.locator('.queue-row').nth(3).waitFor()
  await work()
}, 120_000)

/** Something to do, somebody on duty, and somebody who is told. */
async function work(): Promise<void> {
  const page = await town.open('admin')
  const send = async (method: string, path: string, data: object) => {
    const options = { method, headers: { 'x-lianxun': '1' }, data }
    const answer = await page.request.fetch(`${town.gateway.url}/api/v1${path}`, options)
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as { id: string }
  }
  // The first channel brings rules along; no browser is subscribed, so nothing leaves the machine.
  await send('POST', '/channels', { name: '值守群', kind: 'webPush' })
  const startsAt = Date.now() - 3_600_000
  const endsAt = startsAt + 43_200_000
  await send('POST', '/duty', { username: 'desk01', startsAt, endsAt })
  const drill = { kind: 'drill', title: '汛期转移演练', hazards: ['flood'], place: '990101101207' }
  await send('POST', '/planned-events', { ...drill, startsAt, endsAt })
  round = await planRound(page, '水')
  const walker = await town.open('patrol05')
  const { url } = town.gateway
  walk = await playPatrols({ url, request: page.request }, { url, request: walker.request })
  const restDays = ['2030-01-01', '2030-01-02']
  await send('PUT', '/calendar', { restDays, workDays: ['2030-01-05'] })
  const report = { hazard: 'flood', text: '水', severity: 'red', lon: 106.793, lat: 29.236 }
  const { id } = await send('POST', '/cases', report)
  await send('POST', `/cases/${id}/actions`, { action: 'accept' })
  await send('POST', `/cases/${id}/actions`, { action: 'dispatch', to: { user: 'admin' } })
  const dueAt = Date.now() + 3_600_000
  await send('POST', `/cases/${id}/actions`, { action: 'supervise', text: '水', dueAt })
  await send('POST', `/cases/${id}/actions`, { action: 'remind' })
}

afterAll(() => town?.stop())

describe.skipIf(isLacking)('how it looks', () => {
  for (const language of languages) {
    describe(`in ${language}`, () => {
      let page: Page
      beforeAll(async () => {
        page = await town.open('admin', { language })
      })
      afterAll(() => page?.context().close())

      test.each(pages)('%s: one language, fits every screen', async (name, path, sign) => {
        await page.setViewportSize(sizes[0])
        await visit(page, path(), sign)
        expect(strangeWords(await readableText(page), { language, name })).toEqual([])
        for (const size of sizes) {
          await page.setViewportSize(size)
          await page.locator(sign).first().waitFor()
          await settled(page)
          const at = `${size.width} wide`
          // What is drawn by script follows a new width some frames later.
          const soon = { timeout: 8_000, message: at }
          await expect.poll(() => widerThanScreen(page), soon).toBeLessThanOrEqual(0)
          await expect.poll(() => overlappingTexts(page, crowded), soon).toEqual([])
          const buttons = 'main .ant-btn, .desk-actions .ant-btn'
          await expect.poll(() => cutControls(page, buttons), soon).toEqual([])
        }
      })
    })
  }

  test('on a phone the case opens as a page of its own and its buttons are large enough', async () => {
    const page = await town.open('desk02', { size: sizes[2] })
    await visit(page, '/console', '.queue-row')
    await page.locator('.queue-row', { hasText: '松林村' }).click()
    await page.waitForURL(/\/cases\/.+/)
    await page.locator('[data-act=accept]').waitFor()
    for (const button of await page.locator('.case-buttons button').all())
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(32)
  })
})

describe.skipIf(isLacking)('dialogs in English', () => {
  test('no Chinese but the town’s own names', async () => {
    const page = await town.open('sup01', { language: 'en' })
    await visit(page, '/console', '.queue-row')
    await page.locator('.queue-row', { hasText: '松林村' }).click()
    await page.locator('[data-act=falseAlarm]:enabled').waitFor()
    for (const key of ['f', '?']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      const said = await page.getByRole('dialog').innerText()
      expect(strangeWords(said, { language: 'en', name: key })).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })
})

describe.skipIf(isLacking)('blinking', () => {
  const ring = (page: Page) =>
    page
      .locator('.queue-row .badge-ring')
      .first()
      .evaluate((element) => {
        const { animationName, animationDuration } = getComputedStyle(element)
        return { isMoving: animationName !== 'none', seconds: Number.parseFloat(animationDuration) }
      })

  test('at most once a second', async () => {
    const page = await town.open('desk01')
    await visit(page, '/console', '.badge-ring')
    const { isMoving, seconds } = await ring(page)
    expect(isMoving).toBe(true)
    expect(seconds).toBeGreaterThanOrEqual(1)
  })

  test('not at all for who asked for less motion', async () => {
    const page = await town.open('desk01', { reducedMotion: 'reduce' })
    await visit(page, '/console', '.badge-ring')
    const { isMoving, seconds } = await ring(page)
    expect(!isMoving || seconds < 0.01).toBe(true)
  })
})

/** Styles follow a new width in the next frame, what is laid out by script in the one after. */
function settled(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  )
}

/** Ids of devices, numbers of tags, keys and units are of no language. */
const noWords = /\bv\d-\w+|\b[0-9A-F]{8,20}\b|\b(?:Enter|ppm|mm|kB|MB|GB)\b|µg\/m³|%\/m|m\/s/g

function strangeWords(
  text: string,
  { language, name }: { language: 'zh' | 'en'; name: string },
): string[] {
  // The quarantine quotes what the gateway and the device said, as it was said.
  if (language === 'zh' && name === 'quarantine') return []
  const named = names.reduce((rest, own) => rest.replaceAll(own, ''), text)
  const strange = language === 'en' ? /\p{Script=Han}/u : /[A-Za-z]{2,}/
  return named
    .replace(noWords, '')
    .split('\n')
    .filter((line) => strange.test(line))
}

async function ownNames(): Promise<string[]> {
  const root = new URL('../../examples/town/', import.meta.url)
  const files = [
    'places.geojson',
    'devices.csv',
    'hazards.yaml',
    'rules.yaml',
    'users.csv',
    'points.csv',
    'routes.yaml',
  ]
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, root), 'utf8')))
  const names = texts.flatMap((text) =>
    text.match(/[\p{Script=Han}\d]*\p{Script=Han}[\p{Script=Han}\d]*/gu),
  )
  return [
    ...new Set([
      ...names.filter((name) => name !== null),
      '云岭',
      '管理员',
      '值守群',
      '松林村村委会门口',
      '大门右侧屏幕',
      '林区巡护线',
      '绕到河对岸拍照',
      '二维码被雨水打湿',
      '扫不出来',
      '暴雨红色预警',
      '汛期转移演练',
      ...firstRules(channel).map(({ name }) => name),
      '水',
      '第一网格',
      '第二网格',
      '第三网格',
      '第四网格',
      '第五网格',
      '第六网格',
    ]),
  ].toSorted((a, b) => b.length - a.length)
}
