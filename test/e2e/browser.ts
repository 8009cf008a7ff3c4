import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, started the same way for tests and for screenshots. */

const executablePath = '/usr/bin/chromium'

export const hasChromium = existsSync(executablePath)

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args })
}

/** `picture`: a y4m or mjpeg that the camera sees, for ever. */
export function cameraArgs(picture: string): string[] {
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${picture}`,
  ]
}

/** A phone whose browser can be closed and opened again: what it keeps lies in `profile`. */
export async function launchPhone(
  profile: string,
  more: readonly string[] = [],
): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...args, ...more],
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    permissions: ['geolocation'],
  })
  context.setDefaultTimeout(10_000)
  return context
}

export interface Person {
  username: string
  password: string
}

export async function signIn(
  page: Page,
  url: string,
  { username, password }: Person,
): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.locator('input[autocomplete=username]').fill(username)
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'))
}
