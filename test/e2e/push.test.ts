import type { Page, Worker } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/**
 * The service worker in a real browser. No push service can be reached from here, so the browser is
 * handed what one would bring (CDP `ServiceWorker.deliverPushMessage`).
 */

/** A slow machine has its time; what is waited for comes by itself. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })
const patience = { timeout: 90_000 }

const isLacking = lacksChromium()
let town: E2eTown

interface Told {
  page: Page
  worker: Worker
  deliver: (message: object | string) => Promise<void>
}

const message = {
  number: '云岭-20261122-0007',
  title: '松林村第二网格 疑似森林火情',
  severity: 'red',
  hazard: 'forestFire',
  act: 'dispatch',
  link: '/cases/case-7',
  delivery: 999_999,
}

/** A browser of grid05 whose worker runs, as after “allow”. */
async function told(language: 'zh' | 'en'): Promise<Told> {
  const page = await town.open('grid05')
  const context = page.context()
  await context.grantPermissions(['notifications'], { origin: town.gateway.url })
  const cdp = await context.newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find((one) => !one.isDeleted)
      if (own) resolve(own.registrationId)
    })
  })
  await cdp.send('ServiceWorker.enable')
  const started = context.waitForEvent('serviceworker')
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/push-worker.js')
    await navigator.serviceWorker.ready
  })
  const worker = await started
  if (language === 'en') await chooseEnglish(page)
  const registrationId = await registered
  return {
    page,
    worker,
    async deliver(what) {
      const data = typeof what === 'string' ? what : JSON.stringify(what)
      const origin = town.gateway.url
      await cdp.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data })
    },
  }
}

/** By the button in the bar, as people do; the worker hears of it through its cache. */
async function chooseEnglish(page: Page): Promise<void> {
  await page.locator('.bar-button.language').click()
  // Not `waitForFunction`: it takes the promise of an async predicate for a yes.
  const chosen = () =>
    page.evaluate(async () => {
      const kept = await (await caches.open('lianxun-push')).match('/push-language')
      return kept?.text()
    })
  await soon(chosen).toBe('en')
}

interface Shown {
  title: string
  body: string
  lang: string
  requireInteraction: boolean
}

function shown(page: Page): Promise<Shown[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    const notes = await registration.getNotifications()
    return notes.map(({ title, body, lang, requireInteraction }) => ({
      title,
      body,
      lang,
      requireInteraction,
    }))
  })
}

/**
 * Touches the newest note. A window may be opened or brought forward only by a finger, so what the
 * worker asks of the browser there is written down instead.
 */
async function touch({ worker, page }: Told): Promise<string[]> {
  await worker.evaluate(async () => {
    const house = self as unknown as {
      asked: string[]
      finished: Promise<unknown>
      clients: { openWindow: (address: string) => Promise<null> }
      registration: ServiceWorkerRegistration
    }
    house.asked = []
    house.clients.openWindow = async (address) => {
      house.asked.push(`open ${address}`)
      return null
    }
    const Client = (globalThis as unknown as { WindowClient: { prototype: object } }).WindowClient
    Object.assign(Client.prototype, {
      async focus(this: { url: string }) {
        house.asked.push(`focus ${this.url}`)
        return this
      },
    })
    const [note] = await house.registration.getNotifications()
    const Touch = (globalThis as unknown as { NotificationEvent: new (...a: unknown[]) => Event })
      .NotificationEvent
    const event = new Touch('notificationclick', { notification: note })
    Object.assign(event, {
      waitUntil: (work: Promise<unknown>) => {
        house.finished = work
      },
    })
    self.dispatchEvent(event)
    await house.finished
  })
  await soon(() => shown(page)).toEqual([])
  return worker.evaluate(() => (self as unknown as { asked: string[] }).asked)
}

interface Delivery {
  id: number
  own: boolean
  readBy: string | null
  case: { id: string }
}

async function post<T>(page: Page, path: string, data: object): Promise<T> {
  const options = { headers: { 'x-lianxun': '1' }, data }
  const answer = await page.request.post(`${town.gateway.url}/api/v1${path}`, options)
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** A red case, which is never quiet, for grid05; the answer is the id of the message about it. */
async function dispatchToGrid05(): Promise<number> {
  const desk = await town.open('desk01')
  const report = { hazard: 'flood', text: '水上路了', severity: 'red', lon: 106.72, lat: 29.22 }
  const { id } = await post<{ id: string }>(desk, '/cases', report)
  await post(desk, `/cases/${id}/actions`, { action: 'accept' })
  await post(desk, `/cases/${id}/actions`, { action: 'dispatch', to: { user: 'grid05' } })
  const worker = await town.open('grid05')
  const own = async () => {
    const answer = await worker.request.get(`${town.gateway.url}/api/v1/deliveries?case=${id}`)
    return ((await answer.json()) as { items: Delivery[] }).items.find((one) => one.own)
  }
  await soon(own).toMatchObject({ readBy: null })
  return (await own())?.id ?? 0
}

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
  // The first channel brings rules along; no browser is subscribed, so nothing leaves the machine.
  await post(await town.open('admin'), '/channels', { name: '浏览器', kind: 'webPush' })
}, 120_000)

