import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { launchPhone } from './browser.ts'

/** A patroller's phone: what is touched on it, and what its store holds. */

export interface Spot {
  lon: number
  lat: number
}

export interface Phone {
  page: () => Page
  signIn(username: string, password: string): Promise<void>
  /** Until everything is there that it needs without a signal. */
  ready(): Promise<void>
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  /** Opens the address of a tag, as any scanner does, without a signal; until a fix came to it. */
  scan(url: string, at: Spot): Promise<void>
  /** What the button 待上传 says. */
  waits(): Promise<number>
  /** Closes the browser and opens it again, without a signal. */
  reopen(): Promise<void>
  close(): Promise<void>
}

const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

/** In the page: how far its workers are. */
async function workers(): Promise<(string | undefined)[]> {
  const all = await navigator.serviceWorker.getRegistrations()
  return all.map(({ active }) => active?.state)
}

/** In the page: whether the last check-in of its store knows where it was, or is gone already. */
async function isLocated(): Promise<boolean> {
  const opened = indexedDB.open('lianxun-patrol')
  await new Promise((resolve) => {
    opened.onsuccess = resolve
  })
  const read = opened.result.transaction('item').objectStore('item').getAll()
  await new Promise((resolve) => {
    read.onsuccess = resolve
  })
  opened.result.close()
  const items = read.result as { kind: string; body: { lon?: number } }[]
  return items.findLast(({ kind }) => kind === 'checkin')?.body.lon !== undefined
}

/** At its start page, or at the address of a tag. */
export async function openPhone(url: string, first = `${url}/patrol/`): Promise<Phone> {
  const profile = await mkdtemp(join(tmpdir(), 'lianxun-phone-'))
  let context: BrowserContext = await launchPhone(profile)
  let page = context.pages()[0] ?? (await context.newPage())
  await page.goto(first)

  const phone: Phone = {
    page: () => page,
    async signIn(username, password) {
      await page.locator('input[name=username]').fill(username)
      await page.locator('input[name=password]').fill(password)
      await page.locator('button[type=submit]').click()
      await page.locator('.walk-acts, .acts').first().waitFor()
    },
    async ready() {
      await soon(() => page.evaluate(workers)).toEqual(Array(3).fill('activated'))
    },
    goOffline: () => context.setOffline(true),
    goOnline: () => context.setOffline(false),
    async scan(tag, { lon, lat }) {
      await context.setGeolocation({ longitude: lon, latitude: lat, accuracy: 5 })
      await page.goto(tag)
      await page.locator('.card-done').waitFor()
      await page.waitForURL(`${url}/patrol/`)
      await soon(() => page.evaluate(isLocated)).toBe(true)
    },
    async waits() {
      const text = await page.locator('.walk-second button').last().innerText()
      return Number(/\d+/.exec(text)?.[0] ?? Number.NaN)
    },
    async reopen() {
      await context.close()
      context = await launchPhone(profile)
      await context.setOffline(true)
      page = context.pages()[0] ?? (await context.newPage())
      await page.goto(`${url}/patrol/`)
      await page.locator('.walk-acts').waitFor()
    },
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
  return phone
}
