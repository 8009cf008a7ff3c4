import { type Severity, severities, severityRank } from '../../../gateway/domain/severity.ts'
import type { CaseView } from '../api/types.ts'

/**
 * What the desk looks at first: not yet seen, then seen, then gone by itself but unseen; inside a
 * group the graver first, then the older. Times never hide an open case.
 */

const queueGroups = ['unacknowledged', 'acknowledged', 'cleared'] as const
export type QueueGroup = (typeof queueGroups)[number]

export function groupOf(one: Pick<CaseView, 'unacknowledged' | 'active'>): QueueGroup {
  if (one.unacknowledged === 0) return 'acknowledged'
  return one.active === 0 ? 'cleared' : 'unacknowledged'
}

function byUrgency(a: CaseView, b: CaseView): number {
  return (
    queueGroups.indexOf(groupOf(a)) - queueGroups.indexOf(groupOf(b)) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    a.openedAt - b.openedAt ||
    a.id.localeCompare(b.id)
  )
}

export interface QueueFilter {
  severity: Severity | null
  text: string
}

/** What the search looks through: number, title, device and the names the page shows. */
export type SearchText = (one: CaseView) => string

export function matches(one: CaseView, filter: QueueFilter, searchText: SearchText): boolean {
  if (filter.severity !== null && one.severity !== filter.severity) return false
  const words = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const text = searchText(one).toLowerCase()
  return words.every((word) => text.includes(word))
}

export interface QueueSection {
  group: QueueGroup
  cases: CaseView[]
}

export function queueSections(cases: readonly CaseView[]): QueueSection[] {
  const sorted = [...cases].sort(byUrgency)
  return queueGroups
    .map((group) => ({ group, cases: sorted.filter((one) => groupOf(one) === group) }))
    .filter((section) => section.cases.length > 0)
}

export type SeverityCounts = Record<Severity, number>

export function severityCounts(cases: readonly CaseView[]): SeverityCounts {
  const counts: SeverityCounts = { blue: 0, yellow: 0, orange: 0, red: 0 }
  for (const one of cases) counts[one.severity] += 1
  return counts
}

export const severitiesFromHigh: readonly Severity[] = severities.toReversed()

/**
 * Which case is looked at. The chosen one stays while it is listed, whatever arrives; when it
 * leaves, the one that took its place in the list is next.
 */
export function keepSelection(
  ids: readonly string[],
  selected: string | null,
  lastIndex: number,
): string | null {
  if (selected !== null && ids.includes(selected)) return selected
  if (ids.length === 0) return null
  return ids[Math.min(Math.max(lastIndex, 0), ids.length - 1)] ?? null
}

export function stepSelection(
  ids: readonly string[],
  selected: string | null,
  step: 1 | -1,
): string | null {
  if (ids.length === 0) return null
  const index = selected === null ? -1 : ids.indexOf(selected)
  if (index === -1) return ids[0] ?? null
  return ids[Math.min(Math.max(index + step, 0), ids.length - 1)] ?? null
}
