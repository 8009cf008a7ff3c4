import { mostCompared } from '../../../gateway/domain/resolution.ts'
import type { SeriesMarks, SeriesOverview } from '../api/history-queries.ts'
import type { DeviceView } from '../api/types.ts'
import { type PlotSeries, plotSeries } from '../chart/plot-series.ts'
import { inPropertyOrder } from '../parts/words.ts'
import { keyOf } from './history-search.ts'

/** A place at one look: small charts of equal scale; pure. */

type Item = SeriesOverview['items'][number]
type Threshold = SeriesMarks['thresholds'][number]

export interface SmallChart {
  item: Item
  series: PlotSeries
  /** Of its kind of device. */
  limits: Threshold[]
  /** What the last value is beyond, the most severe. */
  beyond: Threshold | null
}

export interface OverviewGroup {
  property: Item['property']
  unit: string
  min: number
  max: number
  charts: SmallChart[]
}

/** Rules are the same for devices of a kind: one of each stands for them. */
export function representatives(items: readonly Item[], devices: readonly DeviceView[]): string[] {
  const kinds = new Map(devices.map(({ id, kind }) => [id, kind]))
  const found = new Map<string, string>()
  for (const item of items) {
    const key = `${kinds.get(item.device)} ${item.property}`
    if (!found.has(key)) found.set(key, keyOf(item))
  }
  return [...found.values()].slice(0, mostCompared)
}

const ranks = ['blue', 'yellow', 'orange', 'red']

function beyondOf(limits: readonly Threshold[], value: number | undefined): Threshold | null {
  if (value === undefined) return null
  const crossed = limits.filter((limit) =>
    limit.side === 'above' ? value > limit.value : value < limit.value,
  )
  return crossed.sort((a, b) => ranks.indexOf(b.severity) - ranks.indexOf(a.severity))[0] ?? null
}

interface Known {
  devices: readonly DeviceView[]
  thresholds: readonly Threshold[]
  /** Where the window ends. */
  until: number
}

/** In the order of properties; of each its devices in the order of the answer, or highest first. */
export function overviewGroups(
  { items, resolution }: SeriesOverview,
  { devices, thresholds, until }: Known,
  sort: 'name' | 'highest',
): OverviewGroup[] {
  const kinds = new Map(devices.map(({ id, kind }) => [id, kind]))
  const charts = items.map((item) => {
    const limits = thresholds.filter(
      (one) => one.property === item.property && kinds.get(one.device) === kinds.get(item.device),
    )
    const told = { key: keyOf(item), mark: '', hue: 0, name: item.deviceName, unit: item.unit }
    const series = plotSeries(told, { points: item.points, resolution, until })
    return { item, series, limits, beyond: beyondOf(limits, item.latest?.[1]) }
  })
  const byProperty = Map.groupBy(charts, ({ item }) => item.property)
  return inPropertyOrder([...byProperty.keys()].map((property) => ({ property }))).map(
    ({ property }) => groupOf(property, byProperty.get(property) ?? [], sort),
  )
}

function groupOf(
  property: Item['property'],
  charts: SmallChart[],
  sort: 'name' | 'highest',
): OverviewGroup {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { series, limits } of charts) {
    for (const value of series.low ?? series.mean) min = Math.min(min, value)
    for (const value of series.high ?? series.mean) max = Math.max(max, value)
    for (const { value } of limits) [min, max] = [Math.min(min, value), Math.max(max, value)]
  }
  if (min > max) [min, max] = [0, 1]
  if (min >= 0 && min < max / 2) min = 0
  const value = ({ item }: SmallChart) => item.latest?.[1] ?? Number.NEGATIVE_INFINITY
  const sorted = sort === 'name' ? charts : charts.toSorted((a, b) => value(b) - value(a))
  return { property, unit: charts[0]?.item.unit ?? '', min, max, charts: sorted }
}
