import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import { StoreError } from '../domain/errors.ts'

/**
 * One gateway, or one restore, has a data directory at a time. SQLite's exclusive lock on an empty
 * file: the system lets go of it when the process ends in whatever way, so nothing stale is left.
 */

const lockName = 'gateway.lock'
const seriesLockName = 'series.lock'

export interface HouseLock {
  release(): void
}

/** Rejects when another process holds it. Keep the answer: a lock that nobody refers to is collected and gone. */
export function lockHouse(directory: string, advice: string): HouseLock {
  return lockFile(directory, lockName, `A gateway runs on ${directory}. ${advice}`)
}

/** Whoever writes the files of the time series: the gateway, or a command that fills them. */
export function lockSeriesFiles(directory: string): HouseLock {
  const text = `The files of the time series in ${directory} are being written: by a gateway that keeps its series in them, or by a command that fills them. Stop it first.`
  return lockFile(directory, seriesLockName, text)
}

function lockFile(directory: string, name: string, taken: string): HouseLock {
  mkdirSync(directory, { recursive: true })
  const file = new SqliteFile(join(directory, name), { timeout: 0 })
  try {
    // Nothing is ever written, so there is nothing to lay beside it.
    file.pragma('journal_mode = MEMORY')
    file.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if ((error as NodeJS.ErrnoException).code !== 'SQLITE_BUSY') throw error
    throw new StoreError(taken, { cause: error })
  }
  return { release: () => void file.close() }
}
