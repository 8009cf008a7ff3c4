import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clockIn } from './patrol-scenes.ts'
import { type E2eTown, lacksChromium, startTown } from './town.ts'

/** A point and a route are made, a round is planned and walked, and the desk looks at what came. */

const isLacking = lacksChromium()
const headers = { 'x-lianxun': '1' }

interface Point {
  id: string
  name: string
  lon: number
  lat: number
}

let town: E2eTown
let desk: Page
let walker: Page

beforeAll(async () => {
  if (isLacking) return
  town = await startTown()
  desk = await town.open('sup01')
  walker = await town.open('patrol05')
}, 120_000)

afterAll(() => town?.stop())

const at = (path: string) => desk.goto(`${town.gateway.url}${path}`)

const lists = () => desk.locator('.ant-select-dropdown:visible')
/** While one closes it takes no other choice, and two may be about at once. */
const noList = () => lists().first().waitFor({ state: 'hidden' })

async function pick(label: string, option: string): Promise<void> {
  // What is typed narrows the list, of which only a part is drawn.
  await desk.getByRole('combobox', { name: label }).fill(option)
  await lists().getByTitle(option).first().click()
  await noList()
}

/** Two minutes ago, but never yesterday: it would be a round of that day. */
function begins(): string {
  return clockIn(-2) > clockIn(0) ? '00:00' : clockIn(-2)
}

async function pointNamed(name: string): Promise<Point> {
  const answer = await desk.request.get(`${town.gateway.url}/api/v1/patrol/points`)
  const { items } = (await answer.json()) as { items: Point[] }
  const found = items.find((point) => point.name === name)
  if (!found) throw new Error(`no point ${name}`)
  return found
}

/** As a phone sends it, by hand: `offM` metres north of the point. */
async function checkIn(point: Point, { offM = 0, note }: { offM?: number; note: string }) {
  const answer = await walker.request.post(`${town.gateway.url}/api/v1/patrol/checkins`, {
    headers,
    data: {
      sentAt: Date.now(),
      checkins: [
        {
          id: `e2e-${point.id}-${offM}`,
          point: point.id,
          tag: 'manual',
          note,
          at: Date.now(),
          lon: point.lon,
          lat: point.lat + offM / 111_195,
          accuracyM: 10,
        },
      ],
    },
  })
  expect(answer.ok()).toBe(true)
}

describe.skipIf(isLacking)('patrols at the desk', () => {
  test('a point is put on the map', async () => {
    await at('/cases')
    await desk.getByRole('link', { name: '巡逻', exact: true }).click()
    await desk.getByText('点位与路线', { exact: true }).click()
    await desk.locator('.point-row').first().waitFor()
    await desk.getByRole('combobox', { name: '按村筛选' }).click()
    await lists().getByTitle('松林村').click()
    await noList()
    await desk.getByRole('button', { name: '新增点位' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('请填写名称').waitFor()
    await dialog.getByText('请在地图上指出位置').last().waitFor()
    await dialog.getByLabel('名称').fill('松林村亭子')
    await dialog.locator('.point-place-map canvas').first().waitFor()
    await dialog.getByRole('application').click()
    await dialog.getByRole('status').filter({ hasText: '松林村第' }).waitFor()
    await dialog.getByRole('button', { name: '保存' }).click()
    await desk.locator('.point-row', { hasText: '松林村亭子' }).waitFor()
    await dialog.waitFor({ state: 'hidden' })
  })

  test('a route over it is planned as rounds, by the preview of its shifts', async () => {
    await desk.getByText('路线', { exact: true }).click()
    await desk.getByRole('button', { name: '新增路线' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('名称').fill('亭子线')
    await pick('村', '松林村')
    await dialog.getByRole('combobox', { name: '队伍' }).fill('红袖标5队')
    await lists().getByTitle('红袖标5队').waitFor()
    await desk.keyboard.press('Escape')
    await noList()
    for (const name of ['松林村亭子', '松林村村口']) {
      await pick('添加点位', name)
      await dialog.locator('.sortable-name', { hasText: name }).waitFor()
    }
    const times = dialog.locator('.shift-time input')
    await times.first().fill(begins())
    await times.last().fill(clockIn(360))
    await dialog.locator('.shift-preview li').first().waitFor()
    await dialog.getByRole('button', { name: '保存' }).click()
    const row = desk.locator('.route-row', { hasText: '亭子线' })
    await row.waitFor()
    await row.getByText('接下来').waitFor()
  })

  test('check-ins arrive and the round shows them by itself', async () => {
    await at('/patrols')
    const round = desk.locator('.walk-row', { hasText: '亭子线' }).first()
    await round.getByText('到点 0/2').waitFor()
    await checkIn(await pointNamed('松林村亭子'), { note: '码坏了' })
    await checkIn(await pointNamed('松林村村口'), { offM: 700, note: '绕路' })
    await round.getByText('到点 2/2').waitFor()
    await round.getByText('待复核').waitFor()
    await round.getByRole('link').click()
    await desk
      .locator('.walk-visit', { hasText: '松林村村口' })
      .getByText('不在点位范围内')
      .waitFor()
  })

  test('what is marked is judged by keys', async () => {
    const visit = desk.locator('.walk-visit', { hasText: '松林村村口' })
    await visit.getByRole('link', { name: '去复核' }).click()
    const detail = desk.locator('.checkin-detail')
    await detail.getByText('离点位 700 米').waitFor()
    await detail.getByText('本人说明').waitFor()
    await desk.keyboard.press('t')
    await desk.keyboard.type('在对岸')
    await desk.keyboard.press('Tab')
    await desk.keyboard.press('x')
    await desk.getByText('没有要复核的打卡。').waitFor()
    await desk.getByText('全部打卡', { exact: true }).click()
    const row = desk.locator('[data-row]', { hasText: '松林村村口' })
    await row.getByText('不计入').waitFor()
    await row.getByRole('button').click()
    await desk.getByRole('dialog').getByText('说明：在对岸').waitFor()
  })

  test('what does not count is no visit: the round and the coverage say so', async () => {
    await at('/patrols')
    await desk.locator('.walk-row', { hasText: '亭子线' }).first().getByText('到点 1/2').waitFor()
    await at('/patrols?tab=coverage')
    const [met, unmet] = [await pointNamed('松林村亭子'), await pointNamed('松林村村口')]
    await desk.locator(`.reach-nobody li[data-point="${unmet.id}"]`).waitFor()
    expect(await desk.locator(`.reach-nobody li[data-point="${met.id}"]`).count()).toBe(0)
    await desk.locator(`tr[data-reach="${met.id}"] .reach-cell`, { hasText: '1/' }).last().waitFor()
  })

  test('a round is excused with its reason', async () => {
    await at('/patrols')
    await desk.locator('.walk-row', { hasText: '亭子线' }).first().getByRole('link').click()
    await desk.getByRole('button', { name: '免巡…' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '免巡', exact: true }).click()
    await dialog.getByText('请填写原因').waitFor()
    await dialog.getByLabel('原因').fill('暴雨')
    await dialog.getByRole('button', { name: '免巡', exact: true }).click()
    await desk.locator('.walk-title', { hasText: '已免巡' }).waitFor()
    await desk.getByText('免巡原因：暴雨').waitFor()
  })
})
