import { ConfigError } from '../domain/errors.ts'
import { createCameraGuard } from '../network/camera-guard.ts'
import { toDevice } from '../pipeline/adopt.ts'
import { hashSecret, loadInstallationKey, newSecret } from '../storage/secrets.ts'
import { deviceRow } from '../storage/town-files/shapes.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { cliConfig, say, withDatabase } from './settings.ts'

export type DeviceAddOptions = Partial<
  Record<'kind' | 'village' | 'lon' | 'lat' | 'name' | 'adapter' | 'address', string>
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
    if (options.address !== undefined) {
      const judgement = await createCameraGuard(config.cameraNetworks).judge(options.address)
      if (!judgement.ok) wrong.push(`--address: ${judgement.problem}`)
    }
    if (!row.success || wrong.length > 0) throw new ConfigError(wrong)
    const secret = newSecret()
    const key = await loadInstallationKey(config.dataDir)
    await repository.addDevice(toDevice(row.data, places), hashSecret(key, secret))
    say(`Device ${id} was added. It logs in as ${id}; a running gateway knows it within 2 s.`)
    say(`Secret, shown this once: ${secret}`)
  })
}
