import type { Comparison, SeriesMarks } from '../api/history-queries.ts'
import type { DeviceView } from '../api/types.ts'
import type { PlotAlarm, PlotLimit } from '../chart/draw-plot.ts'
import { type PlotSeries, plotSeries } from '../chart/plot-series.ts'
import { type Translate, term } from '../i18n/translate.ts'
import { unitOf } from '../parts/words.ts'
import { keyOf, type Picked } from './history-search.ts'

/** What was answered, as the chart draws it; pure. */

/** Device ids and their names: they stay the same while readings come in. */
export type DeviceNames = Readonly<Record<string, string>>

export function namesOf(devices: readonly DeviceView[]): DeviceNames {
  return Object.fromEntries(devices.map(({ id, name }) => [id, name]))
}

function nameOf({ device, property }: Picked, names: DeviceNames, t: Translate): string {
  return `${names[device] ?? device} ${term(t, 'property', property)}`
}

interface Told {
  names: DeviceNames
  /** Where the window ends. */
  until: number
  t: Translate
}

/** In the order they were picked; what is not answered yet has no points. */
export function comparedSeries(
  picks: readonly Picked[],
  comparison: Comparison | undefined,
  { names, t, until }: Told,
): PlotSeries[] {
  return picks.map((pick, hue) => {
    const own = comparison?.series.find((one) => keyOf(one) === keyOf(pick))
    const told = { key: keyOf(pick), mark: String(hue + 1), hue, name: nameOf(pick, names, t) }
    return plotSeries(
      { ...told, unit: unitOf(pick.property) },
      { points: own?.points ?? [], resolution: comparison?.resolution ?? 'raw', until },
    )
  })
}

/** Rules hold for many devices: each line is drawn once. */
export function limitsOf(
  marks: SeriesMarks | undefined,
  shown: ReadonlySet<string>,
  t: Translate,
): PlotLimit[] {
  const limits = new Map<string, PlotLimit>()
  for (const threshold of marks?.thresholds ?? []) {
    if (!shown.has(keyOf(threshold))) continue
    const { rule, value, side, name } = threshold
    const unit = unitOf(threshold.property)
    const key = `${rule} ${unit} ${value} ${side}`
    limits.set(key, { key, unit, value, name: t(`history.limit.${side}`, { name, n: value }) })
  }
  return [...limits.values()]
}

/** About what is shown, or about its device as a whole. */
export function alarmsOf(marks: SeriesMarks | undefined, shown: ReadonlySet<string>): PlotAlarm[] {
  const devices = new Set([...shown].map((key) => key.slice(0, key.lastIndexOf(':'))))
  return (marks?.alarms ?? []).filter(({ device, property }) =>
    property === null ? devices.has(device) : shown.has(keyOf({ device, property })),
  )
}

/** When any of them last spoke. */
export function newestOf(picks: readonly Picked[], devices: readonly DeviceView[]): number | null {
  const times = picks.flatMap(({ device, property }) => {
    const latest = devices.find(({ id }) => id === device)?.latest
    return latest?.find((one) => one.property === property)?.at ?? []
  })
  return times.length === 0 ? null : Math.max(...times)
}
