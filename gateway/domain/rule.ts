import type { SpeakingKind } from './device.ts'
import type { ObservedProperty } from './observation.ts'
import type { Severity } from './severity.ts'

/** Value beyond a limit, with a deadband and delays; delays count by `observedAt`, in seconds. */
export interface ThresholdCondition {
  property: ObservedProperty
  above?: number
  below?: number
  clearBelow?: number
  clearAbove?: number
  onDelayS?: number
  offDelayS?: number
}

/** Value rises by at least `riseBy` within `withinS` seconds. */
export interface RiseCondition {
  property: ObservedProperty
  riseBy: number
  withinS: number
}

/** Value exceeds the median of the neighbouring stations' latest values. */
export interface ExcessCondition {
  property: ObservedProperty
  excessOverNeighbours: number
  radiusKm: number
  minNeighbours: number
  onDelayS?: number
  offDelayS?: number
  /** Clears when the excess falls below this. */
  clearBelow?: number
}

/** `count` events of the named types within `withinS` seconds, each at least this confident. */
export interface EventCondition {
  event: string[]
  minConfidence?: number
  count?: number
  withinS?: number
}

/** Nothing heard of the device for this long, in seconds, by the gateway's own clock. */
export interface SilenceCondition {
  silentForS: number
}

export type Condition =
  | ThresholdCondition
  | RiseCondition
  | ExcessCondition
  | EventCondition
  | SilenceCondition

/** Turns observations of devices of these kinds into alarms of one hazard. */
export interface Rule {
  id: string
  name: string
  hazard: string
  severity: Severity
  kinds: SpeakingKind[]
  when: Condition
}
