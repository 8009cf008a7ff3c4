import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import { isInScope } from '../../domain/place.ts'
import { dayStamp, instantOnDay } from '../../domain/town-time.ts'
import { checkScope, scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { type Board, boardSchema, type Load, loadSchema } from '../schemas.ts'
import type { HttpServices } from '../services.ts'
import { runningSeasons } from './session.ts'

const boardCases = 30
const recentCases = 5
const trendDays = 7
const tenMinutesMs = 600_000

async function devicesIn({ devices, queries }: HttpServices, scope: string) {
  const here = devices
    .all()
    .filter((device) => device.state === 'active')
    .filter((device) => isInScope(scope, device.grid ?? device.village))
  const online = new Map((await queries.presence()).map((row) => [row.device, row.online]))
  return {
    devices: here.length,
    online: here.filter((device) => online.get(device.id) === true).length,
    offline: here.filter((device) => online.get(device.id) === false).length,
  }
}

async function trend(
  { queries, clock, town }: HttpServices,
  scope: string,
): Promise<Board['days']> {
  const { timeZone } = town()
  const now = clock.now()
  const starts = Array.from({ length: trendDays }, (_, index) =>
    instantOnDay(now, index - trendDays + 1, 0, timeZone),
  )
  const opened = await queries.casesOpenedSince(scope, starts[0] as number)
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? Number.POSITIVE_INFINITY
    const stamp = dayStamp(start, timeZone)
    return {
      day: `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6)}`,
      cases: opened.filter((at) => at >= start && at < end).length,
    }
  })
}

async function boardOf(services: HttpServices, code: string): Promise<Board> {
  const place = services.town().places.find((one) => one.code === code)
  if (!place) throw new NotFoundError('There is no such village, or it is outside your area.')
  const { boundary: _, ...village } = place
  const { queries, clock } = services
  const counts = await queries.caseCounts(code)
  const here = await devicesIn(services, code)
  const recent = await queries.cases({ scope: code, limit: recentCases, sort: 'newest' })
  return {
    village,
    at: clock.now(),
    seasons: runningSeasons(services),
    open: counts.open,
    overdue: counts.overdue,
    cases: await queries.urgentCases(code, boardCases),
    recent: recent.items,
    devicesOnline: here.online,
    devices: here.devices,
    days: await trend(services, code),
    patrols: await services.patrols.coverage.today(code),
  }
}

async function loadOf(services: HttpServices, scope: string): Promise<Load> {
  const { queries, clock, town, quarantine } = services
  const now = clock.now()
  const alarms = await queries.alarmLoad(scope, now - tenMinutesMs)
  const counts = await queries.caseCounts(scope)
  const here = await devicesIn(services, scope)
  const wholeTown = town().places.find((place) => place.level === 'town')?.code === scope
  return {
    at: now,
    alarmsLast10Min: alarms.raised,
    unacknowledged: alarms.unacknowledged,
    overdue: counts.overdue,
    devicesOffline: here.offline,
    devices: here.devices,
    quarantineWaiting: await quarantine.waiting(wholeTown ? null : scope),
  }
}

export function boardRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/villages/:code/board',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      tags: ['board'],
      summary: "What a village's screen shows, in one answer",
      params: z.object({
        code: z.string().regex(/^\d{12}$/, 'must be the 12 digits of a village'),
      }),
      response: { 200: boardSchema },
    },
    handler: (request) => {
      const { code } = request.params
      checkScope(request, { village: code, grid: null }, 'such village')
      return boardOf(services, code)
    },
  })

  app.route({
    method: 'GET',
    url: '/load',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      tags: ['board'],
      summary: 'The load of your console',
      response: { 200: loadSchema },
    },
    handler: (request) => loadOf(services, scopeOf(request)),
  })
}
