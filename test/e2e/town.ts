import type { Browser, BrowserContext, Page } from 'playwright-core'
import { hasChromium, launchBrowser } from './browser.ts'
import { type RunningGateway, startGateway } from './gateway-process.ts'
import { createTownDevices, type TownDevices } from './town-devices.ts'

/** A gateway, its devices and a browser with people before it; everything ends with `stop`. */

interface Visit {
  size?: { width: number; height: number }
  language?: 'zh' | 'en'
  reducedMotion?: 'reduce' | 'no-preference'
}

export interface E2eTown {
  gateway: RunningGateway
  devices: TownDevices
  /** A person of the town, signed in before a screen of their own. */
  open(username: string, visit?: Visit): Promise<Page>
  /** A screen nobody is signed in at. */
  arrive(visit?: Visit): Promise<Page>
  passwordOf(username: string): string
  /** Everybody goes home; open screens cost the machine a live stream each. */
  leave(): Promise<void>
  stop(): Promise<void>
}

/** Call it while the suite is collected: under CI a missing browser is a failure. */
export function lacksChromium(): boolean {
  if (hasChromium) return false
  const text = 'no /usr/bin/chromium: the browser tests cannot run (apt-get install chromium)'
  if (process.env['CI'] === 'true') throw new Error(text)
  console.log(`skipped: ${text}`)
  return true
}

export async function startTown(
  options: Parameters<typeof startGateway>[0] = {},
): Promise<E2eTown> {
  const [gateway, browser] = await Promise.all([startGateway(options), launchBrowser()])
  const devices = createTownDevices(gateway)
  const contexts: BrowserContext[] = []

  async function arrive(visit: Visit = {}): Promise<Page> {
    const context = await newContext(browser, visit)
    contexts.push(context)
    return context.newPage()
  }

  async function leave(): Promise<void> {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
  }

  function passwordOf(username: string): string {
    return username === 'admin' ? 'lantern-mountain-7' : (gateway.secrets.users[username] ?? '')
  }

  return {
    gateway,
    devices,
    arrive,
    passwordOf,
    async open(username, visit) {
      const page = await arrive(visit)
      // The form has its own tests; by the API a person is at their page at once.
      const answer = await page.request.post(`${gateway.url}/api/v1/session`, {
        headers: { 'x-lianxun': '1' },
        data: { username, password: passwordOf(username) },
      })
      if (!answer.ok()) throw new Error(`${username} could not sign in: ${answer.status()}`)
      await page.goto(gateway.url)
      await page.waitForURL((address) => address.pathname !== '/')
      return page
    },
    leave,
    async stop() {
      await leave()
      await browser.close()
      await devices.stop()
      await gateway.stop()
    },
  }
}

async function newContext(browser: Browser, visit: Visit): Promise<BrowserContext> {
  const { size = { width: 1366, height: 768 }, language, reducedMotion } = visit
  const isPhone = size.width < 500
  const context = await browser.newContext({
    viewport: size,
    isMobile: isPhone,
    hasTouch: isPhone,
    ...(reducedMotion ? { reducedMotion } : {}),
  })
  context.setDefaultTimeout(8_000)
  if (language)
    await context.addInitScript(
      (value) => localStorage.setItem('lianxun.language', value),
      language,
    )
  return context
}

/** Smoke over the limit for long enough: a forest fire in the device's village. */
export async function smoke(devices: TownDevices, device: string): Promise<void> {
  const now = Date.now()
  await devices.history(
    device,
    [90, 60, 30, 0].map((seconds) => ({
      ts: now - seconds * 1000,
      readings: { smoke: seconds === 90 ? 0.4 : 7.5 },
    })),
  )
}

/** Water over the mark for long enough. */
export async function highWater(devices: TownDevices, device: string): Promise<void> {
  const now = Date.now()
  await devices.history(
    device,
    [300, 240, 180, 120, 60, 0].map((seconds) => ({
      ts: now - seconds * 1000,
      readings: { waterLevel: seconds === 300 ? 2.1 : 3.5 },
    })),
  )
}

/** A battery that has been low for eleven minutes: a fault, blue in every season. */
export async function lowBattery(devices: TownDevices, device: string): Promise<void> {
  const now = Date.now()
  await devices.history(
    device,
    [11, 8, 5, 2, 0].map((minutes) => ({
      ts: now - minutes * 60_000,
      readings: { battery: 9 },
    })),
  )
}

export async function callForHelp(devices: TownDevices, device: string): Promise<void> {
  const id = `help-${device}-${Date.now()}`
  await devices.event(device, { id, type: 'help', state: 'pulse' })
}
