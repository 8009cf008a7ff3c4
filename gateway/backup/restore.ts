import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { InvalidError } from '../domain/errors.ts'
import { type HouseLock, lockHouse } from '../storage/house-lock.ts'
import { unknownMigrations } from '../storage/migrate.ts'
import { troubleOf } from './check-database.ts'
import { checkRoom, stampOf } from './files.ts'
import { isDatabase, type Manifest, type Progress } from './format.ts'
import { type OpenedBackup, openBackup, unpackBackup } from './read-backup.ts'
import { isDatabaseCopy, restoreTables } from './restore-tables.ts'
import { removeLeftovers, settleRestore, swapFolders } from './swap.ts'

/**
 * Everything is unpacked beside the data directory and checked there, down to every table, before
 * anything is touched; then the folders change places. What was there is kept.
 */

export interface RestoreOptions {
  file: string
  /** The data directory: what it holds is kept beside it. */
  into: string
  productVersion: string
  /** Names the folder that is kept. */
  now: number
  progress?: Progress
}

export interface Restored {
  /** Null: FILE was a copy of the tables alone. */
  manifest: Manifest | null
  /** Where the former data directory is now; null: there was none. */
  kept: string | null
}

const unpackShare = 0.7

function checkDatabases(aside: string, { file, manifest }: OpenedBackup, progress: Progress): void {
  const databases = manifest.files.filter(({ name }) => isDatabase(name))
  const all = databases.reduce((sum, { bytes }) => sum + bytes, 1)
  let done = 0
  for (const { name, tables, bytes } of databases) {
    progress(unpackShare + (1 - unpackShare) * (done / all), name)
    const trouble = troubleOf(join(aside, name), tables)
    if (trouble !== null) {
      throw new InvalidError(
        `${file} is damaged: ${name} inside: ${trouble}. Nothing was changed. Use another backup.`,
      )
    }
    done += bytes
  }
  const unknown = unknownMigrations(join(aside, 'lianxun.db'))
  if (unknown.length > 0) {
    throw new InvalidError(
      `${file} comes from a newer version of Lianxun (its tables know ${unknown.join(', ')}). Install that version, then restore.`,
    )
  }
}

/** A restore by root must not shut the gateway's own user out. */
async function giveTo(folder: string, owner: { uid: number; gid: number }): Promise<void> {
  if (process.getuid?.() !== 0) return
  await chown(folder, owner.uid, owner.gid)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await chown(join(entry.parentPath, entry.name), owner.uid, owner.gid)
  }
}

async function unpackAside(opened: OpenedBackup, aside: string, progress: Progress): Promise<void> {
  await mkdir(aside, { mode: 0o700 })
  await unpackBackup(opened, aside, (done, name) => progress(done * unpackShare, name))
  if (!opened.manifest.files.some(({ name }) => name === 'lianxun.db')) {
    throw new InvalidError(`${opened.file} holds no lianxun.db. Use another backup.`)
  }
  checkDatabases(aside, opened, progress)
}

export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const into = resolve(options.into)
  const progress = options.progress ?? (() => {})
  const file = resolve(options.file)
  const opened = (await isDatabaseCopy(file))
    ? undefined
    : await openBackup(file, options.productVersion)
  await settleRestore(into)
  const present = await stat(into).catch(() => undefined)
  if (present && !present.isDirectory()) throw new InvalidError(`${into} is not a folder.`)
  await mkdir(dirname(into), { recursive: true })
  const lock = present ? lockHouse(into, 'Stop it first, then restore.') : undefined
  try {
    await removeLeftovers(into)
    if (!opened)
      return { manifest: null, kept: await restoreTables(file, into, stampOf(options.now)) }
    return await replace(opened, { ...options, into }, { present, progress })
  } finally {
    lock?.release()
  }
}

interface Target {
  present: { uid: number; gid: number; mode: number } | undefined
  progress: Progress
}

async function replace(
  opened: OpenedBackup,
  options: RestoreOptions,
  { present, progress }: Target,
): Promise<Restored> {
  const { into } = options
  const swap = await swapFolders(into, stampOf(options.now))
  let newLock: HouseLock | undefined
  try {
    const bytes = opened.manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    await checkRoom(dirname(swap.aside), bytes, 'name another folder with --into')
    await unpackAside(opened, swap.aside, progress)
    if (present) await giveTo(swap.aside, present)
    // Held over the change of places: no gateway starts in between.
    newLock = lockHouse(swap.aside, 'Stop it first.')
    const kept = await swap.perform()
    progress(1, basename(into))
    return { manifest: opened.manifest, kept }
  } finally {
    newLock?.release()
    await rm(swap.aside, { recursive: true, force: true })
  }
}
