import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { admin, benchLogins, startGateway } from './gateway.ts'

/**
 * How long the patrol phone's page takes to open without a signal, with a processor four times
 * slower than this one: until the walk with its big button is drawn, out of the worker's cache and
 * the phone's own store. From a code that was read to the tick that is drawn. And what its script
 * weighs.
 */

const executablePath = '/usr/bin/chromium'
const slower = 4

export interface PageResult {
  openMs: number[]
  /** Read, stored, and the tick drawn. */
  tickMs: number[]
  scriptBytes: number
}

/** In the page, before its own script: when the walk was there, and drawn. */
function watch(): void {
  const seen = new MutationObserver(() => {
    if (!document.querySelector('.walk-acts')) return
    seen.disconnect()
    requestAnimationFrame(() =>
      setTimeout(() => Object.assign(window, { drawnMs: performance.now() })),
    )
  })
  seen.observe(document, { childList: true, subtree: true })
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/patrol/`)
  await page.locator('input[name=username]').fill(admin.username)
  await page.locator('input[name=password]').fill(admin.password)
  await page.locator('button[type=submit]').click()
  await page.locator('.card').waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
  // Everything is in the cache by then, and the worker answers for the page.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
}

async function openOnce(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await page.addInitScript(watch)
  await page.goto(`${url}/patrol/`)
  const drawn = await page.waitForFunction(() => (window as { drawnMs?: number }).drawnMs)
  const ms = (await drawn.jsonValue()) ?? Number.NaN
  await page.close()
  return ms
}

/** In the page: a reader that sees this code, and when the tick was drawn after it. */
function watchTick(url: string): void {
  const ticks = window as { readAt?: number; tickMs?: number }
  class Reader {
    static getSupportedFormats = async () => ['qr_code']
    detect = async () => {
      ticks.readAt ??= performance.now()
      return [{ rawValue: url }]
    }
  }
  Object.assign(window, { BarcodeDetector: Reader })
  const seen = new MutationObserver(() => {
    if (!document.querySelector('.card-done .tick')) return
    seen.disconnect()
    requestAnimationFrame(() =>
      setTimeout(() => {
        ticks.tickMs = performance.now() - (ticks.readAt ?? Number.NaN)
      }),
    )
  })
  seen.observe(document, { childList: true, subtree: true })
}

/** `time`: another code each time, since the same one a moment later is the same visit. */
async function tickOnce(context: BrowserContext, url: string, time: number): Promise<number> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await page.addInitScript(watchTick, `${url}/c/b${time}.k1.${'A'.repeat(22)}`)
  await page.goto(`${url}/patrol/`)
  await page.locator('.walk-acts .button-big').click()
  const drawn = await page.waitForFunction(() => (window as { tickMs?: number }).tickMs)
  const ms = (await drawn.jsonValue()) ?? Number.NaN
  await page.close()
  return ms
}

/** The entry, all that it loads at once, and what it may load later. */
export async function scriptBytes(): Promise<number> {
  const dist = join(import.meta.dirname, '..', 'dashboard', 'dist')
  const page = await readFile(join(dist, 'patrol', 'index.html'), 'utf8')
  const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name)
  const names = await readdir(join(dist, 'assets'))
  const reader = names.filter((name) => /^frame-reader-.*\.js$/.test(name))
  const files = [...first, ...reader.map((name) => `assets/${name}`), 'patrol/worker.js']
  const sizes = files.map(async (name) => gzipSync(await readFile(join(dist, name ?? ''))).length)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

export async function measurePatrolPage(folder: string, times: number): Promise<PageResult> {
  if (!existsSync(executablePath)) throw new Error(`no ${executablePath}: apt-get install chromium`)
  const gateway = await startGateway(folder, benchLogins(1))
  const context = await chromium.launchPersistentContext(join(folder, 'phone'), {
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream'],
    viewport: { width: 390, height: 844 },
    permissions: ['geolocation', 'camera'],
  })
  try {
    await signIn(await context.newPage(), gateway.http)
    await context.setOffline(true)
    const openMs: number[] = []
    for (let time = 0; time < times; time++) openMs.push(await openOnce(context, gateway.http))
    const tickMs: number[] = []
    for (let time = 0; time < times; time++) {
      tickMs.push(await tickOnce(context, gateway.http, time))
    }
    return { openMs, tickMs, scriptBytes: await scriptBytes() }
  } finally {
    await context.close()
    await gateway.stop()
  }
}
