import type { CompiledQuery, DatabaseConnection } from 'kysely'
import { StoreError } from '../domain/errors.ts'

/**
 * Waits for somebody else's lock without holding up the event loop: SQLite's own busy handler
 * sleeps on the thread that takes messages, answers health checks and keeps connections alive.
 * A statement that found the database locked did nothing, so it may be tried again. What the
 * storage cannot do becomes a StoreError; mistakes in statements stay what they are.
 */

const waitMs = 5000
const tryEveryMs = 20

const storageFault = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code ?? ''
}

async function patiently<R>(run: () => Promise<R>): Promise<R> {
  const until = performance.now() + waitMs
  for (;;) {
    try {
      return await run()
    } catch (error) {
      const code = codeOf(error)
      if (code.startsWith('SQLITE_BUSY') && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, tryEveryMs))
        continue
      }
      if (!storageFault.test(code)) throw error
      throw new StoreError((error as Error).message, { cause: error })
    }
  }
}

export function patientConnection(base: DatabaseConnection): DatabaseConnection {
  return {
    executeQuery: <R>(query: CompiledQuery) => patiently(() => base.executeQuery<R>(query)),
    streamQuery: <R>(query: CompiledQuery, chunkSize: number) =>
      base.streamQuery<R>(query, chunkSize),
  }
}
