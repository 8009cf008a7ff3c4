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

/** Another route of the village may pass the same points at the same time. */
async function roundNow(): Promise<string | undefined> {
  const span = `from=${Date.now() - 3_600_000}&to=${Date.now() + 3_600_000}`
  const answer = await desk.request.get(`${town.gateway.url}/api/v1/patrol/rounds?${span}`)
  const { items } = (await answer.json()) as { items: { id: string; name: string }[] }
  return items.find(({ name }) => name === '亭子线')?.id
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
          round: await roundNow(),
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
    await pick('队伍', '红袖标5队')
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
    await desk
      .locator(`tr[data-calendar="${met.id}"] .calendar-cell`, { hasText: '1/' })
      .last()
      .waitFor()
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

  test('all rounds of a village and a time are excused at once', async () => {
    await at('/patrols')
    await desk.getByRole('button', { name: '按区域免巡' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '全部免巡' }).click()
    await dialog.getByRole('alert').getByText('请填写原因').waitFor()
    await dialog.getByLabel('原因').fill('台风')
    await dialog.getByRole('button', { name: '全部免巡' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })

  test('two people swap their duties', async () => {
    const hour = 3_600_000
    for (const [username, from] of [
      ['desk01', 0],
      ['desk02', 13],
    ] as const) {
      const startsAt = Date.now() + from * hour
      const duty = { username, startsAt, endsAt: startsAt + 8 * hour }
      const path = `${town.gateway.url}/api/v1/duty`
      const answer = await desk.request.post(path, { headers, data: duty })
      expect(answer.ok()).toBe(true)
    }
    await at('/duty')
    await desk.locator('.duty-swap').first().click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '互换' }).click()
    await dialog.getByText('请选择要换的班次').waitFor()
    await dialog.getByRole('combobox', { name: '换成谁的班' }).click()
    await desk.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click()
    await dialog.getByRole('button', { name: '互换' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })

  test('what is written onto a tag is shown key by key', async () => {
    const admin = await town.open('admin')
    await admin.goto(`${town.gateway.url}/patrols?tab=points`)
    await admin.locator('[data-point=p101] .point-acts button').first().click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByText('标签里写什么').waitFor()
    const line = dialog.locator('.secret-line').first()
    await line.getByText('••••').waitFor()
    await line.getByRole('button', { name: '显示' }).click()
    await line.getByText(/^[0-9A-F]{32}$/).waitFor()
    await line.getByRole('button', { name: '隐藏' }).click()
    await line.getByText('••••').waitFor()
  })

  test('a screen shows its code by its link with nobody signed in, till it is withdrawn', async () => {
    const data = { ...(await pointNamed('松林村亭子')), tag: 'qrRotating' }
    const { id, village: _v, grid: _g, ...body } = data as typeof data & Record<string, unknown>
    const path = `${town.gateway.url}/api/v1/patrol/points/${id}`
    expect((await desk.request.put(path, { headers, data: body })).ok()).toBe(true)
    await at('/patrols?tab=points')
    await desk.getByRole('button', { name: '打开“松林村亭子”的屏幕二维码' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '生成链接' }).click()
    const link = await dialog.locator('.screen-made textarea').first().inputValue()
    const screen = await town.arrive()
    await screen.goto(link)
    await screen.locator('.code-qr').waitFor()
    await screen.getByRole('heading', { name: '松林村亭子' }).waitFor()
    await dialog.getByRole('button', { name: '停用链接' }).click()
    await dialog.getByText('还没有链接').waitFor()
    await screen.reload()
    await screen.getByText('这个链接已停用').waitFor()
  })
})
