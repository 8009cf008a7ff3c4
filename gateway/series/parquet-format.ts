import type { SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import type { ExportedRow, ExportedSeries } from './export-rows.ts'

/** The same table as the CSV for programs: real times, names once, numbers as numbers. */

/** What is held in memory at once; encoding them takes the thread for some 40 ms. */
const groupRows = 10_000

const text = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
} as const
const required = { repetition_type: 'REQUIRED' } as const
const optional = { repetition_type: 'OPTIONAL' } as const

const columns: SchemaElement[] = [
  {
    name: 'time',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    ...required,
  },
  ...['device', 'name', 'village', 'property', 'unit'].map((name) => ({
    name,
    ...text,
    ...required,
  })),
  { name: 'value', type: 'DOUBLE', ...required },
  { name: 'measured', type: 'DOUBLE', ...required },
  { name: 'min', type: 'DOUBLE', ...optional },
  { name: 'max', type: 'DOUBLE', ...optional },
  { name: 'readings', type: 'INT64', ...optional },
]

const schema: SchemaElement[] = [{ name: 'readings', num_children: columns.length }, ...columns]

const isName = new Set(['device', 'name', 'village', 'property', 'unit'])

type Row = [ExportedSeries, ExportedRow]

function cellOf(column: string, [series, row]: Row): bigint | number | string | null {
  switch (column) {
    case 'time':
      return BigInt(row.at)
    case 'value':
      return row.value
    case 'measured':
      return row.measured
    case 'min':
      return row.hour?.min ?? null
    case 'max':
      return row.hour?.max ?? null
    case 'readings':
      return row.hour ? BigInt(row.hour.readings) : null
    default:
      return series[column as 'device' | 'name' | 'village' | 'property' | 'unit']
  }
}

function columnOf({ name }: SchemaElement, rows: readonly Row[]): ColumnSource {
  const encoding =
    name === 'time' ? 'DELTA_BINARY_PACKED' : isName.has(name) ? 'RLE_DICTIONARY' : undefined
  return {
    name,
    data: rows.map((row) => cellOf(name, row)),
    offsetIndex: false,
    ...(encoding && { encoding }),
  }
}

/** Row groups as they fill. */
export async function* parquetFile(
  parts: AsyncIterable<{ series: ExportedSeries; rows: ExportedRow[] }>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'lianxun' })
  let waiting: Row[] = []

  function taken(): Uint8Array {
    const piece = bytes.getBytes().slice()
    bytes.index = 0
    return piece
  }

  function group(rows: readonly Row[]): Uint8Array {
    void writer.write({
      columnData: columns.map((column) => columnOf(column, rows)),
      rowGroupSize: groupRows,
    })
    return taken()
  }

  for await (const { series, rows } of parts) {
    for (const row of rows) waiting.push([series, row])
    while (waiting.length >= groupRows) {
      yield group(waiting.slice(0, groupRows))
      waiting = waiting.slice(groupRows)
    }
  }
  if (waiting.length > 0) yield group(waiting)
  void writer.finish()
  yield taken()
}
