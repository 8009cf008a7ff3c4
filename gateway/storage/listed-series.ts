import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreError } from '../domain/errors.ts'
import type { ObservedProperty } from '../domain/observation.ts'
import type { LoggedSeries } from './observation-store.ts'
import type { SeriesKey } from './worker-messages.ts'

/** Series as the log of a running gateway lists them: only that gateway may list new ones. */
export interface ListedSeries extends LoggedSeries {
  close(): void
}

export function openListedSeries(directory: string): ListedSeries {
  const log = new Database(join(directory, 'observations.db'), { readonly: true, timeout: 5000 })
  const rows = log.prepare<[], SeriesKey>("SELECT * FROM series WHERE kind = 'reading'")
  const one = log
    .prepare<[string, string], number>(
      "SELECT id FROM series WHERE device = ? AND kind = 'reading' AND name = ?",
    )
    .pluck()
  const find = (device: string, property: ObservedProperty) => one.get(device, property)

  return {
    // Nothing of the log is followed here.
    newest: () => 0,
    find: ({ device, property }) => find(device, property),
    list: () => rows.all(),
    async allot(names) {
      return names.map(({ device, property }) => {
        const id = find(device, property)
        if (id !== undefined) return id
        throw new StoreError(
          `${property} of ${device} never came to this gateway, and only a command without a running gateway can begin its series.`,
        )
      })
    },
    close: () => void log.close(),
  }
}
