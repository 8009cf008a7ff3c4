import { ConfigError } from '../domain/errors.ts'
import { createCameraGuard } from '../network/camera-guard.ts'
import { toDevice } from '../pipeline/adopt.ts'
import { createDeviceTrust } from '../pipeline/device-trust.ts'
import { createAuditLog } from '../storage/audit-log.ts'
import { createDeviceStore } from '../storage/device-store.ts'
import { hashSecret, loadInstallationKey, newSecret } from '../storage/secrets.ts'
import { deviceRow } from '../storage/town-files/shapes.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { noteCommand } from './note-command.ts'
import { cliConfig, clock, say, withDatabase } from './settings.ts'

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
    const detail = `${row.data.kind} in ${row.data.village}`
    await noteCommand(config, db, { act: 'addDevice', subject: `device:${id}`, detail })
    say(`Device ${id} was added. It logs in as ${id}; a running gateway knows it within 2 s.`)
    say(`Secret, shown this once: ${secret}`)
  })
}

export async function runDeviceRotate(id: string, immediately: boolean): Promise<void> {
  const config = cliConfig()
  await withDatabase(config, async (db) => {
    const key = await loadInstallationKey(config.dataDir)
    const trust = createDeviceTrust({
      store: createDeviceStore({ db, clock }),
      clock,
      newSecret,
      hashSecret: (secret) => hashSecret(key, secret),
      settled: async () => {},
      // A running gateway looks for itself.
      reload: async () => {},
    })
    const { secret, oldSecretUntil } = await trust.rotate(id, { immediately })
    await createAuditLog({ db, key, clock }).write({
      actor: null,
      act: 'rotateSecret',
      subject: `device:${id}`,
      detail: immediately ? 'the old secret was dropped at once, by command' : 'by command',
    })
    const old =
      oldSecretUntil === null
        ? 'The old one opens no more.'
        : `The old one opens until ${new Date(oldSecretUntil).toISOString()} or until the new one is used.`
    say(`Device ${id} has a new secret; a running gateway knows it within 2 s. ${old}`)
    say(`Secret, shown this once: ${secret}`)
  })
}
