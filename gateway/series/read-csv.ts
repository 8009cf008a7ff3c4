import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import { fromCell } from '../storage/town-files/csv-cell.ts'
import { type Batch, createBatch, type FileBatch, type RowCheck } from './row-check.ts'

/**
 * A table as sheet programs write it: commas, semicolons (then with decimal commas) or tabs, with or
 * without a mark at the beginning. Columns stand in any order, and others may stand among them.
 */

/** Longer is no row; a quote that is never closed is found by it too. */
const mostRowBytes = 16_384

const wanted = ['time', 'device', 'property', 'value', 'measured', 'readings'] as const

type Columns = Partial<Record<(typeof wanted)[number], number>>

/** The sign that stands most often in the first row. */
function separatorOf(firstRow: string): ',' | ';' | '\t' {
  const times = (sign: string) => firstRow.split(sign).length
  const signs = [',', ';', '\t'] as const
  return signs.reduce((best, sign) => (times(sign) > times(best) ? sign : best))
}

/** What the heading lacks is told; the columns are found else. */
function columnsOf(heading: readonly string[], batch: Batch): Columns | undefined {
  const names = heading.map((name) => name.trim().toLowerCase())
  const missing = ['time', 'device', 'property'].filter((name) => !names.includes(name))
  if (!names.includes('value') && !names.includes('measured')) missing.push('value')
  for (const name of missing) {
    batch.error(1, name, 'is missing; the first row names time, device, property and value')
  }
  const doubled = wanted.filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
  for (const name of doubled) batch.error(1, name, 'stands there twice')
  if (missing.length + doubled.length > 0) return undefined
  return Object.fromEntries(
    wanted.flatMap((name) => (names.includes(name) ? [[name, names.indexOf(name)]] : [])),
  )
}

function messageOf(error: CsvError): string {
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return `is longer than ${mostRowBytes / 1024} KB: this is no row, or a quote is not closed`
  }
  return `is no CSV: ${error.message}`
}

interface Line {
  record: string[]
  info: { lines: number }
}

interface RowParts {
  check: RowCheck
  batch: Batch
  decimalComma: boolean
}

function readRow({ record, info }: Line, columns: Columns, parts: RowParts): void {
  const cell = (name: keyof Columns) => {
    const index = columns[name]
    return index === undefined ? '' : fromCell(record[index] ?? '')
  }
  // An hour of which no single readings are left.
  if (cell('readings') !== '') return parts.batch.leaveOut()
  const column = columns.measured === undefined ? 'value' : 'measured'
  const text = cell(column)
  const value = parts.decimalComma ? text.replace(',', '.') : text
  const cells = { time: cell('time'), device: cell('device'), property: cell('property'), value }
  parts.batch.reading(info.lines, parts.check.reading(cells, column))
}

export async function* readCsv(
  file: string,
  { check, firstRow }: { check: RowCheck; firstRow: string },
): AsyncGenerator<FileBatch> {
  const { size } = await stat(file)
  const delimiter = separatorOf(firstRow)
  const batch = createBatch()
  const parts: RowParts = { check, batch, decimalComma: delimiter !== ',' }
  const input = createReadStream(file)
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
    max_record_size: mostRowBytes,
  })
  input.on('error', (error) => parser.destroy(error))
  input.pipe(parser)
  let columns: Columns | undefined
  try {
    for await (const line of parser as AsyncIterable<Line>) {
      if (columns) readRow(line, columns, parts)
      else if ((columns = columnsOf(line.record, batch)) === undefined) break
      if (batch.isFull()) yield batch.take(input.bytesRead / size)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    batch.error(Math.max(1, Number(error.lines ?? 1)), null, messageOf(error))
  } finally {
    input.destroy()
    parser.destroy()
  }
  yield batch.take(1)
}
