import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** The broker outside is away: nobody hears the devices, and every screen says so. */

const isLacking = lacksChromium()
let town: E2eTown

beforeAll(async () => {
  if (isLacking) return
  // Nothing listens there, as when the broker's machine is off.
  town = await startTown({ mqttUrl: `mqtt://127.0.0.1:${await freePort()}` })
}, 120_000)

afterAll(() => town?.stop())

describe.skipIf(isLacking)('while a part is away that everybody depends on', () => {
  test('the console, the office pages and the boards carry a banner', async () => {
    const page = await town.open('desk01')
    await page.locator('.health-banner', { hasText: '设备连不进来' }).waitFor({ timeout: 30_000 })
    for (const path of ['/cases', '/villages/990101101205', '/account']) {
      await page.goto(`${town.gateway.url}${path}`)
      await page.locator('.health-banner', { hasText: '设备连不进来' }).waitFor()
    }
    await page.getByRole('link', { name: '查看运行状况' }).click()
    await page.waitForURL('**/health')
  })

  test('the health page says what, since when, and what to do, worst first', async () => {
    const page = await town.open('sup01')
    await page.goto(`${town.gateway.url}/health`)
    const item = page.locator('.health-item').first()
    await item.waitFor()
    expect(await item.getAttribute('data-item')).toBe('mqtt')
    const text = await item.innerText()
    expect(text).toContain('要马上处理')
    expect(text).toMatch(/\d\d:\d\d 起，已有/)
    expect(text).toContain('看接入服务是否在运行')
    expect(await page.locator('.backups').count()).toBe(0)
  })
})
