import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import SqliteFile from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteDialect,
} from 'kysely'
import { Migrator } from 'kysely/migration'
import { StoreError } from '../domain/errors.ts'
import { up as theHouse } from './migrations/0001-the-house.ts'
import { up as trust } from './migrations/0002-trust.ts'
import { patientConnection } from './patient-connection.ts'
import type { Tables } from './schema.ts'

/**
 * Opens the tables of the house. Transactions begin IMMEDIATE: one that reads first and writes
 * later would otherwise fail at once, without waiting, when another process (an import, a backup)
 * wrote in between. `committed` lets in-process readers follow without polling.
 */

const migrations = { '0001-the-house': { up: theHouse }, '0002-trust': { up: trust } }

/** While the file is opened, when nothing else runs yet; later see patient-connection.ts. */
const openTimeoutMs = 5000
const cachedStatements = 400

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
  const db = new Kysely<Tables>({ dialect: immediateDialect(openFile(file), listeners) })
  commitListeners.set(db, listeners)
  try {
    await migrate(db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return db
}

function openFile(file: string): SqliteFile.Database {
  const sqlite = new SqliteFile(file, { timeout: openTimeoutMs })
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('busy_timeout = 0')
  return sqlite
}

/** Preparing costs more than running most of our statements. */
function withStatementCache(sqlite: SqliteFile.Database) {
  const statements = new Map<string, SqliteFile.Statement>()
  return {
    close: () => sqlite.close(),
    prepare(sql: string): SqliteFile.Statement {
      const known = statements.get(sql)
      if (known !== undefined) return known
      if (statements.size >= cachedStatements) statements.clear()
      const statement = sqlite.prepare(sql)
      statements.set(sql, statement)
      return statement
    },
  }
}

function immediateDialect(sqlite: SqliteFile.Database, listeners: Set<Listener>): Dialect {
  const base = new SqliteDialect({ database: withStatementCache(sqlite) })
  return {
    createAdapter: () => base.createAdapter(),
    createQueryCompiler: () => base.createQueryCompiler(),
    createIntrospector: (db) => base.createIntrospector(db),
    createDriver: () => immediateDriver(base.createDriver(), listeners),
  }
}

function immediateDriver(base: Driver, listeners: Set<Listener>): Driver {
  let connection: DatabaseConnection | undefined
  return {
    init: (options) => base.init(options),
    acquireConnection: async (options) =>
      (connection ??= patientConnection(await base.acquireConnection(options))),
    releaseConnection: (connection, options) => base.releaseConnection(connection, options),
    destroy: (options) => base.destroy(options),
    rollbackTransaction: (connection) => base.rollbackTransaction(connection),
    async beginTransaction(connection: DatabaseConnection) {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    },
    async commitTransaction(connection) {
      await base.commitTransaction(connection)
      for (const listener of listeners) listener()
    },
  }
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const reason = error instanceof Error ? error.message : 'unknown'
  throw new StoreError(
    `The tables could not be brought to this version: ${reason}. Restore the last backup, or install the version that wrote this database.`,
    { cause: error },
  )
}
