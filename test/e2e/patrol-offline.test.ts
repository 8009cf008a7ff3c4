import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DeskApi, openDesk, setRoute } from './desk-api.ts'
import { type RunningGateway, startGateway } from './gateway-process.ts'
import { openPhone, type Phone } from './phone.ts'
import { type PhoneFront, startPhoneFront } from './phone-front.ts'
import { lacksChromium } from './town.ts'

/** The phone app in a real browser with its real worker, before a real gateway, without a signal. */

const isLacking = lacksChromium()
const patience = { timeout: 90_000 }
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 })

const village = '990101101201'
/** A step apart: nobody is too fast from one to the next. */
const points = [1, 2, 3, 4, 5, 6].map((n) => ({
  id: `w${n}`,
  name: `第${n}点`,
  lon: 106.705543 + n * 0.00001,
  lat: 29.190586,
}))
const farAway = { lon: 106.755543, lat: 29.190586 }

let gateway: RunningGateway
let front: PhoneFront
let desk: DeskApi
let tags: string[]
let phone: Phone | null = null
let photos: Buffer[]

/** Noise, so that they stay as big as photos are. */
function photo(): Promise<Buffer> {
  const [width, height] = [1280, 960]
  const raw = { width, height, channels: 3 as const }
  return sharp(randomBytes(width * height * 3), { raw })
    .jpeg()
    .toBuffer()
}

beforeAll(async () => {
  if (isLacking) return
  gateway = await startGateway()
  front = await startPhoneFront(gateway.url)
  desk = await openDesk(gateway.url, 'lantern-mountain-7')
  await setRoute(desk, { route: 'evening', points, village, team: '红袖标1队' })
  await vi.waitFor(async () => {
    const planned = await desk.rounds()
    expect(planned.map(({ route }) => route)).toContain('evening')
  }, 30_000)
  tags = await Promise.all(
    points.map(async ({ id }) => {
      const { url } = await desk.get<{ url: string }>(`/patrol/points/${id}/tag`)
      return `${front.url}${new URL(url).pathname}`
    }),
  )
  photos = await Promise.all([photo(), photo()])
})

/** The next test goes on with the same phone. */
let keepsPhone = false

afterEach(async () => {
  front?.guard(null)
  if (keepsPhone) return
  await phone?.close()
  phone = null
})

afterAll(async () => {
  // One that was kept for a test that never began.
  if (keepsPhone) await phone?.close()
  await front?.stop()
  await gateway?.stop()
})

async function signedIn(username: string): Promise<Phone> {
  phone = await openPhone(front.url)
  await phone.signIn(username, passwordOf(username))
  await phone.ready()
  return phone
}

const spot = (n: number) => points[n - 1] ?? farAway
const tag = (n: number) => tags[n - 1] ?? ''

/** 上报 with two photos, as a finger does. */
async function report({ page }: Phone, text: string): Promise<void> {
  await page().getByRole('button', { name: '上报', exact: true }).click()
  await page().locator('.choices button').first().click()
  for (const [i, buffer] of photos.entries()) {
    const file = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer }
    await page().locator('.photos input[type=file]').setInputFiles(file)
    await page().locator('.photos img').nth(i).waitFor()
  }
  await page().locator('textarea').fill(text)
  await page().locator('.acts').getByRole('button', { name: '上报' }).click()
  await page().getByRole('button', { name: '继续巡逻' }).click()
  await page().locator('.walk-acts').waitFor()
}

describe.skipIf(isLacking)('a round without a signal', () => {
  test('is walked, outlives the browser, and arrives once and in order', patience, async () => {
    const own = await signedIn('patrol01')
    await own.goOffline()
    for (const n of [1, 2, 3, 4, 5, 6]) await own.scan(tag(n), n === 4 ? farAway : spot(n))
    await own.page().getByRole('button', { name: '继续巡逻' }).click()
    await report(own, '枯草堆在路边')
    expect(await own.waits()).toBe(9)

    await own.reopen()
    expect(await own.waits()).toBe(9)
    await own.page().reload()
    await soon(() => own.waits()).toBe(9)
    expect(await desk.checkins()).toEqual([])

    await own.goOnline()
    await soon(() => own.waits()).toBe(0)
    const arrived = await desk.checkins()
    expect(arrived.map(({ point }) => point?.id)).toEqual(points.map(({ id }) => id))
    expect(arrived.map(({ marks }) => marks)).toEqual([[], [], [], ['outsideRadius'], [], []])
    expect(arrived.map(({ chain }) => chain)).toEqual(['first', ...Array(5).fill('joined')])
    expect(arrived.map(({ grade }) => grade)).toEqual(Array(6).fill('static'))
    const cases = await desk.cases('枯草堆在路边')
    expect(cases).toHaveLength(1)
    expect(cases[0]?.pictures).toHaveLength(2)
  })
})

/** Back at the walk first, wherever the phone is. */
async function openMenu({ page }: Phone, entry: string): Promise<void> {
  await page().getByRole('button', { name: '更多' }).click()
  await page().getByRole('button', { name: entry }).click()
}

const passwordOf = (username: string) => gateway.secrets.users[username] ?? ''
const namesOf = async () => (await desk.checkins()).map(({ patroller }) => patroller)

