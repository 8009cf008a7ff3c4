import type { Severity } from '../../../gateway/domain/severity.ts'
import type { AlarmView, TimelineEntry } from '../api/types.ts'

/** The course of an incident on one time axis: who noticed what when. Shares are 0 to 1 of the axis. */

type LaneName = 'sensor' | 'camera' | 'desk'

export interface LaneMark {
  id: string
  share: number
  at: number
  severity: Severity | null
  alarm: AlarmView | null
  entry: TimelineEntry | null
}

export interface Lane {
  name: LaneName
  marks: LaneMark[]
  /** From the first alarm to its end or to now. */
  stretch: { from: number; to: number; severity: Severity } | null
}

export interface LanesLayout {
  from: number
  to: number
  nowShare: number
  dueShare: number | null
  ticks: { at: number; share: number }[]
  lanes: Lane[]
}

export interface LanesInput {
  evidence: readonly AlarmView[]
  timeline: readonly TimelineEntry[]
  openedAt: number
  dueAt: number | null
  now: number
  isCamera: (device: string) => boolean
}

const minuteMs = 60_000
const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 1440, 2880, 10_080].map(
  (n) => n * minuteMs,
)

function span(input: LanesInput): { from: number; to: number } {
  const starts = input.evidence.map((alarm) => alarm.raisedAt)
  const first = Math.min(input.openedAt, ...starts)
  const shown = Math.max(10 * minuteMs, input.now - first)
  const isDueNear =
    input.dueAt !== null && input.dueAt > input.now && input.dueAt - input.now < shown * 0.5
  const last = isDueNear && input.dueAt !== null ? input.dueAt : input.now
  return { from: first - shown * 0.12, to: last + shown * 0.12 }
}

function stretchOf(
  alarms: readonly AlarmView[],
  now: number,
  share: (at: number) => number,
): Lane['stretch'] {
  if (alarms.length === 0) return null
  const order: readonly Severity[] = ['blue', 'yellow', 'orange', 'red']
  const ends = alarms.map((alarm) => alarm.clearedAt ?? now)
  const severity = alarms.reduce<Severity>(
    (worst, alarm) =>
      order.indexOf(alarm.severity) > order.indexOf(worst) ? alarm.severity : worst,
    'blue',
  )
  return {
    from: share(Math.min(...alarms.map((alarm) => alarm.raisedAt))),
    to: share(Math.max(...ends)),
    severity,
  }
}

export function tickTimes(from: number, to: number, most = 8): number[] {
  const step = tickSteps.find((one) => (to - from) / one <= most) ?? (to - from) / most
  const ticks: number[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at)
  return ticks
}

export function lanesLayout(input: LanesInput): LanesLayout {
  const { from, to } = span(input)
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)))
  const alarmLane = (name: LaneName, alarms: AlarmView[]): Lane => ({
    name,
    marks: alarms
      .sort((a, b) => a.raisedAt - b.raisedAt)
      .map((alarm) => ({
        id: alarm.id,
        share: share(alarm.raisedAt),
        at: alarm.raisedAt,
        severity: alarm.severity,
        alarm,
        entry: null,
      })),
    stretch: stretchOf(alarms, input.now, share),
  })
  const acts = input.timeline.filter((entry) => entry.actor !== null)
  const desk: Lane = {
    name: 'desk',
    marks: acts
      .sort((a, b) => a.at - b.at)
      .map((entry) => ({
        id: `entry-${entry.id}`,
        share: share(entry.at),
        at: entry.at,
        severity: null,
        alarm: null,
        entry,
      })),
    stretch: null,
  }
  const dueShare =
    input.dueAt !== null && input.dueAt >= from && input.dueAt <= to ? share(input.dueAt) : null
  return {
    from,
    to,
    nowShare: share(input.now),
    dueShare,
    ticks: tickTimes(from, to).map((at) => ({ at, share: share(at) })),
    lanes: [
      alarmLane(
        'sensor',
        input.evidence.filter((alarm) => !input.isCamera(alarm.device)),
      ),
      alarmLane(
        'camera',
        input.evidence.filter((alarm) => input.isCamera(alarm.device)),
      ),
      desk,
    ],
  }
}
