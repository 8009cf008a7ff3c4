import { admin } from './gateway.ts'
import { type CaseTiming, timed } from './timed.ts'

/** What a browser waits for: the queue over HTTP, the whole answer read. */

type Ask = (path: string, init?: RequestInit) => Promise<unknown>

const json = { 'content-type': 'application/json', 'x-lianxun': '1' }

/** Sends the cookie of whoever signed in. */
function asker(http: string, cookie: string): Ask {
  return async (path, init = {}) => {
    const response = await fetch(`${http}/api/v1${path}`, { ...init, headers: { ...json, cookie } })
    const answer = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer}`)
    return JSON.parse(answer)
  }
}

async function signIn(http: string, login: typeof admin): Promise<Ask> {
  const response = await fetch(`${http}/api/v1/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(login),
  })
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  return asker(http, cookies.join('; '))
}

/** Somebody of the team that holds one case in a hundred. */
async function memberOf(team: string, http: string, scope: string): Promise<Ask> {
  const login = { username: 'bench', password: 'Bench-tuan-2026-patrol' }
  const ask = await signIn(http, admin)
  const person = { ...login, displayName: 'bench', role: 'operator', scope, team }
  await ask('/users', { method: 'POST', body: JSON.stringify(person) })
  return signIn(http, login)
}

export interface OverHttp {
  http: string
  town: string
  villages: readonly string[]
  team: string
  open: readonly string[]
}

export async function measureOverHttp(given: OverHttp): Promise<CaseTiming[]> {
  const { http, town, villages, team, open } = given
  const ask = await memberOf(team, http, town)
  const villageOf = (n: number) => villages[n % villages.length] ?? ''
  const find = (query: Record<string, string>) => ask(`/cases?${new URLSearchParams(query)}`)
  const note = (n: number) =>
    ask(`/cases/${open[n % open.length]}/actions`, {
      method: 'POST',
      body: JSON.stringify({ action: 'note', text: `第 ${n} 次巡查正常` }),
    })
  const work: [string, (n: number) => Promise<unknown>][] = [
    ['first page', () => find({})],
    ['first page by urgency', () => find({ sort: 'urgency' })],
    ['overdue in one village', (n) => find({ overdue: 'true', village: villageOf(n) })],
    ['text search', () => find({ q: '浓烟飘向公路' })],
    ['text search of open ones', () => find({ q: '焚烧', open: 'true' })],
    ['all that was mine', () => find({ mine: 'true' })],
    ['one act', note],
  ]
  const timings: CaseTiming[] = []
  for (const [what, one] of work) timings.push(await timed(`${what}, over HTTP`, one))
  return timings
}