describe.skipIf(isLacking)('a phone of several people', () => {
  test('keeps a tag that was opened before signing in, and counts it once', patience, async () => {
    keepsPhone = true
    phone = await openPhone(front.url, tag(3))
    await phone.page().getByText('标签已读到').waitFor()
    await phone.signIn('cadre01', passwordOf('cadre01'))
    await phone.page().locator('.card-done').getByText('第3点').waitFor()
    expect(phone.page().url()).toBe(`${front.url}/patrol/`)
    await phone.page().reload()
    await soon(() => phone?.waits()).toBe(0)
    expect((await namesOf()).filter((name) => name === '青石村村干部')).toHaveLength(1)
  })

  test('lets nobody sign out over what waits, and sends it for its owner', patience, async () => {
    keepsPhone = false
    if (!phone) throw new Error('no phone is in use')
    const own = phone
    await openMenu(own, '换人')
    await own.signIn('patrol03', passwordOf('patrol03'))
    await own.ready()
    await own.goOffline()
    await own.scan(tag(1), spot(1))
    await own.page().getByRole('button', { name: '继续巡逻' }).click()
    await openMenu(own, '设置')
    await own.page().getByRole('button', { name: '退出登录' }).click()
    expect(await own.page().getByRole('alert').innerText()).toContain('1 条没有上传')
    await own.page().getByRole('button', { name: '返回' }).click()
    await own.page().getByRole('button', { name: '换人' }).click()
    await own.page().locator('input[name=username]').waitFor()

    await own.goOnline()
    await own.signIn('grid03', passwordOf('grid03'))
    await own.page().goto(tag(2))
    await own.page().locator('.card-done').waitFor()
    await own.page().getByRole('button', { name: '继续巡逻' }).click()
    await soon(namesOf).toContain('红岩村网格员')
    expect(await namesOf()).not.toContain('红岩村巡逻员')

    await openMenu(own, '换人')
    await own.page().getByRole('button', { name: '红岩村巡逻员' }).click()
    await own.signIn('patrol03', passwordOf('patrol03'))
    await soon(namesOf).toContain('红岩村巡逻员')
    await soon(() => own.waits()).toBe(0)
    await openMenu(own, '设置')
    await own.page().getByRole('button', { name: '退出登录' }).click()
    await own.page().locator('input[name=username]').waitFor()
  })
})

describe.skipIf(isLacking)('a phone in use', () => {
  test('arrives whole when the gateway is killed in the middle', patience, async () => {
    const own = await signedIn('grid02')
    keepsPhone = true
    await own.goOffline()
    await own.scan(tag(1), spot(1))
    await own.page().getByRole('button', { name: '继续巡逻' }).click()
    await report(own, '路边有积水')
    let pieces = 0
    const killed = new Promise<void>((resolve) => {
      front.guard(async (line) => {
        if (!line.startsWith('PATCH ')) return true
        pieces += 1
        if (pieces !== 3) return pieces < 3
        await gateway.kill()
        resolve()
        return false
      })
    })

    await own.goOnline()
    await killed
    await soon(() => own.page().locator('.strip').innerText()).toContain('连不上服务器')
    expect(await own.waits()).toBeGreaterThan(0)
    await gateway.restart()
    front.guard(null)
    // As when the signal comes back: the next try is now.
    await own.goOffline()
    await own.goOnline()
    await soon(() => own.waits()).toBe(0)
    const arrived = await desk.checkins()
    expect(arrived.filter(({ patroller }) => patroller === '柳溪村网格员')).toHaveLength(1)
    const cases = await desk.cases('路边有积水')
    expect(cases).toHaveLength(1)
    expect(cases[0]?.pictures).toHaveLength(2)
  })

  test('takes over a newer version at the next start, with its queue', patience, async () => {
    keepsPhone = false
    if (!phone) throw new Error('no phone is in use')
    const own = phone
    await own.page().goto(`${front.url}/patrol/`)
    const kept = () => own.page().evaluate(() => caches.keys())
    front.guard((line) => !line.includes('/api/'))
    await own.scan(tag(2), spot(2))
    const shelf = 'lianxun-patrol-files-'
    front.change('/patrol/worker.js', (text) => text.replace(shelf, `${shelf}newer-`))
    await own.page().reload()
    const waiting = () =>
      own.page().evaluate(async () => {
        const all = await navigator.serviceWorker.getRegistrations()
        return all.map(({ waiting: next }) => next?.state ?? null)
      })
    // Nobody has a tag's address open, so those two need not wait.
    await soon(waiting).toContain('installed')
    expect(await own.waits()).toBe(1)

    await own.reopen()
    await soon(() =>
      own.page().evaluate(async () => (await navigator.serviceWorker.ready).waiting === null),
    ).toBe(true)
    expect(await kept()).toContainEqual(expect.stringContaining('-newer-'))
    expect(await own.waits()).toBe(1)
    front.guard(null)
    await own.goOnline()
    await soon(() => own.waits()).toBe(0)
    expect((await namesOf()).filter((name) => name === '柳溪村网格员')).toHaveLength(2)
  })
})
