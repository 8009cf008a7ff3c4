/** Cells of CSV files that people open in a sheet program. */

export type Cell = string | number | null | undefined

/** RFC 4180; a cell that a sheet program would run as a formula gets an apostrophe before it. */
export function toCell(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^'*[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * A sheet program runs a cell that begins so; the export puts an apostrophe before it, and another
 * one before what looks like its own doing.
 */
const formula = /^'(?='*[=+\-@＝＋－＠\t\r\n])/

/** What stood there before `toCell`. */
export function fromCell(cell: string): string {
  return cell.replace(formula, '')
}
