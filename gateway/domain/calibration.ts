import type { ObservedProperty } from './observation.ts'

/**
 * What a comparison with a reference said of a sensor: from then on value = measured × factor +
 * offset, until the next calibration of the same property. What was measured stays as it came; the
 * calibration is applied wherever a reading is read.
 */
export interface Calibration {
  device: string
  property: ObservedProperty
  /** Epoch ms, by the reading's own time. */
  from: number
  /** Never 0. */
  factor: number
  /** In the property's unit. */
  offset: number
}
