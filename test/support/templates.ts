import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Directories that many test files begin with, such as a migrated database or the sample town: made
 * once in a run by whoever needs them first, and copied from then on. Migrating and hashing the
 * passwords of a town take seconds, copying them milliseconds. All processes of a run share them;
 * nothing is kept from one run to the next.
 */

const variable = 'LIANXUN_TEST_TEMPLATES'

/** vitest calls it once before all tests; what it answers, after them. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[variable] !== undefined) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'lianxun-templates-'))
  process.env[variable] = directory
  return () => rm(directory, { recursive: true, force: true })
}

/** Two may make it at once: the first one counts. */
async function make(ready: string, build: (directory: string) => Promise<void>): Promise<void> {
  const own = await mkdtemp(`${ready}-`)
  await build(own)
  try {
    await rename(own, ready)
  } catch (error) {
    if (!existsSync(ready)) throw error
    await rm(own, { recursive: true })
  }
}

/** Fills `to` as `build` would; outside a test run by `build` itself. */
export async function copyTemplate(
  name: string,
  build: (directory: string) => Promise<void>,
  to: string,
): Promise<void> {
  await mkdir(to, { recursive: true })
  const root = process.env[variable]
  if (root === undefined) return build(to)
  const ready = join(root, name)
  if (!existsSync(ready)) await make(ready, build)
  await cp(ready, to, { recursive: true })
}
