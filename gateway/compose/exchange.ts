import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { SeriesExports } from '../ports/series-exchange.ts'
import { createSeriesExports } from '../series/exports.ts'
import { createImportKeeper, type ImportKeeper } from '../series/imports.ts'
import { createSpool } from '../series/spool.ts'
import { createSeriesImportStore } from '../storage/series-imports.ts'
import type { House, Stores } from './house.ts'

/** Files of readings, out and in. */
export interface Exchange {
  exports: SeriesExports
  imports: ImportKeeper
}

/** Where files wait that were sent and are not read in yet. */
export const spoolFolder = 'imports'

export function createExchange(
  { config, db, clock, logger }: House,
  { series, calibrations, devices, audit }: Stores,
): Exchange {
  const { timeZone, dataDir } = config
  return {
    exports: createSeriesExports({ store: series, calibrations, timeZone }),
    imports: createImportKeeper({
      store: createSeriesImportStore(db),
      series,
      spool: createSpool(join(dataDir, spoolFolder)),
      devices: () => devices.all().map(({ id }) => id),
      timeZone,
      clock,
      newId: randomUUID,
      log: logger,
      ended: ({ id, name, state, readings }) =>
        audit.write({
          actor: null,
          act: 'endImport',
          subject: `seriesImport:${id}`,
          detail: `${name}: ${state}, ${readings} readings`,
        }),
    }),
  }
}
