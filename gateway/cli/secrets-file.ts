import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../domain/errors.ts'
import type { GeneratedSecrets } from '../storage/town-import.ts'

/**
 * Where generated secrets are written, once and for the owner only: the tables keep hashes. A file
 * that is there already is added to, so that a second import loses nothing of the first.
 */

const shape = z.object({
  devices: z.record(z.string(), z.string()),
  users: z.record(z.string(), z.string()),
})

async function present(file: string): Promise<GeneratedSecrets> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { devices: {}, users: {} }
    throw new ConfigError([`${file} cannot be read: ${(error as Error).message}`])
  }
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new ConfigError([`${file} holds something else; give --secrets-out another name`])
  }
}

export async function writeSecrets(file: string, generated: GeneratedSecrets): Promise<void> {
  const before = await present(file)
  const all: GeneratedSecrets = {
    devices: { ...before.devices, ...generated.devices },
    users: { ...before.users, ...generated.users },
  }
  const aside = `${file}.${process.pid}.new`
  try {
    const handle = await open(aside, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(all, undefined, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(aside, file)
  } catch (error) {
    await rm(aside, { force: true })
    const advice = `check that ${dirname(file)} is there and can be written`
    throw new ConfigError([`${file} cannot be written: ${(error as Error).message}; ${advice}`])
  }
}
