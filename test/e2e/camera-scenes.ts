import type { Page } from 'playwright-core'
import type { TownCameras } from './town-cameras.ts'

/** Cameras in every state, for looking at: some connected, one refused, one away, the rest without login. */

type Scene = [name: string, path: string, before?: (page: Page) => Promise<unknown>]

const signed = ['v1-cam1', 'v1-cam2', 'v2-cam1', 'v3-cam1', 'v5-cam1', 'v5-cam2', 'v7-cam1']
const refused = 'v2-cam2'
const away = 'v3-cam2'

export async function playCameras(page: Page, url: string, cameras: TownCameras): Promise<void> {
  await cameras.sign(page.request, url, signed)
  const wrong = { ...cameras.login, password: 'not-this-one' }
  const change = (id: string, data: object) =>
    page.request.fetch(`${url}/api/v1/cameras/${id}`, {
      method: 'PATCH',
      headers: { 'x-lianxun': '1' },
      data,
    })
  await change(refused, { address: cameras.address(refused), login: wrong })
  await change(away, { address: 'http://127.0.0.1:9/onvif/device_service', login: wrong })
  const up = async () => {
    const answer = await page.request.get(`${url}/api/v1/cameras`)
    const { items } = (await answer.json()) as { items: { path: string }[] }
    return items.filter(({ path }) => path === 'up').length
  }
  for (let tries = 0; tries < 40 && (await up()) < signed.length; tries++)
    await page.waitForTimeout(500)
  const masks = [
    [
      [0.1, 0.7],
      [0.3, 0.68],
      [0.32, 0.9],
      [0.08, 0.92],
    ],
  ]
  await change('v5-cam1', { masks })
  const alarms = cameras.fleet.cameras().get('v5-cam1')?.alarms
  alarms?.objectDetected(['Smoke'])
  cameras.fleet.cameras().get('v1-cam1')?.raise(vendorEvent)
  await page.waitForTimeout(3_000)
}

/** Of a maker's own; nobody has said yet what it means. */
const vendorEvent = {
  topic: 'vendor:RuleEngine/SmokeColumn',
  source: { VideoSource: 'VideoSource_1' },
  data: { State: true },
}

export const cameraPages = (cameras: TownCameras): readonly Scene[] => [
  ['cameras', '/cameras', pictured],
  ['camera-wall', '/cameras/wall?state=up', playing],
  [
    'camera-wall9',
    '/cameras/wall',
    async (page) => {
      await page.locator('.wall-cell').first().waitFor()
      await page.keyboard.press('9')
      await playing(page)
    },
  ],
  [
    'camera-large',
    '/cameras/wall?state=up',
    async (page) => {
      await playing(page)
      await page.locator('.wall-cell').first().dblclick()
      await page.locator('.ptz-pad').waitFor()
      await page.waitForTimeout(1_500)
    },
  ],
  ['camera', '/cameras/v5-cam1', playing],
  ['camera-down', '/cameras/v2-cam2'],
  ['camera-events', '/cameras?tab=events'],
  [
    'camera-map',
    '/cameras?tab=events',
    async (page) => {
      await page.locator('.unmapped .ant-btn').first().click()
      await page.locator('.ant-modal').waitFor()
    },
  ],
  ['camera-join', '/cameras', (page) => beginJoin(page, cameras)],
  [
    'camera-place',
    '/cameras',
    async (page) => {
      await beginJoin(page, cameras)
      await page.locator('.ant-modal-footer .ant-btn-primary').click()
      await page.locator('.join-places .town-map-canvas canvas').first().waitFor()
      await page.waitForTimeout(800)
      const map = page.locator('.join-places .town-map-canvas')
      const box = await map.boundingBox()
      if (box) await map.click({ position: { x: box.width / 2, y: box.height / 2 } })
      await page.locator('.heading-dial').click({ position: { x: 100, y: 50 } })
    },
  ],
]

async function pictured(page: Page): Promise<void> {
  await page
    .locator('.camera-still img')
    .first()
    .waitFor()
    .catch(() => undefined)
  await page.waitForTimeout(2_500)
}

async function playing(page: Page): Promise<void> {
  await page
    .locator('.live-view.is-live')
    .first()
    .waitFor({ timeout: 8_000 })
    .catch(() => undefined)
  await page.waitForTimeout(1_500)
}

async function beginJoin(page: Page, cameras: TownCameras): Promise<void> {
  const free = ['v8-cam1', 'v8-cam2', 'v6-cam1'].map((id) => cameras.address(id))
  await page.locator('.page-head .ant-btn-primary').click()
  await page.locator('.join-addresses').fill([...free, '127.0.0.1:9', '10.9.8.7'].join('\n'))
  await page.locator('.join-login input').nth(0).fill(cameras.login.username)
  await page.locator('.join-login input').nth(1).fill(cameras.login.password)
  await page.locator('.join-login .ant-btn-primary').click()
  await page
    .locator('.probe-item.is-answered')
    .nth(2)
    .waitFor({ timeout: 20_000 })
    .catch(() => undefined)
  await page.waitForTimeout(500)
}
