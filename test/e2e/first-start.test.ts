import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** An installation where nobody was before: every page leads to the wizard, and afterwards none. */

const isLacking = lacksChromium()
let town: E2eTown

beforeAll(async () => {
  if (isLacking) return
  town = await startTown({ isFresh: true })
}, 120_000)

afterEach(() => town?.leave())

afterAll(() => town?.stop())

describe.skipIf(isLacking)('the first start', () => {
  test.each(['/', '/console', '/cases', '/sign-in'])('%s leads to the wizard', async (path) => {
    const page = await town.arrive()
    await page.goto(`${town.gateway.url}${path}`)
    await page.waitForURL('**/setup')
    await page.getByRole('heading', { name: '首次使用' }).waitFor()
  })

  test('a wrong code leads back to it; the right one ends at the desk, signed in', async () => {
    const page = await town.arrive()
    await page.goto(town.gateway.url)
    await page.getByLabel('启动码', { exact: true }).fill('AAAA-AAAA')
    await page.keyboard.press('Enter')
    await page.getByLabel('姓名').fill('张伟')
    await page.getByLabel('用户名').fill('zhang.wei')
    await page.getByLabel('密码', { exact: true }).fill('0123456789')
    await page.getByLabel('再输一次').fill('0123456789')
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByText('这个密码最先会被人试到，请换一个').waitFor()
    await page.getByLabel('密码', { exact: true }).fill('lantern-mountain-7')
    await page.getByLabel('再输一次').fill('lantern-mountain-7')
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByRole('button', { name: '完成，开始使用' }).click()
    await page.getByText('请选示例镇，或者选一个边界文件').waitFor()

    await page.getByText('用自己的边界文件').click()
    const file = page.locator('input[type=file]')
    await file.setInputFiles({
      name: 'broken.geojson',
      mimeType: 'application/geo+json',
      buffer: Buffer.from('{"type":"FeatureCollection","features":[{"properties":{"level":"x"}}]}'),
    })
    await page.getByText('第 1 个要素：缺少名称').waitFor()
    await file.setInputFiles('examples/town/places.geojson')
    await page.getByText('云岭镇：8 个村，48 个网格').waitFor()
    await page.locator('.setup-preview canvas').waitFor()
    await page.getByRole('button', { name: '完成，开始使用' }).click()
    await page.getByText('启动码不对').waitFor()

    await page.getByLabel('启动码', { exact: true }).fill(await town.gateway.startCode())
    await page.keyboard.press('Enter')
    expect(await page.getByLabel('用户名').inputValue()).toBe('zhang.wei')
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByText('用自己的边界文件').click()
    await page.locator('input[type=file]').setInputFiles('examples/town/places.geojson')
    await page.getByText('云岭镇：8 个村，48 个网格').waitFor()
    await page.getByRole('button', { name: '完成，开始使用' }).click()
    await page.waitForURL('**/console', { timeout: 30_000 })
    await page.getByText('云岭镇').first().waitFor()
  })

  test('afterwards the wizard leads to the sign-in page, and its code opens nothing', async () => {
    const page = await town.arrive()
    await page.goto(`${town.gateway.url}/setup`)
    await page.waitForURL('**/sign-in')
    const again = await page.request.post(`${town.gateway.url}/api/v1/setup`, {
      headers: { 'x-lianxun': '1' },
      data: {
        code: await town.gateway.startCode(),
        administrator: { username: 'x', displayName: 'x', password: 'lantern-mountain-8' },
      },
    })
    expect(again.status()).toBe(409)
  })
})
