import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AxeResults } from 'axe-core'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { toFile } from 'qrcode'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SceneName, scenes } from '../dashboard/patrol/phone-scenes.ts'
import { lacksPrograms } from '../support/programs.ts'
import { cameraArgs, launchPhone } from './browser.ts'
import { openDesk } from './desk-api.ts'
import { type RunningGateway, startGateway } from './gateway-process.ts'
import { smallTargets, smallTexts, widerThanScreen } from './looks.ts'
import { openPatrolStage, type PatrolStage } from './patrol-stage.ts'
import { lacksChromium } from './town.ts'

/** The phone's screens as people of sixty meet them: seen, touched, and before a real camera. */

const run = promisify(execFile)
const isLacking = lacksPrograms('the scanner in a browser', 'ffmpeg') || lacksChromium()
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const big = { width: 390, height: 844 }
const small = { width: 360, height: 640 }
const every = Object.keys(scenes) as SceneName[]
/** One of each layout: its other states differ in words alone. */
const layouts = every.filter((name, index) => {
  const kind = (one: SceneName) => {
    const { screen, state } = scenes[one]
    return `${state.stage} ${screen.name} ${state.done !== null}`
  }
  return every.findIndex((other) => kind(other) === kind(name)) === index
})

let folder: string
let gateway: RunningGateway
let stage: PatrolStage
let phone: BrowserContext

/** A sheet of paper before the camera, with the code of the point on it. */
async function film(url: string): Promise<string> {
  const [sheet, picture] = [join(folder, 'code.png'), join(folder, 'camera.y4m')]
  await toFile(sheet, url, { width: 340, margin: 4 })
  const filter = 'pad=640:480:(ow-iw)/2:(oh-ih)/2:color=gray'
  const args = ['-v', 'error', '-loop', '1', '-i', sheet, '-vf', filter, '-frames:v', '4']
  await run('ffmpeg', [...args, '-pix_fmt', 'yuv420p', picture])
  return picture
}

beforeAll(async () => {
  if (isLacking) return
  folder = await mkdtemp(join(tmpdir(), 'lianxun-patrol-phone-'))
  ;[gateway, stage] = await Promise.all([startGateway(), openPatrolStage()])
  const desk = await openDesk(gateway.url, 'lantern-mountain-7')
  const { url } = await desk.get<{ url: string }>('/patrol/points/p102/tag')
  const picture = await film(`${gateway.url}${new URL(url).pathname}`)
  phone = await launchPhone(join(folder, 'profile'), cameraArgs(picture))
  phone.setDefaultTimeout(20_000)
  await phone.grantPermissions(['geolocation', 'camera', 'microphone'])
  await phone.setGeolocation({ longitude: 106.723, latitude: 29.187, accuracy: 12 })
})

afterAll(async () => {
  await phone?.close()
  await stage?.stop()
  await gateway?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

type Language = 'zh' | 'en'
interface Shown {
  show(scene: SceneName, language: Language): void
  asked: unknown[][]
  axe: { run(options: object): Promise<AxeResults> }
}

async function openStage(): Promise<Page> {
  const page = await phone.newPage()
  await page.goto(stage.url)
  return page
}

/** Sees a grey wall: the sheet before the real one would lead on to the tick at some moment. */
async function openAtWall(): Promise<Page> {
  const page = await openStage()
  await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    const wall = canvas.getContext('2d')
    navigator.mediaDevices.getUserMedia = () => {
      const stream = canvas.captureStream()
      wall?.fillRect(0, 0, canvas.width, canvas.height)
      return Promise.resolve(stream)
    }
  })
  return page
}

async function show(page: Page, scene: SceneName, language: Language = 'zh'): Promise<void> {
  await page.evaluate(([name, spoken]) => (window as unknown as Shown).show(name, spoken), [
    scene,
    language,
  ] as const)
  await page.locator('main').waitFor()
}

const asked = (page: Page) => page.evaluate(() => (window as unknown as Shown).asked)
const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true })

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as Shown).axe.run({ resultTypes: ['violations'] }),
  )
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))
}

describe.skipIf(isLacking)('every screen', () => {
  test.each([
    ['big, light, Chinese', { size: big, scheme: 'light', language: 'zh' }],
    ['small, dark, English', { size: small, scheme: 'dark', language: 'en' }],
  ] as const)('%s', async (_name, { size, scheme, language }) => {
    const page = await openAtWall()
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.addScriptTag({ path: axe })
    const found: Record<string, unknown> = {}
    for (const scene of every) {
      await show(page, scene, language)
      const wrong = [
        ...(layouts.includes(scene) ? await violations(page) : []),
        ...(await smallTexts(page, 18)),
        ...(await smallTargets(page, 60)),
        ...((await widerThanScreen(page)) > 0 ? ['wider than the screen'] : []),
      ]
      if (wrong.length > 0) found[scene] = wrong
    }
    expect(found).toEqual({})
    await page.close()
  })

  test('keeps the big button where it is', async () => {
    const page = await openAtWall()
    for (const size of [big, small]) {
      await page.setViewportSize(size)
      const places = new Set<string>()
      for (const scene of every.filter((name) => /^(home|done)/.test(name))) {
        await show(page, scene)
        places.add(JSON.stringify(await page.locator('.walk-acts .button-big').boundingBox()))
      }
      expect([...places]).toHaveLength(1)
    }
    await page.close()
  })

  test('fits in bigger letters too', async () => {
    const page = await openAtWall()
    await page.setViewportSize(small)
    await show(page, 'settings')
    await button(page, '更大').click()
    const wide: string[] = []
    for (const scene of every) {
      await show(page, scene, 'en')
      if ((await widerThanScreen(page)) > 0) wide.push(scene)
    }
    expect(wide).toEqual([])
    await page.evaluate(() => localStorage.clear())
    await page.close()
  })
})

