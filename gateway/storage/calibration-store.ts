import type { Kysely, Selectable, Transaction } from 'kysely'
import { ConflictError } from '../domain/errors.ts'
import type { ObservedProperty } from '../domain/observation.ts'
import type { CalibrationEntry, CalibrationKey, CalibrationStore } from '../ports/calibrations.ts'
import { displayNames } from './alarm-queries.ts'
import type { Tables } from './schema.ts'
import { raiseRevision } from './town-repository.ts'

/** The calibration table; other processes see that it changed as they see a changed town. */

/** Four a year for a quarter of a century. */
const mostOfOne = 100

export function toCalibration(row: Selectable<Tables['calibration']>): CalibrationEntry {
  const { device, from_at: from, factor, offset, reason, by, at } = row
  return {
    device,
    property: row.property as ObservedProperty,
    from,
    factor,
    offset,
    reason,
    by,
    at,
  }
}

function rowsOf(trx: Kysely<Tables>, { device, property }: Omit<CalibrationKey, 'from'>) {
  return trx
    .selectFrom('calibration')
    .selectAll()
    .where('device', '=', device)
    .where('property', '=', property)
    .execute()
}

function drop(trx: Transaction<Tables>, { device, property, from }: CalibrationKey) {
  return trx
    .deleteFrom('calibration')
    .where('device', '=', device)
    .where('property', '=', property)
    .where('from_at', '=', from)
    .execute()
}

async function put(trx: Transaction<Tables>, entry: CalibrationEntry) {
  const rows = await rowsOf(trx, entry)
  const before = rows.find((row) => row.from_at === entry.from)
  if (before === undefined && rows.length >= mostOfOne) {
    throw new ConflictError(
      `${entry.property} of ${entry.device} has ${mostOfOne} calibrations, and more are not kept: remove one that no reading needs any more.`,
      entry.device,
    )
  }
  await drop(trx, entry)
  const { from, ...columns } = entry
  await trx
    .insertInto('calibration')
    .values({ ...columns, from_at: from })
    .execute()
  await raiseRevision(trx)
  return before && toCalibration(before)
}

async function remove(trx: Transaction<Tables>, key: CalibrationKey) {
  const rows = await rowsOf(trx, key)
  const before = rows.find((row) => row.from_at === key.from)
  if (before === undefined) return undefined
  await drop(trx, key)
  await raiseRevision(trx)
  return toCalibration(before)
}

export function createCalibrationStore(db: Kysely<Tables>): CalibrationStore {
  return {
    async list(device) {
      const rows = await db
        .selectFrom('calibration')
        .selectAll()
        .where('device', '=', device)
        .orderBy('from_at', 'desc')
        .orderBy('property')
        .execute()
      const names = await displayNames(
        db,
        rows.map((row) => row.by),
      )
      return rows.map((row) => ({ ...toCalibration(row), by: names.get(row.by) ?? row.by }))
    },
    put: (entry) => db.transaction().execute((trx) => put(trx, entry)),
    remove: (key) => db.transaction().execute((trx) => remove(trx, key)),
  }
}
