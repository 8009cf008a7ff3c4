import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cutControls, overlappingTexts, readableText, widerThanScreen } from './looks.ts'
import {
  callForHelp,
  type E2eTown,
  highWater,
  lacksChromium,
  lowBattery,
  smoke,
  startTown,
} from './town.ts'

/** Every page at the sizes of the office, the big screen and the phone, in both languages. */

const isLacking = lacksChromium()
let town: E2eTown
let fire = ''

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
  ['quarantine', () => '/quarantine', 'article.quarantine-card'],
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
  '.device-row',
  '.device-panel header',
  '.reading-tiles',
  '.quarantine-card header',
  '.quarantine-actions',
].join(', ')

async function visit(page: Page, path: string, sign: string): Promise<void> {
  await page.goto(`${town.gateway.url}${path}`)
  await page.locator(sign).first().waitFor()
  await page.evaluate(() => document.fonts.ready)
}

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
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
}, 120_000)

afterAll(() => town?.stop())

describe.skipIf(isLacking)('how it looks', () => {
  for (const size of sizes) {
    for (const language of languages) {
      describe(`${size.width} wide, ${language}`, () => {
        let page: Page
        beforeAll(async () => {
          page = await town.open('admin', { size, language })
        })
        afterAll(() => page?.context().close())

        test.each(pages)('%s fits, and no text lies on another', async (_name, path, sign) => {
          await visit(page, path(), sign)
          expect(await widerThanScreen(page)).toBeLessThanOrEqual(0)
          expect(await overlappingTexts(page, crowded)).toEqual([])
          expect(await cutControls(page, 'main .ant-btn, .desk-actions .ant-btn')).toEqual([])
        })
      })
    }
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

describe.skipIf(isLacking)('English everywhere after the switch', () => {
  test('no Chinese but the town’s own names, on any page', async () => {
    const page = await town.open('sup01', { language: 'en' })
    const names = await ownNames()
    for (const [name, path, sign] of pages) {
      await visit(page, path(), sign)
      const text = names.reduce((rest, own) => rest.replaceAll(own, ''), await readableText(page))
      const strange = text.split('\n').filter((line) => /\p{Script=Han}/u.test(line))
      expect(strange, name).toEqual([])
    }
  })

  test('dialogs too', async () => {
    const page = await town.open('sup01', { language: 'en' })
    const names = await ownNames()
    await visit(page, '/console', '.queue-row')
    await page.locator('.queue-row', { hasText: '松林村' }).click()
    await page.locator('[data-act=falseAlarm]:enabled').waitFor()
    for (const key of ['f', '?']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      const said = names.reduce(
        (rest, own) => rest.replaceAll(own, ''),
        await page.getByRole('dialog').innerText(),
      )
      expect(said, key).not.toMatch(/\p{Script=Han}/u)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  test('and Chinese everywhere before it', async () => {
    const page = await town.open('sup01')
    for (const [name, path, sign] of pages) {
      if (name === 'quarantine') continue
      await visit(page, path(), sign)
      const words = (await readableText(page))
        .replace(/\bv\d-\w+|\b(?:Enter|ppm|mm|kPa|lux|dB)\b|µg\/m³|%\/m|m\/s/g, '')
        .split('\n')
        .filter((line) => /[A-Za-z]{2,}/.test(line))
      expect(words, name).toEqual([])
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

async function ownNames(): Promise<string[]> {
  const root = new URL('../../examples/town/', import.meta.url)
  const files = ['places.geojson', 'devices.csv', 'hazards.yaml', 'rules.yaml', 'users.csv']
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, root), 'utf8')))
  const names = texts.flatMap((text) =>
    text.match(/[\p{Script=Han}\d]*\p{Script=Han}[\p{Script=Han}\d]*/gu),
  )
  return [
    ...new Set([
      ...names.filter((name) => name !== null),
      '云岭',
      '第一网格',
      '第二网格',
      '第三网格',
      '第四网格',
    ]),
  ].toSorted((a, b) => b.length - a.length)
}