describe.skipIf(isLacking)('by touch', () => {
  let page: Page
  beforeAll(async () => {
    page = await openStage()
  })
  afterAll(() => page.close())

  const photo = async () => ({
    name: 'photo.png',
    mimeType: 'image/png',
    buffer: await readFile(join(folder, 'code.png')),
  })

  test('a check-in gets a photo and a word, and goes', async () => {
    await show(page, 'done')
    await button(page, '都正常').click()
    await page.locator('input[type=file]').setInputFiles(await photo())
    await button(page, '照片已存').waitFor()
    await button(page, '留言').click()
    await page.getByRole('textbox').fill('桥断了，绕行')
    await button(page, '存下').click()
    await button(page, '留言已存').waitFor()
    await button(page, '继续巡逻').click()
    await button(page, '扫码打卡').waitFor()
    const calls = await asked(page)
    expect(calls.map(([name]) => name)).toEqual(['add', 'hold', 'add', 'closeDone'])
    expect(calls[2]).toMatchObject(['add', 'd1', { note: '桥断了，绕行' }])
  })

  test('the phone’s own back key leads back one page at a time', async () => {
    const page = await openAtWall()
    await show(page, 'home')
    await page.getByRole('button', { name: '扫码打卡' }).click()
    await button(page, '手动打卡').click()
    await page.getByRole('button', { name: '加油站旁' }).click()
    await page.getByText('为什么手动？').waitFor()
    await page.goBack()
    await page.getByText('在哪个点？').waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: '扫码打卡' }).waitFor()
    await page.goBack()
    await button(page, '一键求助').waitFor()
    await show(page, 'done')
    await button(page, '有不正常').click()
    await page.getByText('哪里不正常？').waitFor()
    await page.goBack()
    await page.getByText('打卡成功').waitFor()
    await page.close()
  })

  test('what is not in order becomes a report', async () => {
    await show(page, 'done')
    await button(page, '有不正常').click()
    await button(page, '秸秆焚烧').click()
    await button(page, '上报这些').click()
    await page.getByRole('heading', { name: '上报' }).waitFor()
    expect(await page.locator('[aria-pressed=true]').innerText()).toBe('秸秆焚烧')
    await page.locator('input[type=file]').setInputFiles(await photo())
    await page.locator('.photo img').waitFor()
    await page.locator('.acts').getByRole('button').click()
    await page.getByText('上报已存在手机里').waitFor()
    const calls = await asked(page)
    expect(calls).toContainEqual(['finish', 'd1', { findings: ['strawBurning'] }])
    expect(calls.at(-1)).toMatchObject(['report', { hazard: 'strawBurning', text: '' }])
  })

  test('nothing goes before it is said what it is', async () => {
    await show(page, 'report')
    await page.locator('.acts').getByRole('button').click()
    expect(await page.getByRole('alert').innerText()).toBe('先选是什么事')
    expect((await asked(page)).filter(([name]) => name === 'report')).toEqual([])
  })

  test('a voice is recorded by holding, or by tap and tap', async () => {
    await show(page, 'report')
    await page.locator('.voice-button').dispatchEvent('pointerdown', { pointerId: 1 })
    await page.locator('.voice-button[aria-pressed=true]').waitFor()
    await page.getByText('秒，松开结束').waitFor()
    // Held longer than a tap is.
    await page.waitForFunction(() =>
      document.querySelector('.voice-button')?.textContent?.includes('1 秒'),
    )
    await page.locator('.voice-button').dispatchEvent('pointerup', { pointerId: 1 })
    await page.getByText('录音').first().waitFor()
    await button(page, '去掉录音').click()
    // By the keyboard, since a loaded machine makes a long press of a short one.
    await page.locator('.voice-button').press('Enter')
    await page.getByText('秒，点一下结束').waitFor()
    await page.locator('.voice-button').press('Enter')
    await page.locator('.voice-kept').waitFor()
  })

  test('a call for help is taken back, or goes by itself', async () => {
    const own = await phone.newPage()
    await own.clock.install()
    await own.goto(stage.url)
    await show(own, 'home')
    await button(own, '一键求助').click()
    await own.getByText('3 秒后求助').waitFor()
    await own.clock.runFor(1000)
    await own.getByText('2 秒后求助').waitFor()
    await button(own, '取消').click()
    await own.clock.runFor(5000)
    expect(await asked(own)).toEqual([])
    await button(own, '一键求助').click()
    for (const left of [3, 2, 1]) {
      await own.getByText(`${left} 秒后求助`).waitFor()
      await own.clock.runFor(1000)
    }
    await own.getByText('求助已发出').waitFor()
    expect((await asked(own)).map(([name]) => name)).toEqual(['help'])
    await own.close()
  })

  test('by hand takes a point and a reason', async () => {
    await show(page, 'hand')
    await page.getByRole('button', { name: '加油站旁' }).click()
    await button(page, '标签坏了').click()
    await button(page, '打卡').click()
    await page.getByText('打卡成功').waitFor()
    const manual = { kind: 'manual', point: 'p6', reason: '标签坏了' }
    expect(await asked(page)).toContainEqual(['checkIn', manual])
  })

  test('a task is settled with a photo, or says what is missing', async () => {
    await show(page, 'task')
    await button(page, '没解决').click()
    await button(page, '交核查').click()
    expect(await page.getByRole('alert').innerText()).toBe('没解决请写一句还差什么')
    await button(page, '解决了').click()
    await button(page, '交核查').click()
    expect(await page.getByRole('alert').innerText()).toBe('解决了要拍一张现场照片')
    await page.locator('input[type=file]').setInputFiles(await photo())
    await button(page, '交核查').click()
    await page.getByText('核查已存在手机里').waitFor()
    const calls = await asked(page)
    expect(calls).toContainEqual(['checkIn', { kind: 'task', task: 't1' }])
    expect(calls.find(([name]) => name === 'finish')).toMatchObject([
      'finish',
      'd1',
      { task: 't1', verdict: 'settled' },
    ])
  })

  test('signing in asks for the digits where they are wanted, and out is refused', async () => {
    await show(page, 'signIn')
    await page.getByRole('button', { name: '陈秀英' }).click()
    expect(await page.locator('input[name=username]').inputValue()).toBe('p7')
    await page.locator('input[name=password]').fill('x')
    await button(page, '登录').click()
    await page.locator('input[name=code]').fill('12 34 56')
    expect(await page.locator('input[name=code]').inputValue()).toBe('123456')
    await show(page, 'settings')
    await button(page, '退出登录').click()
    expect(await page.getByRole('alert').innerText()).toContain('还有 2 条没有上传，不能退出')
    await button(page, 'English').click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })

  test('a payment code is told apart, and the phone’s own reader is used', async () => {
    await page.evaluate(() =>
      Object.assign(window, {
        BarcodeDetector: class {
          static getSupportedFormats(): Promise<string[]> {
            return Promise.resolve(['qr_code'])
          }
          detect(): Promise<{ rawValue: string }[]> {
            return Promise.resolve([{ rawValue: 'wxp://f2f0abc' }])
          }
        },
      }),
    )
    await show(page, 'scan')
    await page.getByText('这是收款码，不是巡逻码').waitFor()
    await page.getByRole('button', { name: '返回' }).waitFor()
  })

  test('a camera that is not allowed says how to allow it, and by hand goes on', async () => {
    await page.evaluate(() => {
      const refused = () => Promise.reject(new DOMException('', 'NotAllowedError'))
      navigator.mediaDevices.getUserMedia = refused
    })
    await show(page, 'scan')
    await page.getByText('没有允许用摄像头').waitFor()
    await button(page, '手动打卡').click()
    await page.getByText('在哪个点？').waitFor()
  })
})

