import { isObservedProperty, type ObservedProperty } from '../../../gateway/domain/observation.ts'
import { type PropertyClass, propertyClassNames } from '../../../gateway/domain/property-class.ts'
import { mostCompared, type Resolution, resolutions } from '../../../gateway/domain/resolution.ts'
import type { View } from '../chart/plot-series.ts'

/**
 * What the history page shows, as its address says it, so that a link can be sent: what is refused
 * is named as undefined, since the router would let it through.
 */

export const lasts = ['day', 'week', 'month', 'year'] as const
export type Last = (typeof lasts)[number]

export interface HistorySearch {
  tab?: 'overview' | 'files'
  /** device:property, with commas between. */
  s?: string
  /** Of these, what is switched off in the picture. */
  off?: string
  last?: Last
  /** A span of one's own, or what was zoomed to, epoch ms. */
  from?: number
  to?: number
  fine?: Resolution
  place?: string
  class?: PropertyClass
  sort?: 'highest'
}

export interface Picked {
  device: string
  property: ObservedProperty
}

export const keyOf = ({ device, property }: { device: string; property: string }) =>
  `${device}:${property}`

/** Each once, and no more than fit. */
export function readPicks(text: string | undefined): Picked[] {
  const picks = new Map<string, Picked>()
  for (const name of (text ?? '').split(',')) {
    const colon = name.lastIndexOf(':')
    const [device, property] = [name.slice(0, Math.max(0, colon)), name.slice(colon + 1)]
    if (device === '' || device.length > 64 || !isObservedProperty(property)) continue
    if (picks.size < mostCompared) picks.set(name, { device, property })
  }
  return [...picks.values()]
}

export function writePicks(picks: readonly Picked[]): string | undefined {
  return picks.length === 0 ? undefined : picks.map(keyOf).join(',')
}

/** On if it was off. */
export function togglePick(picks: readonly Picked[], one: Picked): Picked[] {
  const others = picks.filter((pick) => keyOf(pick) !== keyOf(one))
  return others.length < picks.length || picks.length >= mostCompared ? others : [...picks, one]
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function timeOf(value: unknown): number | undefined {
  const at = Number(value)
  const isTime = (typeof value === 'number' || typeof value === 'string') && Number.isInteger(at)
  return isTime && at > 0 && at < 8e15 ? at : undefined
}

export function readHistorySearch(search: Record<string, unknown>): HistorySearch {
  const one = <T extends string>(known: readonly T[], name: string) =>
    known.find((value) => value === search[name])
  const [from, to] = [timeOf(search['from']), timeOf(search['to'])]
  const isSpan = from !== undefined && to !== undefined && from < to
  const place = search['place']
  return {
    tab: one(['overview', 'files'], 'tab'),
    s: writePicks(readPicks(textOf(search['s']))),
    off: writePicks(readPicks(textOf(search['off']))),
    last: one(lasts, 'last'),
    from: isSpan ? from : undefined,
    to: isSpan ? to : undefined,
    fine: one(resolutions, 'fine'),
    place: /^\d{9,15}$/.test(String(place)) ? String(place) : undefined,
    class: one(propertyClassNames, 'class'),
    sort: one(['highest'], 'sort'),
  }
}

const minute = 60_000
const day = 86_400_000
/** How long each is, and how often it moves on: seldom enough that the question stays the same. */
const spans: Record<Last, { ms: number; grain: number }> = {
  day: { ms: day, grain: minute },
  week: { ms: 7 * day, grain: 5 * minute },
  month: { ms: 30 * day, grain: 15 * minute },
  year: { ms: 365 * day, grain: 60 * minute },
}

export interface HistoryWindow extends View {
  /** It ends now and moves on. */
  isLive: boolean
}

export function windowOf(
  { last = 'day', from, to }: Pick<HistorySearch, 'last' | 'from' | 'to'>,
  now: number,
): HistoryWindow {
  const { ms, grain } = spans[last]
  if (from !== undefined && to !== undefined) return { from, to, isLive: to > now }
  const end = Math.ceil(now / grain) * grain
  return { from: end - ms, to: end, isLive: true }
}

/** What a span of that width may be asked for without drowning the browser: a point a minute of twenty. */
const widest: Record<Resolution, number> = {
  raw: 7 * day,
  minute: 7 * day,
  hour: 400 * day,
  day: Number.POSITIVE_INFINITY,
}

export function isTooFine(fine: Resolution, { from, to }: View): boolean {
  return to - from > widest[fine]
}
