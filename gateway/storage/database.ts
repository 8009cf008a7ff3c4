import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import SqliteFile from 'better-sqlite3'
import { Kysely } from 'kysely'
import { type HouseFiles, houseDialect } from './house-dialect.ts'
import { migrateHouse } from './migrate.ts'
import type { Tables } from './schema.ts'

/**
 * Opens the tables of the house: one connection that writes, and one that reads beside it
 * (see house-dialect.ts). `onCommit` lets in-process readers follow without polling.
 */

/** While the file is opened, when nothing else runs yet; later see patient-connection.ts. */
const openTimeoutMs = 5000

type Listener = () => void

const commitListeners = new WeakMap<object, Set<Listener>>()

/** Calls `listener` after each commit of a transaction on this database; returns how to stop. */
export function onCommit(db: Kysely<Tables>, listener: Listener): () => void {
  const listeners = commitListeners.get(db)
  if (listeners === undefined) throw new Error('onCommit: the database was not opened here')
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export async function openDatabase(file: string): Promise<Kysely<Tables>> {
  await mkdir(dirname(file), { recursive: true })
  const listeners = new Set<Listener>()
  const files: HouseFiles = {
    writer: openWriter(file),
    reader: undefined,
    committed() {
      for (const listener of listeners) listener()
    },
  }
  const db = new Kysely<Tables>({ dialect: houseDialect(files) })
  commitListeners.set(db, listeners)
  try {
    await migrateHouse(db, { sqlite: files.writer, file })
    files.reader = new SqliteFile(file, { readonly: true, timeout: 0 })
  } catch (error) {
    await db.destroy()
    throw error
  }
  return db
}

function openWriter(file: string): SqliteFile.Database {
  const sqlite = new SqliteFile(file, { timeout: openTimeoutMs })
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('busy_timeout = 0')
  return sqlite
}
