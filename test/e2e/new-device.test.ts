import { connectAsync, type MqttClient } from 'mqtt'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lacksMosquitto, type Mosquitto, startMosquitto } from '../adapters/mqtt/mosquitto.ts'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/**
 * Devices nobody has registered, behind the town's own broker: nothing they sent is lost, one click
 * adopts them, and what they said before counts.
 */

const isLacking = lacksChromium() || lacksMosquitto('new devices')
const village = '990101101205'
let broker: Mosquitto
let town: E2eTown
let sender: MqttClient
let admin: Page

const send = (device: string, readings: Record<string, unknown>) =>
  sender.publishAsync(
    `lianxun/${village}/${device}/telemetry`,
    JSON.stringify({ ts: Date.now(), readings }),
    { qos: 1 },
  )
const card = (text: string) => admin.locator('article.quarantine-card', { hasText: text })
const dialog = () => admin.getByRole('dialog')

describe.skipIf(isLacking)('a device never seen before', () => {
  beforeAll(async () => {
    broker = await startMosquitto()
    town = await startTown({ mqttUrl: broker.url })
    sender = await connectAsync(broker.url, { clientId: 'somebody' })
    admin = await town.open('admin')
    await admin.goto(`${town.gateway.url}/quarantine`)
    await admin.getByText('没有要处理的报文。').waitFor()
  }, 120_000)

  afterAll(async () => {
    await sender?.endAsync(true)
    await town?.stop()
    await broker?.stop()
  })

  test('what it sends waits with its reason, and is counted beside the page', async () => {
    await expect
      .poll(
        async () => {
          await send('v5-new9', { pm25: 37 })
          const load = await admin.request.get(`${town.gateway.url}/api/v1/load`)
          return ((await load.json()) as { quarantineWaiting: number }).quarantineWaiting
        },
        { timeout: 10_000, interval: 300 },
      )
      .toBeGreaterThan(0)
    await send('v5-noise', { pm25: 44 })
    await expect
      .poll(async () => {
        await admin.reload()
        await card('v5-new9').first().waitFor()
        return card('v5-noise').count()
      })
      .toBeGreaterThan(0)
    await card('v5-new9').first().getByText('没有登记的设备').waitFor()
    await admin.locator('nav.nav a[href="/quarantine"] .nav-count').waitFor()
  })

  test('who is not the administrator is told whom to ask', async () => {
    const desk = await town.open('desk01')
    await desk.goto(`${town.gateway.url}/quarantine`)
    await desk.getByText('请镇管理员登记这台设备').first().waitFor()
    expect(await desk.getByRole('button', { name: '登记这台设备' }).count()).toBe(0)
    await desk.context().close()
  })

  test('to adopt it, its place is needed', async () => {
    await card('v5-new9').first().getByRole('button', { name: '登记这台设备' }).click()
    const id = () => dialog().getByLabel('编号').inputValue()
    await expect.poll(id, { timeout: 8_000 }).toBe('v5-new9')
    await dialog().getByText('松林村').waitFor()
    await dialog().getByRole('button', { name: '登记这台设备' }).click()
    await expect.poll(() => dialog().getByText('请填写').count()).toBe(2)
  })

  test('its secret is shown once, and its message counts', async () => {
    await dialog().getByLabel('名称').fill('松林村新空气站')
    await dialog().getByLabel('经度').fill('106.72')
    await dialog().getByLabel('纬度').fill('29.22')
    await dialog().getByRole('button', { name: '登记这台设备' }).click()
    await dialog().getByText('已登记').waitFor()
    await dialog().getByText('密钥只显示这一次。').waitFor()
    const secret = await dialog().getByLabel('设备密钥').inputValue()
    expect(secret.length).toBeGreaterThanOrEqual(24)
    await dialog().getByText('松林村新空气站').waitFor()
    await dialog().getByRole('button', { name: '关闭' }).last().click()
    await dialog().waitFor({ state: 'hidden' })
    await expect
      .poll(async () => {
        const answer = await admin.request.get(
          `${town.gateway.url}/api/v1/observations?device=v5-new9`,
        )
        return JSON.stringify(await answer.json())
      })
      .toContain('"value":37')
    // The window is taken away once it has faded.
    await expect.poll(() => admin.content()).not.toContain(secret)
  })

  test('every other message of it can be replayed now', async () => {
    await admin.reload()
    await card('v5-noise').first().waitFor()
    for (let left = await card('v5-new9').count(); left > 0; left--) {
      await card('v5-new9').first().getByRole('button', { name: '重放', exact: true }).click()
      await expect.poll(() => card('v5-new9').count()).toBe(left - 1)
    }
    await admin.getByText('已重放').click()
    await card('v5-new9').first().waitFor()
    expect(await card('v5-new9').first().getByRole('button').count()).toBe(0)
    await admin.locator('.page-head').getByText('待处理').click()
  })

  test('from now on it is a device like any other', async () => {
    await admin.goto(`${town.gateway.url}/devices?device=v5-new9`)
    await admin.getByRole('heading', { name: '松林村新空气站' }).waitFor()
    await send('v5-new9', { pm25: 41 })
    await admin.locator('.reading-tile', { hasText: '41' }).waitFor()
    await admin.locator('.device-panel .presence', { hasText: '在线' }).waitFor()
  })

  test('noise is discarded after a question, and stays where it can be looked up', async () => {
    await admin.goto(`${town.gateway.url}/quarantine`)
    const noise = card('v5-noise').first()
    await noise.getByRole('button', { name: '丢弃' }).click()
    await admin.getByText('丢弃后不再计入，确定吗？').waitFor()
    await admin.getByRole('button', { name: '取消' }).click()
    await noise.waitFor()
    await noise.getByRole('button', { name: '丢弃' }).click()
    await admin.locator('.ant-popover:visible').getByRole('button', { name: '丢弃' }).click()
    await admin.getByText('没有要处理的报文。').waitFor()
    await admin.locator('.page-head').getByText('已丢弃').click()
    await card('v5-noise').first().waitFor()
    await expect
      .poll(() => admin.locator('nav.nav a[href="/quarantine"] .nav-count').count())
      .toBe(0)
  })

  test('an id that is taken is said, not swallowed', async () => {
    const answer = await admin.request.post(`${town.gateway.url}/api/v1/devices`, {
      headers: { 'x-lianxun': '1' },
      data: { id: 'v5-new9', name: 'x', kind: 'camera', village, lon: 106.72, lat: 29.22 },
    })
    expect(answer.status()).toBe(409)
  })
})
