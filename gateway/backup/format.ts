import { z } from 'zod'
import { InvalidError } from '../domain/errors.ts'

/**
 * A backup is a plain tar, so that `tar` and `zstd` open it without us: the databases as
 * `NAME.db.zst`, everything else as it lies in the data directory, then `manifest.json`, then
 * `seal.json`. The seal holds the SHA-256 of every byte before it and where the manifest begins; it
 * is so small that its own bytes can be made again from what it says and compared. One flipped bit
 * anywhere is found that way, headers and padding included, and the manifest tells in which file.
 */

export const formatVersion = 1
export const manifestName = 'manifest.json'
export const sealName = 'seal.json'
const packedSuffix = '.zst'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()

const fileSchema = z.object({
  /** Path in the data directory. */
  name: z.string(),
  bytes: count,
  sha256,
  mode: count,
  /** Of what stands in the tar, where that is packed. */
  packedSha256: sha256.optional(),
  /** Of each table of a database: its rows, and a checksum of what is in them. */
  tables: z.record(z.string(), z.object({ rows: count, sha256 })).optional(),
})

export const manifestSchema = z.object({
  formatVersion: z.number().int(),
  productVersion: z.string(),
  /** Epoch ms: what was acknowledged before is in it. */
  createdAt: z.number(),
  installation: z.string(),
  /** The audit log's last entry: what is missing at its end later shows against it. */
  auditHead: z.object({ id: count, hash: z.string().nullable() }).nullable(),
  files: z.array(fileSchema),
})

export const sealSchema = z.object({ sha256, manifestAt: count, manifestSha256: sha256 })

export type Manifest = z.infer<typeof manifestSchema>
export type BackupFile = z.infer<typeof fileSchema>
export type TableSums = NonNullable<BackupFile['tables']>
export type Seal = z.infer<typeof sealSchema>

/** How far it has come, 0…1, and with which file. */
export type Progress = (done: number, name: string) => void

export function isDatabase(name: string): boolean {
  return /^[\w-]+\.db$/.test(name)
}

export function entryName(file: string): string {
  return isDatabase(file) ? `${file}${packedSuffix}` : file
}

/** Refuses what would lead out of the folder that it is unpacked into. */
export function checkName(name: string): string {
  const parts = name.split('/')
  const isPlain = parts.every((part) => /^[^\p{C}\\:]+$/u.test(part) && !/^\.+$/.test(part))
  if (!isPlain || parts.length > 8 || name.length > 250) {
    const shown = JSON.stringify(name.slice(0, 100))
    throw new InvalidError(`${shown} is no name for a file of a backup; it is not unpacked.`)
  }
  return name
}

/** Of `1.12.3` one by one; what is not a number counts as 0. */
function numbersOf(version: string): number[] {
  return version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0)
}

export function isNewer(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)]
  for (let i = 0; i < 3; i++) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0)
  }
  return false
}
