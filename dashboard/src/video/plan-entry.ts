import { isInScope } from '../../../gateway/domain/place.ts'
import { ApiError } from '../api/client.ts'
import type { DeviceView, NewVideoPlan, VideoPlanView } from '../api/types.ts'

/** A plan as the form has it and as it is sent, and what the gateway found wrong with it. Pure. */

export interface PlanFields {
  name?: string
  scope?: string
  cameras: string[]
  /** One item a line. */
  checklist: string
  starts: string[]
  weekdays: number[]
  windowMin: number | null
  enabled: boolean
}

const planFieldNames = [
  'name',
  'scope',
  'cameras',
  'checklist',
  'starts',
  'weekdays',
  'windowMin',
] as const

export type PlanFieldName = (typeof planFieldNames)[number]

export const mostCameras = 64
const mostItems = 12
const longestItem = 60

export function fieldsOfPlan({ checklist, ...plan }: VideoPlanView): PlanFields {
  return { ...plan, checklist: checklist.join('\n') }
}

export function itemsOf(checklist: string): string[] {
  const items = checklist.split('\n').map((line) => line.trim())
  return [...new Set(items.filter((item) => item !== ''))]
}

export function isGoodChecklist(checklist: string): boolean {
  const items = itemsOf(checklist)
  return items.length <= mostItems && items.every(({ length }) => length <= longestItem)
}

/** As people type a time: 8:30, 0830, 8：30. Null: none. */
export function clockTimeOf(typed: string): string | null {
  const found = /^([01]?\d|2[0-3])[:：.]?([0-5]\d)$/.exec(typed.trim())
  return found ? `${found[1]?.padStart(2, '0')}:${found[2]}` : null
}

export function startsOf(typed: readonly string[]): string[] | null {
  const starts = typed.map(clockTimeOf)
  if (starts.length === 0 || starts.includes(null)) return null
  return [...new Set(starts as string[])].toSorted()
}

/** Null: something is missing, which the form has said already. */
export function planOf(fields: PlanFields): NewVideoPlan | null {
  const { name, scope, cameras, checklist, weekdays, windowMin, enabled } = fields
  const starts = startsOf(fields.starts)
  if (!name?.trim() || scope === undefined || windowMin === null || starts === null) return null
  return {
    name: name.trim(),
    scope,
    cameras,
    checklist: itemsOf(checklist),
    starts,
    weekdays: weekdays.toSorted((a, b) => a - b),
    windowMin,
    enabled,
  }
}

type Camera = Pick<DeviceView, 'id' | 'name' | 'village' | 'grid'>

export function isWithin(scope: string | undefined, { grid, village }: Camera): boolean {
  return scope !== undefined && isInScope(scope, grid ?? village)
}

/** The fields the gateway refused; empty: it was something else. */
export function refusedFields(error: unknown): PlanFieldName[] {
  if (!(error instanceof ApiError) || error.problem === null) return []
  const { errors, detail = '', status } = error.problem
  if (status === 404) return ['scope']
  const paths = errors?.map(({ path }) => path) ?? detail.split('; ')
  const first = paths.map((path) => /\w+/.exec(path.replace(/^body[./]/, ''))?.[0])
  return planFieldNames.filter((name) => first.includes(name))
}

export type DaysInWords = 'everyDay' | 'workDays' | 'listed'

export function daysInWords(weekdays: readonly number[]): DaysInWords {
  const days = [1, 2, 3, 4, 5, 6, 7].filter((day) => weekdays.includes(day)).join('')
  if (days === '1234567') return 'everyDay'
  return days === '12345' ? 'workDays' : 'listed'
}
