import type { Calibration } from '../domain/calibration.ts'
import type { ObservedProperty } from '../domain/observation.ts'

/** What is known of calibrations, held in memory: asked for each reading, synchronously. */
export interface Calibrations {
  /** In order of `from`; none: as measured. */
  of(device: string, property: ObservedProperty): readonly Calibration[]
  /** Of all its properties; undefined: nothing of this device is calibrated. */
  ofDevice(device: string): ReadonlyMap<ObservedProperty, readonly Calibration[]> | undefined
}

/** With who said so, when and why. */
export interface CalibrationEntry extends Calibration {
  reason: string
  /** Id of the person or program. */
  by: string
  at: number
}

export type CalibrationKey = Pick<Calibration, 'device' | 'property' | 'from'>

export interface CalibrationStore {
  /** Of one device, newest `from` first; `by` is a name that people know. */
  list(device: string): Promise<CalibrationEntry[]>
  /**
   * One of the same property and `from` gives way and is the answer. Rejects with ConflictError
   * when the property has as many as one may have.
   */
  put(entry: CalibrationEntry): Promise<CalibrationEntry | undefined>
  /** Answers what was removed; undefined: there was none. */
  remove(key: CalibrationKey): Promise<CalibrationEntry | undefined>
}
