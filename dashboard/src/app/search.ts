import { caseSources, caseStates, tiers } from '../../../gateway/domain/case.ts'
import { severities } from '../../../gateway/domain/severity.ts'
import { cameraStates, type ShownState } from '../cameras/camera-list.ts'
import { isMonth } from '../evaluation/months.ts'

/**
 * What an address says after its question mark, read as from a stranger. The router
 * lays what is validated over what stands there, so what is refused has to be named as undefined:
 * left out, it would come through as it was written.
 */

export interface CaseListSearch {
  state?: string
  severity?: string
  hazard?: string
  village?: string
  tier?: string
  source?: string
  overdue?: boolean
  mine?: boolean
  q?: string
}

export interface AuditPageSearch {
  tab?: 'retention'
  actor?: string
  act?: string
  /** Days of the town, YYYY-MM-DD, both of them meant whole. */
  from?: string
  to?: string
}

export const noticeTabs = ['channels', 'rules', 'deliveries'] as const

export function wordOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Only a path of our own: a link from outside must not lead a person away after signing in. */
export function ownPath(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined
}

export function readCaseSearch(search: Record<string, unknown>): CaseListSearch {
  return {
    state: oneOf(caseStates, search['state']),
    severity: oneOf(severities, search['severity']),
    hazard: wordOf(search['hazard']),
    village: wordOf(search['village']),
    tier: oneOf(tiers, search['tier']),
    source: oneOf(caseSources, search['source']),
    q: wordOf(search['q']),
    overdue: search['overdue'] === true ? true : undefined,
    mine: search['mine'] === true ? true : undefined,
  }
}

export interface EvaluationSearch {
  /** YYYY-MM. */
  month?: string
  kind?: 'villages' | 'units' | 'teams'
}

export function readEvaluationSearch(search: Record<string, unknown>): EvaluationSearch {
  const { month, kind } = search
  return {
    month: isMonth(month) ? month : undefined,
    kind: (['villages', 'units', 'teams'] as const).find((one) => one === kind),
  }
}

export interface CamerasSearch {
  tab?: 'events'
  state?: ShownState
  village?: string
}

const shownStates: readonly ShownState[] = [...cameraStates, 'faulty']

export function readCamerasSearch(search: Record<string, unknown>): CamerasSearch {
  return {
    tab: search['tab'] === 'events' ? 'events' : undefined,
    state: shownStates.find((state) => state === search['state']),
    village: wordOf(search['village']),
  }
}

const patrolTabs = ['checkins', 'coverage', 'points'] as const

export interface PatrolsSearch {
  tab?: (typeof patrolTabs)[number]
  /** What of a tab that has two lists; the first one is not named. */
  list?: 'book' | 'routes'
  checkin?: string
}

export function readPatrolsSearch(search: Record<string, unknown>): PatrolsSearch {
  return {
    tab: patrolTabs.find((tab) => tab === search['tab']),
    list: (['book', 'routes'] as const).find((list) => list === search['list']),
    checkin: wordOf(search['checkin']),
  }
}

export function readAuditSearch(search: Record<string, unknown>): AuditPageSearch {
  return {
    tab: search['tab'] === 'retention' ? 'retention' : undefined,
    actor: wordOf(search['actor']),
    act: wordOf(search['act']),
    from: dayIn(search['from']),
    to: dayIn(search['to']),
  }
}

function dayIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined
  return Number.isNaN(Date.parse(value)) ? undefined : value
}

function oneOf(known: readonly string[], value: unknown): string | undefined {
  return known.find((name) => name === value)
}
