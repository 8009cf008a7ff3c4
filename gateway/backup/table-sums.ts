import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import type { TableSums } from './format.ts'

/** Rows and a checksum of each table, in the order of its key, independent of the file's pages. */

const rowsPerUpdate = 500

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

interface Listed {
  name: string
  wr: number
}

function keyOf(db: Database.Database, { name, wr }: Listed): string {
  if (wr === 0) return 'rowid'
  const columns = db.pragma(`table_info(${quoted(name)})`) as { name: string; pk: number }[]
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
  return key.map((column) => quoted(column.name)).join(', ')
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? [Buffer.from(value).toString('base64')] : value
}

function sumOf(db: Database.Database, table: Listed): TableSums[string] {
  const hash = createHash('sha256')
  const select = db
    .prepare(`SELECT * FROM ${quoted(table.name)} ORDER BY ${keyOf(db, table)}`)
    .raw()
  let rows = 0
  let part: unknown[][] = []
  for (const row of select.iterate() as IterableIterator<unknown[]>) {
    rows += 1
    part.push(row.map(plain))
    if (part.length < rowsPerUpdate) continue
    hash.update(JSON.stringify(part))
    part = []
  }
  hash.update(JSON.stringify(part))
  return { rows, sha256: hash.digest('hex') }
}

export function tableSums(db: Database.Database): TableSums {
  const tables = db.pragma('table_list') as (Listed & { schema: string; type: string })[]
  return Object.fromEntries(
    tables
      .filter(
        ({ schema, type, name }) =>
          schema === 'main' && type === 'table' && name !== 'sqlite_schema',
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((table) => [table.name, sumOf(db, table)]),
  )
}
