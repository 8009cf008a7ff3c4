import type { LonLat } from './place.ts'

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
