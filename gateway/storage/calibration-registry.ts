import type { Kysely } from 'kysely'
import type { Calibration } from '../domain/calibration.ts'
import type { ObservedProperty } from '../domain/observation.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import { toCalibration } from './calibration-store.ts'
import type { Tables } from './schema.ts'

/** The calibration table, held in memory: the rules ask it for each reading. */
export interface LoadedCalibrations extends Calibrations {
  /** Reads the table; call it after every change of it. */
  reload(): Promise<void>
}

const none: readonly Calibration[] = []

/** Empty until the first `reload`. */
export function createCalibrationRegistry(db: Kysely<Tables>): LoadedCalibrations {
  let known = new Map<string, Map<ObservedProperty, Calibration[]>>()
  let last: Promise<void> = Promise.resolve()

  async function load(): Promise<void> {
    const rows = await db.selectFrom('calibration').selectAll().orderBy('from_at').execute()
    const next: typeof known = new Map()
    for (const row of rows) {
      const { device, property, from, factor, offset } = toCalibration(row)
      const properties = next.get(device) ?? new Map<ObservedProperty, Calibration[]>()
      const history = properties.get(property) ?? []
      history.push({ device, property, from, factor, offset })
      next.set(device, properties.set(property, history))
    }
    known = next
  }

  return {
    /** One after the other, so that an older answer never replaces a newer one. */
    reload() {
      last = last.catch(() => {}).then(load)
      return last
    },
    of: (device, property) => known.get(device)?.get(property) ?? none,
    ofDevice: (device) => known.get(device),
  }
}