afterEach(() => town?.leave())

afterAll(() => town?.stop())

describe.skipIf(isLacking)('a message to a browser', patience, () => {
  test('stands there in Chinese, and stays while it is red', async () => {
    const { page, deliver } = await told('zh')
    await deliver(message)
    const note = {
      title: '松林村第二网格 疑似森林火情',
      body: '派给您，请签收 · 云岭-20261122-0007',
      lang: 'zh-CN',
      requireInteraction: true,
    }
    await soon(() => shown(page)).toEqual([note])
  })

  test('in English for whoever chose it, with the town’s own names', async () => {
    const { page, deliver } = await told('en')
    await deliver({ ...message, severity: 'blue' })
    const note = {
      title: 'Forest fire · 松林村第二网格',
      body: 'For you: please sign for it · 云岭-20261122-0007',
      lang: 'en',
      requireInteraction: false,
    }
    await soon(() => shown(page)).toEqual([note])
    await deliver({
      ...message,
      number: 'TEST',
      title: '联巡测试消息',
      hazard: 'test',
      act: 'test',
    })
    await soon(async () =>
      (await shown(page)).map(({ title, body }) => `${title}: ${body}`),
    ).toContain('Lianxun: Test message')
  })

  test('about the same case takes the place of the one before', async () => {
    const { page, deliver } = await told('zh')
    await deliver(message)
    await soon(async () => (await shown(page)).length).toBe(1)
    await deliver({ ...message, act: 'overdue' })
    const bodies = async () => (await shown(page)).map(({ body }) => body)
    await soon(bodies).toEqual(['超期 · 云岭-20261122-0007'])
  })

  test('with whatever in it is still a note', async () => {
    const { page, deliver } = await told('zh')
    for (const what of ['', '<html>', 'null', '{"act":"constructor","hazard":"toString"}']) {
      await deliver(what)
      await soon(async () => (await shown(page)).map(({ title }) => title)).toEqual(['联巡'])
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        for (const note of await registration.getNotifications()) note.close()
      })
      await soon(() => shown(page)).toEqual([])
    }
  })
})

describe.skipIf(isLacking)('a note that is touched', patience, () => {
  test('says that it was read, and opens the case', async () => {
    const delivery = await dispatchToGrid05()
    const one = await told('zh')
    await one.deliver({ ...message, delivery })
    await soon(async () => (await shown(one.page)).length).toBe(1)
    expect(await touch(one)).toEqual([`open ${town.gateway.url}/cases/case-7`])
    const answer = await one.page.request.get(`${town.gateway.url}/api/v1/deliveries`)
    const { items } = (await answer.json()) as { items: Delivery[] }
    expect(items.find(({ id }) => id === delivery)).toMatchObject({ readBy: '松林村网格员' })
  })

  test('brings the page forward that is open already', async () => {
    const one = await told('zh')
    const address = `${town.gateway.url}/cases/case-7`
    await one.page.goto(address)
    await one.deliver({ ...message, delivery: null })
    await soon(async () => (await shown(one.page)).length).toBe(1)
    expect(await touch(one)).toEqual([`focus ${address}`])
  })

  test('never leads to another house, nor to a script', async () => {
    const one = await told('zh')
    for (const link of ['https://evil.example/', '//evil.example/', 'javascript:alert(1)']) {
      await one.deliver({ ...message, link, delivery: null })
      await soon(async () => (await shown(one.page)).length).toBe(1)
      const [asked = ''] = await touch(one)
      expect(new URL(asked.split(' ')[1] ?? '').origin).toBe(town.gateway.url)
    }
  })
})

describe.skipIf(isLacking)('whoever is not shown a note', patience, () => {
  test('finds it in the list, and says there that it was read', async () => {
    const delivery = await dispatchToGrid05()
    const page = await town.open('grid05')
    await page.goto(`${town.gateway.url}/account`)
    await page.getByRole('link', { name: '看通知记录' }).click()
    const row = page.locator(`[data-row="${delivery}"]`)
    await row.getByText('给我的').waitFor()
    await row.getByRole('button').click()
    await row.getByText(/松林村网格员 .*已读/).waitFor()
    expect(await row.getByRole('button').count()).toBe(0)
  })
})
