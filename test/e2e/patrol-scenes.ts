import type { APIRequestContext, Page } from 'playwright-core'

/** Patrols as they stand on a working day: walked, marked, refused, excused and to come. */

type Before = (page: Page) => Promise<unknown>
type Scene = [name: string, path: string, before?: Before]

const zone = 'Asia/Shanghai'
const minuteMs = 60_000
const town = '990101101'
const headers = { 'x-lianxun': '1' }

/** `HH:MM` of the town, so many minutes from now. */
export function clockIn(minutes: number, now = Date.now()): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(now + minutes * minuteMs)
}

interface Asker {
  url: string
  request: APIRequestContext
}

async function ask<T>({ url, request }: Asker, path: string, data?: object): Promise<T> {
  const answer = await request.fetch(`${url}/api/v1${path}`, {
    method: data === undefined ? 'get' : 'post',
    headers,
    ...(data === undefined ? {} : { data }),
  })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as T
}

interface Point {
  id: string
  lon: number
  lat: number
  tag: string
  tagUid: string | null
}

interface Round {
  id: string
  name: string
  village: string
  dueFrom: number
}

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** A route that is walked now, whatever the time is. */
function routeNow(id: string, name: string, points: string[]) {
  return {
    id,
    name,
    village: `${town}205`,
    team: '红袖标5队',
    points,
    order: 'strict',
    minWalkS: 60,
    checklist: ['forestFire', 'environment'],
    shifts: [{ days: everyDay, start: clockIn(-30), end: clockIn(210), startJitterMin: 0 }],
  }
}

interface Walked {
  point: Point
  minutesAgo: number
  /** How far north of the point the phone was, metres. */
  offM?: number
  more?: object
}

/** As the phone sends it. */
function checkinOf({ point, minutesAgo, offM = 8, more }: Walked, round: string) {
  const at = Date.now() - minutesAgo * minuteMs
  return {
    id: `shot-${point.id}-${minutesAgo}`,
    point: point.id,
    tag: point.tagUid ?? 'manual',
    ...(point.tagUid === null && { note: '二维码被雨水打湿，扫不出来' }),
    at,
    monotonicMs: 10_000_000 - minutesAgo * minuteMs,
    clock: 'shot-clock',
    lon: point.lon,
    lat: point.lat + offM / 111_195,
    accuracyM: 14,
    phone: 'shot-phone',
    round,
    ...more,
  }
}

let walked = ''

/** `walker`: somebody who patrols in the fifth village, signed in. The id of their round. */
export async function playPatrols(admin: Asker, walker: Asker): Promise<string> {
  const { items: points } = await ask<{ items: Point[] }>(admin, '/patrol/points')
  const own = (id: string) => {
    const found = points.find((point) => point.id === id)
    if (!found) throw new Error(`no point ${id}`)
    return found
  }
  const ids = ['p501', 'p502', 'p503', 'p504', 'p505', 'p506']
  await ask(admin, '/patrol/routes', routeNow('r90', '林区巡护线', ids))
  await ask(admin, '/patrol/points', {
    id: 'p590',
    name: '松林村村委会门口',
    lon: own('p501').lon + 0.004,
    lat: own('p501').lat + 0.003,
    radiusM: 40,
    tag: 'qrRotating',
    hint: '大门右侧屏幕',
  })
  const round = await roundOf(admin, '林区巡护线')
  walked = round.id
  const walks: Walked[] = [
    { point: own('p501'), minutesAgo: 28 },
    { point: own('p502'), minutesAgo: 22, more: { findings: ['environment'] } },
    { point: own('p503'), minutesAgo: 14, offM: 410, more: { note: '绕到河对岸拍照' } },
    { point: own('p505'), minutesAgo: 13.6 },
  ]
  await ask(walker, '/patrol/checkins', {
    checkins: walks.map((walk) => checkinOf(walk, round.id)),
    sentAt: Date.now(),
    sentMonotonicMs: 10_000_000,
    clock: 'shot-clock',
  })
  const stranger = { id: 'shot-unknown', tag: '04FFFFFFFFFF80', at: Date.now() - 3 * minuteMs }
  await ask(walker, '/patrol/checkins', { checkins: [stranger], sentAt: Date.now() })
  await excuseOne(admin)
  return round.id
}

async function roundOf(admin: Asker, name: string): Promise<Round> {
  const found = (await roundsOf(admin)).find((one) => one.name === name)
  if (!found) throw new Error(`no round of ${name}`)
  return found
}

async function roundsOf(admin: Asker): Promise<Round[]> {
  const now = Date.now()
  const span = `from=${now - 12 * 60 * minuteMs}&to=${now + 24 * 60 * minuteMs}`
  return (await ask<{ items: Round[] }>(admin, `/patrol/rounds?${span}`)).items
}

async function excuseOne(admin: Asker): Promise<void> {
  const other = (await roundsOf(admin)).find(({ village }) => village === `${town}203`)
  if (other) await ask(admin, `/patrol/rounds/${other.id}/excuse`, { reason: '暴雨红色预警' })
}

const press = (selector: string) => (page: Page) => page.locator(selector).first().click()
const atRound: Before = (page) =>
  page.goto(`${new URL(page.url()).origin}/patrols/rounds/${walked}`)

export const patrolPages: readonly Scene[] = [
  ['patrols', '/patrols'],
  ['patrols-round', '/patrols', atRound],
  ['patrols-excuse', '/patrols', press('.excuse-many')],
  [
    'patrols-give',
    '/patrols',
    async (page) => {
      await atRound(page)
      await page.locator('.walk-acts .ant-btn').first().click()
    },
  ],
  ['patrols-checkins', '/patrols?tab=checkins'],
  [
    'patrols-checkin',
    '/patrols?tab=checkins',
    async (page) => {
      await page.locator('.checkin-row').nth(2).click()
      await page.locator('.checkin-detail').waitFor()
    },
  ],
  ['patrols-book', '/patrols?tab=checkins&list=book'],
  ['patrols-coverage', '/patrols?tab=coverage'],
  [
    'patrols-coverage-print',
    '/patrols?tab=coverage',
    async (page) => {
      await page.locator('.calendar-panel').waitFor()
      await page.emulateMedia({ media: 'print' })
    },
  ],
  ['patrols-points', '/patrols?tab=points'],
  [
    'patrols-point',
    '/patrols?tab=points',
    (page) => page.locator('[data-point=p503] .point-acts .ant-btn').nth(1).click(),
  ],
  [
    'patrols-tag',
    '/patrols?tab=points',
    (page) => page.locator('[data-point=p501] .point-acts .ant-btn').first().click(),
  ],
  ['patrols-sheet', '/patrols?tab=points', press('.sheet-open')],
  ['patrols-routes', '/patrols?tab=points&list=routes'],
  [
    'patrols-route',
    '/patrols?tab=points&list=routes',
    (page) => page.locator('[data-route=r90] .route-acts .ant-btn').first().click(),
  ],
  ['patrols-code', '/patrols/code/p590'],
]
