import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { lacksPrograms } from '../support/programs.ts'
import { launchBrowser } from './browser.ts'
import { type LiveHouse, openLiveHouse } from './live-house.ts'
import { lacksChromium } from './town.ts'

/** The player in a real browser: the picture moves, gets lost, comes back, and costs nothing unseen. */

const lacking = lacksPrograms('the live picture in a browser', 'ffmpeg') || lacksChromium()

describe.skipIf(lacking)('the live picture in a browser', () => {
  let house: LiveHouse
  let browser: Browser
  const pages: Page[] = []

  beforeAll(async () => {
    ;[house, browser] = await Promise.all([openLiveHouse(), launchBrowser()])
  })

  afterAll(async () => {
    await browser?.close()
    await house?.stop()
  })

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()))
    await until('no ffmpeg', async () => (await house.cameras.processes()).length === 0)
  })

  async function open(search: string): Promise<Page> {
    const page = await browser.newPage()
    pages.push(page)
    page.on('pageerror', (error) => console.error(error))
    await page.goto(`${house.url}/?${search}`)
    return page
  }

  const phase = (page: Page, name: string) => page.waitForSelector(`.live-view.is-${name}`)

  /** The colours of the picture that is shown, small. */
  function sample(page: Page, element: 'video' | 'canvas'): Promise<number[]> {
    return page.locator(element).evaluate((shown) => {
      const small = document.createElement('canvas')
      small.width = 32
      small.height = 18
      const context = small.getContext('2d')
      context?.drawImage(shown as HTMLVideoElement | HTMLCanvasElement, 0, 0, 32, 18)
      return [...(context?.getImageData(0, 0, 32, 18).data ?? [])]
    })
  }

  async function moves(page: Page, element: 'video' | 'canvas'): Promise<void> {
    const first = await sample(page, element)
    // Not one flat colour: there is a picture.
    expect(new Set(first).size).toBeGreaterThan(20)
    await until('the picture to move', async () => {
      const next = await sample(page, element)
      return next.filter((value, index) => Math.abs(value - (first[index] ?? 0)) > 24).length > 20
    })
  }

  it('moves, by MSE, near its newest end', async () => {
    const page = await open('cameras=one')
    await phase(page, 'live')
    await moves(page, 'video')
    expect(await page.locator('figcaption').textContent()).toBe('实时')
    expect(await page.locator('video').isVisible()).toBe(true)
    await until('it to be near its end', () =>
      page.locator('video').evaluate((video: HTMLVideoElement) => {
        const { buffered, currentTime } = video
        return buffered.length > 0 && buffered.end(buffered.length - 1) - currentTime <= 1.5
      }),
    )
  })

  it('moves, by MPEG-1, in a browser without MSE and for a camera that is H.265', async () => {
    const page = await open('cameras=one&noMse')
    await phase(page, 'live')
    await moves(page, 'canvas')
    const stream = house.cameras.streams.get('two')
    if (!stream) throw new Error('there is no camera')
    house.cameras.streams.set('two', { ...stream, codec: 'h265' })
    const other = await open('cameras=two')
    await phase(other, 'live')
    await moves(other, 'canvas')
    house.cameras.streams.set('two', stream)
  })

  it('is the still until then, and once a minute where that is wanted', async () => {
    house.cameras.server.setManner('/one', { kind: 'startLate', delayMs: 1_500 })
    const page = await open('cameras=one')
    const still = page.locator('.live-view img')
    await still.waitFor()
    expect(await still.getAttribute('alt')).toBe('瞭望 one的静态画面')
    await phase(page, 'live')
    await still.waitFor({ state: 'detached' })
    house.cameras.server.setManner('/one', { kind: 'good' })
    const before = house.stills()
    const idle = await open('cameras=two&mode=still')
    await phase(idle, 'still')
    await until('the still', () => house.stills() === before + 1)
    expect(house.cameras.relay.viewers('two')).toBe(0)
  })

  it('is grey with the time of its last sign while it is lost, and comes back by itself', async () => {
    const page = await open('cameras=one')
    await phase(page, 'live')
    await house.cameras.server.stop()
    await phase(page, 'lost')
    await page.waitForFunction(() =>
      /^\d\d:\d\d 起没有画面 · /.test(document.querySelector('figcaption')?.textContent ?? ''),
    )
    expect(
      await page.locator('video').evaluate((video) => getComputedStyle(video).filter),
    ).toContain('grayscale')
    await house.cameras.restartServer()
    await phase(page, 'live')
    await moves(page, 'video')
  })

  it('goes on after its ffmpeg was killed', async () => {
    const page = await open('cameras=one')
    await phase(page, 'live')
    const [pid = 0] = await house.cameras.processes()
    process.kill(pid, 'SIGKILL')
    await until('another ffmpeg', async () => {
      const [now] = await house.cameras.processes()
      return now !== undefined && now !== pid
    })
    await phase(page, 'live')
    await moves(page, 'video')
  })

  it('costs nothing while its tab is hidden or it is scrolled away', async () => {
    const page = await open('cameras=one,two')
    await until('two pictures', () => house.cameras.relay.figures().viewers === 2)
    const turn = (state: DocumentVisibilityState) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await turn('hidden')
    await until('nobody to look', () => house.cameras.relay.figures().viewers === 0)
    await turn('visible')
    await until('two pictures', () => house.cameras.relay.figures().viewers === 2)
    await page.mouse.wheel(0, 2_500)
    await until('no viewers', () => house.cameras.relay.figures().viewers === 0)
    await page.mouse.wheel(0, -2_500)
    await until('two pictures again', () => house.cameras.relay.figures().viewers === 2)
    await phase(page, 'live')
  })
})
