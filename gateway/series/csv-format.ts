import { toCell } from '../storage/town-files/csv-cell.ts'
import type { ExportedRow, ExportedSeries } from './export-rows.ts'
import { exportColumns } from './export-rows.ts'
import type { TownText } from './town-text.ts'

/** The table that Excel and WPS open: without the mark they take UTF-8 for the machine's own code. */

export const csvHead = `\uFEFF${exportColumns.join(',')}\r\n`

export function csvText(
  series: ExportedSeries,
  rows: readonly ExportedRow[],
  town: TownText,
): string {
  const { device, name, village, property, unit } = series
  const middle = `,${[device, name, village, property, unit].map(toCell).join(',')},`
  let text = ''
  for (const { at, value, measured, hour } of rows) {
    const rest = hour ? `${hour.min},${hour.max},${hour.readings}` : ',,'
    text += `${town.toText(at)}${middle}${value},${measured},${rest}\r\n`
  }
  return text
}
