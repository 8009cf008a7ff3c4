import type { DeviceKind } from '../gateway/domain/device.ts'
import { type ObservedProperty, observedProperties } from '../gateway/domain/observation.ts'
import { jitter, smoothNoise, uniform } from './random.ts'
import type { TownDevice } from './town.ts'

/**
 * What each kind of device measures on an ordinary day. One weather for the whole town, a small
 * steady difference for each device, and sensor noise. On a quiet day every curve stays clear of
 * the sample town's rules.
 */

export type Readings = Partial<Record<ObservedProperty, number>>

const hourMs = 3_600_000
/** The sample town lives in China: one zone, no daylight saving. */
const zoneOffsetMs = 8 * hourMs

/** Local hour of the day, 0–24, with fraction. */
export function localHour(ms: number): number {
  return (((ms + zoneOffsetMs) / hourMs) % 24) + 0
}

/** A wave of 24 h with its crest at `peakHour`. */
function daily(ms: number, peakHour: number): number {
  return Math.cos(((localHour(ms) - peakHour) / 24) * 2 * Math.PI)
}

function yearly(ms: number): number {
  const dayOfYear = (ms / (24 * hourMs)) % 365.25
  return Math.cos(((dayOfYear - 200) / 365.25) * 2 * Math.PI)
}

interface Weather {
  temperatureC: number
  humidity: number
  windMs: number
  windDirectionDeg: number
  pm25: number
}

function slow(seed: number, key: string, ms: number, hours: number): number {
  return smoothNoise(seed, key, { ms, periodMs: hours * hourMs })
}

function weather(seed: number, ms: number): Weather {
  const day = daily(ms, 15)
  const temperatureC = 17 + 9 * yearly(ms) + 4.5 * day + 3 * slow(seed, 'warm', ms, 31)
  // Two crests of traffic and cooking on top of a slow background.
  const rush = Math.max(0, daily(ms, 8)) ** 6 + Math.max(0, daily(ms, 19)) ** 6
  return {
    temperatureC,
    humidity: 74 - 14 * day + 9 * slow(seed, 'damp', ms, 17),
    windMs: 2.1 + 0.9 * day + 1.1 * slow(seed, 'wind', ms, 3),
    windDirectionDeg: 45 + 50 * slow(seed, 'windDirection', ms, 9),
    pm25: 34 + 10 * slow(seed, 'haze', ms, 23) + 7 * rush,
  }
}

interface Ask {
  seed: number
  device: TownDevice
  ms: number
  now: Weather
}

/** What sets this device apart from its neighbours, in [-1, 1], for good. */
function trait({ seed, device }: Ask, key: string): number {
  return 2 * uniform(seed, `${device.id}:${key}`) - 1
}

function noise({ seed, device, ms }: Ask, key: string, minutes: number): number {
  return smoothNoise(seed, `${device.id}:${key}`, { ms, periodMs: minutes * 60_000 })
}

function grain({ seed, device, ms }: Ask, key: string): number {
  return jitter(seed, `${device.id}:${key}`, ms)
}

/** Falls by about a third of a per cent a day and is changed in time: always well charged. */
function battery(ask: Ask): number {
  const ageDays = (ask.ms / (24 * hourMs) + 60 * (1 + trait(ask, 'charged'))) % 120
  return 99 - ageDays * 0.35 + 0.2 * noise(ask, 'battery', 90)
}

const air = (ask: Ask): Readings => ({
  pm25:
    ask.now.pm25 + 5 * trait(ask, 'pm25') + 4 * noise(ask, 'pm25', 20) + 1.2 * grain(ask, 'pm25'),
  temperature: ask.now.temperatureC + trait(ask, 'warm') + 0.15 * grain(ask, 'temperature'),
  humidity: ask.now.humidity + 3 * trait(ask, 'damp') + 0.5 * grain(ask, 'humidity'),
})

const smoke = (ask: Ask): Readings => ({
  smoke: 0.15 + 0.1 * noise(ask, 'smoke', 15) + 0.04 * grain(ask, 'smoke'),
  temperature: ask.now.temperatureC - 0.8 + trait(ask, 'warm') + 0.2 * grain(ask, 'temperature'),
  battery: battery(ask),
})

const met = (ask: Ask): Readings => ({
  temperature: ask.now.temperatureC + 0.4 * trait(ask, 'warm') + 0.1 * grain(ask, 'temperature'),
  humidity: ask.now.humidity + 0.4 * grain(ask, 'humidity'),
  wind: ask.now.windMs + 0.5 * noise(ask, 'gust', 4) + 0.3 * grain(ask, 'wind'),
  windDirection: (ask.now.windDirectionDeg + 15 * noise(ask, 'vane', 6) + 360) % 360,
  rain: Math.max(0, slow(ask.seed, 'rain', ask.ms, 7) - 0.7) * 1.5,
})

const water = (ask: Ask): Readings => ({
  waterLevel:
    1.6 + 0.3 * trait(ask, 'bed') + 0.25 * noise(ask, 'flow', 600) + 0.01 * grain(ask, 'ripple'),
  battery: battery(ask),
})

const tilt = (ask: Ask): Readings => ({
  tilt: 1.5 * trait(ask, 'slope') + 0.05 * noise(ask, 'creep', 720) + 0.01 * grain(ask, 'tilt'),
  soilMoisture: 31 + 4 * trait(ask, 'soil') + 3 * noise(ask, 'soil', 900),
  battery: battery(ask),
})

const curves: Record<DeviceKind, (ask: Ask) => Readings> = {
  airStation: air,
  smokeSensor: smoke,
  weatherStation: met,
  waterLevelGauge: water,
  tiltSensor: tilt,
  helpButton: (ask) => ({ battery: battery(ask) }),
  tagReader: () => ({}),
  camera: () => ({}),
}

const decimals: Record<ObservedProperty, number> = {
  pm25: 1,
  temperature: 1,
  humidity: 1,
  smoke: 2,
  co: 1,
  wind: 1,
  windDirection: 0,
  rain: 1,
  waterLevel: 3,
  soilMoisture: 1,
  tilt: 3,
  battery: 0,
}

/** A value as the sensor would print it: inside its range, with its own number of decimals. */
export function asMeasured(property: ObservedProperty, value: number): number {
  const { min, max } = observedProperties[property]
  return Number(Math.min(max, Math.max(min, value)).toFixed(decimals[property]))
}

/** The readings of one device at one moment of an ordinary day. */
export function readingsAt(seed: number, device: TownDevice, ms: number): Readings {
  return curves[device.kind]({ seed, device, ms, now: weather(seed, ms) })
}

const minuteMs = 60_000

/** How often a kind reports. Undefined: it measures nothing, it only says that it is there. */
export const reportEveryMs: Record<DeviceKind, number | undefined> = {
  airStation: minuteMs,
  smokeSensor: minuteMs,
  weatherStation: minuteMs,
  waterLevelGauge: minuteMs,
  tiltSensor: 5 * minuteMs,
  helpButton: 30 * minuteMs,
  tagReader: undefined,
  camera: undefined,
}