describe.skipIf(isLacking)('the app', () => {
  test('reads the tag before its camera, and the desk sees the check-in', async () => {
    const page = await phone.newPage()
    await page.goto(`${gateway.url}/patrol/`)
    await page.locator('input[name=username]').fill('patrol01')
    await page.locator('input[name=password]').fill(gateway.secrets.users['patrol01'] ?? '')
    await page.locator('button[type=submit]').click()
    await page.locator('.point-name, .card-when').first().waitFor()
    await button(page, '扫码打卡').click()
    await page.getByText('打卡成功').waitFor()
    expect(await page.locator('.done-point').innerText()).toContain('青石村水库边')
    await button(page, '继续巡逻').click()
    await button(page, '待上传 0').waitFor()
    const desk = await openDesk(gateway.url, 'lantern-mountain-7')
    await expect
      .poll(() => desk.checkins(), { timeout: 10_000 })
      .toMatchObject([
        { status: 'accepted', grade: 'static', point: { id: 'p102' }, patroller: '青石村巡逻员' },
      ])
    await page.close()
  })

  test('may be installed', async () => {
    const page = await phone.newPage()
    await page.goto(`${gateway.url}/patrol/`)
    await page.locator('main').waitFor()
    const browser = await phone.newCDPSession(page)
    const { errors, url } = await browser.send('Page.getAppManifest')
    expect([errors, new URL(url).pathname]).toEqual([[], '/patrol/manifest.webmanifest'])
    const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors')
    expect(installabilityErrors).toEqual([])
    await page.close()
  })
})
