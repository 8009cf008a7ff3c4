import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncAndClose, syncFolder } from './files.ts'

/**
 * Puts a checked folder in the place of the data directory and keeps what was there. Where the
 * directory can be renamed, two renames do it. A mounted volume cannot, nor one in a folder that
 * is not ours: there the entries move one by one, and a mark says how far that came. A restore that
 * was cut off in the middle of either is brought to its end, or back, by `settleRestore`: a gateway
 * never starts on half of each.
 */

export interface Swap {
  /** Where to unpack; on the same disk, made by the caller. */
  aside: string
  /** Resolves with where the former contents are kept; null: there were none. */
  perform(): Promise<string | null>
}

const markName = 'restore-in-progress.json'
/** Belong to the place, not to its contents. */
const staysInPlace = /^(?:gateway\.lock|backups|restore-in-progress\.json|(?:before-)?restore-.*)$/

type Mark = { stamp: string; phase: 'keeping' | 'placing' }

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function writeMark(into: string, mark: Mark): Promise<void> {
  const aside = join(into, `${markName}.new`)
  const handle = await open(aside, 'w', 0o600)
  await handle.writeFile(JSON.stringify(mark))
  await syncAndClose(handle)
  await rename(aside, join(into, markName))
  await syncFolder(into)
}

async function moveEntries(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (staysInPlace.test(name) || name === `${markName}.new`) continue
    await rename(join(from, name), join(to, name))
  }
  await syncFolder(from)
  await syncFolder(to)
}

/** Backups stay where the gateway looks for them. */
async function bringBackups(kept: string, into: string): Promise<void> {
  if (await exists(join(kept, 'backups')))
    await rename(join(kept, 'backups'), join(into, 'backups'))
}

function byRenaming(into: string, stamp: string): Swap {
  const aside = `${into}.restore-${stamp}`
  const kept = `${into}.before-restore-${stamp}`
  return {
    aside,
    async perform() {
      const names = await readdir(into).catch((): string[] => [])
      const isEmpty = names.every((name) => name === 'gateway.lock')
      if (isEmpty) await rm(into, { recursive: true, force: true })
      else await rename(into, kept)
      try {
        await rename(aside, into)
      } catch (error) {
        if (!isEmpty) await rename(kept, into)
        throw error
      }
      await bringBackups(kept, into)
      await syncFolder(dirname(into))
      return isEmpty ? null : kept
    },
  }
}

function byMoving(into: string, stamp: string): Swap {
  const aside = join(into, `restore-${stamp}`)
  const kept = join(into, `before-restore-${stamp}`)
  return {
    aside,
    async perform() {
      const isEmpty = (await readdir(into)).every((name) => staysInPlace.test(name))
      await mkdir(kept, { mode: 0o700 })
      await writeMark(into, { stamp, phase: 'keeping' })
      await settleRestore(into, { forward: true })
      if (isEmpty) await rmdir(kept)
      return isEmpty ? null : kept
    },
  }
}

/** True where two renames will do. */
async function canRename(into: string): Promise<boolean> {
  const above = await stat(dirname(into))
  const present = await stat(into).catch(() => undefined)
  if (present && present.dev !== above.dev) return false
  return access(dirname(into), constants.W_OK).then(
    () => true,
    () => false,
  )
}

export async function swapFolders(
  into: string,
  stamp: string,
  way?: 'renaming' | 'moving',
): Promise<Swap> {
  const renames = way ? way === 'renaming' : await canRename(into)
  return renames ? byRenaming(into, stamp) : byMoving(into, stamp)
}

async function readMark(into: string): Promise<Mark | undefined> {
  const text = await readFile(join(into, markName), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Mark)
}

async function settleMoving(into: string, mark: Mark, forward: boolean): Promise<void> {
  const { stamp } = mark
  const kept = join(into, `before-restore-${stamp}`)
  if (mark.phase === 'keeping' && !forward) {
    // What was there is not complete in either place: back with it.
    await moveEntries(kept, into)
    await rmdir(kept)
  } else {
    if (mark.phase === 'keeping') {
      await moveEntries(into, kept)
      await writeMark(into, { stamp, phase: 'placing' })
    }
    await moveEntries(join(into, `restore-${stamp}`), into)
  }
  await rm(join(into, `restore-${stamp}`), { recursive: true, force: true })
  await rm(join(into, markName))
  await syncFolder(into)
}

/** Call before the directory is used; says what it did, or null when there was nothing to do. */
export async function settleRestore(
  into: string,
  { forward = false } = {},
): Promise<string | null> {
  const mark = await readMark(into)
  if (mark) {
    await settleMoving(into, mark, forward)
    return mark.phase === 'keeping' && !forward
      ? 'A restore was interrupted; the data is as it was before. Restore again if you still want to.'
      : 'A restore was interrupted and is now finished.'
  }
  if (await exists(into)) return null
  const names = await readdir(dirname(into)).catch((): string[] => [])
  const prefix = `${basename(into)}.restore-`
  const unpacked = names.find(
    (name) =>
      name.startsWith(prefix) &&
      names.includes(`${basename(into)}.before-restore-${name.slice(prefix.length)}`),
  )
  if (unpacked === undefined) return null
  // The former directory was taken away only after this one had passed every check.
  await rename(join(dirname(into), unpacked), into)
  const stamp = unpacked.slice(prefix.length)
  await bringBackups(`${into}.before-restore-${stamp}`, into)
  await syncFolder(dirname(into))
  return 'A restore was interrupted and is now finished.'
}

/** What restores that were cut off before they changed anything left beside the directory. */
export async function removeLeftovers(into: string): Promise<void> {
  for (const [folder, pattern] of [
    [dirname(into), `${basename(into)}.restore-`],
    [into, 'restore-'],
  ] as const) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const isLeft = name.startsWith(pattern) && /^\d{8}T\d{6}Z$/.test(name.slice(pattern.length))
      if (isLeft) await rm(join(folder, name), { recursive: true, force: true })
    }
  }
}
