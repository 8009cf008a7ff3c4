import { calibrate, calibrationAt } from '../domain/calibration.ts'
import { isObservedProperty } from '../domain/observation.ts'
import type { Calibrations } from '../ports/calibrations.ts'

interface Latest {
  device: string
  property: string
  observedAt: number
  value: number
}

/** Last readings are kept as measured, so that a calibration counts from the moment it is entered. */
export function calibratedLatest<T extends Latest>(calibrations: Calibrations, latest: T): T {
  const { device, property, observedAt, value } = latest
  if (!isObservedProperty(property)) return latest
  const line = calibrationAt(calibrations.of(device, property), observedAt)
  return line === undefined ? latest : { ...latest, value: calibrate(line, value) }
}
