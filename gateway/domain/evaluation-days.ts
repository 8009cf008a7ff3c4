import type { EvaluatedCase } from './evaluation-steps.ts'
import { patrolHazard } from './patrol-rules.ts'
import { dayStamp, instantOnDay } from './town-time.ts'

/** Days of a month and the devices of a month; see evaluation.ts. */

export interface Month {
  startsAt: number
  endsAt: number
}

export interface EvaluatedAlarm {
  device: string
  village: string
  hazard: string
  raisedAt: number
  clearedAt: number | null
  /** Since when nothing was heard, for alarms about silence; else null. */
  silentSince: number | null
  /** Its case was voided as a false alarm. */
  isFalse: boolean
}

export interface EvaluatedDevice {
  id: string
  name: string
  village: string
  alarms: number
  falseAlarms: number
  falseAlarmRate: number | null
}

export interface EvaluatedDay {
  /** YYYY-MM-DD in the town's zone. */
  day: string
  opened: number
  closed: number
}

export const faultHazard: EvaluatedCase['hazard'] = 'deviceFault'

function dayOf(at: number, timeZone: string): string {
  const stamp = dayStamp(at, timeZone)
  return `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6)}`
}

export function daysOf(
  cases: readonly { openedAt: number; closedAt: number | null }[],
  { startsAt, endsAt }: Month,
  timeZone: string,
): EvaluatedDay[] {
  const days = new Map<string, EvaluatedDay>()
  for (let at = startsAt; at < endsAt; at = instantOnDay(at, 1, 0, timeZone)) {
    const day = dayOf(at, timeZone)
    days.set(day, { day, opened: 0, closed: 0 })
  }
  for (const { openedAt, closedAt } of cases) {
    const opened = days.get(dayOf(openedAt, timeZone))
    if (opened) opened.opened += 1
    const closed = closedAt === null ? undefined : days.get(dayOf(closedAt, timeZone))
    if (closed) closed.closed += 1
  }
  return [...days.values()]
}

/** Most false alarms first. A device's own faults and rounds that people missed are no alarms that it gave. */
export function devicesOf(
  alarms: readonly EvaluatedAlarm[],
  { startsAt, endsAt }: Month,
  nameOf: (id: string) => string | undefined,
): EvaluatedDevice[] {
  const devices = new Map<string, EvaluatedDevice>()
  for (const { device: id, village, hazard, raisedAt, isFalse } of alarms) {
    if (hazard === faultHazard || hazard === patrolHazard) continue
    if (raisedAt < startsAt || raisedAt >= endsAt) continue
    let device = devices.get(id)
    if (device === undefined) {
      const name = nameOf(id) ?? id
      device = { id, name, village, alarms: 0, falseAlarms: 0, falseAlarmRate: null }
      devices.set(id, device)
    }
    device.alarms += 1
    if (isFalse) device.falseAlarms += 1
    // One that was moved belongs to the later place, in whatever order its alarms come.
    if (village > device.village) device.village = village
  }
  return [...devices.values()]
    .map((device) => ({ ...device, falseAlarmRate: device.falseAlarms / device.alarms }))
    .sort(byFalseAlarms)
}

function byFalseAlarms(a: EvaluatedDevice, b: EvaluatedDevice): number {
  return (
    b.falseAlarms - a.falseAlarms || a.alarms - b.alarms || (a.id < b.id ? -1 : Number(a.id > b.id))
  )
}

/** How long devices were silent within the month, summed over devices; two rules count once. */
export function silentMs(
  alarms: readonly EvaluatedAlarm[],
  { startsAt, endsAt }: Month,
  now: number,
): number {
  const spans = new Map<string, [from: number, to: number][]>()
  for (const { device, silentSince, clearedAt } of alarms) {
    if (silentSince === null) continue
    const from = Math.max(silentSince, startsAt)
    const to = Math.min(clearedAt ?? now, endsAt, now)
    if (to <= from) continue
    spans.set(device, [...(spans.get(device) ?? []), [from, to]])
  }
  return [...spans.values()].reduce((sum, list) => sum + lengthOf(list), 0)
}

function lengthOf(spans: readonly [from: number, to: number][]): number {
  let sum = 0
  let reached = Number.NEGATIVE_INFINITY
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (to <= reached) continue
    sum += to - Math.max(from, reached)
    reached = to
  }
  return sum
}
