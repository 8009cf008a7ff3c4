import type { Calibration } from '../domain/calibration.ts'
import { NotFoundError } from '../domain/errors.ts'
import type { CalibrationEntry, CalibrationKey, CalibrationStore } from '../ports/calibrations.ts'
import type { Clock } from '../ports/clock.ts'

/**
 * Calibrations that people enter and remove. Rules and screens go by them from the answer on; what
 * was measured is never touched.
 */
export interface CalibrationDesk {
  /** Newest first, with names of people. */
  list(device: string): Promise<CalibrationEntry[]>
  /** Answers the one that it replaced: of the same property, from the same time on. */
  put(
    calibration: Calibration,
    by: { actor: string; reason: string },
  ): Promise<CalibrationEntry | undefined>
  /** Answers what was removed; rejects with NotFoundError when there is none. */
  remove(key: CalibrationKey): Promise<CalibrationEntry>
}

export interface CalibrationDeskParts {
  store: CalibrationStore
  clock: Clock
  /** Makes the house know the change. */
  reload: () => Promise<void>
}

export function createCalibrationDesk(parts: CalibrationDeskParts): CalibrationDesk {
  const { store, clock, reload } = parts
  return {
    list: (device) => store.list(device),
    async put(calibration, { actor, reason }) {
      const before = await store.put({ ...calibration, reason, by: actor, at: clock.now() })
      await reload()
      return before
    },
    async remove(key) {
      const removed = await store.remove(key)
      if (removed === undefined) {
        throw new NotFoundError(`${key.property} has no calibration from that time on.`)
      }
      await reload()
      return removed
    },
  }
}
