import { join } from 'node:path'
import { ConflictError, StoreError } from '../domain/errors.ts'
import { instantOnDay } from '../domain/town-time.ts'
import type { Backup, BackupState, Backups } from '../ports/backups.ts'
import type { Clock } from '../ports/clock.ts'
import { backupName, listBackups, makeFolder, pruneBackups, removeLeft } from './backup-folder.ts'
import type { BackupOrders } from './backup-process.ts'
import type { BackupRun } from './child.ts'

/**
 * Backups inside the gateway: one a day at 02:30 of the town, one when somebody asks, never two at a
 * time. A machine that was off at that hour makes up for it a few minutes after its start, and one
 * that failed is tried again after an hour.
 */

export interface BackupKeeper extends Backups {
  start(): Promise<void>
  /** Ends one that runs; nothing of it is left. */
  stop(): Promise<void>
}

export interface BackupKeeperParts {
  dataDir: string
  directory: string
  keep: number
  productVersion: string
  timeZone: string
  clock: Clock
  run: (orders: BackupOrders, progress: (done: number) => void) => BackupRun
  log: { info(text: string): void; warn(text: string): void }
  /** Calls `look` again and again; returns how to stop. */
  repeat?: (look: () => void, everyMs: number) => () => void
}

const minuteOfDay = 150
const lookEveryMs = 60_000
const retryAfterMs = 3_600_000
/** A start has other things to do. */
const restAfterStartMs = 300_000

/** The last 02:30 of the town that is over. */
export function lastDueAt(now: number, timeZone: string): number {
  const today = instantOnDay(now, 0, minuteOfDay, timeZone)
  return today <= now ? today : instantOnDay(now, -1, minuteOfDay, timeZone)
}

interface Attempt {
  shown: Backup
  run: BackupRun
  ended: Promise<void>
}

export function createBackupKeeper(parts: BackupKeeperParts): BackupKeeper {
  const { directory, clock, log, timeZone } = parts
  const state: BackupState = { lastAt: null, failure: null }
  let running: Attempt | undefined
  let failed: Backup | undefined
  let triedAt = Number.NEGATIVE_INFINITY
  let starting = false
  let stopped = false
  let stopRepeating: (() => void) | undefined

  async function readLast(): Promise<void> {
    const newest = (await listBackups(directory)).find(({ cause }) => cause !== 'migration')
    state.lastAt = newest?.at ?? null
  }

  async function finish(shown: Backup, run: BackupRun): Promise<void> {
    try {
      const { bytes } = await run.done
      log.info(`backup ${join(directory, shown.name)}: ${(bytes / 1024 ** 2).toFixed(1)} MiB`)
      state.failure = null
      failed = undefined
      await pruneBackups(directory, parts.keep)
      await readLast()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (!stopped) log.warn(`backup: ${why}`)
      state.failure = why
      failed = { ...shown, state: 'failed', error: why }
      await removeLeft(directory).catch(() => undefined)
    } finally {
      running = undefined
    }
  }

  function launch(cause: 'schedule' | 'request'): Attempt {
    const now = clock.now()
    const shown: Backup = {
      name: backupName(now, cause),
      at: now,
      bytes: 0,
      cause,
      state: 'running',
      progress: 0,
      error: null,
    }
    const { dataDir, productVersion } = parts
    const file = join(directory, shown.name)
    const orders = { dataDir, backupDir: directory, file, productVersion, now }
    const run = parts.run(orders, (done) => {
      shown.progress = Math.min(1, Math.max(shown.progress, done))
    })
    triedAt = clock.monotonic()
    return { shown, run, ended: finish(shown, run) }
  }

  function refuse(error: Error): never {
    state.failure = error.message
    throw new StoreError(`No backup can be written to ${directory}: ${error.message}.`, {
      cause: error,
    })
  }

  async function begin(cause: 'schedule' | 'request'): Promise<Backup> {
    if (running || starting) {
      throw new ConflictError('A backup is being made already; wait for its end.', running?.shown)
    }
    if (stopped) throw new ConflictError('The gateway stops; start it again first.', null)
    starting = true
    try {
      await makeFolder(directory).catch(refuse)
      running = launch(cause)
      return { ...running.shown }
    } finally {
      starting = false
    }
  }

  function look(): void {
    const isDue = state.lastAt === null || state.lastAt < lastDueAt(clock.now(), timeZone)
    if (!isDue || running || starting || clock.monotonic() - triedAt < retryAfterMs) return
    begin('schedule').catch((error: Error) => {
      triedAt = clock.monotonic()
      log.warn(`backup: ${error.message}`)
    })
  }

  return {
    begin,
    state: () => ({ ...state }),
    async list() {
      const now = running ? [{ ...running.shown }] : failed ? [failed] : []
      const isDone = ({ name }: Backup) => !now.some((one) => one.name === name)
      return [...now, ...(await listBackups(directory)).filter(isDone)]
    },
    async start() {
      await removeLeft(directory).catch(() => undefined)
      await readLast().catch((error: Error) => log.warn(`backup: ${error.message}`))
      triedAt = clock.monotonic() - retryAfterMs + restAfterStartMs
      stopRepeating = (parts.repeat ?? repeatBySetInterval)(look, lookEveryMs)
    },
    async stop() {
      stopped = true
      stopRepeating?.()
      const attempt = running
      await attempt?.run.stop()
      await attempt?.ended
    },
  }
}

function repeatBySetInterval(look: () => void, everyMs: number): () => void {
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
