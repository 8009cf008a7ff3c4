import Database from 'better-sqlite3'
import { StoreError } from '../domain/errors.ts'
import type { TableSums } from './format.ts'
import { tableSums } from './table-sums.ts'

/** Null: the database is whole and holds what the manifest says; else what is wrong with it. */
export function troubleOf(file: string, expected: TableSums | undefined): string | null {
  const db = new Database(file, { fileMustExist: true })
  try {
    const integrity = String(db.pragma('integrity_check(1)', { simple: true }))
    if (integrity !== 'ok') return integrity
    const found = tableSums(db)
    const names = new Set([...Object.keys(found), ...Object.keys(expected ?? {})])
    for (const name of names) {
      const [is, should] = [found[name], expected?.[name]]
      if (is?.rows !== should?.rows) {
        return `table ${name} has ${is?.rows ?? 'no'} rows instead of ${should?.rows ?? 'none'}`
      }
      if (is?.sha256 !== should?.sha256) return `table ${name} does not match its checksum`
    }
    return null
  } catch (error) {
    if (error instanceof Error) return error.message
    throw new StoreError(String(error), { cause: error })
  } finally {
    db.close()
  }
}
