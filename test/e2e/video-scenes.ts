import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openDatabase } from '../../gateway/storage/database.ts'

/** Video rounds as they stand on a working day: planned, due, under way, signed and excused. */

type Before = (page: Page) => Promise<unknown>
type Scene = [name: string, path: string, before?: Before]

const zone = 'Asia/Shanghai'
const minuteMs = 60_000
const town = '990101101'

async function ask<T>(page: Page, path: string, method = 'get', data?: object): Promise<T> {
  const answer = await page.request.fetch(`${new URL(page.url()).origin}/api/v1${path}`, {
    method,
    headers: { 'x-lianxun': '1' },
    ...(data === undefined ? {} : { data }),
  })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** `HH:MM` of the town, so many minutes from now. */
function clockIn(minutes: number, now = Date.now()): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(now + minutes * minuteMs)
}

const checklist = ['画面模糊或被遮挡', '有烟或有火', '有人违规用火']
const everyDay = [1, 2, 3, 4, 5, 6, 7]

interface Plan {
  name: string
  scope: string
  cameras: string[]
  starts: string[]
  windowMin: number
}

interface Round {
  id: string
  name: string
  cameras: { id: string }[]
  dueFrom: number
}

const plans: Plan[] = [
  {
    name: '早间林区巡查',
    scope: town,
    cameras: ['v5-cam1', 'v5-cam2', 'v1-cam1', 'v1-cam2', 'v7-cam1', 'v2-cam2', 'v3-cam2'],
    starts: [clockIn(-20), clockIn(240)],
    windowMin: 60,
  },
  {
    name: '桥头和渡口',
    scope: `${town}207`,
    cameras: ['v7-cam1', 'v7-cam2'],
    starts: [clockIn(-10)],
    windowMin: 90,
  },
  {
    name: '秸秆禁烧巡查',
    scope: town,
    cameras: ['v1-cam1', 'v2-cam1', 'v3-cam1', 'v4-cam1'],
    starts: [clockIn(-5), clockIn(120)],
    windowMin: 45,
  },
  {
    name: '河道巡查',
    scope: `${town}202`,
    cameras: ['v2-cam1'],
    starts: [clockIn(-15)],
    windowMin: 30,
  },
]

let begun = ''

export async function playVideo(page: Page): Promise<void> {
  for (const plan of plans)
    await ask(page, '/video/plans', 'post', {
      ...plan,
      checklist,
      weekdays: everyDay,
      enabled: true,
    })
  await ask(page, '/video/plans', 'post', {
    name: '夜间巡查',
    scope: town,
    cameras: ['v5-cam1', 'v6-cam1'],
    checklist: [],
    starts: ['22:00', '02:00'],
    weekdays: [6, 7],
    windowMin: 120,
    enabled: false,
  })
  const now = Date.now()
  const { items } = await ask<{ items: Round[] }>(
    page,
    `/video/rounds?from=${now - 60 * minuteMs}&to=${now}`,
  )
  const round = (name: string) => {
    const found = items.find((one) => one.name === name)
    if (!found) throw new Error(`no round of ${name}`)
    return found
  }
  const look = (id: string, camera: string, more: object = {}) =>
    ask(page, `/video/rounds/${id}/looks`, 'post', { camera, verdict: 'normal', ...more })
  const first = round('早间林区巡查')
  begun = first.id
  await look(first.id, 'v5-cam1')
  await look(first.id, 'v5-cam2', {
    verdict: 'reported',
    hazard: 'forestFire',
    findings: ['有烟或有火'],
    note: '山坳有一股白烟，位置在护林房东侧',
  })
  await look(first.id, 'v1-cam1')
  const river = round('河道巡查')
  await look(river.id, 'v2-cam1', { note: '水位正常' })
  await ask(page, `/video/rounds/${river.id}/sign`, 'post')
  const straw = round('秸秆禁烧巡查')
  await ask(page, `/video/rounds/${straw.id}/excuse`, 'post', { reason: '大雾，看不清' })
}

/** One that is due now, by the name it is given; its id. */
export async function planRound(page: Page, name: string): Promise<string> {
  await ask(page, '/video/plans', 'post', {
    name,
    scope: town,
    cameras: ['v5-cam1', 'v5-cam2', 'v7-cam1'],
    checklist: [name],
    starts: [clockIn(-1)],
    weekdays: everyDay,
    windowMin: 720,
    enabled: true,
  })
  const now = Date.now()
  const span = `from=${now - 60 * minuteMs}&to=${now}`
  const { items } = await ask<{ items: Round[] }>(page, `/video/rounds?${span}`)
  return items[0]?.id ?? ''
}

const press = (selector: string) => (page: Page) => page.locator(selector).first().click()
const atRound: Before = (page) => page.goto(`${new URL(page.url()).origin}/video/${begun}`)

async function atCamera(page: Page, camera: string): Promise<void> {
  await atRound(page)
  await page.locator(`.strip-camera[data-camera=${camera}]`).click()
  await page.waitForTimeout(1_500)
}

export const videoPages: readonly Scene[] = [
  ['video', '/video'],
  ['video-plans', '/video?tab=plans'],
  ['video-plan', '/video?tab=plans', press('.plan-row .ant-btn')],
  ['video-coverage', '/video?tab=coverage'],
  [
    'video-coverage-print',
    '/video?tab=coverage',
    async (page) => {
      await page.locator('.calendar-frame').waitFor()
      await page.emulateMedia({ media: 'print' })
    },
  ],
  ['video-round', '/video', (page) => atCamera(page, 'v1-cam2')],
  ['video-reported', '/video', (page) => atCamera(page, 'v5-cam2')],
  ['video-away', '/video', (page) => atCamera(page, 'v3-cam2')],
  [
    'video-report',
    '/video',
    async (page) => {
      await atCamera(page, 'v1-cam2')
      await page.locator('.look-checks input').nth(1).click()
      await page.locator('[data-act=report]').click()
    },
  ],
]

const dayMs = 86_400_000

/** A month of rounds, most of them made, for the coverage to tell of. */
export async function writePastRounds(dataDir: string): Promise<void> {
  const db = await openDatabase(join(dataDir, 'lianxun.db'))
  const cameras = plans[0]?.cameras ?? []
  const midday = Math.floor(Date.now() / dayMs) * dayMs + 4 * 3_600_000
  try {
    for (let day = 1; day < 30; day++) {
      const dueFrom = midday - day * dayMs
      const id = `past-${day}`
      const body = JSON.stringify({ name: '林区巡查', cameras, checklist })
      const row = { id, plan: 'past', scope: town, due_from: dueFrom, due_until: dueFrom + 1, body }
      await db
        .insertInto('video_round')
        .values({ ...row, settled_at: dueFrom + 1 })
        .execute()
      const looked = cameras.filter((_camera, at) => at < 6 && (day * 7 + at * 3) % 11 > 1)
      for (const camera of day === 4 ? [] : looked)
        await db
          .insertInto('video_look')
          .values({
            round: id,
            camera,
            at: dueFrom,
            by: 'nobody',
            body: JSON.stringify({
              verdict: 'normal',
              findings: [],
              note: null,
              case: null,
              picture: null,
            }),
          })
          .execute()
    }
  } finally {
    await db.destroy()
  }
}
