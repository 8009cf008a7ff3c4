import { resolve } from 'node:path'
import { writeBackup } from '../backup/write-backup.ts'
import { productVersion } from '../version.ts'
import { noteCommand } from './note-command.ts'
import { createProgressLine } from './progress-line.ts'
import { cliConfig, say, withDatabase } from './settings.ts'

/** Works beside a running gateway as well as without one. */
export async function runBackup(file: string, force: boolean): Promise<void> {
  const config = cliConfig()
  const { dataDir, backup } = config
  const line = createProgressLine('Backing up')
  const { bytes, manifest } = await writeBackup({
    dataDir,
    file,
    force,
    backupDir: backup.directory,
    productVersion: productVersion(),
    now: Date.now(),
    progress: line.show,
  }).finally(line.end)
  await withDatabase(config, (db) =>
    noteCommand(config, db, { act: 'backup', subject: `backup:${resolve(file)}` }),
  )
  const rows = manifest.files
    .flatMap(({ tables }) => Object.values(tables ?? {}))
    .reduce((sum, table) => sum + table.rows, 0)
  const size = (bytes / 1024 ** 2).toFixed(1)
  say(`${resolve(file)}: ${size} MiB, ${manifest.files.length} files, ${rows} rows.`)
  say('It holds every secret of this installation: keep it where only you can read it.')
}
