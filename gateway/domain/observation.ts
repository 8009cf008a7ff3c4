/**
 * What the outside world says, after decoding. An observation (SOSA) is one measured value or one
 * event of one device at one time. Everything downstream trusts these types; `parse` and `decode`
 * at the edge make them true.
 */

/** Unit and plausible range of each observed property; outside the range a unit is wrong or a sensor broken. */
export const observedProperties = {
  pm25: { unit: 'µg/m³', min: 0, max: 2000 },
  temperature: { unit: '°C', min: -60, max: 150 },
  humidity: { unit: '%', min: 0, max: 100 },
  smoke: { unit: '%/m', min: 0, max: 100 },
  co: { unit: 'ppm', min: 0, max: 10000 },
  wind: { unit: 'm/s', min: 0, max: 120 },
  windDirection: { unit: '°', min: 0, max: 360 },
  rain: { unit: 'mm', min: 0, max: 2000 },
  waterLevel: { unit: 'm', min: -50, max: 200 },
  soilMoisture: { unit: '%', min: 0, max: 100 },
  tilt: { unit: '°', min: -180, max: 180 },
  battery: { unit: '%', min: 0, max: 100 },
} as const

export type ObservedProperty = keyof typeof observedProperties

export function isObservedProperty(name: string): name is ObservedProperty {
  return Object.hasOwn(observedProperties, name)
}

/** Event state of a device event. `unknown` is what everything becomes while the path to a device is down. */
type EventState = 'active' | 'clear' | 'unknown' | 'pulse'

interface Observed {
  device: string
  /** The device's own time, epoch ms; the arrival time where the device gave none. */
  observedAt: number
  /** The gateway's arrival time, epoch ms. */
  receivedAt: number
}

/** A numeric observation, kept as a time series (device × property), in the property's unit. */
export interface Reading extends Observed {
  kind: 'reading'
  property: ObservedProperty
  value: number
  /** As it came, where a calibration made `value` of it; never in what comes in. */
  measured?: number
}

/** A non-numeric observation. `senderId` is the sender's own id: a second arrival with it changes nothing. */
export interface DeviceEvent extends Observed {
  kind: 'event'
  type: string
  state: EventState
  senderId?: string
  confidence?: number
  bearingDeg?: number
  elevationDeg?: number
  /** x, y, width, height as fractions of the picture, 0–1. */
  box?: [number, number, number, number]
  /** SHA-256 (hex) of the picture kept as evidence. */
  picture?: string
  /** What a fixed reader says of a tag (type `checkin`), until the patrol book takes it from the log. */
  checkin?: { tag: string; patroller?: string; counter?: number; mac?: string }
}

/** The device's own path: `online`, or `offline` (also its will). */
export interface DeviceStatus extends Observed {
  kind: 'status'
  online: boolean
}

export type Observation = Reading | DeviceEvent | DeviceStatus

/** Why a message went to quarantine instead of the log; each is a text on the screen too. */
export type QuarantineReason =
  | 'unparseable'
  | 'invalid'
  | 'unknownDevice'
  | 'wrongVillage'
  | 'outOfService'
  | 'blocked'
  | 'unknownProperty'
  | 'implausibleValue'
  | 'impossibleTime'
  | 'tooLarge'

/** A message that did not become observations. A value, not an exception: counted, kept, acknowledged. */
export interface DecodeFailure {
  reason: QuarantineReason
  /** One sentence for a technician: which field, what was found, what was expected. */
  detail: string
}

/** One row of the observation log: an observation with its place in the one order of acceptance. */
export interface LogEntry {
  seq: number
  observation: Observation
}
