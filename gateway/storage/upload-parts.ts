import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { StoreError } from '../domain/errors.ts'
import type { UploadKey, UploadParts } from '../ports/patrol-uploads.ts'
import { makeFolders, namesIn, sizeIfOlder, syncDirectory } from './content-files.ts'

/** Pieces of uploads beside the database. */

const { O_WRONLY, O_CREAT } = constants
const suffix = '.part'

async function writeWhole(handle: FileHandle, offset: number, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await handle.write(piece, done, piece.length - done, offset + done)
    done += bytesWritten
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw new StoreError(`The upload could not be read: ${(cause as Error).message}`)
  }
}

export function createUploadParts(directory: string): UploadParts {
  const fileOf = ({ sha256, by }: UploadKey) => {
    const name = createHash('sha256').update(`${by}|${sha256}`).digest('hex')
    return join(directory, `${name}${suffix}`)
  }

  async function write(file: string, offset: number, piece: Uint8Array): Promise<void> {
    await makeFolders(directory)
    const handle = await open(file, O_WRONLY | O_CREAT, 0o640)
    try {
      await writeWhole(handle, offset, piece).catch(async (cause: unknown) => {
        // Half a piece would be taken for the beginning of what comes next.
        await handle.truncate(offset)
        throw cause
      })
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (offset === 0) await syncDirectory(directory)
  }

  return {
    received: (key) => sizeOf(fileOf(key)),
    async append(key, offset, piece) {
      try {
        await write(fileOf(key), offset, piece)
      } catch (cause) {
        throw new StoreError(`The piece was not stored: ${(cause as Error).message}`)
      }
    },
    async read(key) {
      try {
        return await readFile(fileOf(key))
      } catch (cause) {
        throw new StoreError(`The upload could not be read: ${(cause as Error).message}`)
      }
    },
    async removeOlder(before) {
      let [removed, bytes] = [0, 0]
      for (const name of await namesIn(directory)) {
        const size = await sizeIfOlder(join(directory, name), before)
        if (size === undefined) continue
        await rm(join(directory, name), { force: true })
        removed += 1
        bytes += size
      }
      return { removed, bytes }
    },
    async remove(key) {
      const bytes = await sizeOf(fileOf(key))
      await rm(fileOf(key), { force: true })
      return bytes
    },
    async keepOnly(keys) {
      const kept = new Set(keys.map((key) => basename(fileOf(key))))
      // There is no folder before the first upload.
      const names = await readdir(directory).catch(() => [])
      for (const name of names) {
        if (name.endsWith(suffix) && !kept.has(name))
          await rm(join(directory, name), { force: true })
      }
    },
  }
}
