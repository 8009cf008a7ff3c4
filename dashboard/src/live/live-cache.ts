import { isObservedProperty, observedProperties } from '../../../gateway/domain/observation.ts'
import type { Comparison } from '../api/history-queries.ts'
import type { AlarmView, CaseDetail, CaseView, DeviceView } from '../api/types.ts'

/** What one live event does to what is already on the screen. Pure, so that each is a table test. */

const openStates = new Set([
  'reported',
  'accepted',
  'dispatched',
  'handling',
  'suspended',
  'verifying',
])

export function isOpen(one: Pick<CaseView, 'state'>): boolean {
  return openStates.has(one.state)
}

/** Live events may be overtaken by a fetch; an older version never replaces a newer one. */
function isNewer(next: CaseView, shown: CaseView): boolean {
  return next.version >= shown.version
}

export function upsertOpenCase(list: readonly CaseView[], next: CaseView): CaseView[] {
  const index = list.findIndex((one) => one.id === next.id)
  if (!isOpen(next)) return list.filter((one) => one.id !== next.id)
  if (index === -1) return [...list, next]
  return list.map((one, at) => (at === index && isNewer(next, one) ? next : one))
}

export function replaceCase(list: readonly CaseView[], next: CaseView): CaseView[] {
  return list.map((one) => (one.id === next.id && isNewer(next, one) ? next : one))
}

export function mergeDetail(detail: CaseDetail, next: CaseView): CaseDetail {
  return detail.id === next.id && isNewer(next, detail) ? { ...detail, ...next } : detail
}

export function applyAlarmToDetail(detail: CaseDetail, alarm: AlarmView): CaseDetail {
  if (!detail.evidence.some((one) => one.id === alarm.id)) return detail
  return {
    ...detail,
    evidence: detail.evidence.map((one) => (one.id === alarm.id ? alarm : one)),
    lastAlarm: detail.lastAlarm?.id === alarm.id ? alarm : detail.lastAlarm,
  }
}

export function applyAlarmToList(list: readonly CaseView[], alarm: AlarmView): CaseView[] {
  return list.map((one) => (one.lastAlarm?.id === alarm.id ? { ...one, lastAlarm: alarm } : one))
}

export interface DeviceChange {
  id: string
  online: boolean | null
}

export function applyDevice(list: readonly DeviceView[], change: DeviceChange): DeviceView[] {
  return list.map((one) => (one.id === change.id ? { ...one, online: change.online } : one))
}

/** device, property, time, value */
export type ReadingTuple = [string, string, number, number]

export function applyReadings(
  list: readonly DeviceView[],
  readings: readonly ReadingTuple[],
): DeviceView[] {
  const byDevice = Map.groupBy(readings, ([device]) => device)
  return list.map((device) => {
    const arrived = byDevice.get(device.id)
    return arrived ? arrived.reduce(withReading, device) : device
  })
}

function withReading(device: DeviceView, [, property, at, value]: ReadingTuple): DeviceView {
  const shown = device.latest.find((one) => one.property === property)
  if (shown && shown.at > at) return device
  const unit = isObservedProperty(property) ? observedProperties[property].unit : ''
  const fresh = { property, value, unit, at }
  return {
    ...device,
    online: true,
    lastReceivedAt: Math.max(device.lastReceivedAt ?? 0, at),
    latest: shown
      ? device.latest.map((one) => (one === shown ? fresh : one))
      : [...device.latest, fresh],
  }
}

/** Adds live readings to a raw series without letting it grow for ever. */
export function appendPoints(
  points: readonly number[][],
  arrived: readonly ReadingTuple[],
  most = 4_000,
): number[][] {
  const last = points.at(-1)?.[0] ?? 0
  const fresh = arrived.filter(([, , at]) => at > last).map(([, , at, value]) => [at, value])
  return fresh.length === 0 ? [...points] : [...points, ...fresh].slice(-most)
}

/** Its window ends; this is what a day of readings each second comes to. */
const mostCompared = 90_000

/** Of readings that arrive, those up to `to` are drawn at once; what is rolled up is asked again. */
export function applyToComparison(
  comparison: Comparison,
  arrived: readonly ReadingTuple[],
  to: number,
): Comparison {
  if (comparison.resolution !== 'raw') return comparison
  const series = comparison.series.map((one) => {
    const own = arrived.filter(
      ([device, property, at]) => device === one.device && property === one.property && at < to,
    )
    return own.length === 0 ? one : { ...one, points: appendPoints(one.points, own, mostCompared) }
  })
  return series.every((one, i) => one === comparison.series[i])
    ? comparison
    : { ...comparison, series }
}
