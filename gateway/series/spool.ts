import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import { syncAndClose } from '../backup/files.ts'
import { StoreError } from '../domain/errors.ts'

/** Files that were sent, until they are read in. */

export interface Spool {
  pathOf(id: string): string
  /** On the disk when it resolves; nothing stays when it rejects. */
  keep(id: string, body: AsyncIterable<Uint8Array>): Promise<void>
  remove(id: string): Promise<void>
  /** Removes all but these. */
  keepOnly(ids: readonly string[]): Promise<void>
}

export function createSpool(folder: string): Spool {
  const pathOf = (id: string) => join(folder, id)
  const remove = (id: string) => rm(pathOf(id), { force: true })

  return {
    pathOf,
    remove,
    async keep(id, body) {
      await mkdir(folder, { recursive: true })
      const file = createWriteStream(pathOf(id), { flags: 'wx', mode: 0o600 })
      try {
        await pipeline(body, file)
        await finished(file)
        await syncAndClose(await open(pathOf(id), 'r+'))
      } catch (error) {
        await remove(id)
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
        throw new StoreError(`The disk of ${folder} is full.`, { cause: error })
      }
    },
    async keepOnly(ids) {
      const names = await readdir(folder).catch(() => [])
      await Promise.all(names.filter((name) => !ids.includes(name)).map(remove))
    },
  }
}
