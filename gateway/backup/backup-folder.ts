import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backup, BackupCause } from '../ports/backups.ts'
import { stampOf } from './files.ts'

/** The folder of the gateway's own backups: their names say when and why. */

const namePattern = /^lianxun-(\d{8}T\d{6}Z)-(schedule|request)\.tar$/
const migrationPattern = /^before-.+-(\d{8}T\d{6}Z)\.db$/
const leftPattern = /^lianxun-\d{8}T\d{6}Z-(?:schedule|request)\.tar\.aside-/

export function backupName(at: number, cause: BackupCause): string {
  return `lianxun-${stampOf(at)}-${cause}.tar`
}

function timeOf(stamp: string): number {
  return Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
}

async function entry(folder: string, name: string): Promise<Backup | undefined> {
  const own = namePattern.exec(name)
  const migration = migrationPattern.exec(name)
  // Somebody's own, made with the command line.
  if (!own && !migration && !name.endsWith('.tar')) return undefined
  const found = await stat(join(folder, name)).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const stamp = own?.[1] ?? migration?.[1]
  return {
    name,
    at: stamp === undefined ? Math.round(found.mtimeMs) : timeOf(stamp),
    bytes: found.size,
    cause: migration ? 'migration' : ((own?.[2] as BackupCause | undefined) ?? 'request'),
    state: 'done',
    progress: 1,
    error: null,
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}

/** Newest first. */
export async function listBackups(folder: string): Promise<Backup[]> {
  const found = await Promise.all((await namesIn(folder)).map((name) => entry(folder, name)))
  return found.filter((one) => one !== undefined).toSorted((a, b) => b.at - a.at)
}

/** Removes what is older than the newest `keep` of each kind; what people named stays. */
export async function pruneBackups(folder: string, keep: number): Promise<void> {
  const all = await listBackups(folder)
  for (const pattern of [namePattern, migrationPattern]) {
    const old = all.filter(({ name }) => pattern.test(name)).slice(keep)
    for (const { name } of old) await rm(join(folder, name), { force: true })
  }
}

/** Removes what a backup that was killed left behind; only while none runs. */
export async function removeLeft(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (leftPattern.test(name)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}
