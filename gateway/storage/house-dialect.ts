import type SqliteFile from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  SelectQueryNode,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'
import { patientConnection } from './patient-connection.ts'

/**
 * One connection writes, another reads: in WAL mode readers wait for nobody, so screens go on while
 * a transaction runs and while another program holds the file for writing. A SELECT outside a
 * transaction goes to the reader, which sees all that was committed; everything else goes to the
 * writer, one after the other. Transactions begin IMMEDIATE: one that reads first and writes later
 * would otherwise fail at once, without waiting, when another process wrote in between.
 */
export interface HouseFiles {
  writer: SqliteFile.Database
  /** Undefined until the tables are made; so long everything goes to the writer. */
  reader: SqliteFile.Database | undefined
  /** Called after each commit of a transaction. */
  committed(): void
}

const cachedStatements = 400

/** What Kysely holds from acquiring to releasing. */
interface Lease extends DatabaseConnection {
  begin(): Promise<void>
  commit(): Promise<void>
  /** Also where SQLite undid the transaction by itself, as it does on a full disk. */
  undo(): Promise<void>
}

export function houseDialect(files: HouseFiles): Dialect {
  const base = new SqliteDialect({ database: files.writer })
  return {
    createAdapter,
    createQueryCompiler: () => base.createQueryCompiler(),
    createIntrospector: (db) => base.createIntrospector(db),
    createDriver: () => houseDriver(files),
  }
}

/** Kysely would otherwise let one statement at a time through, reads behind writes. */
function createAdapter(): DialectAdapter {
  const adapter = new SqliteAdapter()
  return Object.defineProperty(adapter, 'supportsMultipleConnections', { value: true })
}

/** Every connection that Kysely hands back was made here. */
const leaseOf = (connection: DatabaseConnection) => connection as Lease

function houseDriver(files: HouseFiles): Driver {
  const leases = createLeases(files)
  return {
    init: async () => {},
    acquireConnection: async () => leases(),
    releaseConnection: (connection) => leaseOf(connection).undo(),
    beginTransaction: (connection) => leaseOf(connection).begin(),
    async commitTransaction(connection) {
      await leaseOf(connection).commit()
      files.committed()
    },
    rollbackTransaction: (connection) => leaseOf(connection).undo(),
    async destroy() {
      // The last to close writes the log back, which a reader cannot.
      files.reader?.close()
      files.writer.close()
    },
  }
}

function createLeases(files: HouseFiles): () => Lease {
  const takeTurn = createTurns()
  const connections = new Map<SqliteFile.Database, Promise<DatabaseConnection>>()

  function on(sqlite: SqliteFile.Database): Promise<DatabaseConnection> {
    const known = connections.get(sqlite) ?? connect(sqlite)
    connections.set(sqlite, known)
    return known
  }

  const write = async <R>(query: CompiledQuery) => (await on(files.writer)).executeQuery<R>(query)

  async function outside<R>(query: CompiledQuery) {
    const { reader } = files
    if (reader && SelectQueryNode.is(query.query)) return (await on(reader)).executeQuery<R>(query)
    const end = await takeTurn()
    try {
      return await write<R>(query)
    } finally {
      end()
    }
  }

  return () => {
    let endTurn: (() => void) | undefined

    function finish(): void {
      endTurn?.()
      endTurn = undefined
    }

    return {
      executeQuery: (query) => (endTurn ? write(query) : outside(query)),
      streamQuery() {
        throw new Error(
          'Results are read whole: a stream would keep the log from being written back.',
        )
      },
      async begin() {
        endTurn = await takeTurn()
        await write(CompiledQuery.raw('begin immediate'))
      },
      async commit() {
        await write(CompiledQuery.raw('commit'))
        finish()
      },
      async undo() {
        if (!endTurn) return
        try {
          if (files.writer.inTransaction) await write(CompiledQuery.raw('rollback'))
        } finally {
          finish()
        }
      },
    }
  }
}

async function connect(sqlite: SqliteFile.Database): Promise<DatabaseConnection> {
  const driver = new SqliteDriver({ database: withStatementCache(sqlite) })
  await driver.init()
  return patientConnection(await driver.acquireConnection())
}

/** First come, first served; resolves with what ends the turn. */
function createTurns(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    const turn = Promise.withResolvers<void>()
    last = turn.promise
    await before
    return turn.resolve
  }
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
