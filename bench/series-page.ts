import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { admin, benchLogins, startGateway } from './gateway.ts'

/**
 * The history page with twenty lines of five thousand single readings each, from the gateway to the
 * screen: how long it takes to open, and how long a frame gets while the picture is zoomed and
 * moved, which the hundred thousand points are all part of.
 */

const executablePath = '/usr/bin/chromium'
const lines = 20
const perLine = 5_000
const stepMs = 60_000

export interface SeriesPageResult {
  points: number
  /** From the address to the drawn picture. */
  openMs: number[]
  /** Between neighbouring frames, while hands move the picture; longest first. */
  frameMs: number[]
}

interface Way {
  url: string
  cookie: string
}

async function enter(url: string): Promise<Way> {
  const headers = { 'x-lianxun': '1', 'content-type': 'application/json' }
  const body = JSON.stringify(admin)
  const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`signing in: ${answer.status}`)
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0])
  return { url, cookie: cookies.join('; ') }
}

/** The readings come as a file: in it they may be as old as they like. */
async function bringReadings({ url, cookie }: Way, until: number): Promise<void> {
  const rows = ['time,device,property,value']
  for (let n = 0; n < perLine; n++) {
    const time = new Date(until - (perLine - n) * stepMs).toISOString()
    for (let line = 0; line < lines; line++) {
      const value = 30 + line * 3 + 10 * Math.sin(n / 90 + line) + ((n * 7 + line) % 5)
      rows.push(`${time},bench-${line * 10},pm25,${value.toFixed(2)}`)
    }
  }
  const headers = { 'x-lianxun': '1', cookie, 'content-type': 'application/octet-stream' }
  const path = `${url}/api/v1/series/imports`
  const body = `${rows.join('\n')}\n`
  const sent = await fetch(`${path}?name=bench.csv`, { method: 'POST', headers, body })
  let record = (await sent.json()) as { id: string; state: string; problem: string | null }
  while (record.state === 'checking' || record.state === 'writing') {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const answer = await fetch(`${path}/${record.id}`, { headers: { cookie } })
    record = (await answer.json()) as typeof record
  }
  if (record.state !== 'done') throw new Error(`import: ${record.state} ${record.problem ?? ''}`)
}

function addressOf(url: string, until: number): string {
  const series = Array.from({ length: lines }, (_, line) => `bench-${line * 10}:pm25`).join(',')
  const search = { s: series, from: until - perLine * stepMs, to: until, fine: 'raw' }
  return `${url}/history?${new URLSearchParams({ ...search, from: String(search.from), to: String(search.to) })}`
}

/** In the page: when the picture was there, and drawn. */
function watch(): void {
  const seen = new MutationObserver(() => {
    if (!document.querySelector('.plot[aria-busy=false] canvas')) return
    seen.disconnect()
    requestAnimationFrame(() =>
      setTimeout(() => Object.assign(window, { drawnMs: performance.now() })),
    )
  })
  seen.observe(document, { childList: true, subtree: true, attributes: true })
}

/** In the page: hands that move it in every frame, and how long the frames get. */
function play(frames: number): Promise<number[]> {
  const plot = document.querySelector('.plot')
  if (!plot) throw new Error('there is no picture')
  const box = plot.getBoundingClientRect()
  const clientX = box.left + box.width * 0.6
  const wheel = (deltaX: number, deltaY: number) =>
    plot.dispatchEvent(
      new WheelEvent('wheel', { deltaX, deltaY, clientX, bubbles: true, cancelable: true }),
    )
  return new Promise((resolve) => {
    const times: number[] = []
    let last = performance.now()
    const frame = (count: number) => {
      const now = performance.now()
      times.push(now - last)
      last = now
      if (count === frames) {
        resolve(times.slice(1))
        return
      }
      // In and out again, and to and fro, so that all points stay in the picture.
      if (count % 2 === 0) wheel(0, count % 40 < 20 ? -14 : 14)
      else wheel(count % 60 < 30 ? 9 : -9, 0)
      requestAnimationFrame(() => frame(count + 1))
    }
    requestAnimationFrame(() => frame(0))
  })
}

async function openPage(browser: Browser, { url, cookie }: Way, until: number) {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url }])
  const page: Page = await context.newPage()
  await page.addInitScript(watch)
  await page.goto(addressOf(url, until))
  const drawn = await page.waitForFunction(() => (window as { drawnMs?: number }).drawnMs)
  return { page, context, ms: (await drawn.jsonValue()) ?? Number.NaN }
}

export async function measureSeriesPage(folder: string, times: number): Promise<SeriesPageResult> {
  if (!existsSync(executablePath)) throw new Error(`no ${executablePath}: apt-get install chromium`)
  const gateway = await startGateway(folder, benchLogins(lines * 10))
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const way = await enter(gateway.http)
    const until = Math.floor(Date.now() / stepMs) * stepMs
    await bringReadings(way, until)
    const openMs: number[] = []
    const frameMs: number[] = []
    for (let time = 0; time < times; time++) {
      const { page, context, ms } = await openPage(browser, way, until)
      openMs.push(ms)
      frameMs.push(...(await page.evaluate(play, 240)))
      await context.close()
    }
    return { points: lines * perLine, openMs, frameMs: frameMs.toSorted((a, b) => b - a) }
  } finally {
    await browser.close()
    await gateway.stop()
  }
}
