import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { InvalidError } from '../domain/errors.ts'
import { sealBytes, sealOf, tap } from './archive.ts'
import {
  type BackupFile,
  checkName,
  entryName,
  formatVersion,
  isDatabase,
  isNewer,
  type Manifest,
  manifestName,
  manifestSchema,
  type Progress,
  type Seal,
  sealSchema,
} from './format.ts'

/**
 * Reads a backup: seal and manifest first, so that nothing is unpacked of one that is cut off, made
 * by a newer version, or larger than the disk; then everything once, each file checked as it comes.
 */

export interface OpenedBackup {
  file: string
  /** Bytes before the seal. */
  end: number
  seal: Seal
  manifest: Manifest
}

/** Never larger, whatever the seal says: some 200 bytes for each file. */
const longestManifest = 512 * 1024 ** 2

function damaged(file: string, inside: string): InvalidError {
  return new InvalidError(`${file} is damaged: ${inside}. Nothing was changed. Use another backup.`)
}

async function readPart(file: string, at: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

async function readSeal(file: string, end: number): Promise<Seal> {
  if (end < 0) throw damaged(file, 'it is no backup of Lianxun, or its end is missing')
  const bytes = await readPart(file, end, sealBytes)
  const content = bytes.subarray(512, 1024)
  const length = content.indexOf(0)
  const seal = sealSchema.safeParse(parsed(content.subarray(0, length < 0 ? 512 : length)))
  if (!seal.success || !(await sealOf(seal.data)).equals(bytes)) {
    const text =
      'its end, where seal.json stands, is missing or was changed, or it is no backup of Lianxun'
    throw damaged(file, text)
  }
  return seal.data
}

async function readManifest(file: string, end: number, seal: Seal): Promise<Manifest> {
  const { manifestAt, manifestSha256 } = seal
  const room = end - manifestAt - 512
  if (room < 0 || room > longestManifest) throw damaged(file, 'seal.json does not fit the rest')
  const bytes = await readPart(file, manifestAt + 512, room)
  const length = bytes.lastIndexOf('}') + 2
  const content = bytes.subarray(0, length)
  if (createHash('sha256').update(content).digest('hex') !== manifestSha256) {
    throw damaged(file, `${manifestName} inside does not match its checksum`)
  }
  const found = parsed(content) as { formatVersion?: unknown } | undefined
  if (Number(found?.formatVersion) > formatVersion) {
    throw new InvalidError(
      `${file} was made by a newer version of Lianxun (format ${String(found?.formatVersion)}; this one reads ${formatVersion}). Install that version, then restore.`,
    )
  }
  const manifest = manifestSchema.safeParse(found)
  if (!manifest.success) throw damaged(file, `${manifestName} inside cannot be read`)
  return manifest.data
}

export async function openBackup(file: string, productVersion: string): Promise<OpenedBackup> {
  const { size } = await stat(file).catch(() => {
    throw new InvalidError(`There is no file ${file}.`)
  })
  const end = size - sealBytes
  const seal = await readSeal(file, end)
  const manifest = await readManifest(file, end, seal)
  if (isNewer(manifest.productVersion, productVersion)) {
    throw new InvalidError(
      `${file} was made by Lianxun ${manifest.productVersion}, this is ${productVersion}. Install that version or a newer one, then restore.`,
    )
  }
  for (const { name } of manifest.files) checkName(name)
  return { file, end, seal, manifest }
}

async function unpackFile(entry: Readable, wanted: BackupFile, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const raw = tap()
  const packed = tap()
  const out = createWriteStream(target, { flags: 'wx', mode: wanted.mode & 0o777 })
  if (isDatabase(wanted.name))
    await pipeline(entry, packed.through, createZstdDecompress(), raw.through, out)
  else await pipeline(entry, raw.through, out)
  const isSame = raw.bytes() === wanted.bytes && raw.sha256() === wanted.sha256
  // Some bits of a packed file mean nothing; they were changed all the same.
  if (!isSame || (isDatabase(wanted.name) && packed.sha256() !== wanted.packedSha256)) {
    throw new Error('does not match its checksum')
  }
}

/** Unpacks every file into an empty folder; resolves when all of them are what the manifest says. */
export async function unpackBackup(
  { file, end, seal, manifest }: OpenedBackup,
  into: string,
  progress: Progress,
): Promise<void> {
  const whole = tap()
  const tar = extract()
  const source = createReadStream(file, { end: end - 1, highWaterMark: 1 << 18 })
  const read = pipeline(source, whole.through, tar)
  const expected = [...manifest.files.map((wanted) => entryName(wanted.name)), manifestName]
  let next = 0
  try {
    for await (const entry of tar) {
      const name = expected[next]
      if (entry.header.name !== name || entry.header.type !== 'file') break
      const wanted = manifest.files[next]
      if (wanted) await unpackFile(entry as unknown as Readable, wanted, join(into, wanted.name))
      else entry.resume()
      next += 1
      progress(Math.min(1, whole.bytes() / end), wanted?.name ?? manifestName)
    }
    if (next === expected.length) await read
  } catch (error) {
    source.destroy()
    await read.catch(() => undefined)
    if (isOfThisMachine(error)) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw damaged(file, `${expected[next] ?? manifestName} inside cannot be read (${why})`)
  }
  if (next < expected.length) {
    source.destroy()
    await read.catch(() => undefined)
    throw damaged(file, `${expected[next]} inside is missing or stands under another name`)
  }
  if (whole.sha256() !== seal.sha256) {
    throw damaged(file, `bytes between the files, or the header of ${manifestName}, were changed`)
  }
}

function isOfThisMachine(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return /^(ENOSPC|EACCES|EPERM|EROFS|EIO|EDQUOT|EMFILE)$/.test(code)
}
