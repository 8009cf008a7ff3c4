import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A disk of its own, small enough to be filled. */
export interface SmallDisk {
  folder: string
  /** Takes every byte that is left. */
  fill(): void
  makeRoom(): void
  unmount(): void
}

/** Undefined where none can be mounted and nobody insists on it; CI does. */
export function mountSmallDisk(sizeMb: number, test: string): SmallDisk | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'lianxun-disk-'))
  const ballast = path.join(folder, 'ballast')
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'lianxun-test', folder], {
      stdio: 'pipe',
    })
  } catch (error) {
    rmSync(folder, { recursive: true })
    const reason = `no small disk can be mounted here (${(error as Error).message.split('\n')[0]})`
    if (process.env.CI === 'true') throw new Error(`${test}: ${reason}`, { cause: error })
    console.log(`skipped: ${test}: ${reason}; run it as root`)
    return undefined
  }
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a')
      const piece = Buffer.alloc(1024 * 1024, 1)
      for (let size = piece.length; size >= 1; ) {
        try {
          writeSync(file, piece, 0, size)
        } catch {
          size = Math.floor(size / 2)
        }
      }
      closeSync(file)
    },
    makeRoom: () => unlinkSync(ballast),
    unmount() {
      execFileSync('/bin/umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}
