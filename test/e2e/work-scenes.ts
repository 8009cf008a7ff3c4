import type { Page } from 'playwright-core'

/** One's own tasks, a roster and notices, as they stand on a working day; played once for all pictures. */

type Before = (page: Page) => Promise<unknown>

const minuteMs = 60_000

async function post<T>(page: Page, path: string, body: object): Promise<T> {
  const answer = await page.request.post(`${new URL(page.url()).origin}/api/v1${path}`, {
    headers: { 'x-lianxun': '1' },
    data: body,
  })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as T
}

let isPlayed: Promise<void> | undefined

async function play(page: Page): Promise<void> {
  const open = async (hazard: string, text: string, severity: string) => {
    const report = { hazard, text, severity, lon: 106.793, lat: 29.236 }
    const { id } = await post<{ id: string }>(page, '/cases', report)
    const act = (body: object) => post(page, `/cases/${id}/actions`, body)
    await act({ action: 'accept' })
    await act({ action: 'dispatch', to: { user: 'admin' } })
    return act
  }
  await open('traffic', '桥头护栏被撞歪，夜里看不清', 'yellow')
  const second = await open('flood', '排水沟堵了，水漫到路上', 'orange')
  await second({ action: 'sign' })
  const dueAt = Date.now() + 30 * minuteMs
  await second({ action: 'supervise', text: '30 分钟内报一次现场情况', dueAt })
  const third = await open('environment', '垃圾点满了', 'blue')
  await third({ action: 'sign' })
  await third({ action: 'feedback', text: '已清运' })
  await roster(page)
  await channels(page)
}

async function roster(page: Page): Promise<void> {
  const hour = 60 * minuteMs
  const now = Math.floor(Date.now() / hour) * hour
  const shift = (username: string, from: number) =>
    post(page, '/duty', { username, startsAt: now + from * hour, endsAt: now + (from + 12) * hour })
  await shift('desk01', -2)
  await shift('desk02', 10)
  await shift('cadre05', -2)
}

async function channels(page: Page): Promise<void> {
  const url = 'http://192.0.2.10:9/robot'
  await post(page, '/channels', { name: '值守群', kind: 'wecom', url })
  await post(page, '/channels', { name: '浏览器', kind: 'webPush', enabled: false })
}

/** Begins from what was played; the page is asked again to show it. */
function after(then?: Before): Before {
  return async (page) => {
    isPlayed ??= play(page)
    await isPlayed
    await page.reload()
    await then?.(page)
  }
}

async function beginFeedback(page: Page): Promise<void> {
  await page.locator('[data-act=feedback]').first().click()
  await page.locator('.task-dialog textarea').fill('水沟已疏通，路面积水退了')
}

export const workPages: [name: string, path: string, before: Before][] = [
  ['tasks', '/tasks', after((page) => page.locator('[data-act=sign]').waitFor())],
  ['tasks-feedback', '/tasks', after(beginFeedback)],
  ['duty', '/duty', after()],
  ['duty-add', '/duty', after((page) => page.locator('.roster-head .ant-btn-primary').click())],
  ['calendar', '/duty?tab=calendar', after()],
  ['notices', '/notices', after()],
  [
    'notices-add',
    '/notices',
    after((page) => page.locator('.notices-head .ant-btn-primary').click()),
  ],
  ['notice-rules', '/notices?tab=rules', after()],
  [
    'notice-rule',
    '/notices?tab=rules',
    after((page) => page.locator('.rule .ant-btn').first().click()),
  ],
  ['deliveries', '/notices?tab=deliveries', after()],
]
