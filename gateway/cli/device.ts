import { ConfigError } from '../domain/errors.ts'
import { gridAt } from '../domain/place.ts'
import { hashSecret, loadInstallationKey, newSecret } from '../storage/secrets.ts'
import { deviceRow } from '../storage/town-files/shapes.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { cliConfig, say, withDatabase } from './settings.ts'

export type DeviceAddOptions = Record<
  'kind' | 'village' | 'lon' | 'lat' | 'name' | 'adapter',
  string | undefined
>

export async function runDeviceAdd(id: string, options: DeviceAddOptions): Promise<void> {
  const config = cliConfig()
  await withDatabase(config, async (db) => {
    const repository = createTownRepository({ db, timeZone: config.timeZone })
    const { places } = await repository.load()
    const row = deviceRow.safeParse({
      ...options,
      id,
      name: options.name ?? id,
      adapter: options.adapter ?? 'mqtt',
    })
    const wrong = row.success
      ? []
      : row.error.issues.map((issue) => `--${String(issue.path[0])}: ${issue.message}`)
    const isVillage = places.some(
      (place) => place.code === options.village && place.level === 'village',
    )
    if (!isVillage) wrong.push(`--village: there is no village ${options.village ?? '(missing)'}`)
    if (!row.success || wrong.length > 0) throw new ConfigError(wrong)
    const { name, kind, village, adapter, lon, lat } = row.data
    const secret = newSecret()
    const grids = places.filter((place) => place.level === 'grid')
    await repository.addDevice(
      {
        ...{ id, name, kind, village, adapter, position: [lon, lat], state: 'active' },
        grid: gridAt(grids, village, [lon, lat])?.code ?? null,
        ...{ address: null, headingDeg: null, fieldOfViewDeg: null },
      },
      hashSecret(await loadInstallationKey(config.dataDir), secret),
    )
    say(`Device ${id} was added. It logs in as ${id}; a running gateway knows it within 2 s.`)
    say(`Secret, shown this once: ${secret}`)
  })
}
