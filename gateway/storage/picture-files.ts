import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StoreError } from '../domain/errors.ts'
import type { PictureStore } from '../ports/picture-store.ts'

/**
 * Pictures as files named by what they hold, in two levels of folders. A name appears only when
 * the whole picture is on the disk: written aside, synced, renamed, and the folders synced too.
 */

const namePattern = /^[0-9a-f]{64}$/

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the folders and syncs the parents of those that are new. */
async function makeFolders(directory: string): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true })
  if (firstMade === undefined) return
  const above = dirname(firstMade)
  for (let folder = dirname(directory); ; folder = dirname(folder)) {
    await syncDirectory(folder)
    if (folder === above || folder === dirname(folder)) return
  }
}

async function writeDurably(file: string, content: Uint8Array): Promise<void> {
  await makeFolders(dirname(file))
  const aside = `${file}.${randomUUID()}.new`
  try {
    const handle = await open(aside, 'wx', 0o640)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(aside, file)
  } catch (cause) {
    await rm(aside, { force: true })
    throw cause
  }
  await syncDirectory(dirname(file))
}

export function createPictureFiles(directory: string): PictureStore {
  const fileOf = (name: string) =>
    join(directory, name.slice(0, 2), name.slice(2, 4), `${name}.jpg`)
  /** The same picture sent by several cameras at once is written once. */
  const writing = new Map<string, Promise<void>>()

  async function store(name: string, jpeg: Uint8Array): Promise<void> {
    const file = fileOf(name)
    const there = await stat(file).catch(() => undefined)
    if (there?.size === jpeg.length) return
    try {
      await writeDurably(file, jpeg)
    } catch (cause) {
      throw new StoreError(`The picture was not stored: ${(cause as Error).message}`)
    }
  }

  return {
    async put(jpeg) {
      const name = createHash('sha256').update(jpeg).digest('hex')
      let stored = writing.get(name)
      if (!stored) {
        stored = store(name, jpeg).finally(() => writing.delete(name))
        writing.set(name, stored)
      }
      await stored
      return name
    },
    async get(sha256) {
      if (!namePattern.test(sha256)) return undefined
      try {
        return await readFile(fileOf(sha256))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new StoreError(`The picture could not be read: ${(cause as Error).message}`)
      }
    },
  }
}
