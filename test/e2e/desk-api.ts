import type { CheckinView, PatrolRoundView } from '../../gateway/http/schemas/patrol.ts'
import type { CaseDetail } from '../../gateway/http/schemas.ts'
import { clockIn } from './patrol-scenes.ts'
import type { Spot } from './phone.ts'

/** What the desk sees and sets, by the API. */

export interface DeskApi {
  get<T>(path: string): Promise<T>
  post(path: string, body: unknown): Promise<void>
  /** Oldest first. */
  checkins(): Promise<CheckinView[]>
  rounds(): Promise<PatrolRoundView[]>
  /** Whose report has these words. */
  cases(text: string): Promise<CaseDetail[]>
}

export async function openDesk(url: string, password: string): Promise<DeskApi> {
  const headers = { 'x-lianxun': '1', 'content-type': 'application/json' }
  const body = JSON.stringify({ username: 'admin', password })
  const entry = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body })
  const cookie = entry.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

  async function ask<T>(method: string, path: string, content?: unknown): Promise<T> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...headers, cookie },
      body: content === undefined ? null : JSON.stringify(content),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  const get = <T>(path: string) => ask<T>('GET', path)
  return {
    get,
    post: async (path, content) => void (await ask('POST', path, content)),
    async checkins() {
      const { items } = await get<{ items: CheckinView[] }>('/patrol/checkins?limit=100')
      return items.toReversed()
    },
    async rounds() {
      const span = `from=${Date.now() - 86_400_000}&to=${Date.now() + 86_400_000}`
      return (await get<{ items: PatrolRoundView[] }>(`/patrol/rounds?${span}`)).items
    },
    async cases(text) {
      const { items } = await get<{ items: { id: string }[] }>('/cases?limit=100')
      const all = await Promise.all(items.map(({ id }) => get<CaseDetail>(`/cases/${id}`)))
      return all.filter((one) => one.text?.includes(text))
    },
  }
}

interface RouteSetting {
  route: string
  points: readonly (Spot & { id: string; name: string })[]
  village: string
  team: string
}

/**
 * A route that is open now, in strict order, with a QR code at each point. In a season a shift is
 * walked several times, so it is a long one.
 */
export async function setRoute(desk: DeskApi, setting: RouteSetting): Promise<void> {
  const { route, points, village, team } = setting
  for (const { id, name, lon, lat } of points) {
    await desk.post('/patrol/points', { id, name, lon, lat, radiusM: 30, tag: 'qr' })
  }
  await desk.post('/patrol/routes', {
    id: route,
    name: '老街夜巡线',
    village,
    team,
    points: points.map(({ id }) => id),
    order: 'strict',
    minWalkS: 0,
    checklist: ['forestFire'],
    shifts: [
      {
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        // A round that is half over already would not be planned.
        start: clockIn(-2),
        end: clockIn(360),
      },
    ],
  })
}
