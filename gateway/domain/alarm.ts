import type { Severity } from './severity.ts'

/**
 * ISA-18.2 life cycle. `shelved`, `suppressed` and `outOfService` are facts beside the state and
 * come with their own fields when they are built.
 */
export const alarmStates = [
  'activeUnacknowledged',
  'activeAcknowledged',
  'clearedUnacknowledged',
  'cleared',
] as const

export type AlarmState = (typeof alarmStates)[number]

export type AlarmAct = 'acknowledge' | 'clear' | 'returnToAlarm'

/** What made the alarm, in the property's unit; kept so that the case can show it years later. */
export interface AlarmCause {
  property?: string
  value?: number
  /** The level that was crossed: the threshold, the window's lowest value plus the rise, or the neighbours' median plus the excess. */
  limit?: number
  /** Median of the neighbouring stations, for the excess rule. */
  neighbours?: number
  event?: string
  confidence?: number
  bearingDeg?: number
  picture?: string
  /** When retention took the picture away; then `picture` is gone too. */
  pictureRemovedAt?: number
  /** For silence: the last time anything was heard. */
  lastHeardAt?: number
}

/** One abnormal condition of one device by one rule; at most one is open per rule and device. */
export interface Alarm {
  id: string
  rule: string
  device: string
  hazard: string
  severity: Severity
  state: AlarmState
  village: string
  grid: string | null
  lon: number
  lat: number
  /** By the device's time. */
  raisedAt: number
  clearedAt: number | null
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  cause: AlarmCause
  incident: string | null
}

/** ISA-18.2 §5.4, figure 2. Null: the act is not allowed from this state. */
export function alarmTransition(state: AlarmState, act: AlarmAct): AlarmState | null {
  switch (state) {
    case 'activeUnacknowledged':
      if (act === 'acknowledge') return 'activeAcknowledged'
      return act === 'clear' ? 'clearedUnacknowledged' : null
    case 'activeAcknowledged':
      return act === 'clear' ? 'cleared' : null
    case 'clearedUnacknowledged':
      if (act === 'acknowledge') return 'cleared'
      return act === 'returnToAlarm' ? 'activeUnacknowledged' : null
    case 'cleared':
      return act === 'returnToAlarm' ? 'activeUnacknowledged' : null
  }
}
