import type { Device } from '../../../gateway/domain/device.ts'
import type {
  DeviceEvent,
  Observation,
  ObservedProperty,
  Reading,
} from '../../../gateway/domain/observation.ts'

/** Observations as the sample town's devices would send them. */

export function reading(
  device: string,
  property: ObservedProperty,
  at: number,
  value: number,
): Reading {
  return { kind: 'reading', device, property, value, observedAt: at, receivedAt: at }
}

export function event(device: string, at: number, of: Partial<DeviceEvent> = {}): DeviceEvent {
  return {
    kind: 'event',
    device,
    type: 'fire',
    state: 'pulse',
    observedAt: at,
    receivedAt: at,
    ...of,
  }
}

const seconds = 1000
export const minutes = 60 * seconds

/** Every station says 20 to 24 each 30 s; one rises by 90 for six minutes, then falls again. */
export function strawBurning(devices: readonly Device[], from: number, burning: string) {
  const stations = devices.filter((device) => device.kind === 'airStation')
  const observations: Observation[] = []
  for (let at = from; at < from + 20 * minutes; at += 30 * seconds) {
    for (const [index, { id }] of stations.entries()) {
      const isBurning = id === burning && at >= from + 5 * minutes && at < from + 11 * minutes
      observations.push(reading(id, 'pm25', at, 20 + (index % 5) + (isBurning ? 90 : 0)))
    }
  }
  return observations
}

/** A smoke sensor rises over its limit, and a camera nearby reports fire twice. */
export function forestFire(from: number, smokeSensor: string, camera: string): Observation[] {
  const observations: Observation[] = []
  for (let at = from; at <= from + 3 * minutes; at += 10 * seconds) {
    const isSmoke = at >= from + 1 * minutes
    observations.push(reading(smokeSensor, 'smoke', at, isSmoke ? 9 : 0.5))
  }
  observations.push(event(camera, from + 2 * minutes, { confidence: 0.8, bearingDeg: 200 }))
  observations.push(event(camera, from + 2.3 * minutes, { confidence: 0.9, bearingDeg: 201 }))
  return observations.sort((a, b) => a.observedAt - b.observedAt)
}
