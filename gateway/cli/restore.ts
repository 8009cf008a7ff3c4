import { resolve } from 'node:path'
import { restoreBackup } from '../backup/restore.ts'
import { productVersion } from '../version.ts'
import { createProgressLine } from './progress-line.ts'
import { cliConfig, say } from './settings.ts'

export async function runRestore(file: string, into: string | undefined): Promise<void> {
  const target = resolve(into ?? cliConfig().dataDir)
  const line = createProgressLine('Restoring')
  const { manifest, kept } = await restoreBackup({
    file,
    into: target,
    productVersion: productVersion(),
    now: Date.now(),
    progress: line.show,
  }).finally(line.end)
  if (manifest) {
    const at = new Date(manifest.createdAt).toISOString()
    say(`${target} holds what the gateway had at ${at}; every table was compared with the backup.`)
  } else say(`${target} holds these tables; observations and pictures stayed as they were.`)
  if (kept) say(`What was there before is kept in ${kept}; remove it when all is well.`)
  say('Sessions, tokens and passwords are those of that time: revoke again what was revoked since.')
}
