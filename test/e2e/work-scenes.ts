import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'

/** Tasks, a roster and notices, as they stand on a working day; played once for all pictures. */

type Before = (page: Page) => Promise<unknown>
type Scene = [name: string, path: string, before?: Before]

const minuteMs = 60_000
/** In 双桥村, whose grid worker they are for. */
const place = { lon: 106.793, lat: 29.236 }

async function send<T>(page: Page, path: string, body: object, method = 'post'): Promise<T> {
  const address = `${new URL(page.url()).origin}/api/v1${path}`
  const answer = await page.request.fetch(address, {
    method,
    headers: { 'x-lianxun': '1' },
    data: body,
  })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Answers as a robot does that took the message; ends with the process. */
async function startRobot(): Promise<string> {
  const robot: Server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end('{"errcode":0,"errmsg":"ok"}')
  })
  await new Promise<void>((resolve) => {
    robot.listen(0, '127.0.0.1', resolve)
  })
  robot.unref()
  return `http://127.0.0.1:${(robot.address() as AddressInfo).port}/robot`
}

async function channels(page: Page): Promise<void> {
  const url = await startRobot()
  const group = await send<{ id: string }>(page, '/channels', {
    name: '值守群',
    kind: 'wecom',
    url,
  })
  const { id: browsers } = await send<{ id: string }>(page, '/channels', {
    name: '浏览器',
    kind: 'webPush',
  })
  // Nobody listens at port 9.
  const away = {
    name: '县平台',
    kind: 'webhook',
    url: 'http://127.0.0.1:9/in',
    secret: 'x'.repeat(32),
  }
  const { id: county } = await send<{ id: string }>(page, '/channels', away)
  const rule = {
    enabled: true,
    hazards: [],
    minSeverity: 'blue',
    quiet: null,
    fallback: { afterMinutes: 5, channel: group.id },
  }
  const own = {
    ...rule,
    id: 'own',
    name: '派单直达本人',
    acts: ['dispatch', 'supervise'],
    to: 'holder',
  }
  const upward = { ...rule, id: 'upward', name: '红色警情报县', acts: ['opened', 'severity'] }
  const present = await (
    await page.request.get(`${new URL(page.url()).origin}/api/v1/notice-rules`)
  ).json()
  const items = [
    ...present.items,
    { ...own, channel: browsers },
    { ...upward, to: 'channel', channel: county, minSeverity: 'red', fallback: null },
  ]
  await send(page, '/notice-rules', { items }, 'put')
}

/** One that holds now, where a case is opened afterwards, and others to come. */
async function announced(page: Page): Promise<void> {
  const hour = 60 * minuteMs
  const startsAt = Math.floor(Date.now() / hour) * hour
  const event = { startsAt, endsAt: startsAt + 6 * hour, hazards: ['strawBurning', 'forestFire'] }
  await send(page, '/planned-events', {
    ...event,
    kind: 'burn',
    title: '双桥村桥头田埂烧除',
    place: '990101101207',
    circle: { ...place, radiusM: 300 },
    unit: '农服中心',
    note: '两名护林员到场看守，带水带锹',
  })
  const days = (n: number) => ({
    startsAt: startsAt + n * 24 * hour,
    endsAt: startsAt + (n + 3) * 24 * hour,
  })
  await send(page, '/planned-events', {
    ...event,
    ...days(2),
    kind: 'ceremony',
    title: '冬至祭扫',
    place: '990101101',
  })
  await send(page, '/planned-events', {
    ...event,
    kind: 'drill',
    title: '一键求助演练',
    hazards: ['helpCall'],
    place: '990101101205',
    startsAt: startsAt + 26 * hour,
    endsAt: startsAt + 28 * hour,
  })
}

/** The form with a spot on the map. */
async function beginSpot(page: Page): Promise<void> {
  await press('.planned-add')(page)
  await page.locator('.ant-modal [type=radio][value=spot]').click()
}

