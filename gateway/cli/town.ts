import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { createCameraGuard } from '../network/camera-guard.ts'
import { loadInstallationKey } from '../storage/secrets.ts'
import { readTownFolder, type TownFiles } from '../storage/town-files/town-files.ts'
import { writeTownFolder } from '../storage/town-files/write-town.ts'
import { importTown } from '../storage/town-import.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { noteCommand } from './note-command.ts'
import { writeSecrets } from './secrets-file.ts'
import { cliConfig, say, withDatabase } from './settings.ts'

const names: [keyof TownFiles, string][] = [
  ['places', 'places'],
  ['devices', 'devices'],
  ['users', 'users'],
  ['points', 'patrol points'],
  ['routes', 'patrol routes'],
  ['rules', 'rules'],
  ['seasons', 'seasons'],
  ['hazards', 'hazards'],
]

function countsOf(files: TownFiles): string {
  const counts = names.flatMap(([key, name]) => {
    const rows = files[key]
    return rows ? [`${rows.length} ${name}`] : []
  })
  return counts.join(', ')
}

export async function runImport(directory: string, secretsOut: string | undefined): Promise<void> {
  const config = cliConfig()
  const files = await readTownFolder(directory)
  const stamp = new Date().toISOString().replaceAll(/[-:]|\..*/g, '')
  const secretsFile = resolve(secretsOut ?? join(config.dataDir, `secrets-${stamp}.json`))
  const counts = countsOf(files)
  let made = 0
  let notes: string[] = []
  await withDatabase(config, async (db) => {
    const key = await loadInstallationKey(config.dataDir)
    const cameras = createCameraGuard(config.cameraNetworks)
    notes = await importTown({ db, key, newId: randomUUID, cameras }, files, async (generated) => {
      made = Object.keys(generated.devices).length + Object.keys(generated.users).length
      if (made > 0) await writeSecrets(secretsFile, generated)
    })
    const subject = `town:${resolve(directory)}`
    await noteCommand(config, db, { act: 'import', subject, detail: counts })
  })
  say(`Imported ${counts}.`)
  const [note] = notes
  if (note) say(`${notes.length} devices are not called: ${note}${notes.length > 1 ? ', …' : ''}`)
  if (made > 0) {
    say(`${made} generated secrets stand in ${secretsFile} and nowhere else: keep that file safe.`)
  }
}

export async function runExport(directory: string): Promise<void> {
  const config = cliConfig()
  await withDatabase(config, async (db) => {
    const towns = createTownRepository({ db, timeZone: config.timeZone })
    await writeTownFolder(directory, await towns.contents())
    await noteCommand(config, db, { act: 'export', subject: `town:${resolve(directory)}` })
  })
  say(`Exported to ${resolve(directory)}. Secrets and passwords are not in it.`)
}
