import { calibrate, calibrationAt } from '../domain/calibration.ts'
import type { LogEntry } from '../domain/observation.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import type { ObservationLog } from '../ports/observation-store.ts'

/**
 * The log as rules, live screens and people read it: each reading by the calibration that holds for
 * its time. The log itself, and what is kept as series, stay as measured. Read again after a
 * calibration came or went, the same entries have other values.
 */
export function createCalibratedLog(
  log: ObservationLog,
  calibrations: Calibrations,
): ObservationLog {
  /** The entry itself is kept by the log, and others read it too. */
  function calibrated(entry: LogEntry): LogEntry {
    const { observation } = entry
    if (observation.kind !== 'reading') return entry
    const history = calibrations.ofDevice(observation.device)?.get(observation.property)
    const line = history && calibrationAt(history, observation.observedAt)
    if (line === undefined) return entry
    const { value: measured } = observation
    return { ...entry, observation: { ...observation, value: calibrate(line, measured), measured } }
  }

  return {
    ...log,
    read: async (after, limit) => (await log.read(after, limit)).map(calibrated),
  }
}