async function roster(page: Page): Promise<void> {
  const hour = 60 * minuteMs
  const now = Math.floor(Date.now() / hour) * hour
  const shift = (username: string, from: number) =>
    send(page, '/duty', { username, startsAt: now + from * hour, endsAt: now + (from + 12) * hour })
  for (const days of [-4, -2, 0, 2]) {
    await shift('desk01', days * 24 - 2)
    await shift('desk02', days * 24 + 10)
  }
  for (const days of [-3, 0]) await shift('cadre05', days * 24 - 2)
}

/** Before any picture is taken, by a page of an administrator. */
export async function playWork(page: Page): Promise<void> {
  await channels(page)
  await roster(page)
  await announced(page)
  const open = async (hazard: string, text: string, severity: string) => {
    const { id } = await send<{ id: string }>(page, '/cases', { hazard, text, severity, ...place })
    const act = (body: object) => send(page, `/cases/${id}/actions`, body)
    await act({ action: 'accept' })
    await act({ action: 'dispatch', to: { user: 'grid07' } })
    return act
  }
  await open('strawBurning', '桥头田埂在烧，有人看守', 'yellow')
  await open('traffic', '桥头护栏被撞歪，夜里看不清', 'yellow')
  const second = await open('flood', '排水沟堵了，水漫到路上', 'red')
  await second({ action: 'sign' })
  const dueAt = Date.now() + 30 * minuteMs
  await second({ action: 'supervise', text: '30 分钟内报一次现场情况', dueAt })
  const third = await open('environment', '垃圾点满了', 'blue')
  await third({ action: 'sign' })
  await third({ action: 'feedback', text: '已清运' })
  const fourth = await open('dispute', '两家为田埂界线争执', 'blue')
  await fourth({ action: 'sign' })
  await fourth({
    action: 'suspend',
    reason: '等司法所约时间',
    until: Date.now() + 2_880 * minuteMs,
  })
  const fifth = await open('geological', '路边落石，已清', 'orange')
  await fifth({ action: 'sign' })
  await fifth({ action: 'feedback', text: '落石已清，边坡稳定' })
  await fifth({ action: 'verify', text: '现场看过' })
  await fifth({ action: 'evaluate', score: 5 })
}

async function beginFeedback(page: Page): Promise<void> {
  await page.locator('[data-act=feedback]').first().click()
  await page.locator('.task-dialog textarea').fill('水沟已疏通，路面积水退了')
}

async function choosePerson(page: Page): Promise<void> {
  await page.locator('.roster-head .ant-btn-primary').click()
  await page.locator('#username').fill('grid')
  await page.locator('.ant-select-item-option').first().waitFor()
}

const press = (selector: string) => (page: Page) => page.locator(selector).first().click()

/** Of an administrator. */
export const officePages: readonly Scene[] = [
  ['planned', '/planned'],
  ['planned-add', '/planned', press('.planned-add')],
  ['planned-spot', '/planned', beginSpot],
  ['duty', '/duty'],
  ['duty-add', '/duty', press('.roster-head .ant-btn-primary')],
  ['duty-person', '/duty', choosePerson],
  ['calendar', '/duty?tab=calendar'],
  ['notices', '/notices'],
  ['notices-add', '/notices', press('.notices-head .ant-btn-primary')],
  ['notice-rules', '/notices?tab=rules'],
  ['notice-rule', '/notices?tab=rules', press('.rule .ant-btn')],
  ['deliveries', '/notices?tab=deliveries'],
  ['evaluation', '/evaluation?month=2026-10'],
  ['evaluation-units', '/evaluation?month=2026-10&kind=units'],
  ['evaluation-now', '/evaluation'],
  [
    'evaluation-print',
    '/evaluation?month=2026-10',
    (page) => page.emulateMedia({ media: 'print' }),
  ],
]

/** Of the village's grid worker. */
export const fieldPages: readonly Scene[] = [
  ['tasks', '/tasks', (page) => page.locator('[data-act=sign]').waitFor()],
  ['tasks-feedback', '/tasks', beginFeedback],
  ['task-case', '/tasks', press('a.task-open')],
  ['own-notices', '/notices'],
]
