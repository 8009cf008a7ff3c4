import { type FileHandle, open, statfs } from 'node:fs/promises'
import { StoreError } from '../domain/errors.ts'

const spareBytes = 64 * 1024 ** 2

export async function syncAndClose(handle: FileHandle): Promise<void> {
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What was renamed into it is there after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  await syncAndClose(await open(folder, 'r'))
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`
}

/** `advice`: what to do when there is too little, besides freeing some. */
export async function checkRoom(folder: string, bytes: number, advice: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const [needed, free] = [bytes + spareBytes, bavail * bsize]
  if (free >= needed) return
  throw new StoreError(
    `This may need ${mib(needed)} in ${folder}, and ${mib(free)} are free. Free some space, or ${advice}.`,
  )
}

/** `20260131T023000Z`, as names of files and folders have it. */
export function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}
