import type { LonLat } from './place.ts'

/** What can be put up somewhere; only these are entered as devices. */
export const deviceKinds = [
  'airStation',
  'smokeSensor',
  'weatherStation',
  'waterLevelGauge',
  'tiltSensor',
  'helpButton',
  'tagReader',
  'camera',
] as const

export type DeviceKind = (typeof deviceKinds)[number]

/**
 * What rules may speak of. A patrol route is no device, nor is the gateway: both are let speak like
 * one, so that a missed round or a disk that fills is an alarm like all others.
 */
export const speakingKinds = [...deviceKinds, 'patrolRoute', 'gateway'] as const

export type SpeakingKind = (typeof speakingKinds)[number]

export const deviceStates = ['commissioning', 'active', 'outOfService'] as const

export type DeviceState = (typeof deviceStates)[number]

/** A sensor, camera or reader at a point. Its secret is kept apart, as a keyed hash. */
export interface Device {
  id: string
  name: string
  kind: DeviceKind
  village: string
  /** The grid whose polygon contains the point; null when none does. */
  grid: string | null
  position: LonLat
  adapter: string
  /** Where the gateway calls the device, for adapters that call; null for those that push. */
  address: string | null
  headingDeg: number | null
  fieldOfViewDeg: number | null
  state: DeviceState
}

/** Whoever observations and alarms are of: a device, a patrol route, or the gateway itself. */
export type Speaker = Omit<Device, 'kind'> & { kind: SpeakingKind }

/** Nothing comes from these themselves, so they are never heard and never silent. */
export function isSpokenFor({ kind }: Pick<Speaker, 'kind'>): boolean {
  return kind === 'patrolRoute' || kind === 'gateway'
}
