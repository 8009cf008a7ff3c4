import { connectAsync } from 'mqtt'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { widerThanScreen } from './looks.ts'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** The administrator gives a device a new secret, shuts one out and lets it in again. */

const isLacking = lacksChromium()
const device = 'v3-pm2'
let town: E2eTown
let admin: Page

const panel = () => admin.locator('aside.device-panel')
const dialog = () => admin.getByRole('dialog')

/** Null: let in. */
async function refusal(secret: string, more = ''): Promise<string | null> {
  try {
    const options = { clientId: `${device}${more}`, username: device, password: secret }
    const client = await connectAsync(town.gateway.mqttUrl, { ...options, reconnectPeriod: 0 })
    await client.endAsync(true)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe.skipIf(isLacking)('a device and its way in', () => {
  beforeAll(async () => {
    town = await startTown()
    await town.devices.telemetry(device, { pm25: 31 })
    admin = await town.open('admin')
    await admin.goto(`${town.gateway.url}/devices?device=${device}`)
    await panel().getByRole('button', { name: '更换密钥' }).waitFor()
  }, 120_000)

  afterAll(() => town?.stop())

  test('a new secret is shown once, with a line to try it; the old one opens till then', async () => {
    const old = town.gateway.secrets.devices[device] ?? ''
    await panel().getByRole('button', { name: '更换密钥' }).click()
    await dialog().getByText('再用七天').waitFor()
    await dialog().getByRole('button', { name: '更换密钥' }).click()
    const field = dialog().getByLabel('设备密钥')
    await field.waitFor()
    const secret = await field.inputValue()
    expect(secret.length).toBeGreaterThanOrEqual(24)
    expect(secret).not.toBe(old)
    const line = await dialog().locator('pre').innerText()
    const { port } = new URL(town.gateway.mqttUrl)
    expect(line).toBe(
      `mosquitto_pub -h 127.0.0.1 -p ${port} -q 1 -i ${device}-try -u ${device} -P '${secret}' -t lianxun/990101101203/${device}/status -m online`,
    )
    await dialog().getByRole('button', { name: '关闭' }).last().click()
    await dialog().waitFor({ state: 'detached' })
    expect(await admin.content()).not.toContain(secret)

    await panel().getByText('旧密钥到').waitFor()
    expect(await refusal(old, '-old')).toBeNull()
    expect(await refusal(secret, '-new')).toBeNull()
    expect(await refusal(old, '-old')).not.toBeNull()
    await admin.reload()
    await panel().getByRole('button', { name: '更换密钥' }).waitFor()
    expect(await panel().getByText('旧密钥到').count()).toBe(0)
  })

  test('calibrated with a preview, it shows the calibrated value at once; removed, what it measured', async () => {
    const own = `${town.gateway.url}/api/v1/devices/${device}`
    const isKept = async () => (await (await admin.request.get(own)).json()).latest.length > 0
    await expect.poll(isKept, { timeout: 20_000 }).toBe(true)
    await admin.reload()
    const tile = (value: RegExp) => panel().locator('.reading-tile .figure', { hasText: value })
    await tile(/^31\s/).waitFor()
    await panel().getByText('未校准').waitFor()
    await panel()
      .getByRole('button', { name: /^校\s?准$/ })
      .click()
    await dialog().getByLabel('从哪天起').fill('2026-01-01')
    await dialog().getByLabel('系数').fill('0')
    await dialog().getByLabel('依据').fill('与标准站并排比对')
    await dialog().getByRole('button', { name: '保存校准' }).click()
    await dialog().getByText('不能是 0').waitFor()
    await dialog().getByLabel('系数').fill('0.9')
    await dialog().getByLabel('偏移').fill('2.2')
    await dialog().getByText('测得 31 → 显示 30.1').waitFor()
    await dialog().getByRole('button', { name: '保存校准' }).click()
    await dialog().getByText('正在用').waitFor()
    expect(await dialog().getByText('2026-01-01').count()).toBe(1)
    await tile(/^30\.1\s/).waitFor()
    await dialog()
      .getByRole('button', { name: /^删\s?除$/ })
      .click()
    await dialog().getByRole('button', { name: '确认删除' }).click()
    await dialog().getByText('还没有校准').waitFor()
    await tile(/^31\s/).waitFor()
    await admin.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    await panel().getByText('未校准').waitFor()
  })

  test('without a reason nobody is blocked', async () => {
    await panel().getByRole('button', { name: '封禁设备' }).click()
    await dialog().getByRole('button', { name: '封禁设备' }).click()
    await dialog().getByText('请填写原因').waitFor()
    await dialog().getByRole('button', { name: '取消' }).click()
    await dialog().waitFor({ state: 'detached' })
    expect(await panel().getByText('已封禁').count()).toBe(0)
  })

  test('a blocked device says so in its panel and in the list, and is not let in', async () => {
    await panel().getByRole('button', { name: '封禁设备' }).click()
    await dialog().getByLabel('原因').fill('外壳被撬，疑似被盗')
    await dialog().getByRole('button', { name: '封禁设备' }).click()
    await panel().getByText('起封禁：外壳被撬，疑似被盗').waitFor()
    await panel().locator('.device-mark', { hasText: '已封禁' }).waitFor()
    await admin.locator('a.device-row', { hasText: '已封禁' }).waitFor()
    expect(await refusal(town.gateway.secrets.devices[device] ?? '')).not.toBeNull()
  })

  test.each([
    [1366, 768],
    [1920, 1080],
    [390, 844],
  ])('nothing is wider than the screen at %i × %i', async (width, height) => {
    await admin.setViewportSize({ width, height })
    await panel().getByText('起封禁').waitFor()
    expect(await widerThanScreen(admin)).toBeLessThanOrEqual(0)
    await admin.setViewportSize({ width: 1366, height: 768 })
  })

  test('who is not the administrator sees the mark and has no buttons', async () => {
    const desk = await town.open('desk01')
    await desk.goto(`${town.gateway.url}/devices?device=${device}`)
    await desk.locator('aside.device-panel').getByText('起封禁：外壳被撬').waitFor()
    expect(await desk.getByRole('button', { name: /更换密钥|封禁/ }).count()).toBe(0)
    await desk.context().close()
  })

  test('unblocked, the marks are gone', async () => {
    await panel().getByRole('button', { name: '解除封禁' }).click()
    await panel().getByRole('button', { name: '封禁设备' }).waitFor()
    await expect.poll(() => panel().getByText('已封禁').count()).toBe(0)
  })

  test('a secret that ends at once', async () => {
    await panel().getByRole('button', { name: '更换密钥' }).click()
    await dialog().getByText('立即失效').click()
    await dialog().getByRole('button', { name: '更换密钥' }).click()
    const secret = await dialog().getByLabel('设备密钥').inputValue()
    expect(await panel().getByText('旧密钥到').count()).toBe(0)
    await dialog().getByRole('button', { name: '关闭' }).last().click()
    expect(await refusal(secret)).toBeNull()
  })
})
