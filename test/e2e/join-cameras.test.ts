import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type E2eTown, lacksChromium, startTown } from './town.ts'
import { startTownCameras, type TownCameras } from './town-cameras.ts'

/**
 * Cameras join the town: several at once with one login, one of them with another password. What
 * joined is seen, live too, and turned by hand.
 */

const isLacking = lacksChromium()
const soon = { timeout: 20_000 }
let town: E2eTown
let cameras: TownCameras
let stranger: TownCameras
let admin: Page

const dialog = () => admin.getByRole('dialog')
const next = () => dialog().locator('.ant-modal-footer .ant-btn-primary')
const item = (address: string) => admin.locator(`.probe-item[data-address="${address}"]`)
const wrong = () => stranger.address('v2-cam1')
const wrongAsked = () => stranger.fleet.cameras().get('v2-cam1')?.counters().requests

async function tryAll(): Promise<void> {
  const addresses = [cameras.address('v1-cam1'), wrong(), cameras.address('v1-cam2')]
  await dialog().locator('.join-addresses').fill(addresses.join('\n'))
  await dialog().getByLabel('用户名').fill(cameras.login.username)
  await dialog().getByLabel('密码').fill(cameras.login.password)
  await dialog().getByRole('button', { name: '试连 3 台' }).click()
}

async function place(name: string, at: number): Promise<void> {
  await dialog().locator('.join-draft').nth(at).click()
  await dialog().getByLabel('名称').fill(name)
  const map = dialog().locator('.town-map-canvas')
  // Drawn, and as wide as the dialog.
  await map.locator('canvas').first().waitFor()
  await expect
    .poll(async () => {
      const box = await map.boundingBox()
      if (!box) return ''
      await map.click({ position: { x: box.width * (0.45 + at * 0.08), y: box.height * 0.62 } })
      return dialog().locator('.join-draft').nth(at).innerText()
    }, soon)
    .toContain('齐了')
}

describe.skipIf(isLacking)('cameras join', () => {
  beforeAll(async () => {
    ;[town, cameras, stranger] = await Promise.all([
      startTown({ networks: '127.0.0.0/8' }),
      startTownCameras(['v1-cam1', 'v1-cam2']),
      startTownCameras(['v2-cam1'], 'quite-another-one-9'),
    ])
    admin = await town.open('admin')
    await admin.goto(`${town.gateway.url}/cameras`)
    await admin.getByRole('button', { name: '接入摄像机' }).click()
  }, 120_000)

  afterAll(async () => {
    await town?.stop()
    await Promise.all([cameras?.stop(), stranger?.stop()])
  })

  test('those that answer show what they are, the other says what is wrong', async () => {
    await tryAll()
    await expect.poll(() => dialog().locator('.probe-item.is-answered').count(), soon).toBe(2)
    await item(wrong()).getByText('用户名或密码不对。').waitFor()
    await item(wrong()).getByText('只试了一次').waitFor()
    const good = item(cameras.address('v1-cam1'))
    await good.getByText('有事件').waitFor()
    await good.locator('img').waitFor()
    await dialog().getByText('已试 3 / 3 台').waitFor()
  })

  test('a wrong password is not tried again by itself', async () => {
    const before = wrongAsked()
    await dialog().getByRole('button', { name: '试连 3 台' }).click()
    await item(wrong()).getByText('用户名或密码不对。').waitFor()
    expect(wrongAsked()).toEqual(before)
  })

  test('they get names and places, and join', async () => {
    await next().click()
    await place('北岭瞭望', 0)
    await place('南坡瞭望', 1)
    await dialog().getByRole('button', { name: '接入 2 台' }).click()
    await dialog().getByText('办好 2 / 2 台').waitFor(soon)
    await next().click()
    await dialog().waitFor({ state: 'hidden' })
  }, 60_000)

  test('the list shows them connected, with their pictures', async () => {
    const card = admin.locator('a.camera-card', { hasText: '北岭瞭望' })
    await card.locator('.camera-path.is-up').waitFor({ timeout: 40_000 })
    await card.locator('.camera-still img').waitFor(soon)
    await admin.locator('a.camera-card', { hasText: '南坡瞭望' }).waitFor()
  }, 70_000)

  test('the page of one shows it live, and it turns by keyboard', async () => {
    await admin.locator('a.camera-card', { hasText: '北岭瞭望' }).click()
    await admin.locator('.live-view.is-live').waitFor({ timeout: 40_000 })
    const before = cameras.fleet.cameras().get('v1-cam1')?.view().panDeg ?? 0
    await admin.locator('.camera-now').focus()
    await admin.keyboard.down('ArrowRight')
    await admin.getByText('您在操作').waitFor(soon)
    await expect
      .poll(() => cameras.fleet.cameras().get('v1-cam1')?.view().panDeg, soon)
      .not.toBe(before)
    await admin.keyboard.up('ArrowRight')
  }, 90_000)

  test('on the wall one is enlarged by Enter and shrunk by Escape', async () => {
    await admin.goto(`${town.gateway.url}/cameras/wall?state=up`)
    await admin.locator('.wall-cell .live-view.is-live').first().waitFor({ timeout: 40_000 })
    expect(await admin.locator('.wall-cell').count()).toBe(2)
    await admin.keyboard.press('Enter')
    await expect.poll(() => admin.locator('.wall-cell').count(), soon).toBe(1)
    await admin.locator('.ptz-pad').waitFor()
    await admin.keyboard.press('Escape')
    await expect.poll(() => admin.locator('.wall-cell').count(), soon).toBe(2)
  }, 90_000)
})
