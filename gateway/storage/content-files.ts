import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StoreError } from '../domain/errors.ts'
import type { ContentStore, OldContent } from '../ports/content-store.ts'

/**
 * Files named by what they hold, in two levels of folders. A name appears only when the whole file
 * is on the disk: written aside, synced, renamed, and the folders synced too. The file's time is
 * when it was put last: so old is it for retention.
 */

const namePattern = /^[0-9a-f]{64}$/

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the folders and syncs the parents of those that are new. */
export async function makeFolders(directory: string): Promise<void> {
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

/** The names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
}

async function* filesIn(directory: string): AsyncIterable<string> {
  for (const first of await namesIn(directory)) {
    for (const second of await namesIn(join(directory, first))) {
      const folder = join(directory, first, second)
      for (const name of await namesIn(folder)) yield join(folder, name)
    }
  }
}

/** Undefined when it is gone, or was put since then. */
export async function sizeIfOlder(file: string, before: number): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined)
  return found && found.mtimeMs < before ? found.size : undefined
}

async function remove(file: string, before: number, mayGo: () => Promise<boolean>) {
  const size = await sizeIfOlder(file, before)
  if (size === undefined || !(await mayGo())) return 0
  await rm(file, { force: true })
  return size
}

/** What a folder holds: how its files end, and what one of them is to people. */
interface Kind {
  extension: string
  noun: string
}

export function createContentFiles(directory: string, kind: Kind, now: () => number): ContentStore {
  const { extension, noun } = kind
  const fileOf = (name: string) =>
    join(directory, name.slice(0, 2), name.slice(2, 4), `${name}${extension}`)
  /** The same one sent by several at once is written once. */
  const writing = new Map<string, Promise<void>>()
  const removing = new Map<string, Promise<number>>()

  async function store(name: string, content: Uint8Array): Promise<void> {
    const file = fileOf(name)
    await removing.get(name)?.catch(() => undefined)
    const there = await stat(file).catch(() => undefined)
    try {
      if (there?.size !== content.length) await writeDurably(file, content)
      const at = new Date(now())
      await utimes(file, at, at)
    } catch (cause) {
      throw new StoreError(`The ${noun} was not stored: ${(cause as Error).message}`)
    }
  }

  function removeIf(name: string, before: number, mayGo: () => Promise<boolean>) {
    if (writing.has(name)) return Promise.resolve(0)
    const removal = remove(fileOf(name), before, mayGo).finally(() => removing.delete(name))
    removing.set(name, removal)
    return removal
  }

  return {
    async *older(before): AsyncIterable<OldContent> {
      for await (const file of filesIn(directory)) {
        if ((await sizeIfOlder(file, before)) === undefined) continue
        const sha256 = basename(file, extension)
        if (namePattern.test(sha256)) {
          yield { sha256, removeIf: (mayGo) => removeIf(sha256, before, mayGo) }
        }
        // What a crash left half written.
        else if (file.endsWith('.new')) await rm(file, { force: true })
      }
    },
    async put(content) {
      const name = createHash('sha256').update(content).digest('hex')
      let stored = writing.get(name)
      if (!stored) {
        stored = store(name, content).finally(() => writing.delete(name))
        writing.set(name, stored)
      }
      await stored
      return name
    },
    removeIf: (sha256, before, mayGo) =>
      namePattern.test(sha256) ? removeIf(sha256, before, mayGo) : Promise.resolve(0),
    async get(sha256) {
      if (!namePattern.test(sha256)) return undefined
      try {
        return await readFile(fileOf(sha256))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new StoreError(`The ${noun} could not be read: ${(cause as Error).message}`)
      }
    },
  }
}
