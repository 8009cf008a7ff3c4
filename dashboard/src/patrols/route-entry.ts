import { type WeekdayName, weekdayNames } from '../../../gateway/domain/patrol.ts'
import { slotsOf } from '../../../gateway/domain/patrol-round.ts'
import { isInSeason, monthDay } from '../../../gateway/domain/season.ts'
import type { NewRoute, PatrolSeason, RouteBody, RouteView } from '../api/types.ts'
import type { Key, Translate } from '../i18n/translate.ts'
import { clockTimeOf } from '../video/plan-entry.ts'
import { idPattern, nextId, refusedPaths } from './point-entry.ts'

/** A route as the form has it and as it is sent, and when its shifts ask for rounds. Pure. */

export interface ShiftFields {
  days: WeekdayName[]
  /** As people type a time: 8:30, 0830. */
  start: string
  end: string
  jitterMin: number | null
}

export interface RouteFields {
  id: string
  name?: string
  village?: string
  team?: string
  points: string[]
  order: 'any' | 'strict'
  minWalkS: number | null
  checklist: string[]
  shifts: ShiftFields[]
}

const routeFieldNames = [
  'id',
  'name',
  'village',
  'team',
  'points',
  'minWalkS',
  'shifts',
  'checklist',
] as const

export type RouteFieldName = (typeof routeFieldNames)[number]

const everyDay = [...weekdayNames]

export function newShift(): ShiftFields {
  return { days: everyDay, start: '08:30', end: '11:30', jitterMin: 0 }
}

export function newRouteFields(known: readonly RouteView[], village?: string): RouteFields {
  return {
    id: nextId('r', known),
    ...(village !== undefined && { village }),
    points: [],
    order: 'any',
    minWalkS: 60,
    checklist: [],
    shifts: [newShift()],
  }
}

export function fieldsOfRoute(route: RouteView): RouteFields {
  const shifts = route.shifts.map(({ startJitterMin, ...shift }) => ({
    ...shift,
    jitterMin: startJitterMin ?? 0,
  }))
  return { ...route, shifts }
}

/** Null: a day or a time is missing. */
export function shiftsOf(shifts: readonly ShiftFields[]): RouteBody['shifts'] | null {
  const read = shifts.map(({ days, start, end, jitterMin }) => {
    const [from, to] = [clockTimeOf(start), clockTimeOf(end)]
    if (days.length === 0 || from === null || to === null || from === to) return null
    const jitter = Math.round(jitterMin ?? 0)
    return {
      days: weekdayNames.filter((day) => days.includes(day)),
      start: from,
      end: to,
      ...(jitter > 0 && { startJitterMin: jitter }),
    }
  })
  return read.includes(null) ? null : (read as RouteBody['shifts'])
}

/** Null: something is missing, which the form has said already. */
export function routeOf(fields: RouteFields): NewRoute | null {
  const { id, name, village, team, points, order, minWalkS, checklist } = fields
  const shifts = shiftsOf(fields.shifts)
  if (!name?.trim() || !team?.trim() || village === undefined || shifts === null) return null
  if (points.length === 0 || minWalkS === null || !idPattern.test(id.trim())) return null
  return {
    id: id.trim(),
    name: name.trim(),
    village,
    team: team.trim(),
    points,
    order,
    minWalkS,
    checklist,
    shifts,
  }
}

export function routeBodyOf({ id: _id, ...body }: NewRoute): RouteBody {
  return body
}

export function refusedRouteFields(error: unknown): RouteFieldName[] {
  const paths = refusedPaths(error)
  return routeFieldNames.filter((name) => paths.includes(name))
}

export interface Coming {
  from: number
  until: number
  jitterMin: number
}

const dayMs = 86_400_000
const previewDays = 7

interface PreviewSpan {
  now: number
  timeZone: string
  seasons: readonly PatrolSeason[]
}

/** The windows that these shifts ask for in the next days, as seasons make them more or fewer. */
export function comingRounds(
  shifts: readonly ShiftFields[],
  { now, timeZone, seasons: known }: PreviewSpan,
): Coming[] | null {
  const read = shiftsOf(shifts)
  if (read === null) return null
  const seasons = known.map((season) => ({ ...season, raise: {} }))
  const span = { from: now, until: now + previewDays * dayMs, timeZone, seasons }
  return slotsOf({ shifts: read }, span).map(({ slotAt, endsAt, jitterMin }) => ({
    from: slotAt,
    until: endsAt,
    jitterMin,
  }))
}

/** Those that change how often is walked within the preview. */
export function seasonsThatCount({ now, timeZone, seasons }: PreviewSpan): PatrolSeason[] {
  const days = Array.from({ length: previewDays }, (_, day) =>
    monthDay(now + day * dayMs, timeZone),
  )
  return seasons.filter(
    (season) =>
      season.patrolFactor !== 1 && days.some((day) => isInSeason({ ...season, raise: {} }, day)),
  )
}

const workDays = weekdayNames.slice(0, 5).join()

function daysInWords(days: readonly WeekdayName[], t: Translate): string {
  const listed = weekdayNames.filter((day) => days.includes(day))
  if (listed.length === weekdayNames.length) return t('weekdays.every')
  if (listed.join() === workDays) return t('weekdays.work')
  return listed.map((day) => t(`weekday.${day}` satisfies Key)).join(t('list.comma'))
}

/** Every day 08:30–11:30, Sat and Sun 18:00–次日 02:00. */
export function shiftInWords(
  { days, start, end }: RouteView['shifts'][number],
  t: Translate,
): string {
  const until = end > start ? end : `${t('route.nextDay')} ${end}`
  return `${daysInWords(days, t)} ${t('walks.window', { from: start, until })}`
}
